import { sql } from 'kysely';
import { type Actor, THE_SERVICE, traceOf } from '../../audit/actor.ts';
import type { Audit } from '../../audit/audit.ts';
import type { Clock } from '../../lib/clock.ts';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Secrets } from '../../lib/secrets.ts';
import { checkText, isStorable } from '../../lib/text/text.ts';
import { userNameKey } from '../../lib/text/user-name.ts';
import { isUniqueViolation } from '../../storage/conflicts.ts';
import { forUpdate } from '../../storage/row-locks.ts';
import type { Storage, Transaction } from '../../storage/storage.ts';
import type { Passwords } from '../logins/passwords.ts';
import { refuseWithoutBasis } from '../tokens/credential-basis.ts';
import type { Account } from '../tokens/principal.ts';
import { authorityOf } from './account-authority.ts';
import type { AccountChanges } from './account-changes.ts';
import {
  type AccountNames,
  changedNames,
  DEFAULT_USER_POLICY,
  refuseTakenNames,
  type UserPolicy,
} from './account-names.ts';
import { AccountReads } from './account-reads.ts';
import { type AccountRow, type AccountUpdateRow, FLAGS, toAccount } from './account-row.ts';
import { type AccountTransition, refusalOf, TRANSITIONS } from './account-transitions.ts';
import {
  type AccountUpdate,
  type NewAccount,
  type NewAccountRow,
  newAccountRow,
  recordedFields,
  updatedAccountRow,
} from './account-values.ts';

/** Columns that an account may change also where users are managed elsewhere. */
const OWN_CHOICES: readonly string[] = ['default_project', 'language'];

interface AccountParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly passwords: Passwords;
  readonly changes: AccountChanges;
  readonly audit: Audit;
  readonly policy?: UserPolicy;
}

/**
 * Changes of accounts (account-v1 §6), beside the reads. Every change is recorded with its actor `by`; the
 * default is the service itself. A method that takes a transaction runs in it, and otherwise in one of its own.
 */
export class Accounts extends AccountReads {
  readonly #parts: AccountParts;
  /** How users are named, and whether they are managed here. */
  readonly policy: UserPolicy;

  constructor(parts: AccountParts) {
    super(parts);
    this.#parts = parts;
    this.policy = parts.policy ?? DEFAULT_USER_POLICY;
  }

  /**
   * Registers an address; the account waits for its verification. It replaces accounts of the same name or address
   * that were never verified. Errors: `users_not_editable` for users who are managed elsewhere; `email_invalid`;
   * `email_taken`, `username_taken` if a verified account has them; `invalid_field` for names and password.
   */
  async create(input: NewAccount, tx?: Transaction): Promise<Account> {
    const values = await this.#valuesOf(input, THE_SERVICE);
    return this.#within(tx, (inner) => this.#insert(inner, values));
  }

  /**
   * Creates an account that is verified, accepted and active at once, in one transaction. The terms of service are
   * not signed. Errors: those of `create`.
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

  /** Confirms the address; the account now waits for moderation. Errors: `account_already_verified`. */
  verify(uuid: string, by: Actor = THE_SERVICE, tx?: Transaction): Promise<Account> {
    return this.#within(tx, (inner) => this.#pass(inner, uuid, 'verify', null, by));
  }

  /**
   * Accepts and activates an account, also one that was rejected. The listeners of `onAccepted` run in the same
   * transaction: they create the system project. Errors: `account_already_moderated`, `account_not_verified`.
   * @param policy what led to it: `manual`, `auto_moderation`, `email`, …
   */
  accept(uuid: string, policy: string, by: Actor = THE_SERVICE, tx?: Transaction): Promise<Account> {
    return this.#moderate(uuid, 'accept', policy, by, tx);
  }

  /** Errors: `account_already_moderated`, `account_already_active`, `account_not_verified`. */
  async reject(uuid: string, reason: string, by: Actor = THE_SERVICE): Promise<Account> {
    checkText('reason', reason, LIMITS.text_length);
    return this.#moderate(uuid, 'reject', reason, by);
  }

