import { type SelectQueryBuilder, sql } from 'kysely';
import { type Actor, THE_SERVICE, traceOf } from '../audit/actor.ts';
import type { Audit } from '../audit/audit.ts';
import type { Clock } from '../lib/clock.ts';
import { PurserError } from '../lib/errors.ts';
import { foldText } from '../lib/fold.ts';
import { LIMITS } from '../lib/limits.ts';
import type { Secrets } from '../lib/secrets.ts';
import { checkLine, checkText, isStorable } from '../lib/text.ts';
import { userNameKey } from '../lib/user-name.ts';
import { isUniqueViolation } from '../storage/conflicts.ts';
import { oneOf } from '../storage/one-of.ts';
import { forUpdate } from '../storage/row-locks.ts';
import type { Database } from '../storage/schema.ts';
import type { Engine, Queryable, Storage, Transaction } from '../storage/storage.ts';
import { contains } from '../storage/text-conditions.ts';
import type { AccountChanges } from './account-changes.ts';
import { type AccountReference, accountNamed, accountReferred, uuidsOfNames } from './account-lookup.ts';
import {
  type AccountNames,
  changedNames,
  DEFAULT_USER_POLICY,
  newNames,
  refuseTakenNames,
  type UserPolicy,
} from './account-names.ts';
import { type AccountRow, type AccountUpdateRow, STANDING, stateOf, toAccount } from './account-row.ts';
import { type AccountTransition, refusalOf, TRANSITIONS } from './account-transitions.ts';
import type { HashedPassword, Passwords } from './passwords.ts';
import type { Account, AccountState } from './principal.ts';

export interface NewAccount {
  /** Null for a service account. */
  readonly email: string | null;
  /** The lower-cased e-mail address, if left out. */
  readonly username?: string | undefined;
  /** Whether it is a program's: without an address, mails and a project of its own. */
  readonly service?: boolean | undefined;
  readonly firstName: string;
  readonly lastName: string;
  /** Without one, the account has no login by password. */
  readonly password?: string | HashedPassword | undefined;
  /** The password has to be replaced at the first web login. */
  readonly passwordOnce?: boolean | undefined;
  readonly affiliation?: string | undefined;
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
  /** Uuid of a project; that the account may use it is for the caller to know. Null: the system project. */
  readonly defaultProject?: string | null | undefined;
}

export interface AccountQuery {
  /** Id of the last account of the page before. */
  readonly after?: number | undefined;
  readonly limit: number;
  readonly active?: boolean | undefined;
  readonly state?: AccountState | undefined;
  /** Only those who have this role on the whole cloud. */
  readonly role?: string | undefined;
  /** Part of the user name, the address or a name, in any letter case and normal form; or a whole uuid. */
  readonly search?: string | undefined;
}

type NewAccountRow = Pick<
  AccountRow,
  | 'email'
  | 'username'
  | 'service'
  | 'first_name'
  | 'last_name'
  | 'affiliation'
  | 'password_hash'
  | 'password_once'
>;
type AccountSelection = SelectQueryBuilder<Database, 'accounts', AccountRow>;

/** Far below 2^53, and longer than any id that will be given. */
const ID = /^[0-9]{1,15}$/;

/**
 * The accounts of people and what becomes of them (spec identity 2.1, 3.1). Every change is recorded as the deed of
 * `by`, which is the service itself where nobody is named.
 */
export class Accounts {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #secrets: Secrets;
  readonly #passwords: Passwords;
  readonly #changes: AccountChanges;
  readonly #audit: Audit;
  readonly #policy: UserPolicy;

  constructor(deps: {
    storage: Storage;
    clock: Clock;
    secrets: Secrets;
    passwords: Passwords;
    changes: AccountChanges;
    audit: Audit;
    policy?: UserPolicy;
  }) {
    this.#storage = deps.storage;
    this.#clock = deps.clock;
    this.#secrets = deps.secrets;
    this.#passwords = deps.passwords;
    this.#changes = deps.changes;
    this.#audit = deps.audit;
    this.#policy = deps.policy ?? DEFAULT_USER_POLICY;
  }

