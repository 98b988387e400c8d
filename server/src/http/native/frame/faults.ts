import type { FieldFault, Problem } from '@purser/api/native/problem';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorKind, PurserError, retryAfter } from '../../../lib/errors.ts';
import { stringifyExact } from '../../../lib/text/json.ts';
import { HttpProblem } from './problems.ts';

const STATUS: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  // The old dialects return 405; but 405 is about methods (RFC 9110 15.5.6), and here the state conflicts.
  not_allowed: 409,
  conflict: 409,
  over_limit: 413,
  too_many: 429,
  unavailable: 503,
  bad_gateway: 502,
  internal: 500,
};

/** Errors that the older dialects treat as an invalid request, but that concern the state. */
const CONFLICTS: readonly string[] = ['task_state', 'task_actions_invalid'];

const TITLES: Record<number, string> = {
  400: 'Invalid request',
  401: 'Authentication required',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  409: 'Conflict with the current state',
  413: 'Limit exceeded',
  415: 'Unsupported content type',
  429: 'Too many requests',
  500: 'Internal error',
  502: 'Upstream service failed',
  503: 'Temporarily unavailable',
};

/** Answers any error with problem details (RFC 9457). Internal errors are logged, and not described to the client. */
export function answerFault(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const known = asKnown(error);
  if (known instanceof PurserError && known.kind === 'internal' && !isGone(error))
    request.log.error({ err: error }, 'request failed');
  const problem = known instanceof HttpProblem ? ofHttp(known) : problemOf(known);
  return reply
    .code(problem.status)
    .headers(known instanceof HttpProblem ? known.headers : headersOf(known))
    .header('content-type', 'application/problem+json')
    .serializer(stringifyExact)
    .send(problem);
}

/** Whether the client closed the connection before the response began: that is not an error of the service. */
function isGone(error: unknown): boolean {
  return (error as { code?: string }).code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/** Translates Fastify's own refusals; every unexpected error becomes `unexpected`. */
function asKnown(error: unknown): PurserError | HttpProblem {
  if (error instanceof PurserError || error instanceof HttpProblem) return error;
  const { code, statusCode = 500, message } = error as FastifyError;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new PurserError('body_too_large');
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new HttpProblem('content_type_unsupported');
  if (statusCode >= 400 && statusCode < 500) return new PurserError('invalid_request', { reason: message });
  return new PurserError('unexpected');
}

function ofHttp(error: HttpProblem): Problem {
  return problem(error.status, error.code, error.message);
}

/** An error of the domain as problem details. Extension members come first, so that they cannot hide standard ones. */
export function problemOf(error: PurserError): Problem {
  const { field, reason, errors, retryAfter_s: retry_after, of: _of, ...more } = error.data;
  const members = { ...more, ...(retry_after !== undefined && { retry_after }) };
  const faults =
    typeof field === 'string' ? [{ field, reason: String(reason ?? 'is not valid') }] : faultsOf(errors);
  const detail = typeof field === 'string' ? describe(faults as FieldFault[]) : error.message;
  return {
    ...members,
    ...problem(CONFLICTS.includes(error.code) ? 409 : STATUS[error.kind], error.code, detail),
    ...(faults !== undefined && { errors: faults as FieldFault[] }),
  };
}

/** Messages by field, as the workflow reports them, as one fault per field. */
function faultsOf(errors: unknown): unknown {
  if (typeof errors !== 'object' || errors === null || Array.isArray(errors)) return errors;
  return Object.entries(errors as Record<string, readonly string[]>).flatMap(([field, messages]) =>
    messages.map((message) => ({ field, reason: message })),
  );
}

function problem(status: number, code: string, detail: string): Problem {
  const title = TITLES[status] ?? 'The request failed';
  return { type: `urn:purser:problem:${code}`, title, status, detail, code };
}

/** The faults as one sentence, one clause per field. */
export function describe(faults: readonly FieldFault[]): string {
  return faults.map(({ field, reason }) => `${field}: ${reason}`).join('; ');
}

function headersOf(error: PurserError): Record<string, string> {
  const wait = retryAfter(error);
  if (wait !== undefined) return { 'retry-after': wait };
  if (error.kind !== 'unauthenticated') return {};
  // RFC 6750 3.1: no error code where no token was sent.
  const cause = error.code === 'token_missing' ? '' : ', error="invalid_token"';
  return { 'www-authenticate': `Bearer realm="purser"${cause}` };
}