  /**
   * Activates an account again. Its former tokens and application credentials stay ended.
   * Errors: `account_not_verified`, `account_not_moderated`, `account_rejected`, `account_already_active`;
   * `account_ended` for a delegate if an operator or the owner has ended the account.
   */
  activate(uuid: string, by: Actor = THE_SERVICE, tx?: Transaction): Promise<Account> {
    return this.#within(tx, (inner) => this.#pass(inner, uuid, 'activate', null, by));
  }

  /**
   * Deactivates an account and ends its tokens and application credentials for good. Repeated, it replaces the reason,
   * and the authority if the new one is stronger.
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
   * Deactivates an account that was accepted, and marks it as deleted: it gets no mails about its password and no
   * invitations. Its usage and signatures stay on record. Errors: those of `deactivate`.
   */
  async delete(uuid: string, reason: string, by: Actor = THE_SERVICE, tx?: Transaction): Promise<Account> {
    checkText('reason', reason, LIMITS.text_length);
    return this.#within(tx, (inner) => this.#pass(inner, uuid, 'delete', reason, by));
  }

  /**
   * Deletes the row of an account that was never accepted. An accepted account may have used resources and signed
   * records, so it is deactivated instead. Errors: `account_not_found`, `account_accepted`.
   */
  remove(uuid: string, by: Actor = THE_SERVICE): Promise<void> {
    return this.#within(undefined, async (tx) => {
      const { state, username, acceptedPolicy } = toAccount(await this.#locked(tx, uuid));
      if (state === 'active' || state === 'inactive' || state === 'deleted' || acceptedPolicy !== null) {
        throw new PurserError('account_accepted', { user: uuid });
      }
      await tx.db.deleteFrom('accounts').where('uuid', '=', uuid).execute();
      this.#parts.changes.changed(tx, uuid);
      await this.#record(tx, by, 'remove', uuid, { state, username }, {});
    });
  }

  /**
   * Changes the given fields. Where the user name is the e-mail address, both change together. A new password ends the
   * tokens from logins with the old one, and mailed links that change the account. If the address changes, the old
   * address is notified. In a transaction, pass the password hashed, so that the transaction does not wait for it.
   * Errors: `account_not_found`, `users_not_editable` for users who are managed elsewhere, `email_invalid`,
   * `email_taken`, `username_taken`, `invalid_field`, also for a default project that does not exist; with a basis `credentials_wrong`, `token_unknown`.
   */
  async update(
    uuid: string,
    changes: AccountUpdate,
    by: Actor = THE_SERVICE,
    within?: Transaction,
  ): Promise<Account> {
    const { passwords, clock, changes: listeners } = this.#parts;
    const values = await updatedAccountRow(changes, { passwords, now_ms: clock.now() });
    return naming(changes, () =>
      this.#within(within, async (tx) => {
        const before = toAccount(await this.#locked(tx, uuid));
        if (changes.basis) await refuseWithoutBasis(tx, before.id, changes.basis);
        const names = changedNames(before, changes, this.policy);
        if (Object.keys({ ...values, ...names }).some((column) => !OWN_CHOICES.includes(column))) {
          this.#refuseUneditable(before.service, by);
        }
        if (Object.keys(names).length > 0) {
          const { email, username } = before;
          await this.#refuseTaken(tx, { email: email ?? '', username, ...names }, before.id);
        }
        const { defaultProject: chosen } = changes;
        if (chosen != null && chosen !== before.defaultProject)
          await listeners.defaultProjectChosen(tx, chosen);
        const moment =
          values.password_changed_at == null ? {} : passwordChange(before, values.password_changed_at);
        const after = await this.#write(tx, uuid, { ...values, ...moment, ...names });
        const recorded = [recordedFields(before, changes), recordedFields(after, changes)] as const;
        await this.#record(tx, by, 'update', uuid, ...recorded);
        const { password, endAll = false } = changes;
        if (password !== undefined || endAll) {
          await listeners.passwordChanged(tx, after, { replaced: password !== undefined, endAll, by });
        }
        if (before.email !== null && userNameKey(before.email) !== userNameKey(after.email ?? '')) {
          await listeners.emailChanged(tx, after, { from: before, by });
        }
        return after;
      }),
    );
  }

  /**
   * Restores the address that an account had before a change which its owner did not want. All logins end, and all
   * tokens and application credentials that were made since the change. The password is cleared, because the person
   * who changed the address may know it: the owner has to set a new one.
   * Errors: `account_not_found`, `account_ended`, `email_taken`.
   */
  async restoreEmail(uuid: string, email: string, since_ms: number, by: Actor): Promise<Account> {
    return naming({ email }, () =>
      this.#within(undefined, async (tx) => {
        const before = toAccount(await this.#locked(tx, uuid));
        if (before.endedBy !== null) throw new PurserError('account_ended', { user: uuid });
        const values = {
          email: '',
          username: before.username,
          ...changedNames(before, { email }, this.policy),
        };
        await this.#refuseTaken(tx, values, before.id);
        const after = await this.#write(tx, uuid, {
          ...values,
          password_hash: null,
          password_once: 0,
          ...passwordChange(before, this.#parts.clock.now()),
        });
        await this.#record(tx, by, 'restore_email', uuid, recordedFields(before, { email }), {
          ...recordedFields(after, { email }),
          password: 'void',
        });
        await this.#parts.changes.emailRestored(tx, after, since_ms);
        return after;
      }),
    );
  }

  /** Locks the row of an account until the transaction ends. Errors: `account_not_found`. */
  async lock(tx: Transaction, uuid: string): Promise<Account> {
    return toAccount(await this.#locked(tx, uuid));
  }

  /** Stores the time of a login. */
  noteLogin(uuid: string, within?: Transaction): Promise<void> {
    return this.#within(within, async (tx) => {
      const last_login_at = this.#parts.clock.now();
      await tx.db.updateTable('accounts').set({ last_login_at }).where('uuid', '=', uuid).execute();
      this.#parts.changes.changed(tx, uuid);
    });
  }

  /**
   * Signs the current terms of service; if there are none, nothing changes. Errors: `account_not_found`;
   * `terms_outdated` if the current terms are not the ones that were read.
   * @param options.read number of the terms that were read; without it, the current ones
   * @param options.by the actor of the audit entry; without one, the change is part of another one
   */
  signTerms(
    uuid: string,
    within?: Transaction,
    { read, by }: { read?: number; by?: Actor } = {},
  ): Promise<Account> {
    return this.#within(within, async (tx) => {
      const account = toAccount(await this.#locked(tx, uuid));
      const { id } = await tx.db
        .selectFrom('terms')
        .select(({ fn }) => fn.max('id').as('id'))
        .executeTakeFirstOrThrow();
      if (read !== undefined && read !== Number(id)) throw new PurserError('terms_outdated');
      if (id === null) return account;
      const terms = Number(id);
      if (by) await this.#record(tx, by, 'sign_terms', uuid, { terms: account.termsSigned }, { terms });
      return this.#write(tx, uuid, { terms_signed: terms, terms_signed_at: this.#parts.clock.now() });
    });
  }

  /**
   * Replaces this default project by the account's own project: of one account, or of all that have it.
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
    if (numUpdatedRows > 0n) this.#parts.changes.changed(tx, accountUuid ?? 'everyone');
  }

  #within<T>(tx: Transaction | undefined, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return tx ? work(tx) : this.#parts.storage.transaction(work);
  }

  #valuesOf(input: NewAccount, by: Actor): Promise<NewAccountRow> {
    this.#refuseUneditable(input.service ?? false, by);
    return newAccountRow(input, { policy: this.policy, passwords: this.#parts.passwords });
  }

  async #insert(tx: Transaction, values: NewAccountRow): Promise<Account> {
    const { clock, secrets, changes } = this.#parts;
    const { email, username } = values;
    const keys = [userNameKey(username), ...(email === '' ? [] : [userNameKey(email)])];
    const unverified = await tx.db
      .deleteFrom('accounts')
      .where(({ or, eb }) => or([eb('username_key', 'in', keys), eb('email_key', 'in', keys)]))
      .where('email_verified', '=', 0)
      .returning('uuid')
      .execute();
    for (const { uuid } of unverified) changes.changed(tx, uuid);
    await this.#refuseTaken(tx, values, 0);
    const now_ms = clock.now();
    const row = await tx.db
      .insertInto('accounts')
      .values({
        ...values,
        ...FLAGS.pending_verification,
        uuid: secrets.uuid(),
        created_at: now_ms,
        updated_at: now_ms,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!row) throw takenOf({ email: email === '' ? undefined : email, username });
    return toAccount(row);
  }

  /** Decides about an account and sends the decision, except for a workflow task, which sends mails of its own. */
  #moderate(
    uuid: string,
    verdict: 'accept' | 'reject',
    text: string,
    by: Actor,
    within?: Transaction,
  ): Promise<Account> {
    return this.#within(within, async (tx) => {
      const account = await this.#pass(tx, uuid, verdict, text, by);
      if (!by.delegate) await this.#parts.changes.moderated(tx, account);
      return account;
    });
  }

  /** Takes an account through a transition and runs the listeners for what it changed. */
  async #pass(
    tx: Transaction,
    uuid: string,
    transition: AccountTransition,
    text: string | null,
    by: Actor,
  ): Promise<Account> {
    const { changes, clock } = this.#parts;
    const before = toAccount(await this.#locked(tx, uuid));
    const authority = authorityOf(by, before);
    const refusal = refusalOf(transition, before, authority);
    if (refusal) throw new PurserError(refusal, { user: uuid });
    const moment = { now_ms: clock.now(), by: authority, text };
    const account = await this.#write(tx, uuid, TRANSITIONS[transition].effect(before, moment));
    await this.#record(tx, by, transition, uuid, { state: before.state }, { state: account.state }, text);
    if (account.active && before.endedBy !== null) await changes.revived(tx, account);
    if (transition === 'accept') await changes.accepted(tx, account);
    if (transition === 'activate') await changes.activated(tx, account);
    if (before.active && !account.active) await changes.deactivated(tx, account, text ?? '');
    if (account.endedBy !== null) await changes.ended(tx, account);
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
    return this.#parts.audit.record(tx, { ...traceOf(by), action, subject, before, after, reason });
  }

  async #write(tx: Transaction, uuid: string, values: AccountUpdateRow): Promise<Account> {
    const row = await tx.db
      .updateTable('accounts')
      .set({ ...values, updated_at: this.#parts.clock.now() })
      .where('uuid', '=', uuid)
      .returningAll()
      .executeTakeFirstOrThrow();
    this.#parts.changes.changed(tx, uuid);
    return toAccount(row);
  }

  async #locked(tx: Transaction, uuid: string): Promise<AccountRow> {
    const row = isStorable(uuid)
      ? await forUpdate(
          this.#parts.storage,
          tx.db.selectFrom('accounts').selectAll().where('uuid', '=', uuid),
        ).executeTakeFirst()
      : undefined;
    if (!row) throw new PurserError('account_not_found', { user: uuid });
    return row;
  }

  #refuseTaken(tx: Transaction, names: AccountNames, except: number): Promise<void> {
    return refuseTakenNames(tx.db, names, { except, usernameIsEmail: this.policy.usernameIsEmail });
  }

  /** Service accounts, and changes by the service itself, are possible also where users are managed elsewhere. */
  #refuseUneditable(service: boolean, by: Actor): void {
    if (this.policy.canEditUsers || service || by === THE_SERVICE) return;
    throw new PurserError('users_not_editable');
  }
}

/**
 * The moment of a change of the password, later than that of the last change: credentials that are being created name
 * the password that was proved by its moment (`Basis`), also if two changes come in one millisecond.
 */
function passwordChange({ passwordChangedAt }: Account, now_ms: number) {
  return { password_changed_at: Math.max(now_ms, (passwordChangedAt ?? 0) + 1) };
}

/** Runs a change of names. If another transaction takes one of them at the same time: `email_taken`, `username_taken`. */
async function naming<T>(
  names: Pick<AccountUpdate, 'email' | 'username'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isUniqueViolation(error) ? takenOf(names) : error;
  }
}

/** The error for a name or address that another transaction took at the same time. */
function takenOf({ email, username }: Pick<AccountUpdate, 'email' | 'username'>): PurserError {
  return email === undefined
    ? new PurserError('username_taken', { username })
    : new PurserError('email_taken', { email });
}