  /** How people are named, and whether this service says who they are. */
  get policy(): UserPolicy {
    return this.#policy;
  }

  /**
   * Registers an address; the account waits for its verification. It replaces accounts of the same name or address
   * that were never verified. Errors: `users_not_editable` for people who are managed elsewhere; `email_invalid`;
   * `email_taken`, `username_taken` if a verified account has them; `invalid_field` for names and password.
   */
  async create(input: NewAccount, tx?: Transaction): Promise<Account> {
    const values = await this.#valuesOf(input, THE_SERVICE);
    return this.#within(tx, (inner) => this.#insert(inner, values));
  }

  /**
   * Creates an account that is verified, accepted and active at once, in one transaction: operators' `user add`.
   * The terms of service are left for the person to sign.
   */
  async createActive(
    input: NewAccount,
    acceptedPolicy = 'manual',
    tx?: Transaction,
    by: Actor = THE_SERVICE,
  ): Promise<Account> {
    const values = await this.#valuesOf(input, by);
    return this.#within(tx, async (inner) => {
      const { uuid } = await this.#insert(inner, values);
      await this.#pass(inner, uuid, 'verify', null, by);
      return this.#pass(inner, uuid, 'accept', acceptedPolicy, by);
    });
  }

  /** The address is the person's own; the account now waits for its moderation. `account_already_verified` */
  verify(uuid: string, by: Actor = THE_SERVICE): Promise<Account> {
    return this.#storage.transaction((tx) => this.#pass(tx, uuid, 'verify', null, by));
  }

  /**
   * Accepts and activates an account, also one that was rejected. Whoever registered with `onAccepted` takes part:
   * the system project comes into being in the same transaction.
   * Errors: `account_already_moderated`, `account_not_verified`.
   * @param policy what led to it: `manual`, `auto_moderation`, `email`, …
   */
  accept(uuid: string, policy: string, by: Actor = THE_SERVICE): Promise<Account> {
    return this.#storage.transaction((tx) => this.#pass(tx, uuid, 'accept', policy, by));
  }

  /** Errors: `account_already_moderated`, `account_already_active`, `account_not_verified`. */
  async reject(uuid: string, reason: string, by: Actor = THE_SERVICE): Promise<Account> {
    checkText('reason', reason, LIMITS.text_length);
    return this.#storage.transaction((tx) => this.#pass(tx, uuid, 'reject', reason, by));
  }

  /** Errors: `account_not_verified`, `account_not_moderated`, `account_rejected`, `account_already_active`. */
  activate(uuid: string, by: Actor = THE_SERVICE, tx?: Transaction): Promise<Account> {
    return this.#within(tx, (inner) => this.#pass(inner, uuid, 'activate', null, by));
  }

  /**
   * Takes an account out of service; repeated, it only replaces the reason.
   * Errors: `account_not_verified`, `account_not_moderated`, `account_rejected`, `last_admin`.
   */
  async deactivate(
    uuid: string,
    reason: string,
    by: Actor = THE_SERVICE,
    tx?: Transaction,
  ): Promise<Account> {
    checkText('reason', reason, LIMITS.text_length);
    return this.#within(tx, (inner) => this.#pass(inner, uuid, 'deactivate', reason, by));
  }

  /**
   * Deletes an account that was never accepted, with what hangs on it. Others have used resources and signed what they
   * did, so they are deactivated instead. Errors: `account_not_found`, `account_accepted`.
   */
  remove(uuid: string, by: Actor = THE_SERVICE): Promise<void> {
    return this.#storage.transaction(async (tx) => {
      const { state, username, acceptedPolicy } = toAccount(await this.#locked(tx, uuid));
      if (state === 'active' || state === 'inactive' || acceptedPolicy !== null) {
        throw new PurserError('account_accepted', { user: uuid });
      }
      await tx.db.deleteFrom('accounts').where('uuid', '=', uuid).execute();
      this.#changes.changed(tx, uuid);
      await this.#record(tx, by, 'remove', uuid, { state, username }, {});
    });
  }

  /** How many accounts there are in each state. */
  async counts(): Promise<Record<AccountState, number>> {
    const rows = await this.#storage.db
      .selectFrom('accounts')
      .select(['email_verified', 'moderated', 'rejected', 'active'])
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .groupBy(['email_verified', 'moderated', 'rejected', 'active'])
      .execute();
    const counts = { pending_verification: 0, pending_moderation: 0, rejected: 0, active: 0, inactive: 0 };
    for (const { count, ...standing } of rows) counts[stateOf(standing)] += Number(count);
    return counts;
  }

  /**
   * Changes what is given and leaves the rest. Where the user name is the e-mail address, both change together. A
   * new password ends what came of logins with the old one. Within a transaction, give the password hashed, so that
   * the transaction does not wait for that.
   * Errors: `account_not_found`, `users_not_editable` for people who are managed elsewhere, `email_invalid`,
   * `email_taken`, `username_taken`, `invalid_field`.
   */
  async update(
    uuid: string,
    changes: AccountUpdate,
    by: Actor = THE_SERVICE,
    within?: Transaction,
  ): Promise<Account> {
    const values = await this.#updateOf(changes);
    try {
      return await this.#within(within, async (tx) => {
        const before = toAccount(await this.#locked(tx, uuid));
        const names = changedNames(before, changes, this.#policy);
        if (Object.keys({ ...values, ...names }).some((column) => column !== 'default_project')) {
          this.#refuseUneditable(before.service, by);
        }
        if (Object.keys(names).length > 0) {
          const { email, username } = before;
          await this.#refuseTaken(tx, { email: email ?? '', username, ...names }, before.id);
        }
        const after = await this.#write(tx, uuid, { ...values, ...names });
        if (changes.password !== undefined) await this.#changes.passwordChanged(tx, after);
        await this.#record(tx, by, 'update', uuid, told(before, changes), told(after, changes));
        return after;
      });
    } catch (error) {
      throw isUniqueViolation(error) ? takenOf(changes) : error;
    }
  }

  /** `account_not_found` */
  async get(uuid: string): Promise<Account> {
    const row = isStorable(uuid)
      ? await this.#storage.db.selectFrom('accounts').selectAll().where('uuid', '=', uuid).executeTakeFirst()
      : undefined;
    if (!row) throw new PurserError('account_not_found', { user: uuid });
    return toAccount(row);
  }

  /**
   * By number, uuid, user name or e-mail address, in this order, for operators. An address of several accounts names
   * none. `account_not_found`
   */
  async find(reference: string): Promise<Account> {
    const { db } = this.#storage;
    const row = ID.test(reference)
      ? await db.selectFrom('accounts').selectAll().where('id', '=', Number(reference)).executeTakeFirst()
      : await accountReferred(db, reference);
    if (!row) throw new PurserError('account_not_found', { user: reference });
    return toAccount(row);
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

  /** The user names of those of the uuids that exist; matched exactly. */
  async usernamesOf(uuids: readonly string[] | 'all'): Promise<Map<string, string>> {
    let selection = this.#storage.db.selectFrom('accounts').select(['uuid', 'username']);
    if (uuids !== 'all') selection = selection.where(oneOf(this.#storage, 'uuid', uuids));
    return new Map((await selection.execute()).map(({ uuid, username }) => [uuid, username]));
  }

  /**
   * The uuids of those of the user names that exist, by the spelling that was asked for; `all`: by the user names.
   * @param options orEmail: whether an e-mail address that one account alone has names it too
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
   * The account of this uuid, user name or e-mail address, in any spelling, if the password is its. It takes the same
   * time whether the account exists or not. The account's state is not judged. `too_busy` if too many wait.
   * @param address where the request came from
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

  /** Remembers that the account's holder has just logged in. */
  noteLogin(uuid: string, within?: Transaction): Promise<void> {
    return this.#within(within, async (tx) => {
      const last_login_at = this.#clock.now();
      await tx.db.updateTable('accounts').set({ last_login_at }).where('uuid', '=', uuid).execute();
      this.#changes.changed(tx, uuid);
    });
  }

  /** Signs the current terms of service; without any, nothing changes. */
  signTerms(uuid: string, within?: Transaction): Promise<Account> {
    return this.#within(within, async (tx) => {
      const account = toAccount(await this.#locked(tx, uuid));
      const { id } = await tx.db
        .selectFrom('terms')
        .select(({ fn }) => fn.max('id').as('id'))
        .executeTakeFirstOrThrow();
      if (id === null) return account;
      return this.#write(tx, uuid, { terms_signed: Number(id), terms_signed_at: this.#clock.now() });
    });
  }

  #within<T>(tx: Transaction | undefined, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return tx ? work(tx) : this.#storage.transaction(work);
  }

  /**
   * Makes their own project the default again of those whose default was this one: of one account, or of all.
   * @internal for projects
   */
  async forgetDefaultProject(tx: Transaction, project: string, accountUuid?: string): Promise<void> {
    let rows = tx.db
      .updateTable('accounts')
      .set({ default_project: sql<string | null>`CASE WHEN service = 1 THEN NULL ELSE uuid END` })
      .where('default_project', '=', project)
      .where('uuid', '<>', project);
    if (accountUuid !== undefined) rows = rows.where('uuid', '=', accountUuid);
    const { numUpdatedRows } = await rows.executeTakeFirst();
    if (numUpdatedRows > 0n) this.#changes.changed(tx, accountUuid ?? 'everyone');
  }

  /** The columns of a new account. The password is hashed here, while no transaction is kept waiting for it. */
  async #valuesOf(input: NewAccount, by: Actor): Promise<NewAccountRow> {
    const service = input.service ?? false;
    this.#refuseUneditable(service, by);
    return {
      ...newNames({ ...input, service }, this.#policy),
      service: service ? 1 : 0,
      first_name: checkLine('first_name', input.firstName, LIMITS.person_name_length),
      last_name: checkLine('last_name', input.lastName, LIMITS.person_name_length),
      affiliation: affiliationOf(input.affiliation),
      password_hash: input.password === undefined ? null : (await this.#passwords.hashed(input.password)).phc,
      password_once: input.passwordOnce ? 1 : 0,
    };
  }

  async #updateOf(changes: AccountUpdate): Promise<AccountUpdateRow> {
    const { firstName, lastName, affiliation, password, defaultProject } = changes;
    const values: AccountUpdateRow = {};
    if (firstName !== undefined) {
      values.first_name = checkLine('first_name', firstName, LIMITS.person_name_length);
    }
    if (lastName !== undefined)
      values.last_name = checkLine('last_name', lastName, LIMITS.person_name_length);
    if (affiliation !== undefined) values.affiliation = affiliationOf(affiliation);
    if (defaultProject !== undefined) {
      values.default_project =
        defaultProject === null ? null : checkLine('default_project', defaultProject, LIMITS.name_length);
    }
    if (password !== undefined) {
      values.password_hash = (await this.#passwords.hashed(password)).phc;
      values.password_once = changes.passwordOnce ? 1 : 0;
    }
    return values;
  }

  async #insert(tx: Transaction, values: NewAccountRow): Promise<Account> {
    const { email, username } = values;
    const keys = [userNameKey(username), ...(email === '' ? [] : [userNameKey(email)])];
    const unverified = await tx.db
      .deleteFrom('accounts')
      .where(({ or, eb }) => or([eb('username_key', 'in', keys), eb('email_key', 'in', keys)]))
      .where('email_verified', '=', 0)
      .returning('uuid')
      .execute();
    for (const { uuid } of unverified) this.#changes.changed(tx, uuid);
    await this.#refuseTaken(tx, values, 0);
    const now_ms = this.#clock.now();
    const row = await tx.db
      .insertInto('accounts')
      .values({
        ...values,
        ...STANDING.pending_verification,
        uuid: this.#secrets.uuid(),
        created_at: now_ms,
        updated_at: now_ms,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!row) throw takenOf({ email: email === '' ? undefined : email, username });
    return toAccount(row);
  }

  /** Takes an account through a transition of its life, together with those who take part in it. */
  async #pass(
    tx: Transaction,
    uuid: string,
    transition: AccountTransition,
    text: string | null,
    by: Actor,
  ): Promise<Account> {
    const before = toAccount(await this.#locked(tx, uuid));
    const refusal = refusalOf(transition, before);
    if (refusal) throw new PurserError(refusal, { user: uuid });
    const account = await this.#write(
      tx,
      uuid,
      TRANSITIONS[transition].effect(before, this.#clock.now(), text),
    );
    await this.#record(tx, by, transition, uuid, { state: before.state }, { state: account.state }, text);
    if (transition === 'accept') await this.#changes.accepted(tx, account);
    if (transition === 'activate') await this.#changes.activated(tx, account);
    if (transition === 'deactivate' && before.active)
      await this.#changes.deactivated(tx, account, text ?? '');
    return account;
  }

  #record(
    tx: Transaction,
    by: Actor,
    verb: string,
    subject: string,
    before: Record<string, unknown>,
    after: Record<string, unknown>,
    reason: string | null = null,
  ): Promise<void> {
    const action = `account.${verb}`;
    return this.#audit.record(tx, { ...traceOf(by), action, subject, before, after, reason });
  }

  async #write(tx: Transaction, uuid: string, values: AccountUpdateRow): Promise<Account> {
    const row = await tx.db
      .updateTable('accounts')
      .set({ ...values, updated_at: this.#clock.now() })
      .where('uuid', '=', uuid)
      .returningAll()
      .executeTakeFirstOrThrow();
    this.#changes.changed(tx, uuid);
    return toAccount(row);
  }

  async #locked(tx: Transaction, uuid: string): Promise<AccountRow> {
    const row = isStorable(uuid)
      ? await forUpdate(
          this.#storage,
          tx.db.selectFrom('accounts').selectAll().where('uuid', '=', uuid),
        ).executeTakeFirst()
      : undefined;
    if (!row) throw new PurserError('account_not_found', { user: uuid });
    return row;
  }

  #refuseTaken(tx: Transaction, names: AccountNames, except: number): Promise<void> {
    return refuseTakenNames(tx.db, names, { except, usernameIsEmail: this.#policy.usernameIsEmail });
  }

  /** Programs, and what this service does by itself, such as the first administrator, are its own business. */
  #refuseUneditable(service: boolean, by: Actor): void {
    if (this.#policy.canEditUsers || service || by === THE_SERVICE) return;
    throw new PurserError('users_not_editable');
  }
}

