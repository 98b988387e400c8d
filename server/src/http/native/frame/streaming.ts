import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** Proxies and servers close connections that are idle for about a minute. */
const SILENCE_MS = 15_000;

/**
 * Streams pieces of text as the response, so that a long response is never in memory as a whole. The first piece is
 * requested before anything is sent: an error until then gets a normal error response; an error afterwards closes the
 * connection. If the client disconnects, the generator is ended with `return()`.
 * @param pieces the first one is empty: when it arrives, the rest is expected to follow
 */
export async function stream(
  reply: FastifyReply,
  type: string,
  pieces: AsyncGenerator<string>,
): Promise<FastifyReply> {
  // `return()` on a generator that has not been started does not run its `finally`.
  await pieces.next();
  return reply.header('content-type', type).send(Readable.from(pieces));
}

/** Pieces of a JSON text, with line breaks between them while the next piece is being computed. */
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

/** The result of a promise, or undefined if it takes longer than `within_ms`. */
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
