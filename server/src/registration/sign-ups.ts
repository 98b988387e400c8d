import { personAs, THE_SERVICE, traceOf } from '../audit/actor.ts';
import type { Allowances } from '../audit/allowances.ts';
import type { Audit } from '../audit/audit.ts';
import { accountNamed } from '../directory/accounts/account-lookup.ts';
import { refuseForeignAddress } from '../directory/accounts/account-names.ts';
import { toAccount } from '../directory/accounts/account-row.ts';
import type { Accounts } from '../directory/accounts/accounts.ts';
import type { HashedPassword, Passwords } from '../directory/logins/passwords.ts';
import type { Terms } from '../directory/terms/terms.ts';
import type { Account } from '../directory/tokens/principal.ts';
import type { Clock } from '../lib/clock.ts';
import { PurserError } from '../lib/errors.ts';
import { digestSecret, type Secrets } from '../lib/secrets.ts';
import { isEmailAddress } from '../lib/text/email-address.ts';
import { userNameKey } from '../lib/text/user-name.ts';
import { forUpdate } from '../storage/row-locks.ts';
import type { Storage, Transaction } from '../storage/storage.ts';
import type { AccountMails } from './account-mails.ts';

interface Parts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly audit: Audit;
  readonly allowances: Allowances;
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  readonly terms: Terms;
  readonly mails: AccountMails;
}

/** What an operator decides about sign-ups. */
export interface SignUpPolicy {
  /** Whether people create accounts themselves. */
  readonly isOpen: boolean;
  /** Whether an operator decides on each account after its address was confirmed. */
  readonly isModerated: boolean;
  /** Regular expressions; an account whose whole address matches one is accepted without an operator. */
  readonly acceptedAddresses: readonly string[];
  /** How long the link in a mail is good, and an unfinished sign-up is kept. */
  readonly verify_ms: number;
}

/** What a person enters to get an account. */
export interface SignUpForm {
  readonly email: string;
  readonly username?: string | undefined;
  readonly firstName: string;
  readonly lastName: string;
  readonly password: string;
  /** Number of the terms of service that the person accepts. */
  readonly terms?: number | undefined;
  readonly language?: string | undefined;
}

/**
 * The way of an account from the sign-up to its activation (decision sign-up): a mail confirms the address, then the
 * account is accepted by a rule or waits for an operator. No answer reveals whether an address has an account.
 */
export class SignUps {
  readonly #parts: Parts;
  readonly policy: SignUpPolicy;
  readonly #accepted: readonly RegExp[];

  constructor(parts: Parts, policy: SignUpPolicy) {
    this.#parts = parts;
    this.policy = policy;
    this.#accepted = policy.acceptedAddresses.map((pattern) => new RegExp(`^(?:${pattern})$`, 'iu'));
  }

  /**
   * Creates an account that waits for the confirmation of its address, and mails the link; it replaces accounts of the
   * address that were never confirmed. If the address has an account, that one gets a mail instead; the answer and the
   * work are the same. Errors: `sign_up_closed`, `terms_outdated`, `email_invalid`, `invalid_field`,
   * `username_taken`, `too_many_requests`, `too_busy`, `users_not_editable`.
   * @param address of the client
   */
  async signUp(form: SignUpForm, address: string): Promise<void> {
    const { storage, passwords, terms, allowances } = this.#parts;
    if (!this.policy.isOpen) throw new PurserError('sign_up_closed');
    checkForm(form);
    if ((await terms.currentId()) !== form.terms) throw new PurserError('terms_outdated');
    await allowances.forRequest({ account: null, address }, [form.email]);
    const password = await passwords.hashed(form.password);
    await storage.transaction(async (tx) => {
      const known = await verifiedOf(tx, form.email);
      if (known) return this.#parts.mails.accountExists(tx, known);
      await this.#create(tx, form, password, address);
    });
  }

  /**
   * Mails a new link to an address whose confirmation is awaited; earlier links are void. Nothing happens for any other
   * address. Errors: `too_many_requests`.
   */
  async resend(email: string, address: string): Promise<void> {
    const { storage, allowances } = this.#parts;
    if (!isEmailAddress(email)) throw new PurserError('email_invalid', { email });
    await allowances.forRequest({ account: null, address }, [email]);
    await storage.transaction(async (tx) => {
      const row = await accountNamed(tx.db, email);
      if (row && row.email_verified === 0 && row.email !== '') await this.sendCode(tx, toAccount(row));
    });
  }

