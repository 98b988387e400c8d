import { type SelectQueryBuilder, sql } from 'kysely';
import { type Actor, THE_SERVICE, traceOf } from '../../audit/actor.ts';
import type { Audit } from '../../audit/audit.ts';
import type { Clock } from '../../lib/clock.ts';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Secrets } from '../../lib/secrets.ts';
import { foldText } from '../../lib/text/fold.ts';
import { checkLine, checkText, isStorable } from '../../lib/text/text.ts';
import { userNameKey } from '../../lib/text/user-name.ts';
import { isUniqueViolation } from '../../storage/conflicts.ts';
import { oneOf } from '../../storage/one-of.ts';
import { forUpdate } from '../../storage/row-locks.ts';
import type { Database } from '../../storage/schema.ts';
import type { Engine, Queryable, Storage, Transaction } from '../../storage/storage.ts';
import { contains } from '../../storage/text-conditions.ts';
import type { HashedPassword, Passwords } from '../logins/passwords.ts';
import { type Basis, refuseWithoutBasis } from '../tokens/credential-basis.ts';
import type { Account, AccountState } from '../tokens/principal.ts';
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
import { authorityOf } from './account-standing.ts';
import { type AccountTransition, refusalOf, TRANSITIONS } from './account-transitions.ts';
import { personName } from './person-name.ts';

