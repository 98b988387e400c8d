import { ConnectionError } from '../errors/errors.ts';
import type { Call, Failed } from './call.ts';
import type { Timing } from './timing.ts';

/** Upper bound of the random wait before the first retry, in milliseconds; it doubles with each further one. */
const BACKOFF_FIRST_MS = 100;
const BACKOFF_MAX_MS = 5_000;

/** Temporary failures: overload, gateways without a server, and internal errors. */
const TEMPORARY: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Whether to retry a failed call: the failure may be temporary, and a retry has no second effect. */
export function mayRepeat(call: Call, { error, notSent }: Failed): boolean {
  if (!(error instanceof ConnectionError) && !TEMPORARY.has(error.status)) return false;
  if (notSent || error.status === 429) return true;
  const { method, repeatable = method !== 'POST' && method !== 'PATCH' } = call;
  return repeatable;
}

/**
 * Milliseconds until the next attempt: random, so that clients that failed together do not retry together, and at least
 * the `Retry-After` of the server (RFC 9110 10.2.3). If that exceeds the timeout of the call, the call fails
 * immediately.
 */
export function backoff_ms(attempt: number, retryAfter: string | null, { now, random }: Timing): number {
  const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** (attempt - 1));
  return Math.max(random() * ceiling, retryAfter_ms(retryAfter, now()));
}

function retryAfter_ms(retryAfter: string | null, now_ms: number): number {
  if (retryAfter === null) return 0;
  if (/^[0-9]+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now_ms);
}
