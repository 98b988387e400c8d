import { PurserError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';

/** Answers the seconds that a commission may stay pending, null for ever; `invalid_field` if they are none. */
export function checkExpiry(field: string, seconds: number | null): number | null {
  if (seconds === null) return null;
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= LIMITS.commission_expiry_s_max) return seconds;
  const reason = `must be a number of seconds from 1 to ${LIMITS.commission_expiry_s_max}, or null`;
  throw new PurserError('invalid_field', { field, reason });
}

/**
 * When a commission of a component that is issued now has to be resolved, in milliseconds since the epoch; null: it
 * may wait for ever.
 * @param asked_s seconds that the component gives it, null for ever; undefined leaves it to the component's default
 */
export function expiryOf(
  { commissionExpiry_s }: { readonly commissionExpiry_s: number | null },
  asked_s: number | null | undefined,
  now_ms: number,
): number | null {
  const seconds = asked_s === undefined ? commissionExpiry_s : asked_s;
  return seconds === null ? null : now_ms + seconds * 1000;
}
