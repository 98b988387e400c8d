import { PurserError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { canonicalEmail } from './email-address.ts';
import { foldText, hasInvisible } from './fold.ts';
import { checkName } from './text.ts';

/**
 * The form in which user names are compared and looked up: the canonical form of an e-mail address, else the folded
 * text. Two names with the same key are one name. It takes any text, so that a look-up needs no check before it.
 */
export function userNameKey(text: string): string {
  return canonicalEmail(text) ?? foldText(text);
}

/** What names accounts by itself: their numbers and their uuids. */
const REFERENCE = /^(?:\d+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/**
 * Answers `name` if an account can have it: one line that begins and ends with something visible, without invisible
 * characters, of at most `LIMITS.name_length` characters, that cannot be taken for the number or the uuid of an
 * account. `invalid_field`
 */
export function checkUserName(name: string): string {
  checkName('username', name, LIMITS.name_length);
  if (hasInvisible(name) || userNameKey(name) === '') {
    throw new PurserError('invalid_field', { field: 'username', reason: 'contains invisible characters' });
  }
  if (REFERENCE.test(userNameKey(name))) {
    throw new PurserError('invalid_field', { field: 'username', reason: 'must not be a number or a uuid' });
  }
  return name;
}