export interface NewAccount {
  /** Null for a service account. */
  readonly email: string | null;
  /** The lower-cased e-mail address, if left out. */
  readonly username?: string | undefined;
  /** Whether it is a program's: without an address, mails and a project of its own. */
  readonly service?: boolean | undefined;
  readonly firstName: string;
  /** Left out where it is not known: it is empty then. */
  readonly lastName?: string | undefined;
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
  /** Ends all tokens and application credentials, and not only what came of logins with the old password. */
  readonly endAll?: boolean | undefined;
  /** What was shown for it. If that has ended by the time of the change, nothing changes. */
  readonly basis?: Basis | undefined;
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
 * The accounts of people and what becomes of them (account-v1 §6). Every change is recorded as the deed of
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
    return this.#moderate(uuid, 'accept', policy, by);
  }

  /** Errors: `account_already_moderated`, `account_already_active`, `account_not_verified`. */
  async reject(uuid: string, reason: string, by: Actor = THE_SERVICE): Promise<Account> {
    checkText('reason', reason, LIMITS.text_length);
    return this.#moderate(uuid, 'reject', reason, by);
  }

  /**
   * Brings an account back. What it had of tokens and application credentials does not come back.
   * Errors: `account_not_verified`, `account_not_moderated`, `account_rejected`, `account_already_active`;
   * `account_ended` for a delegate where an operator or the owner has ended it.
   */
  activate(uuid: string, by: Actor = THE_SERVICE, tx?: Transaction): Promise<Account> {
    return this.#within(tx, (inner) => this.#pass(inner, uuid, 'activate', null, by));
  }

  /**
   * Takes an account out of service and ends its tokens and application credentials for good; repeated, it only
   * replaces the reason, and the authority where the new one is stronger.
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
   * Deactivates an account that was accepted, and marks it as deleted: it is sent no mails about its password and
   * no invitations. What it used and signed stays on record. Errors: as of `deactivate`.
   */
  async delete(uuid: string, reason: string, by: Actor = THE_SERVICE): Promise<Account> {
    checkText('reason', reason, LIMITS.text_length);
    return this.#storage.transaction((tx) => this.#pass(tx, uuid, 'delete', reason, by));
  }

  /**
   * Deletes an account that was never accepted, with what hangs on it. Others have used resources and signed what they
   * did, so they are deactivated instead. Errors: `account_not_found`, `account_accepted`.
   */
  remove(uuid: string, by: Actor = THE_SERVICE): Promise<void> {
    return this.#storage.transaction(async (tx) => {
      const { state, username, acceptedPolicy } = toAccount(await this.#locked(tx, uuid));
      if (state === 'active' || state === 'inactive' || state === 'deleted' || acceptedPolicy !== null) {
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
    for (const { count, ...standing } of rows) counts[stateOf(standing)] += Number(count);
    return counts;
  }

  /**
   * Changes what is given and leaves the rest. Where the user name is the e-mail address, both change together. A
   * new password ends what came of logins with the old one, and links that were mailed to change the account. The
   * old address is written to when the address changes. Within a transaction, give the password hashed, so that the
   * transaction does not wait for that.
   * Errors: `account_not_found`, `users_not_editable` for people who are managed elsewhere, `email_invalid`,
   * `email_taken`, `username_taken`, `invalid_field`; with a basis `credentials_wrong`, `token_unknown`.
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
        if (changes.basis) await refuseWithoutBasis(tx, before.id, changes.basis);
        const names = changedNames(before, changes, this.#policy);
        if (Object.keys({ ...values, ...names }).some((column) => column !== 'default_project')) {
          this.#refuseUneditable(before.service, by);
        }
        if (Object.keys(names).length > 0) {
          const { email, username } = before;
          await this.#refuseTaken(tx, { email: email ?? '', username, ...names }, before.id);
        }
        const after = await this.#write(tx, uuid, { ...values, ...names });
        await this.#record(tx, by, 'update', uuid, told(before, changes), told(after, changes));
        const { password, endAll = false } = changes;
        if (password !== undefined || endAll) await this.#changes.passwordChanged(tx, after, endAll);
        if (before.email !== null && userNameKey(before.email) !== userNameKey(after.email ?? '')) {
          await this.#changes.emailChanged(tx, after, { from: before, by });
        }
        return after;
      });
    } catch (error) {
      throw isUniqueViolation(error) ? takenOf(changes) : error;
    }
  }

  /**
   * Gives an account the address back that it had before a change which its owner did not want. All logins end, and
   * all tokens and application credentials that were made since the change. The password is void, so that the owner
   * has to ask for another one: whoever changed the address may know it. Errors: `account_not_found`, `account_ended`, `email_taken`.
   */
  async restoreEmail(uuid: string, email: string, since_ms: number, by: Actor): Promise<Account> {
    return this.#storage.transaction(async (tx) => {
      const before = toAccount(await this.#locked(tx, uuid));
      if (before.endedBy !== null) throw new PurserError('account_ended', { user: uuid });
      const values = {
        email: '',
        username: before.username,
        ...changedNames(before, { email }, this.#policy),
      };
      await this.#refuseTaken(tx, values, before.id);
      const after = await this.#write(tx, uuid, {
        ...values,
        password_hash: null,
        password_once: 0,
        password_changed_at: this.#clock.now(),
      });
      await this.#record(tx, by, 'restore_email', uuid, told(before, { email }), {
        ...told(after, { email }),
        password: 'void',
      });
      await this.#changes.emailRestored(tx, after, since_ms);
      return after;
    });
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
      first_name: personName('first_name', input.firstName),
      last_name: input.lastName === undefined ? '' : personName('last_name', input.lastName),
      affiliation: affiliationOf(input.affiliation),
      password_hash: input.password === undefined ? null : (await this.#passwords.hashed(input.password)).phc,
      password_once: input.passwordOnce ? 1 : 0,
    };
  }

  async #updateOf(changes: AccountUpdate): Promise<AccountUpdateRow> {
    const { firstName, lastName, affiliation, password, defaultProject } = changes;
    const values: AccountUpdateRow = {};
    if (firstName !== undefined) values.first_name = personName('first_name', firstName);
    if (lastName !== undefined) values.last_name = personName('last_name', lastName);
    if (affiliation !== undefined) values.affiliation = affiliationOf(affiliation);
    if (defaultProject !== undefined) {
      values.default_project =
        defaultProject === null ? null : checkLine('default_project', defaultProject, LIMITS.name_length);
    }
    if (password !== undefined) {
      values.password_hash = (await this.#passwords.hashed(password)).phc;
      values.password_once = changes.passwordOnce ? 1 : 0;
      values.password_changed_at = this.#clock.now();
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

  /** Decides about an account, and tells it, unless a task of the workflow did: that has mails of its own. */
  #moderate(uuid: string, verdict: 'accept' | 'reject', text: string, by: Actor): Promise<Account> {
    return this.#storage.transaction(async (tx) => {
      const account = await this.#pass(tx, uuid, verdict, text, by);
      if (!by.delegate) await this.#changes.moderated(tx, account);
      return account;
    });
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
    const authority = authorityOf(by, before);
    const refusal = refusalOf(transition, before, authority);
    if (refusal) throw new PurserError(refusal, { user: uuid });
    const moment = { now_ms: this.#clock.now(), by: authority, text };
    const account = await this.#write(tx, uuid, TRANSITIONS[transition].effect(before, moment));
    await this.#record(tx, by, transition, uuid, { state: before.state }, { state: account.state }, text);
    if (account.active && before.endedBy !== null) await this.#changes.revived(tx, account);
    if (transition === 'accept') await this.#changes.accepted(tx, account);
    if (transition === 'activate') await this.#changes.activated(tx, account);
    if (before.active && !account.active) await this.#changes.deactivated(tx, account, text ?? '');
    if (account.endedBy !== null) await this.#changes.ended(tx, account);
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
  const { email_verified, moderated, rejected, active, deleted } = STANDING[state];
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

/** What a record tells of an account, of the fields that changes name; a password only that it changed. */
function told(account: Account, changes: AccountUpdate): Record<string, unknown> {
  const { password, endAll, passwordOnce: _, basis: _basis, ...fields } = changes;
  const shown = Object.keys(fields).map((field) => [field, account[field as keyof Account]]);
  return {
    ...Object.fromEntries(shown),
    ...(password !== undefined && { password: 'not shown' }),
    ...(endAll && { endAll }),
  };
}