/** What another one has taken in the same moment. */
function takenOf({ email, username }: AccountUpdate): PurserError {
  return email === undefined
    ? new PurserError('username_taken', { username })
    : new PurserError('email_taken', { email });
}

function affiliationOf(affiliation: string | null | undefined): string | null {
  return affiliation == null ? null : checkLine('affiliation', affiliation, LIMITS.name_length);
}

/** Ids of the accounts that have a role on the whole cloud. */
function holdersOf(db: Queryable, role: string) {
  return db
    .selectFrom('role_grants')
    .innerJoin('roles', 'roles.id', 'role_grants.role_id')
    .select('role_grants.account_id')
    .where('roles.name', '=', role)
    .where('role_grants.project', '=', '');
}

function inState(selection: AccountSelection, state: AccountState): AccountSelection {
  const { email_verified, moderated, rejected, active } = STANDING[state];
  return selection
    .where('email_verified', '=', email_verified)
    .where('moderated', '=', moderated)
    .where('rejected', '=', rejected)
    .where('active', '=', active);
}

function matching(engine: Engine, selection: AccountSelection, search: string): AccountSelection {
  const part = sql`${foldText(search)}`;
  return selection.where(({ or, eb }) =>
    or([
      eb('uuid', '=', search.toLowerCase()),
      contains(engine, sql`folded_username`, part),
      contains(engine, sql`folded_email`, part),
      contains(engine, sql`folded_first_name || ' ' || folded_last_name`, part),
    ]),
  );
}

/** What a record tells of an account, of the fields that changes name; a password only that it changed. */
function told(account: Account, changes: AccountUpdate): Record<string, unknown> {
  const { password, passwordOnce: _, ...fields } = changes;
  const shown = Object.keys(fields).map((field) => [field, account[field as keyof Account]]);
  return {
    ...Object.fromEntries(shown),
    ...(password !== undefined && { password: 'not shown' }),
  };
}