  /** Whether a code is good at present. */
  async isOpen(code: string): Promise<boolean> {
    const row = await this.#parts.storage.db
      .selectFrom('email_verifications')
      .select('expires_at')
      .where('digest', '=', digestSecret(code))
      .executeTakeFirst();
    return row !== undefined && Number(row.expires_at) >= this.#parts.clock.now();
  }

  /**
   * Confirms an address by the code of its mail, which is used up, and accepts the account if a rule says so.
   * Errors: `verification_code_invalid`.
   * @returns the account, active or waiting for an operator
   */
  verify(code: string, address: string): Promise<Account> {
    const { storage, clock, accounts } = this.#parts;
    return storage.transaction(async (tx) => {
      const row = await forUpdate(
        storage,
        tx.db.selectFrom('email_verifications').selectAll().where('digest', '=', digestSecret(code)),
      ).executeTakeFirst();
      if (!row || Number(row.expires_at) < clock.now()) throw new PurserError('verification_code_invalid');
      await tx.db.deleteFrom('email_verifications').where('account_id', '=', row.account_id).execute();
      const found = await accounts.byNumber(row.account_id, tx.db);
      if (!found || found.emailVerified) throw new PurserError('verification_code_invalid');
      const by = personAs(found, address);
      return this.admit(tx, await accounts.verify(found.uuid, by, tx));
    });
  }

  /** Accepts an account whose address is confirmed, if a rule says so; otherwise it waits, and operators get a mail. */
  async admit(tx: Transaction, account: Account): Promise<Account> {
    const { accounts, mails } = this.#parts;
    const rule = this.#ruleFor(account);
    if (rule !== undefined) return accounts.accept(account.uuid, rule, THE_SERVICE, tx);
    await mails.waiting(tx, account);
    return account;
  }

  /** Mails a link to confirm the address of an account; earlier links are void. */
  async sendCode(tx: Transaction, account: Account): Promise<void> {
    const { secrets, clock, mails } = this.#parts;
    const code = secrets.token();
    const sent_at = clock.now();
    const values = { digest: digestSecret(code), sent_at, expires_at: sent_at + this.policy.verify_ms };
    await tx.db
      .insertInto('email_verifications')
      .values({ account_id: account.id, ...values })
      .onConflict((conflict) => conflict.column('account_id').doUpdateSet(values))
      .execute();
    await mails.verification(tx, account, { code, hours: this.policy.verify_ms / 3_600_000 });
  }

  /** Deletes sign-ups that were not completed in time. */
  async sweep(): Promise<number> {
    const { storage, clock } = this.#parts;
    return storage.transaction(async (tx) => {
      const unfinished = tx.db
        .selectFrom('email_verifications')
        .select('account_id')
        .where('expires_at', '<', clock.now());
      const { numDeletedRows } = await tx.db
        .deleteFrom('accounts')
        .where('id', 'in', unfinished)
        .where('email_verified', '=', 0)
        .executeTakeFirst();
      return Number(numDeletedRows);
    });
  }

  async #create(tx: Transaction, form: SignUpForm, password: HashedPassword, address: string): Promise<void> {
    const { accounts, audit } = this.#parts;
    const { email, username, firstName, lastName, language } = form;
    const made = await accounts.create({ email, username, firstName, lastName, password, language }, tx);
    if (form.terms !== undefined) await accounts.signTerms(made.uuid, tx);
    await audit.record(tx, {
      ...traceOf({ uuid: null, name: '', address }),
      action: 'user.sign_up',
      subject: made.uuid,
      before: null,
      after: { username: made.username, email },
    });
    await this.sendCode(tx, made);
  }

  #ruleFor({ email, moderated }: Account): string | undefined {
    if (moderated) return 'already_moderated';
    if (!this.policy.isModerated) return 'auto_moderation';
    const isAccepted = email !== null && this.#accepted.some((pattern) => pattern.test(email));
    return isAccepted ? 'email' : undefined;
  }
}

/** Errors: `email_invalid`, `invalid_field`. */
function checkForm({ email, username }: SignUpForm): void {
  if (!isEmailAddress(email)) throw new PurserError('email_invalid', { email });
  refuseForeignAddress(username, email);
}

/** The account with a confirmed address; undefined if there is none. */
async function verifiedOf(tx: Transaction, email: string): Promise<Account | undefined> {
  const key = userNameKey(email);
  const row = await tx.db
    .selectFrom('accounts')
    .selectAll()
    .where(({ or, eb }) => or([eb('email_key', '=', key), eb('username_key', '=', key)]))
    .where('email_verified', '=', 1)
    .orderBy('id')
    .executeTakeFirst();
  return row && toAccount(row);
}
