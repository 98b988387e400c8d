import { type Actor, traceOf } from '../../audit/actor.ts';
import type { Audit } from '../../audit/audit.ts';
import { accountOfUuid } from '../../directory/accounts/account-lookup.ts';
import { toAccount } from '../../directory/accounts/account-row.ts';
import type { Account } from '../../directory/tokens/principal.ts';
import { PurserError } from '../../lib/errors.ts';
import { digestSecret, type Secrets } from '../../lib/secrets.ts';
import { isStorable } from '../../lib/text/text.ts';
import { forUpdate } from '../../storage/row-locks.ts';
import type { Transaction } from '../../storage/storage.ts';
import type { EnrolledFactors, FactorParts } from './enrolled-factors.ts';
import type { MethodMails } from './method-mails.ts';
import { checkedRegistration, creationOptions } from './passkey-checks.ts';
import type { Passkey } from './passkeys.ts';
import type { RecoveryCodesLeft } from './recovery-codes.ts';
import type { TotpEnrolment } from './totp.ts';

/** How an account can sign in. */
export interface MethodsOfAccount {
  readonly account: Account;
  readonly totp: TotpEnrolment | undefined;
  readonly passkeys: readonly Passkey[];
  readonly recoveryCodes: RecoveryCodesLeft | undefined;
  /** Whether the settings require a second factor. */
  readonly required: boolean;
  /** Why this installation cannot have passkeys; undefined if it can. */
  readonly passkeysUnavailable: string | undefined;
}

/** A new method, and the recovery codes that are made with the first second factor of an account. */
export interface Enrolled<T> {
  readonly made: T;
  /** Shown once; undefined if the account has codes. */
  readonly recoveryCodes: readonly string[] | undefined;
}

interface Parts extends FactorParts {
  readonly factors: EnrolledFactors;
  readonly audit: Audit;
  readonly secrets: Secrets;
  readonly mails: MethodMails;
}

/**
 * The ways in which an account can sign in, and their changes (decision second-factors). Each change is one
 * transaction, is recorded, and is mailed to the account's address.
 */
export class SignInMethods {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Errors: `account_not_found`. */
  async of(uuid: string): Promise<MethodsOfAccount> {
    const { storage, totp, passkeys, recoveryCodes, factors, party } = this.#parts;
    const { db } = storage;
    const row = await accountOfUuid(db, uuid);
    if (!row) throw new PurserError('account_not_found', { user: uuid });
    const account = toAccount(row);
    return {
      account,
      totp: await totp.of(db, account),
      passkeys: await passkeys.of(db, account),
      recoveryCodes: await recoveryCodes.of(db, account),
      required: await factors.isRequired(account),
      passkeysUnavailable: 'unavailable' in party ? party.unavailable : undefined,
    };
  }

  /** See `Totp.begin`. Errors: `account_not_found`, `totp_exists`. */
  beginTotp(uuid: string, within?: Transaction): Promise<{ secret: string; uri: string }> {
    return this.#within(within, async (tx) => this.#parts.totp.begin(tx, await this.#locked(tx, uuid)));
  }

