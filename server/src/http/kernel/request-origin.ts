import type { FastifyRequest } from 'fastify';

/**
 * Where a browser says that a request comes from. Browsers state it in `Sec-Fetch-Site`, which they omit over plain
 * http, and for requests that change something in `Origin`, which is `null` for pages without a referrer, such as those
 * of this service. A request that states nothing comes from a program.
 * @param baseUrl the public URL of the service
 */
export function originOf({ headers }: FastifyRequest, baseUrl: string): 'own' | 'foreign' | 'unstated' {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? 'own' : 'foreign';
  const { origin } = headers;
  if (origin === undefined) return 'unstated';
  const base = new URL(baseUrl);
  if (origin === 'null')
    return base.protocol === 'https:' || LOOPBACK.test(base.hostname) ? 'foreign' : 'own';
  // A proxy may have several names; the browser shows the name that it sends as Host.
  return origin === base.origin || hostOf(origin) === headers.host ? 'own' : 'foreign';
}

/** Browsers send `Sec-Fetch-Site` to these hosts even without TLS. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;
