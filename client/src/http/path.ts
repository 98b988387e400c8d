import { BadValue } from '../errors/errors.ts';

/** A path with encoded parameters, and its form for logs, without names and secrets. */
export interface Path {
  readonly text: string;
  /** The path with `*` instead of every parameter. */
  readonly pattern: string;
}

/**
 * A template tag for paths; each parameter is encoded.
 * @throws BadValue if a parameter is empty, has lone surrogates, or is `.` or `..`, which URL parsers resolve even if
 * they are encoded
 */
export function path(fixed: readonly string[], ...parts: readonly (string | number)[]): Path {
  const encoded = parts.map((part) => {
    const text = String(part);
    if (text === '' || text === '.' || text === '..' || /\p{Cs}/u.test(text))
      throw new BadValue(`'${text}' is not a valid id or name.`);
    return encodeURIComponent(text);
  });
  return { text: String.raw({ raw: fixed }, ...encoded), pattern: fixed.join('*') };
}
