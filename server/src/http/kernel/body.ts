import { isAscii, isUtf8 } from 'node:buffer';
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
  bodiesAsBytes(app);
  if (!app.hasRequestDecorator('contentType')) app.decorateRequest('contentType', undefined);
  app.addHook('onRequest', (request, _reply, done) => {
    // Without the header Fastify has no opinion about it, so nonsense in it cannot be answered before we look.
    request.contentType = request.raw.headers['content-type'];
    // Assigned and not deleted: an object that has lost a property is slow from then on.
    request.raw.headers['content-type'] = undefined;
    done();
  });
}

/** Bodies arrive as bytes where the Content-Type says something sensible: nothing is parsed that nobody may want. */
export function bodiesAsBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** The bytes of the body; empty if there were none. */
export function bodyBytes(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : EMPTY;
}

const EMPTY = Buffer.alloc(0);

/** The bytes as text; undefined if they are not UTF-8. */
export function decodeUtf8(bytes: Buffer): string | undefined {
  // Nearly all of it is ASCII, which needs no decoding.
  if (isAscii(bytes)) return bytes.toString('latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
