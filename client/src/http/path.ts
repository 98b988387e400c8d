import { BadValue } from '../errors/errors.ts';

/** A path whose variable parts are encoded, and its form for logs, without names and secrets. */
export interface Path {
  readonly text: string;
  /** The same with `*` in the place of every variable part. */
  readonly pattern: string;
}

/**
 * A path with parts that are filled in; each is encoded.
 * @throws BadValue if a part is empty, no text of Unicode, or a step of the path, which no encoding would keep from
 * being walked
 */
export function path(fixed: readonly string[], ...parts: readonly (string | number)[]): Path {
  const encoded = parts.map((part) => {
    const text = String(part);
    if (text === '' || text === '.' || text === '..' || /\p{Cs}/u.test(text))
      throw new BadValue(`'${text}' names nothing.`);
    return encodeURIComponent(text);
  });
  return { text: String.raw({ raw: fixed }, ...encoded), pattern: fixed.join('*') };
}
