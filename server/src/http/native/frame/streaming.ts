import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** Proxies and servers cut connections on which nothing moves for a minute or so. */
const SILENCE_MS = 15_000;

/**
 * Answers with pieces of text as they come, so that a long answer is never in memory as a whole. Pieces are asked for
 * once before anything is sent: what goes wrong until then is answered as any error; later the connection is cut.
 * The pieces are returned from when the client goes away.
 * @param pieces the first one is empty, and says that the rest can be expected to come
 */
export async function stream(
  reply: FastifyReply,
  type: string,
  pieces: AsyncGenerator<string>,
): Promise<FastifyReply> {
  // A generator that has not been started cannot be returned from.
  await pieces.next();
  return reply.header('content-type', type).send(Readable.from(pieces));
}

/** Pieces of a JSON text, with line breaks between them while the next one takes its time. */
export async function* keptAlive(
  pieces: AsyncGenerator<string>,
  silence_ms = SILENCE_MS,
): AsyncGenerator<string> {
  try {
    for (;;) {
      const next = pieces.next();
      while ((await firstOf(next, silence_ms)) === undefined) yield '\n';
      const { done, value } = await next;
      if (done) return;
      yield value;
    }
  } finally {
    await pieces.return(undefined);
  }
}

/** The outcome of a promise, or undefined if it takes longer than that. */
async function firstOf<T extends object>(promise: Promise<T>, within_ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), within_ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
