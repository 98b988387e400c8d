import { type SelectQueryBuilder, sql } from 'kysely';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import { foldText } from '../../lib/text/fold.ts';
import { isStorable } from '../../lib/text/text.ts';
import { userNameKey } from '../../lib/text/user-name.ts';
import { oneOf } from '../../storage/one-of.ts';
import { beyond, type PendingWindow } from '../../storage/pending-window.ts';
import type { Database } from '../../storage/schema.ts';
import type { Engine, Queryable, Storage } from '../../storage/storage.ts';
import { contains } from '../../storage/text-conditions.ts';
import type { Passwords } from '../logins/passwords.ts';
import type { Account, AccountState } from '../tokens/principal.ts';
import { type AccountReference, accountNamed, accountReferred, uuidsOfNames } from './account-lookup.ts';
import { type AccountRow, FLAGS, stateOf, toAccount } from './account-row.ts';

export interface AccountQuery {
  /** Id of the last account of the previous page. */
  readonly after?: number | undefined;
  readonly limit: number;
  readonly active?: boolean | undefined;
  readonly state?: AccountState | undefined;
  /** Only accounts with this cloud-wide role. */
  readonly role?: string | undefined;
  /** Part of the user name, the address or a name, in any letter case and normal form; or a whole uuid. */
  readonly search?: string | undefined;
}

type AccountSelection = SelectQueryBuilder<Database, 'accounts', AccountRow>;

/** An id in a reference: far below 2^53, and longer than any id that will be given. */
const ID = /^[0-9]{1,15}$/;

/** Reads of accounts. Nothing here changes an account. */
export class AccountReads {
  readonly #storage: Storage;
  readonly #passwords: Passwords;

  constructor({ storage, passwords }: { storage: Storage; passwords: Passwords }) {
    this.#storage = storage;
    this.#passwords = passwords;
  }

  /** Errors: `account_not_found`. */
  async get(uuid: string): Promise<Account> {
    const row = isStorable(uuid)
      ? await this.#storage.db.selectFrom('accounts').selectAll().where('uuid', '=', uuid).executeTakeFirst()
      : undefined;
    if (!row) throw new PurserError('account_not_found', { user: uuid });
    return toAccount(row);
  }

  /**
   * By id, uuid, user name or e-mail address, in this order, for operators. An address that several accounts have finds
   * none. Errors: `account_not_found`.
   */
  async find(reference: string): Promise<Account> {
    const { db } = this.#storage;
    const row = ID.test(reference)
      ? await db.selectFrom('accounts').selectAll().where('id', '=', Number(reference)).executeTakeFirst()
      : await accountReferred(db, reference);
    if (!row) throw new PurserError('account_not_found', { user: reference });
    return toAccount(row);
  }

  /** The account with this number in the database; undefined if there is none. */
  async byNumber(id: number, db: Queryable = this.#storage.db): Promise<Account | undefined> {
    const row = await db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toAccount(row);
  }

