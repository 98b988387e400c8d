import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorKind, PurserError, retryAfter } from '../../lib/errors.ts';
import { sendAnswer } from './answer.ts';

const STATUS: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  not_allowed: 409,
  conflict: 409,
  over_limit: 413,
  too_many: 429,
  unavailable: 503,
  bad_gateway: 503,
  internal: 503,
};

const UNAVAILABLE = 'Service temporarily unavailable, try again later.';

/** A refusal by the dialect itself, with its body. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`refused with ${status}`);
    this.status = status;
    this.body = body;
  }
}

/** A refusal with one message, in the most common form (workflow-v1 §1.4). */
export const refusal = (status: number, message: string): Refusal =>
  new Refusal(status, { errors: [message] });

/** A refusal of single fields. */
export const fieldRefusal = (errors: Record<string, readonly string[]>): Refusal =>
  new Refusal(400, { errors });

/** Runs a lookup of a task, and refuses with this text if there is none. */
export async function orNoTask<T>(text: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof PurserError && error.code === 'task_not_found') throw refusal(404, text);
    throw error;
  }
}

/** Sends any error (workflow-v1 §1.4). Internal errors are logged, and not described. */
export function answerFault(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, body } = error instanceof Refusal ? error : ofOther(error);
  if (status >= 500 && !isExpected(error)) request.log.error({ err: error }, 'unexpected error');
  const wait = retryAfter(error) ?? (status === 503 ? '1' : undefined);
  if (wait !== undefined) reply.header('retry-after', wait);
  return sendAnswer(reply, { status, body });
}

function isExpected(error: unknown): boolean {
  return error instanceof Refusal || (error instanceof PurserError && error.kind === 'unavailable');
}

function ofOther(error: unknown): Refusal {
  if (error instanceof PurserError) return ofDomain(error);
  const { code, statusCode = 500, message } = error as FastifyError;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return ofDomain(new PurserError('body_too_large'));
  if (statusCode >= 400 && statusCode < 500) return refusal(400, message);
  return refusal(503, UNAVAILABLE);
}

function ofDomain(error: PurserError): Refusal {
  const { kind, data, message } = error;
  const { errors } = data;
  // Messages by field.
  if (kind === 'invalid' && errors !== undefined) return new Refusal(400, { errors });
  return refusal(STATUS[kind], kind === 'internal' || kind === 'bad_gateway' ? UNAVAILABLE : message);
}
