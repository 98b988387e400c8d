import type { FastifyRequest } from 'fastify';

/**
 * Whether a form was sent by a page of another site. Browsers say where a form comes from by `Sec-Fetch-Site`, which
 * they leave out over plain http, and by `Origin`, which is `null` for pages that send no referrer, as ours. A
 * request with neither comes from a program.
 * @param baseUrl the public URL of the service
 */
export function isForeignForm({ headers }: FastifyRequest, baseUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const { origin } = headers;
  if (origin === undefined) return false;
  const base = new URL(baseUrl);
  if (origin === 'null') return base.protocol === 'https:' || LOOPBACK.test(base.hostname);
  // A proxy may be known by several names; what the browser has in its address bar is the host that it asks for.
  return origin !== base.origin && hostOf(origin) !== headers.host;
}

/** Browsers send `Sec-Fetch-Site` there even without TLS. */
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined;
