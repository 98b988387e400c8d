/** The parts of a response that the load generator uses. */
export interface Answer {
  status: number;
  /** Position of the body in the bytes. */
  bodyStart: number;
  bodyEnd: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const SPACE = 0x20;
const ZERO = 0x30;
const NINE = 0x39;
const STATUS_AT = 'HTTP/1.1 '.length;

/** Length of the body by its header, -1 if there is none. The name of the header ignores case. */
function contentLength(head: string): number {
  let at = head.indexOf('\r\ncontent-length:');
  if (at < 0) at = head.indexOf('\r\nContent-Length:');
  if (at < 0) return -1;
  let value = 0;
  for (let i = at + '\r\ncontent-length:'.length; i < head.length; i++) {
    const code = head.charCodeAt(i);
    if (code === SPACE) continue;
    if (code < ZERO || code > NINE) break;
    value = value * 10 + code - ZERO;
  }
  return value;
}

/**
 * Reads the response that begins at byte 0 of `bytes`; undefined while it is incomplete. Supports the part of HTTP/1.1
 * that the benchmark needs: bodies with a content length, no chunked encoding, one request at a time per connection.
 * Throws on everything else, so that an unread response does not count as a success.
 */
export function readAnswer(bytes: Buffer): Answer | undefined {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const head = bytes.toString('latin1', 0, headEnd);
  if (!head.startsWith('HTTP/1.1 ')) throw new Error(`not HTTP/1.1: ${head.slice(0, 40)}`);
  const status = Number(head.slice(STATUS_AT, STATUS_AT + 3));
  const length = contentLength(head);
  if (length < 0 && status !== 204) throw new Error('a response without content-length');
  const bodyStart = headEnd + HEAD_END.length;
  const bodyEnd = bodyStart + Math.max(0, length);
  if (bytes.length < bodyEnd) return undefined;
  if (bytes.length > bodyEnd) throw new Error('more bytes than one response');
  return { status, bodyStart, bodyEnd };
}
