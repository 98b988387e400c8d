import type { ServerResponse } from 'node:http';
import { Conflict, ConnectionError, NotFound, QuotaLimit, Unavailable } from '@purser/client';
import { Refused } from './caller.ts';

/** Answers with JSON. Quantities are written as texts: they can be larger than a number of JavaScript. */
export function answer(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${text}\n`);
}

/** Tells users what went wrong, in words that are about the service and not about its ledger. */
export function answerError(response: ServerResponse, error: unknown): void {
  // A caller that has closed the connection gets no answer.
  if (response.destroyed) return;
  // The unread rest of a body would be parsed as the next request.
  if (!response.req.complete) response.shouldKeepAlive = false;
  const [status, body] = told(error);
  if (status === 500) console.error(error);
  answer(response, status, body);
}

function told(error: unknown): [number, unknown] {
  if (error instanceof Refused) return [error.status, { error: error.message }];
  if (error instanceof QuotaLimit && error.excess) {
    // Exact numbers of the holding that stood in the way: the user's own, or that of the project.
    const { resource, requested, limit, usage, available } = error.excess;
    if (requested < 0n) {
      const sentence = `${-requested} of ${resource} would be given back, and ${usage} are in use.`;
      return [409, { error: sentence, resource, requested, usage }];
    }
    const left = available > 0n ? available : 0n;
    const sentence = `${requested} of ${resource} would be needed, and ${left} of ${limit} are left.`;
    return [413, { error: sentence, resource, requested, limit, usage, left }];
  }
  if (error instanceof NotFound) return [403, { error: 'You cannot draw from this project.' }];
  if (error instanceof Conflict)
    return [409, { error: 'This request is being done, or its Idempotency-Key belongs to another one.' }];
  if (error instanceof ConnectionError || error instanceof Unavailable)
    return [503, { error: 'Quotas cannot be charged now. Try again in a moment.' }];
  return [500, { error: 'This failed.' }];
}
