import { PurserError } from '../../lib/errors.ts';
import { keptEmail } from '../../lib/text/email-address.ts';
import { checkUserName, userNameKey } from '../../lib/text/user-name.ts';
import type { Queryable } from '../../storage/storage.ts';
import type { Account } from '../tokens/principal.ts';

/** How people are named, and whether this service says who they are. */
export interface UserPolicy {
  /** The user name of a person is the e-mail address. */
  readonly usernameIsEmail: boolean;
  /** People can be created and changed here; otherwise they are managed elsewhere. */
  readonly canEditUsers: boolean;
}

export const DEFAULT_USER_POLICY: UserPolicy = { usernameIsEmail: true, canEditUsers: true };

/** What an account is known by, as it is stored: an account without an address has the empty text. */
export interface AccountNames {
  readonly email: string;
  readonly username: string;
}

interface WantedNames {
  readonly email?: string | null | undefined;
  readonly username?: string | undefined;
}

/**
 * The names of a new account. A person has an address, which is the user name too unless another one is given. A
 * service account has a user name that is not an address, and has no address. Errors: `email_invalid`, `invalid_field`.
 */
export function newNames(
  wanted: WantedNames & { readonly service: boolean },
  policy: UserPolicy,
): AccountNames {
  const { email = null, username, service } = wanted;
  if (service) {
    if (email !== null)
      throw new PurserError('invalid_field', { field: 'email', reason: 'a service account has none' });
    return { email: '', username: checkServiceName(username) };
  }
  const kept = checkEmail(email ?? '');
  if (username === undefined || userNameKey(username) === userNameKey(kept)) {
    return { email: kept, username: kept.toLowerCase() };
  }
  if (policy.usernameIsEmail) throw notTheAddress();
  return { email: kept, username: checkUserName(username) };
}

/** The names of an account that change, given those that are wanted. Errors as of `newNames`. */
export function changedNames(
  account: Account,
  { email, username }: WantedNames,
  { usernameIsEmail }: UserPolicy,
): Partial<AccountNames> {
  if (account.service) {
    if (email != null)
      throw new PurserError('invalid_field', { field: 'email', reason: 'a service account has none' });
    return username === undefined ? {} : { username: checkServiceName(username) };
  }
  if (email === null) throw new PurserError('email_invalid', { email: '' });
  const kept = email === undefined ? undefined : checkEmail(email);
  if (!usernameIsEmail) {
    return {
      ...(kept !== undefined && { email: kept }),
      ...(username !== undefined && { username: checkUserName(username) }),
    };
  }
  const address = kept ?? account.email ?? '';
  if (username !== undefined && userNameKey(username) !== userNameKey(address)) throw notTheAddress();
  return kept === undefined ? {} : { email: kept, username: kept.toLowerCase() };
}

/**
 * Refuses names by which another account is known. A user name is never another account's name or address; an address
 * can be that of several accounts where user names are not addresses. Errors: `email_taken`, `username_taken`.
 */
export async function refuseTakenNames(
  db: Queryable,
  { email, username }: AccountNames,
  { except, usernameIsEmail }: { readonly except: number; readonly usernameIsEmail: boolean },
): Promise<void> {
  const [byName, byAddress] = [userNameKey(username), email === '' ? null : userNameKey(email)];
  const keys = [byName, ...(byAddress === null ? [] : [byAddress])];
  const others = await db
    .selectFrom('accounts')
    .select(['username_key', 'email_key'])
    .where(({ or, eb }) => or([eb('username_key', 'in', keys), eb('email_key', 'in', keys)]))
    .where('id', '<>', except)
    .execute();
  for (const other of others) {
    const sharesAddress = byAddress !== null && other.email_key === byAddress;
    if (byAddress !== null && (other.username_key === byAddress || (sharesAddress && usernameIsEmail))) {
      throw new PurserError('email_taken', { email });
    }
    if (other.username_key === byName || other.email_key === byName) {
      throw new PurserError('username_taken', { username });
    }
  }
}

function checkEmail(email: string): string {
  const kept = keptEmail(email);
  if (kept === undefined) throw new PurserError('email_invalid', { email });
  return kept;
}

function checkServiceName(username: string | undefined): string {
  if (username === undefined) {
    throw new PurserError('invalid_field', { field: 'username', reason: 'a service account needs one' });
  }
  if (keptEmail(username.trim()) !== undefined) {
    throw new PurserError('invalid_field', {
      field: 'username',
      reason: 'a service account has no e-mail address',
    });
  }
  return checkUserName(username);
}

function notTheAddress(): PurserError {
  return new PurserError('invalid_field', { field: 'username', reason: 'must be the e-mail address' });
}
