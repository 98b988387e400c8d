import { PurserError } from '../../../lib/errors.ts';
import { parseMoment } from '../../../lib/text/moment.ts';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?Z$/;

/**
 * The moment that a query states, in milliseconds since the epoch: a time in UTC, or a day, which means its beginning.
 * `invalid_field` if it is neither, or does not exist, such as the 30th of February.
 */
export function timeOrDay(field: string, text: string): number {
  const at_ms = DAY.test(text) || TIME.test(text) ? parseMoment(text) : undefined;
  if (at_ms !== undefined) return at_ms;
  const reason = 'is not a valid time; use for example 2031-05-30T10:00:00Z, or 2031-05-30';
  throw new PurserError('invalid_field', { field, reason });
}

/**
 * The moment that a body states, whose form has been checked, in milliseconds since the epoch. `invalid_field` for
 * texts that have the form of a time but do not exist, such as the 30th of February.
 */
export function instantOf(field: string, text: string): number {
  const at_ms = parseMoment(text);
  if (at_ms !== undefined) return at_ms;
  throw new PurserError('invalid_field', { field, reason: 'is not a time that exists' });
}
