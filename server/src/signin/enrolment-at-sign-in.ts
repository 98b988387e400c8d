import { type Actor, personAs } from '../audit/actor.ts';
import type { Accounts } from '../directory/accounts/accounts.ts';
import type { Account } from '../directory/tokens/principal.ts';
import type { Storage, Transaction } from '../storage/storage.ts';
import type { Enrolled, SignInMethods } from './methods/sign-in-methods.ts';
import type { PasskeyQuestion } from './passkey-sign-in.ts';
import type { Client } from './session.ts';
import { accountOfTicket, type SignIn, type SignInResult } from './sign-in.ts';
import type { SignInTicket, SignInTickets } from './sign-in-tickets.ts';

interface Parts {
  readonly storage: Storage;
  readonly accounts: Accounts;
  readonly tickets: SignInTickets;
  readonly signInMethods: SignInMethods;
  readonly signIn: SignIn;
}

/** A sign-in that goes on after its second factor was set up. */
export interface EnrolledSignIn {
  readonly result: SignInResult;
  /** Shown once; undefined if the account has codes. */
  readonly recoveryCodes: readonly string[] | undefined;
}

const STEP = 'second_factor_enrolment_required';

/**
 * The step of a sign-in in which a person who must have a second factor and has none sets one up. Its ticket is good
 * for that alone.
 */
export class EnrolmentAtSignIn {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** See `SignInMethods.beginTotp`. Errors: `ticket_invalid`, `totp_exists`. */
  beginTotp(ticket: string): Promise<{ secret: string; uri: string }> {
    return this.#preparing(ticket, (tx, { uuid }) => this.#parts.signInMethods.beginTotp(uuid, tx));
  }

  /** See `SignInMethods.passkeyOptions`. Errors: `ticket_invalid`, `passkeys_unavailable`. */
  passkeyOptions(ticket: string): Promise<PasskeyQuestion> {
    return this.#preparing(ticket, (tx, { uuid }) => this.#parts.signInMethods.passkeyOptions(uuid, tx));
  }

  /**
   * Makes the authenticator app a second factor and goes on with the sign-in. Undefined if the code is wrong, which
   * counts as a try of the ticket. Errors: `ticket_invalid`, `totp_exists`, `totp_not_begun`.
   */
  confirmTotp(ticket: string, code: string, client: Client): Promise<EnrolledSignIn | undefined> {
    const { signInMethods } = this.#parts;
    return this.#enrolling(ticket, client, 'totp', (tx, { uuid }, by) =>
      signInMethods.confirmTotp(uuid, code, by, tx),
    );
  }

  /**
   * Registers a passkey and goes on with the sign-in. Undefined if the answer of the browser is not valid, which counts
   * as a try of the ticket. Errors: `ticket_invalid`; those of `SignInMethods.addPasskey`.
   */
  addPasskey(
    ticket: string,
    made: { ticket: string; name: string; response: unknown },
    client: Client,
  ): Promise<EnrolledSignIn | undefined> {
    const { signInMethods } = this.#parts;
    return this.#enrolling(ticket, client, 'passkey', (tx, { uuid }, by) =>
      signInMethods.addPasskey(uuid, made, by, tx),
    );
  }

  #preparing<T>(ticket: string, work: (tx: Transaction, account: Account) => Promise<T>): Promise<T> {
    const { storage, tickets } = this.#parts;
    return storage.transaction(async (tx) =>
      work(tx, await this.#accountOf(tx, await tickets.read(tx, ticket, STEP))),
    );
  }

  async #enrolling(
    ticket: string,
    client: Client,
    method: 'totp' | 'passkey',
    enrol: (tx: Transaction, account: Account, by: Actor) => Promise<Enrolled<unknown> | undefined>,
  ): Promise<EnrolledSignIn | undefined> {
    const { tickets, signIn } = this.#parts;
    let recoveryCodes: readonly string[] | undefined;
    const result = await signIn.inOneStep(async (tx) => {
      const taken = await tickets.take(tx, ticket, STEP);
      const account = await this.#accountOf(tx, taken);
      const by = personAs(account, client.address);
      const enrolled = await enrol(tx, account, by);
      if (!enrolled) return undefined;
      ({ recoveryCodes } = enrolled);
      await tickets.use(tx, taken);
      const proved = { methods: [...taken.methods, method], passwordOf: taken.passwordOf };
      return signIn.proceed(tx, account, proved, client);
    });
    return result && { result, recoveryCodes };
  }

  #accountOf(tx: Transaction, ticket: SignInTicket): Promise<Account> {
    return accountOfTicket(this.#parts.accounts, tx, ticket);
  }
}