  /** The account of a user name, in any spelling; undefined if there is none. */
  async named(username: string): Promise<Account | undefined> {
    const row = await accountNamed(this.#storage.db, username);
    return row?.username_key === userNameKey(username) ? toAccount(row) : undefined;
  }

  /** Accounts in ascending order of id, at most `LIMITS.page_max`. */
  async list(query: AccountQuery): Promise<Account[]> {
    let selection: AccountSelection = this.#storage.db
      .selectFrom('accounts')
      .selectAll()
      .orderBy('id')
      .limit(Math.min(query.limit, LIMITS.page_max));
    if (query.after !== undefined) selection = selection.where('id', '>', query.after);
    if (query.active !== undefined) selection = selection.where('active', '=', query.active ? 1 : 0);
    if (query.state !== undefined) selection = inState(selection, query.state);
    if (query.role !== undefined) {
      if (!isStorable(query.role)) return [];
      selection = selection.where('id', 'in', holdersOf(this.#storage.db, query.role));
    }
    if (query.search !== undefined) {
      if (!isStorable(query.search)) return [];
      selection = matching(this.#storage.native.engine, selection, query.search);
    }
    return (await selection.execute()).map(toAccount);
  }

  /** Accounts that wait for an operator, by the time at which their address was confirmed. */
  async awaitingModeration({ order, limit, from }: PendingWindow): Promise<Account[]> {
    const direction = order === 'oldest' ? 'asc' : 'desc';
    let rows = inState(this.#storage.db.selectFrom('accounts').selectAll(), 'pending_moderation')
      .orderBy('verified_at', direction)
      .orderBy('id', direction)
      .limit(Math.min(limit, LIMITS.page_max + 1));
    if (from) rows = rows.where(beyond('verified_at', 'id', order, from));
    return (await rows.execute()).map(toAccount);
  }

  /** The user names of the accounts with these uuids, which are matched exactly. */
  async usernamesOf(uuids: readonly string[] | 'all'): Promise<Map<string, string>> {
    let selection = this.#storage.db.selectFrom('accounts').select(['uuid', 'username']);
    if (uuids !== 'all') selection = selection.where(oneOf(this.#storage, 'uuid', uuids));
    return new Map((await selection.execute()).map(({ uuid, username }) => [uuid, username]));
  }

  /**
   * The uuids of the accounts with these user names, by the requested spelling; `all`: by the user names.
   * @param options orEmail: whether an e-mail address that only one account has counts as a name
   */
  async uuidsOf(
    usernames: readonly string[] | 'all',
    { orEmail = false }: { orEmail?: boolean } = {},
  ): Promise<Map<string, string>> {
    if (usernames !== 'all') return uuidsOfNames(this.#storage, usernames, { orEmail });
    const rows = await this.#storage.db.selectFrom('accounts').select(['uuid', 'username']).execute();
    return new Map(rows.map(({ uuid, username }) => [username, uuid]));
  }

  /**
   * The account with this uuid, user name or e-mail address, in any spelling, if the password is correct. The time does
   * not depend on whether the account exists. The state of the account is not checked. Errors: `too_busy`.
   * @param address client address of the request
   */
  async verifyPassword(
    reference: AccountReference,
    password: string,
    address: string | null = null,
  ): Promise<Account | undefined> {
    const row = await accountReferred(this.#storage.db, reference);
    const matches = await this.#passwords.matches(row?.password_hash ?? null, password, address);
    return row && matches ? toAccount(row) : undefined;
  }

  /** The number of accounts in each state. */
  async counts(): Promise<Record<AccountState, number>> {
    const rows = await this.#storage.db
      .selectFrom('accounts')
      .select(['email_verified', 'moderated', 'rejected', 'active', 'deleted'])
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .groupBy(['email_verified', 'moderated', 'rejected', 'active', 'deleted'])
      .execute();
    const counts = {
      pending_verification: 0,
      pending_moderation: 0,
      rejected: 0,
      active: 0,
      inactive: 0,
      deleted: 0,
    };
    for (const { count, ...flags } of rows) counts[stateOf(flags)] += Number(count);
    return counts;
  }
}

/** Ids of the accounts with a cloud-wide role. */
function holdersOf(db: Queryable, role: string) {
  return db
    .selectFrom('role_grants')
    .innerJoin('roles', 'roles.id', 'role_grants.role_id')
    .select('role_grants.account_id')
    .where('roles.name', '=', role)
    .where('role_grants.project', '=', '');
}

function inState(selection: AccountSelection, state: AccountState): AccountSelection {
  const { email_verified, moderated, rejected, active, deleted } = FLAGS[state];
  return selection
    .where('email_verified', '=', email_verified)
    .where('moderated', '=', moderated)
    .where('rejected', '=', rejected)
    .where('active', '=', active)
    .where('deleted', '=', deleted);
}

function matching(engine: Engine, selection: AccountSelection, search: string): AccountSelection {
  const part = sql`${foldText(search)}`;
  // The domain of an address has two spellings, Unicode and punycode: the key has it in punycode.
  const address = userNameKey(search);
  return selection.where(({ or, eb }) =>
    or([
      eb('uuid', '=', search.toLowerCase()),
      contains(engine, sql`email_key`, sql`${address}`),
      contains(engine, sql`folded_username`, part),
      contains(engine, sql`folded_email`, part),
      contains(engine, sql`folded_first_name || ' ' || folded_last_name`, part),
    ]),
  );
}
