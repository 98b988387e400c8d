import { PurserError } from '../../lib/errors.ts';
import { keptEmail } from '../../lib/text/email-address.ts';
import { checkUserName, userNameKey } from '../../lib/text/user-name.ts';
import type { Queryable } from '../../storage/storage.ts';
import type { Account } from '../tokens/principal.ts';

/** How users are named, and whether this service manages them. */
export interface UserPolicy {
  /** The user name is the e-mail address. */
  readonly usernameIsEmail: boolean;
  /** Users can be created and changed here; otherwise they are managed elsewhere. */
  readonly canEditUsers: boolean;
}

export const DEFAULT_USER_POLICY: UserPolicy = { usernameIsEmail: true, canEditUsers: true };

/** The names of an account, as they are stored; without an address, `email` is empty. */
export interface AccountNames {
  readonly email: string;
  readonly username: string;
}

interface WantedNames {
  readonly email?: string | null | undefined;
  readonly username?: string | undefined;
}

/**
 * The names of a new account. A user has an address, which is also the user name unless another one is given. A
 * service account has a user name that is not an address, and no address. Errors: `email_invalid`, `invalid_field`.
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

/** The changed names of an account, for the requested ones. Errors: those of `newNames`. */
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
 * Refuses names of other accounts. A user name must not be another account's name or address; several accounts can have
 * one address where user names are not addresses. Errors: `email_taken`, `username_taken`.
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

/**
 * Refuses a user name that a person chooses and that is the address of another person: it would reveal whether that
 * address has an account, and keep its owner from creating one. Errors: `invalid_field`.
 */
export function refuseForeignAddress(username: string | undefined, email: string | null): void {
  if (username === undefined || !username.includes('@')) return;
  if (email !== null && userNameKey(username) === userNameKey(email)) return;
  throw new PurserError('invalid_field', { field: 'username', reason: 'must not contain @' });
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
