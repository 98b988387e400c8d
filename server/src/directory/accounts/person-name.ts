import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import { checkLine } from '../../lib/text/text.ts';

/** Answers the first or last name of a person if it is one line that is not blank; otherwise throws `invalid_field`. */
export function personName(field: 'first_name' | 'last_name', name: string): string {
  if (name.trim() === '') throw new PurserError('invalid_field', { field, reason: 'must not be empty' });
  return checkLine(field, name, LIMITS.person_name_length);
}
