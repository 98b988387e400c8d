import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import { checkLine } from '../../lib/text/text.ts';
import type { HashedPassword, Passwords } from '../logins/passwords.ts';
import type { Basis } from '../tokens/credential-basis.ts';
import type { Account } from '../tokens/principal.ts';
import { newNames, type UserPolicy } from './account-names.ts';
import type { AccountRow, AccountUpdateRow } from './account-row.ts';

export interface NewAccount {
  /** Null for a service account. */
  readonly email: string | null;
  /** Default: the lower-cased e-mail address. */
  readonly username?: string | undefined;
  /** Whether it is a service account: without an address, mails and a project of its own. */
  readonly service?: boolean | undefined;
  readonly firstName: string;
  /** Default: empty. */
  readonly lastName?: string | undefined;
  /** Without one, the account has no login by password. */
  readonly password?: string | HashedPassword | undefined;
  /** The password has to be replaced at the first web login. */
  readonly passwordOnce?: boolean | undefined;
  readonly affiliation?: string | undefined;
  readonly language?: string | undefined;
}

export interface AccountUpdate {
  readonly email?: string | undefined;
  readonly username?: string | undefined;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly password?: string | HashedPassword | undefined;
  /** The password has to be replaced at the next web login. */
  readonly passwordOnce?: boolean | undefined;
  readonly affiliation?: string | null | undefined;
  readonly language?: string | null | undefined;
  /** Uuid of a project; the caller checks that the account may use it. Null: the system project. */
  readonly defaultProject?: string | null | undefined;
  /** Ends all tokens and application credentials, not only those from logins with the old password. */
  readonly endAll?: boolean | undefined;
  /** The credential that authorised the change. If it has ended by the time of the change, nothing changes. */
  readonly basis?: Basis | undefined;
}

export type NewAccountRow = Pick<
  AccountRow,
  | 'email'
  | 'username'
  | 'service'
  | 'first_name'
  | 'last_name'
  | 'affiliation'
  | 'password_hash'
  | 'password_once'
  | 'language'
>;

/**
 * The columns of a new account. Hashes the password, so call it outside of transactions.
 * Errors: `email_invalid`, `invalid_field`.
 */
export async function newAccountRow(
  input: NewAccount,
  { policy, passwords }: { policy: UserPolicy; passwords: Passwords },
): Promise<NewAccountRow> {
  const { service = false, password } = input;
  return {
    ...newNames({ ...input, service }, policy),
    service: service ? 1 : 0,
    first_name: personName('first_name', input.firstName),
    last_name: input.lastName === undefined ? '' : personName('last_name', input.lastName),
    affiliation: affiliationOf(input.affiliation),
    password_hash: password === undefined ? null : (await passwords.hashed(password)).phc,
    password_once: input.passwordOnce ? 1 : 0,
    language: languageOf(input.language ?? null),
  };
}

/** The columns that an update changes, except names. Hashes the password. Errors: `invalid_field`. */
export async function updatedAccountRow(
  changes: AccountUpdate,
  { passwords, now_ms }: { passwords: Passwords; now_ms: number },
): Promise<AccountUpdateRow> {
  const { firstName, lastName, affiliation, password, defaultProject } = changes;
  const values: AccountUpdateRow = {};
  if (firstName !== undefined) values.first_name = personName('first_name', firstName);
  if (lastName !== undefined) values.last_name = personName('last_name', lastName);
  if (changes.language !== undefined) values.language = languageOf(changes.language);
  if (affiliation !== undefined) values.affiliation = affiliationOf(affiliation);
  if (defaultProject !== undefined) {
    values.default_project =
      defaultProject === null ? null : checkLine('default_project', defaultProject, LIMITS.name_length);
  }
  if (password !== undefined) {
    values.password_hash = (await passwords.hashed(password)).phc;
    values.password_once = changes.passwordOnce ? 1 : 0;
    values.password_changed_at = now_ms;
  }
  return values;
}

/** The values of the changed fields for the audit record; of a password only that it changed. */
export function recordedFields(account: Account, changes: AccountUpdate): Record<string, unknown> {
  const { password, endAll, passwordOnce: _, basis: _basis, ...fields } = changes;
  const shown = Object.keys(fields).map((field) => [field, account[field as keyof Account]]);
  return {
    ...Object.fromEntries(shown),
    ...(password !== undefined && { password: 'not shown' }),
    ...(endAll && { endAll }),
  };
}

/** A first or last name: one line that is not blank. Errors: `invalid_field`. */
function personName(field: 'first_name' | 'last_name', name: string): string {
  if (name.trim() === '') throw new PurserError('invalid_field', { field, reason: 'must not be empty' });
  return checkLine(field, name, LIMITS.person_name_length);
}

/** Languages of mails and pages. */
const LANGUAGES: readonly string[] = ['en', 'el'];

/** Errors: `invalid_field`. */
function languageOf(language: string | null): string | null {
  if (language === null || LANGUAGES.includes(language)) return language;
  throw new PurserError('invalid_field', {
    field: 'language',
    reason: `must be one of ${LANGUAGES.join(', ')}`,
  });
}

function affiliationOf(affiliation: string | null | undefined): string | null {
  return affiliation == null ? null : checkLine('affiliation', affiliation, LIMITS.name_length);
}
