import type { FastifyRequest } from 'fastify';

/**
 * Whether a page of another site sent a form. Browsers state the origin of a form in `Sec-Fetch-Site`, which they omit
 * over plain http, and in `Origin`, which is `null` for pages without a referrer, such as ours. A request with neither
 * comes from a program.
 * @param baseUrl the public URL of the service
 */
export function isForeignForm({ headers }: FastifyRequest, baseUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin } = headers;
  if (origin === undefined) return false;
  const base = new URL(baseUrl);
  if (origin === 'null') return base.protocol === 'https:' || LOOPBACK.test(base.hostname);
  // A proxy may have several names; the browser shows the name that it sends as Host.
  return origin !== base.origin && hostOf(origin) !== headers.host;
}

/** Browsers send `Sec-Fetch-Site` to these hosts even without TLS. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;
