import { PurserError } from '../errors.ts';

/** The first and the last moment that a date can have: before the year 1 and after 9999 ISO 8601 needs more digits. */
const FIRST_MOMENT = Date.parse('0001-01-01T00:00:00Z');
const LAST_MOMENT = Date.parse('9999-12-31T23:59:59.999Z');

/** Whether a number of milliseconds since the epoch is a moment of the years 1 to 9999. */
export function isMoment(at_ms: number): boolean {
  return Number.isSafeInteger(at_ms) && at_ms >= FIRST_MOMENT && at_ms <= LAST_MOMENT;
}

/** Throws `invalid_field` unless `at_ms` is a moment of the years 1 to 9999. */
export function checkMoment(field: string, at_ms: number): void {
  if (isMoment(at_ms)) return;
  throw new PurserError('invalid_field', { field, reason: 'must be in the years 1 to 9999' });
}

/** Throws `invalid_field` unless `at_ms` is such a moment that is not over at `now_ms`. */
export function checkEnd(field: string, at_ms: number, now_ms: number): void {
  checkMoment(field, at_ms);
  if (at_ms >= now_ms) return;
  throw new PurserError('invalid_field', { field, reason: 'must not be in the past' });
}

/**
 * Reads a day or a moment in a form of ISO 8601 that the caller has checked, in milliseconds since the epoch.
 * Undefined if it does not exist: JavaScript takes the 30th of February for the 1st or 2nd of March.
 */
export function parseMoment(text: string): number | undefined {
  const at_ms = Date.parse(text);
  const day = text.slice(0, 10);
  const midnight = Date.parse(day);
  if (Number.isNaN(at_ms) || Number.isNaN(midnight)) return undefined;
  return new Date(midnight).toISOString().startsWith(day) ? at_ms : undefined;
}
