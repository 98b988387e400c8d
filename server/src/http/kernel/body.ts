import { isAscii, isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The Content-Type header as sent; undefined if absent. Set where `rawBodies` is in force. */
    contentType: string | undefined;
  }
}

/**
 * In this scope bodies are delivered as bytes, whatever their Content-Type: the old dialects validate it themselves,
 * at a later step. The header is kept in `request.contentType`.
 */
export function rawBodies(app: FastifyInstance): void {
  bodiesAsBytes(app);
  if (!app.hasRequestDecorator('contentType')) app.decorateRequest('contentType', undefined);
  app.addHook('onRequest', (request, _reply, done) => {
    // Without the header Fastify does not validate it, so an invalid one is not refused too early.
    request.contentType = request.raw.headers['content-type'];
    // Assigned instead of deleted: an object with a deleted property becomes slow.
    request.raw.headers['content-type'] = undefined;
    done();
  });
}

/** Bodies with a valid Content-Type are delivered as bytes: the route decides whether to parse them. */
export function bodiesAsBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

/** The bytes of the body; empty without a body. */
export function bodyBytes(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.body) ? request.body : EMPTY;
}

const EMPTY = Buffer.alloc(0);

/** The bytes as text; undefined if they are not UTF-8. */
export function decodeUtf8(bytes: Buffer): string | undefined {
  // Nearly all bodies are ASCII, which needs no decoding.
  if (isAscii(bytes)) return bytes.toString('latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
