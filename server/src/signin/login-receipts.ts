import type { Accounts } from '../directory/accounts/accounts.ts';
import type { Account } from '../directory/tokens/principal.ts';
import type { Clock } from '../lib/clock.ts';
import type { Storage } from '../storage/storage.ts';
import type { EnrolledFactors } from './methods/enrolled-factors.ts';
import { accountOfTicket } from './sign-in.ts';
import type { SignInTickets } from './sign-in-tickets.ts';

interface Parts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly accounts: Accounts;
  readonly tickets: SignInTickets;
  readonly secondFactors: EnrolledFactors;
}

/** What stands for a right password in a second request. Times are milliseconds since the epoch. */
export interface LoginReceipt {
  readonly receipt: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** No ticket: one-time codes are bound to nothing but their account. */
const UNBOUND = new Uint8Array();

/**
 * Logins with a password and a one-time code: in one request, or in two, of which the first one gets a receipt
 * (identity-v3 §3.1). A receipt is good for one login.
 */
export class LoginReceipts {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * Makes a receipt for an account whose password was right. Undefined if the account cannot log in with a one-time
   * code. @param account with the moment at which the password was compared
   */
  async issue(account: Account): Promise<LoginReceipt | undefined> {
    const { storage, clock, tickets, secondFactors } = this.#parts;
    if (!(await secondFactors.methodsOf(account)).includes('totp')) return undefined;
    const proved = { methods: ['password'], passwordOf: account.passwordChangedAt } as const;
    const { ticket, expiresAt } = await storage.transaction((tx) =>
      tickets.issue(tx, account, { ...proved, step: 'receipt' }),
    );
    return { receipt: ticket, issuedAt: clock.now(), expiresAt };
  }

  /**
   * The account of a receipt, if the code is right. Undefined for an account that is not `isMeant`, and for a wrong
   * code, which counts as a try of the receipt. Errors: `ticket_invalid`.
   */
  redeem(
    receipt: string,
    code: string,
    isMeant: (account: Account) => boolean,
  ): Promise<Account | undefined> {
    const { storage, accounts, tickets, secondFactors } = this.#parts;
    return storage.transaction(async (tx) => {
      const taken = await tickets.take(tx, receipt, 'receipt');
      const account = await accountOfTicket(accounts, tx, taken);
      if (!isMeant(account)) return undefined;
      const proved = await secondFactors.prove(tx, account, { method: 'totp', code }, taken.digest);
      if (proved === undefined) return undefined;
      await tickets.use(tx, taken);
      return account;
    });
  }

  /** Whether a one-time code of an account is right; it is used then. */
  async isCode(account: Account, code: string): Promise<boolean> {
    const { storage, secondFactors } = this.#parts;
    const proof = { method: 'totp', code };
    return (
      (await storage.transaction((tx) => secondFactors.prove(tx, account, proof, UNBOUND))) !== undefined
    );
  }
}
