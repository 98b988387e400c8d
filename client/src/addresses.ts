import { BadValue } from './errors/errors.ts';

/** The addresses of one service, without a slash at the end. */
export interface Addresses {
  /** The base of all others, unless the catalog has other paths. */
  readonly base: string;
  /** Identity v2.0. */
  readonly identity: string;
  /** The native API. */
  readonly native: string;
  /** The admin workflow. */
  readonly workflow: string;
}

/**
 * Derives the addresses of a service from its base URL, or from that of its identity service, native API or workflow,
 * which configurations of other clients may have.
 * @throws BadValue if it is not an http or https URL
 */
export function addressesOf(url: string): Addresses {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    throw new BadValue(`'${url}' is not an http or https URL.`);
  }
  const path = parsed.pathname.replace(/\/+$/, '');
  const base = parsed.origin + path.replace(/(\/identity)?\/v2\.0$|\/identity(\/v3)?$|\/api$|\/v[13]$/, '');
  const identity = /\/v2\.0$/.test(path) ? parsed.origin + path : `${base}/identity/v2.0`;
  return { base, identity, native: `${base}/api`, workflow: `${base}/v1` };
}
