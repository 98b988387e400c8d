/** The error for bytes that are not UTF-8, with the position of the first one. */
export class NotUtf8 extends Error {
  override readonly name = 'NotUtf8';

  /** @param line and `byte` in it, both from 1 on */
  constructor(source: string, line: number, byte: number, what: string) {
    super(`${source}, line ${line}, byte ${byte}: ${what}`);
  }
}

const [LF, CR] = [0x0a, 0x0d];

/**
 * Decodes UTF-8, without the byte-order mark that some editors write. The decoder of Node replaces invalid bytes, so a
 * name in another encoding would be stored with replacement characters.
 * @param name source of the text, for example a file name; the error begins with it
 * @throws NotUtf8 with the line and the byte of the first invalid sequence
 */
export function utf8Text(bytes: Uint8Array, name: string): string {
  const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (utf16) throw new NotUtf8(name, 1, 1, 'the text is UTF-16, not UTF-8; save it as UTF-8.');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const at = firstFault(bytes);
    const shown = `0x${(bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, '0')}`;
    const { line, byte } = placeOf(bytes, at);
    throw new NotUtf8(name, line, byte, `${shown} is not UTF-8; save the text as UTF-8.`);
  }
}

/** The start of the first invalid sequence: the bytes before it are valid UTF-8. */
function firstFault(bytes: Uint8Array): number {
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return bytes.length - 1;
}

/** Length of the character at this position in bytes; 0 if it is not valid (RFC 3629, section 4). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return 0;
  const second = bytes[at + 1] ?? 0;
  const [low, high] = SECOND[first] ?? [0x80, 0xbf];
  if (second < low || second > high) return 0;
  for (let next = at + 2; next < at + length; next += 1) {
    const byte = bytes[next] ?? 0;
    if (byte < 0x80 || byte > 0xbf) return 0;
  }
  return length;
}

/** First bytes with a restricted second byte, which excludes surrogates, overlong and too large sequences. */
const SECOND: Readonly<Record<number, readonly [number, number]>> = {
  [0xe0]: [0xa0, 0xbf],
  [0xed]: [0x80, 0x9f],
  [0xf0]: [0x90, 0xbf],
  [0xf4]: [0x80, 0x8f],
};

/** Line, and byte in the line, both from 1; lines end with LF, CR or CRLF. */
function placeOf(bytes: Uint8Array, at: number): { line: number; byte: number } {
  let line = 1;
  let start = 0;
  for (let index = 0; index < at; index += 1) {
    const ends = bytes[index] === LF || (bytes[index] === CR && bytes[index + 1] !== LF);
    if (ends) [line, start] = [line + 1, index + 1];
  }
  return { line, byte: at - start + 1 };
}
