import type { ServerResponse } from 'node:http';
import { Conflict, ConnectionError, NotFound, QuotaLimit, Unavailable } from '@purser/client';
import { Refused } from './caller.ts';

/** Sends JSON. Quantities are strings, since they can exceed the range of JavaScript numbers. */
export function answer(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body, (_key, value) => (typeof value === 'bigint' ? String(value) : value));
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${text}\n`);
}

/** Sends an error to the user, in terms of the service rather than of quotas and commissions. */
export function answerError(response: ServerResponse, error: unknown): void {
  // The caller has closed the connection: no response is possible.
  if (response.destroyed) return;
  // The unread rest of a body would be parsed as the next request.
  if (!response.req.complete) response.shouldKeepAlive = false;
  const [status, body] = statusAndBody(error);
  if (status === 500) console.error(error);
  answer(response, status, body);
}

function statusAndBody(error: unknown): [number, unknown] {
  if (error instanceof Refused) return [error.status, { error: error.message }];
  if (error instanceof QuotaLimit && error.excess) {
    // Exact numbers of the holding that refused the charge: that of the user or that of the project.
    const { resource, requested, limit, usage, available } = error.excess;
    if (requested < 0n) {
      const sentence = `${-requested} of ${resource} would be released, but only ${usage} are in use.`;
      return [409, { error: sentence, resource, requested, usage }];
    }
    const left = available > 0n ? available : 0n;
    const sentence = `${requested} of ${resource} are required, but only ${left} of ${limit} are available.`;
    return [413, { error: sentence, resource, requested, limit, usage, left }];
  }
  if (error instanceof NotFound) return [403, { error: 'You cannot draw from this project.' }];
  if (error instanceof Conflict)
    return [
      409,
      { error: 'This request is in progress, or its Idempotency-Key belongs to another request.' },
    ];
  if (error instanceof ConnectionError || error instanceof Unavailable)
    return [503, { error: 'Quotas cannot be charged now. Try again later.' }];
  return [500, { error: 'This failed.' }];
}
