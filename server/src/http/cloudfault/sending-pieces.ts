import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { JSON_TYPE, sendJsonText } from './answer.ts';
import { asciiJson } from './ascii-json.ts';

/** The largest response, in characters, that is sent as one text with a Content-Length. */
const SHORT = 256 * 1024;

/**
 * Sends a JSON text that is produced in pieces: a short one as one text, a longer one as a stream, so that a long list
 * is never in memory as a whole. An error before that gets a normal error response; a later error closes the
 * connection.
 */
export async function sendPieces(reply: FastifyReply, pieces: AsyncGenerator<string>): Promise<FastifyReply> {
  let text = '';
  while (text.length <= SHORT) {
    const { done, value } = await pieces.next();
    if (done) return sendJsonText(reply, asciiJson(text));
    text += value;
  }
  return reply.header('content-type', JSON_TYPE).send(Readable.from(after(text, pieces)));
}

async function* after(text: string, pieces: AsyncGenerator<string>): AsyncGenerator<string> {
  try {
    yield asciiJson(text);
    for await (const piece of pieces) yield asciiJson(piece);
  } finally {
    await pieces.return(undefined);
  }
}