  /**
   * Makes the app of `beginTotp` a second factor. Undefined if the code is wrong; the transaction is committed in
   * either case. Errors: `account_not_found`, `totp_exists`, `totp_not_begun`.
   */
  confirmTotp(
    uuid: string,
    code: string,
    by: Actor,
    within?: Transaction,
  ): Promise<Enrolled<undefined> | undefined> {
    return this.#within(within, async (tx) => {
      const account = await this.#locked(tx, uuid);
      if (!(await this.#parts.totp.confirm(tx, account, code))) return undefined;
      await this.#note(tx, account, by, { verb: 'add', method: 'totp' });
      return { made: undefined, recoveryCodes: await this.#firstCodes(tx, account) };
    });
  }

  /**
   * Deletes the authenticator app. Errors: `account_not_found`, `totp_not_begun`; `second_factor_needed` if the
   * settings require a second factor and this is the last one.
   */
  removeTotp(uuid: string, by: Actor): Promise<void> {
    return this.#within(undefined, async (tx) => {
      const account = await this.#locked(tx, uuid);
      const confirmed = await this.#parts.totp.of(tx.db, account);
      if (!(await this.#parts.totp.remove(tx, account)) && !confirmed)
        throw new PurserError('totp_not_begun');
      await this.#afterRemoval(tx, account);
      await this.#note(tx, account, by, { verb: 'remove', method: 'totp' });
    });
  }

  /** Makes new recovery codes in the place of the old ones. Errors: `account_not_found`, `second_factor_missing`. */
  renewRecoveryCodes(uuid: string, by: Actor): Promise<string[]> {
    return this.#within(undefined, async (tx) => {
      const account = await this.#locked(tx, uuid);
      const methods = await this.#parts.factors.methodsOf(account, tx.db);
      if (methods.length === 0) throw new PurserError('second_factor_missing');
      await this.#note(tx, account, by, { verb: 'add', method: 'recovery_codes' });
      return this.#parts.recoveryCodes.renew(tx, account);
    });
  }

  /**
   * What a browser needs to make a passkey, and the ticket with which its answer has to come.
   * Errors: `account_not_found`, `passkeys_unavailable`.
   */
  passkeyOptions(uuid: string, within?: Transaction): Promise<{ ticket: string; options: object }> {
    const { challenges, factors, passkeys, secrets } = this.#parts;
    const party = factors.party();
    return this.#within(within, async (tx) => {
      const account = await this.#locked(tx, uuid);
      const ticket = secrets.token();
      const owner = { accountId: account.id };
      const challenge = await challenges.make(tx, digestSecret(ticket), { purpose: 'register', owner });
      const existing = await passkeys.of(tx.db, account);
      return { ticket, options: await creationOptions({ party, challenge }, account, existing) };
    });
  }

  /**
   * Adds the passkey that a browser has made with the options of `passkeyOptions`. Undefined if the answer or the
   * ticket is not valid; the transaction is committed in either case, and the ticket is void.
   * Errors: `account_not_found`, `passkeys_unavailable`, `passkey_exists`, `too_many_passkeys`, `invalid_field`.
   */
  addPasskey(
    uuid: string,
    { ticket, name, response }: { ticket: string; name: string; response: unknown },
    by: Actor,
    within?: Transaction,
  ): Promise<Enrolled<Passkey> | undefined> {
    const { challenges, factors, passkeys } = this.#parts;
    const party = factors.party();
    return this.#within(within, async (tx) => {
      const account = await this.#locked(tx, uuid);
      const wanted = { purpose: 'register', accountId: account.id } as const;
      const challenge = await challenges.take(tx, digestSecret(ticket), wanted);
      const made = challenge && (await checkedRegistration({ party, challenge }, response));
      if (!made) return undefined;
      const passkey = await passkeys.add(tx, account, made, name);
      await this.#note(tx, account, by, { verb: 'add', method: 'passkey', passkey });
      return { made: passkey, recoveryCodes: await this.#firstCodes(tx, account) };
    });
  }

  /** Errors: `account_not_found`, `passkey_not_found`, `invalid_field`. */
  renamePasskey(uuid: string, id: number, name: string, by: Actor): Promise<Passkey> {
    return this.#within(undefined, async (tx) => {
      const account = await this.#locked(tx, uuid);
      const passkey = await this.#parts.passkeys.rename(tx, account, id, name);
      await this.#record(tx, account, by, { verb: 'rename', method: 'passkey', passkey });
      return passkey;
    });
  }

  /**
   * Errors: `account_not_found`, `passkey_not_found`; `last_sign_in_method` if the account could not sign in any more;
   * `second_factor_needed` if the settings require a second factor and this is the last one.
   */
  removePasskey(uuid: string, id: number, by: Actor): Promise<void> {
    return this.#within(undefined, async (tx) => {
      const account = await this.#locked(tx, uuid);
      const { passkeys } = this.#parts;
      const passkey = await passkeys.remove(tx, account, id);
      // An authenticator app is no way to sign in by itself.
      const isLast = !account.passwordSet && (await passkeys.of(tx.db, account)).length === 0;
      if (isLast) throw new PurserError('last_sign_in_method');
      await this.#afterRemoval(tx, account);
      await this.#note(tx, account, by, { verb: 'remove', method: 'passkey', passkey });
    });
  }

  /**
   * Deletes the authenticator app, the passkeys and the recovery codes of a person who has lost them: the password
   * alone is enough again, or the account has to enrol a second factor at the next sign-in if one is required.
   * Errors: `account_not_found`, `second_factor_missing`.
   */
  reset(uuid: string, by: Actor): Promise<{ totp: boolean; passkeys: number }> {
    const { totp, passkeys, recoveryCodes } = this.#parts;
    return this.#within(undefined, async (tx) => {
      const account = await this.#locked(tx, uuid);
      const removed = {
        totp: await totp.remove(tx, account),
        passkeys: await passkeys.removeAll(tx, account),
      };
      if (!removed.totp && removed.passkeys === 0) throw new PurserError('second_factor_missing');
      await recoveryCodes.remove(tx, account);
      await this.#note(tx, account, by, { verb: 'reset', method: 'second_factor', ...removed });
      return removed;
    });
  }

  #within<T>(tx: Transaction | undefined, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return tx ? work(tx) : this.#parts.storage.transaction(work);
  }

  /** The methods of an account change under its row. */
  async #locked(tx: Transaction, uuid: string): Promise<Account> {
    const row = isStorable(uuid)
      ? await forUpdate(
          this.#parts.storage,
          tx.db.selectFrom('accounts').selectAll().where('uuid', '=', uuid),
        ).executeTakeFirst()
      : undefined;
    if (!row) throw new PurserError('account_not_found', { user: uuid });
    return toAccount(row);
  }

  /** Recovery codes for an account that has none: they come with its first second factor. */
  async #firstCodes(tx: Transaction, account: Account): Promise<string[] | undefined> {
    const { recoveryCodes } = this.#parts;
    const codes = await recoveryCodes.of(tx.db, account);
    return codes ? undefined : recoveryCodes.renew(tx, account);
  }

  async #afterRemoval(tx: Transaction, account: Account): Promise<void> {
    const { factors, recoveryCodes } = this.#parts;
    const left = await factors.methodsOf(account, tx.db);
    if (left.length > 0) return;
    if (await factors.isRequired(account)) throw new PurserError('second_factor_needed');
    await recoveryCodes.remove(tx, account);
  }

  /** Records a change and mails it to the account. */
  async #note(tx: Transaction, account: Account, by: Actor, change: MethodChange): Promise<void> {
    await this.#record(tx, account, by, change);
    await this.#parts.mails.changed(tx, account, change);
  }

  #record(tx: Transaction, { uuid }: Account, by: Actor, change: MethodChange): Promise<void> {
    const { verb, method, passkey, totp, passkeys } = change;
    const facts = {
      method,
      ...(passkey && { passkey: passkey.id, name: passkey.name }),
      ...(verb === 'reset' && { totp, passkeys }),
    };
    const isGone = verb === 'remove' || verb === 'reset';
    return this.#parts.audit.record(tx, {
      ...traceOf(by),
      action: `sign_in_method.${verb}`,
      subject: uuid,
      before: isGone ? facts : null,
      after: isGone ? null : facts,
    });
  }
}

/** A change of the methods of an account. */
export interface MethodChange {
  readonly verb: 'add' | 'remove' | 'rename' | 'reset';
  readonly method: 'totp' | 'passkey' | 'recovery_codes' | 'second_factor';
  readonly passkey?: Pick<Passkey, 'id' | 'name'>;
  readonly totp?: boolean;
  readonly passkeys?: number;
}
