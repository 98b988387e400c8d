import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { JSON_TYPE, sendJsonText } from './answer.ts';
import { asciiJson } from './ascii-json.ts';

/** Characters of an answer that is sent as one text, so that it has a length. */
const SHORT = 256 * 1024;

/**
 * Answers a JSON text that comes in pieces: as one text where it is short, as a stream beyond that, so that a long
 * list never stands in memory as a whole. What goes wrong before that is answered as any error; what goes wrong later
 * cuts the connection.
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
