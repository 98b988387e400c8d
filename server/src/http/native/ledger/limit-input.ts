import { parseQuantity } from '@purser/text/quantity';
import { PurserError } from '../../../lib/errors.ts';
import { asInteger } from '../../../lib/text/json.ts';

/** A limit that passed the schema: an integer, or a text with a unit. `invalid_field` if the text is not a limit. */
export function limitOf(field: string, value: number | bigint | string): bigint {
  const limit = typeof value === 'string' ? parseQuantity(value) : asInteger(value);
  if (limit !== undefined) return limit;
  const reason = 'is not a valid limit; use an integer, a quantity such as 10GiB, or inf';
  throw new PurserError('invalid_field', { field, reason });
}
