import { personAs } from '../audit/actor.ts';
import type { Accounts } from '../directory/accounts/accounts.ts';
import type { LoginRequirements } from '../directory/logins/login-requirements.ts';
import type { LoginThrottle } from '../directory/logins/login-throttle.ts';
import type { LoginTokens } from '../directory/logins/login-tokens.ts';
import { PasswordLogin } from '../directory/logins/password-login.ts';
import type { Passwords } from '../directory/logins/passwords.ts';
import type { Terms } from '../directory/terms/terms.ts';
import type { Account, LoginMethod } from '../directory/tokens/principal.ts';
import type { Tokens } from '../directory/tokens/tokens.ts';
import { type ErrorCode, PurserError } from '../lib/errors.ts';
import { digestSecret } from '../lib/secrets.ts';
import type { Storage, Transaction } from '../storage/storage.ts';
import type { EnrolledFactors, FactorProof } from './methods/enrolled-factors.ts';
import type { Client, Session, StartedSession } from './session.ts';
import type { Sessions } from './sessions.ts';
import type { SignInStep, SignInTicket, SignInTickets } from './sign-in-tickets.ts';

interface Parts {
  readonly storage: Storage;
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  readonly terms: Terms;
  readonly tokens: Tokens;
  readonly loginTokens: LoginTokens;
  readonly loginThrottle: LoginThrottle;
  readonly loginRequirements: LoginRequirements;
  readonly sessions: Sessions;
  readonly tickets: SignInTickets;
  readonly secondFactors: EnrolledFactors;
}

/** What a sign-in needs before it is complete. */
export interface NextStep {
  readonly step: SignInStep;
  /** Proves what was done so far, to the call for the next step. */
  readonly ticket: string;
  readonly expiresAt: number;
  /** Of a second factor: the methods, one of which is needed. */
  readonly methods?: readonly string[];
}

export type SignInResult =
  | { readonly started: StartedSession; readonly next?: undefined }
  | { readonly next: NextStep; readonly started?: undefined };

/** What a step has led to, before its transaction is committed. */
export type Progress =
  | { readonly next: NextStep }
  | { readonly secret: string; readonly session: Session; readonly next?: undefined };

/** What a person has proved so far. */
export interface Proved {
  readonly methods: readonly LoginMethod[];
  /** The moment of the last change of the password that was shown; undefined if none was shown. */
  readonly passwordOf: number | null | undefined;
}

/** The refusal of an account that is not active, by its state; of any other state `suspended`. */
const REFUSALS: Partial<Record<Account['state'], ErrorCode>> = {
  pending_verification: 'waiting_for_verification',
  pending_moderation: 'waiting_for_moderation',
};

/**
 * The sign-in of people (decision sessions). After a first proof, such as a password, come the steps that the account
 * needs: a second factor, a new password in place of a generated one, new terms of service. Between two steps a ticket
 * stands for what was proved.
 */
