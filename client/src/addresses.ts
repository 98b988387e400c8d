import { BadValue } from './errors/errors.ts';

/** The addresses of one service; none ends with a slash. */
export interface Addresses {
  /** What all others are below, unless the catalog says otherwise. */
  readonly base: string;
  /** Identity v2.0. */
  readonly identity: string;
  /** The native API. */
  readonly native: string;
  /** The admin workflow. */
  readonly workflow: string;
}

/**
 * The addresses of the service that has this one: its base URL, or that of its identity service, of its native API or
 * of its workflow, as a configuration made for another client may have it.
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
