import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../../config/settings.ts';
import { PurserError } from '../../lib/errors.ts';
import { type PlainAnswer, plainBody, plainHeaders } from './plain-answer.ts';

const NOTHING_HERE: PlainAnswer = {
  status: 404,
  code: 'path_unknown',
  detail: 'There is nothing at this address.',
};

/** Answers paths that no route has, and errors outside of all dialects: with a page for browsers, else with a problem. */
export function answerOutsideDialects(app: FastifyInstance, settings: Settings): void {
  app.setNotFoundHandler(async (request, reply) => {
    if (!isBrowser(request)) return sendPlain(reply, NOTHING_HERE);
    const { sendPage } = await import('../kernel/html-page.ts');
    const body = '<p>The address may have been mistyped, or the link may be too old.</p>';
    const title = 'There is nothing at this address';
    return sendPage(reply, 404, { service: settings.serviceName, title, alert: true, body });
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const answer = answerTo(error);
    if (answer.status === 500) request.log.error({ err: error }, 'unexpected error');
    return sendPlain(reply, answer);
  });
}

/** Answers a problem that no dialect has an envelope for. */
export function sendPlain(reply: FastifyReply, answer: PlainAnswer): FastifyReply {
  const body = plainBody(answer);
  // Bytes, because Fastify would add a charset to the type of a text.
  return reply.code(answer.status).headers(plainHeaders(answer, body)).send(Buffer.from(body));
}

/** Programs do not ask for HTML. */
export const isBrowser = ({ raw }: FastifyRequest): boolean =>
  raw.headers.accept?.toLowerCase().includes('text/html') ?? false;

function answerTo(error: FastifyError): PlainAnswer {
  if (error instanceof PurserError && error.kind === 'unavailable') {
    const { code, message: detail } = error;
    return { status: 503, code, detail, headers: { 'retry-after': '1' } };
  }
  const { statusCode = 500, message: detail } = error;
  if (statusCode === 413)
    return { status: 413, code: 'body_too_large', detail: 'The request body is too large.' };
  if (statusCode >= 400 && statusCode < 500) return { status: statusCode, code: 'invalid_request', detail };
  return { status: 500, code: 'unexpected', detail: 'Unexpected error' };
}
