/** A program that may receive a token. */
export interface ProgramTarget {
  readonly url: URL;
  /** What the person knows it by: its scheme, or its host. */
  readonly program: string;
  /** The source that a page has to allow for its forms (`form-action`). */
  readonly source: string;
}

/** Schemes that run in the page or read files of the person's machine. They are never programs. */
const NEVER = new Set(['javascript:', 'data:', 'vbscript:', 'file:', 'blob:', 'about:', 'ftp:']);

/**
 * The program at an address, if the operator allows it. The scheme and, of web addresses, the whole origin must be
 * in the list: comparing ends or parts of names would admit addresses that only look like it.
 * @param next the address
 * @param allowed schemes without a colon, and origins: `pithos`, `https://app.example.org`
 */
export function programTarget(next: string | null, allowed: readonly string[]): ProgramTarget | undefined {
  if (!next || /[\p{Cc}\s\\]/u.test(next) || !URL.canParse(next)) return undefined;
  const url = new URL(next);
  const { protocol, host, origin } = url;
  if (NEVER.has(protocol) || url.username !== '' || url.password !== '') return undefined;
  if (protocol === 'http:' || protocol === 'https:') {
    return allowed.includes(origin) ? { url, program: host, source: origin } : undefined;
  }
  const scheme = protocol.slice(0, -1);
  return allowed.includes(scheme) ? { url, program: scheme, source: protocol } : undefined;
}