export class SignIn {
  readonly #parts: Parts;
  readonly #passwordLogin: PasswordLogin;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#passwordLogin = new PasswordLogin(parts);
  }

  /**
   * Begins with a password. Errors: `credentials_wrong`; after a correct password `waiting_for_verification`,
   * `waiting_for_moderation`, `suspended`; `too_busy`.
   * @param name uuid, user name, or e-mail address of one account, in any spelling
   */
  async withPassword(name: string, password: string, client: Client): Promise<SignInResult> {
    const account = await this.#passwordLogin.recognise(name, password, client.address);
    if (!account) throw new PurserError('credentials_wrong');
    return this.#begin(account, { methods: ['password'], passwordOf: account.passwordChangedAt }, client);
  }

  /** Begins for an account that has been proved otherwise, such as by an identity provider. Errors: of its state. */
  begin(account: Account, methods: readonly LoginMethod[], client: Client): Promise<SignInResult> {
    return this.#begin(account, { methods, passwordOf: undefined }, client);
  }

  /**
   * Continues after a second factor, or signs in with a passkey alone. A wrong proof counts as a try of the ticket.
   * Errors: `ticket_invalid`, `credentials_wrong`; those of an account that is not active any more.
   */
  async withSecondFactor(ticket: string, proof: FactorProof, client: Client): Promise<SignInResult> {
    const { tickets, secondFactors } = this.#parts;
    const result = await this.inOneStep(async (tx) => {
      const digest = digestSecret(ticket);
      if (proof.method === 'passkey' && (await secondFactors.isOfPasskeyAlone(tx, digest))) {
        return this.#withPasskeyAlone(tx, digest, proof.assertion, client);
      }
      const taken = await tickets.take(tx, ticket, 'second_factor_required');
      const account = await this.#accountOf(tx, taken);
      const method = await secondFactors.prove(tx, account, proof, taken.digest);
      // Committed, so that the attempt counts.
      if (method === undefined) return undefined;
      await tickets.use(tx, taken);
      const proved = { methods: [...taken.methods, method], passwordOf: taken.passwordOf };
      return this.proceed(tx, account, proved, client);
    });
    if (!result) throw new PurserError('credentials_wrong');
    return result;
  }

  /**
   * Continues with a new password in place of a generated one. Errors: `ticket_invalid`, `invalid_field`,
   * `users_not_editable`.
   */
  async withNewPassword(ticket: string, password: string, client: Client): Promise<SignInResult> {
    const { tickets, accounts, passwords } = this.#parts;
    const hashed = await passwords.hashed(password);
    return this.inOneStep(async (tx) => {
      const taken = await tickets.take(tx, ticket, 'password_change_required');
      const before = await this.#accountOf(tx, taken);
      await tickets.use(tx, taken);
      const by = personAs(before, client.address);
      const basis = taken.passwordOf === undefined ? undefined : { passwordOf: taken.passwordOf };
      const account = await accounts.update(before.uuid, { password: hashed, basis }, by, tx);
      const proved = { methods: taken.methods, passwordOf: account.passwordChangedAt };
      return this.proceed(tx, account, proved, client);
    });
  }

  /**
   * Continues after the terms of service in force were accepted. Errors: `ticket_invalid`, `terms_outdated` if the
   * number is not that of the terms in force.
   */
  withTerms(ticket: string, termsId: number, client: Client): Promise<SignInResult> {
    const { tickets, accounts, terms } = this.#parts;
    return this.inOneStep(async (tx) => {
      const taken = await tickets.take(tx, ticket, 'terms_unsigned');
      const { uuid } = await this.#accountOf(tx, taken);
      if ((await terms.currentId(tx.db)) !== termsId) throw new PurserError('terms_outdated');
      await tickets.use(tx, taken);
      return this.proceed(tx, await accounts.signTerms(uuid, tx), taken, client);
    });
  }

  async #withPasskeyAlone(
    tx: Transaction,
    ticket: Uint8Array,
    assertion: unknown,
    client: Client,
  ): Promise<Progress | undefined> {
    const { accounts, secondFactors } = this.#parts;
    const id = await secondFactors.provedAccount(tx, assertion, ticket);
    const account = id === undefined ? undefined : await accounts.byNumber(id, tx.db);
    return account && this.proceed(tx, account, { methods: ['passkey'], passwordOf: undefined }, client);
  }

  #begin(account: Account, proved: Proved, client: Client): Promise<SignInResult> {
    assertMaySignIn(account);
    return this.inOneStep(async (tx) => {
      const further = await this.#parts.secondFactors.furtherProofOf(account);
      if (further.kind === 'none') return this.proceed(tx, account, proved, client);
      if (further.kind === 'enrolment') {
        return { next: await this.#ticket(tx, account, proved, 'second_factor_enrolment_required') };
      }
      const { methods } = further;
      return { next: { ...(await this.#ticket(tx, account, proved, 'second_factor_required')), methods } };
    });
  }

  /**
   * Runs a step in one transaction; a session that it starts is read after the commit.
   * @internal for the parts of the sign-in
   */
  async inOneStep<T extends Progress | undefined>(
    work: (tx: Transaction) => Promise<T>,
  ): Promise<SignInResult | Exclude<T, Progress>> {
    const { storage, sessions } = this.#parts;
    const progress = await storage.transaction(work);
    if (progress === undefined) return undefined as Exclude<T, Progress>;
    if (progress.next) return { next: progress.next };
    return { started: await sessions.started(progress.secret, progress.session) };
  }

  /**
   * The steps after all proofs of an account. Errors: of its state.
   * @internal for the parts of the sign-in
   */
  async proceed(tx: Transaction, account: Account, proved: Proved, client: Client): Promise<Progress> {
    assertMaySignIn(account);
    if (account.passwordOnce && proved.methods.includes('password')) {
      return { next: await this.#ticket(tx, account, proved, 'password_change_required') };
    }
    const terms = await this.#parts.terms.currentId(tx.db);
    if (terms !== undefined && (account.termsSigned ?? 0) < terms) {
      return { next: await this.#ticket(tx, account, proved, 'terms_unsigned') };
    }
    const { accounts, sessions } = this.#parts;
    const basis = proved.passwordOf === undefined ? undefined : { passwordOf: proved.passwordOf };
    await accounts.noteLogin(account.uuid, tx);
    return sessions.start(tx, account, { methods: proved.methods, client, basis });
  }

  async #ticket(tx: Transaction, account: Account, proved: Proved, step: SignInStep): Promise<NextStep> {
    return { step, ...(await this.#parts.tickets.issue(tx, account, { ...proved, step })) };
  }

  #accountOf(tx: Transaction, ticket: SignInTicket): Promise<Account> {
    return accountOfTicket(this.#parts.accounts, tx, ticket);
  }
}

/** The account of a ticket, whose password has not changed since. Errors: `ticket_invalid`. */
export async function accountOfTicket(
  accounts: Accounts,
  tx: Transaction,
  ticket: SignInTicket,
): Promise<Account> {
  const account = await accounts.byNumber(ticket.accountId, tx.db);
  const unchanged = ticket.passwordOf === undefined || account?.passwordChangedAt === ticket.passwordOf;
  if (!account?.active || !unchanged) throw new PurserError('ticket_invalid');
  return account;
}

/** Errors: `waiting_for_verification`, `waiting_for_moderation`, `suspended`. */
function assertMaySignIn(account: Account): void {
  if (account.active) return;
  throw new PurserError(REFUSALS[account.state] ?? 'suspended', { state: account.state });
}
