import { ConnectionError } from '../errors/errors.ts';
import type { Call, Failed } from './call.ts';
import type { Timing } from './timing.ts';

/** The first wait is random below this, each further one below twice as much as the one before. */
const BACKOFF_FIRST_MS = 100;
const BACKOFF_MAX_MS = 5_000;

/** Answers that may be another one next time: overload, gateways without a server, and failures inside it. */
const PASSING: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Whether a failed call may be sent again: it may end otherwise, and can do nothing twice. */
export function mayRepeat(call: Call, { error, notSent }: Failed): boolean {
  if (!(error instanceof ConnectionError) && !PASSING.has(error.status)) return false;
  if (notSent || error.status === 429) return true;
  const { method, repeatable = method !== 'POST' && method !== 'PATCH' } = call;
  return repeatable;
}

/**
 * How long to wait before the next attempt, in milliseconds: random, so that those who failed together do not come
 * back together, and no less than the server asked for (RFC 9110 10.2.3). Where that is longer than the call may take,
 * the call fails at once.
 */
export function backoff_ms(attempt: number, retryAfter: string | null, { now, random }: Timing): number {
  const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_FIRST_MS * 2 ** (attempt - 1));
  return Math.max(random() * ceiling, asked_ms(retryAfter, now()));
}

function asked_ms(retryAfter: string | null, now_ms: number): number {
  if (retryAfter === null) return 0;
  if (/^[0-9]+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? 0 : Math.max(0, at - now_ms);
}
