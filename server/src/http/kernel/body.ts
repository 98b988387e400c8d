import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The Content-Type header as sent; undefined if there was none. Set where `rawBodies` is in force. */
    contentType: string | undefined;
  }
}

/**
 * In this scope bodies arrive as bytes, whatever their Content-Type says or fails to say: the old dialects have
 * rules of their own about it, in an order of their own. The header is kept in `request.contentType`.
 */
export function rawBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  if (!app.hasRequestDecorator('contentType')) app.decorateRequest('contentType', undefined);
  app.addHook('onRequest', (request, _reply, done) => {
    // Without the header Fastify has no opinion about it, so nonsense in it cannot be answered before we look.
    request.contentType = request.raw.headers['content-type'];
    delete request.raw.headers['content-type'];
    done();
  });
}

/** The bytes of the body; empty if there were none. */
export function bodyBytes(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : EMPTY;
}

const EMPTY = Buffer.alloc(0);
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The bytes as text; undefined if they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch {
    return undefined;
  }
}
