import type { Accounts } from '../directory/accounts/accounts.ts';
import { digestSecret, type Secrets } from '../lib/secrets.ts';
import type { Storage } from '../storage/storage.ts';
import type { EnrolledFactors } from './methods/enrolled-factors.ts';
import { accountOfTicket } from './sign-in.ts';
import type { SignInTickets } from './sign-in-tickets.ts';

interface Parts {
  readonly storage: Storage;
  readonly secrets: Secrets;
  readonly accounts: Accounts;
  readonly tickets: SignInTickets;
  readonly secondFactors: EnrolledFactors;
}

/** What a browser needs for a passkey, and the ticket with which its answer has to come. */
export interface PasskeyQuestion {
  readonly ticket: string;
  readonly options: object;
}

/** Questions for passkeys at sign-in. `SignIn.withSecondFactor` takes the answers. */
export class PasskeySignIn {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * For a passkey as the second factor. Errors: `ticket_invalid`, `passkeys_unavailable`, `passkey_not_found`.
   * @param ticket of a sign-in that needs a second factor
   */
  async second(ticket: string): Promise<PasskeyQuestion> {
    const { storage, accounts, tickets, secondFactors } = this.#parts;
    const options = await storage.transaction(async (tx) => {
      const found = await tickets.read(tx, ticket, 'second_factor_required');
      const account = await accountOfTicket(accounts, tx, found);
      return secondFactors.passkeyOptions(tx, account, found.digest);
    });
    return { ticket, options };
  }

  /** For a passkey alone, of any account. Errors: `passkeys_unavailable`, `too_busy`. @param address of the client */
  async alone(address: string): Promise<PasskeyQuestion> {
    const { storage, secrets, secondFactors } = this.#parts;
    const ticket = secrets.token();
    const options = await storage.transaction((tx) =>
      secondFactors.signInOptions(tx, digestSecret(ticket), address),
    );
    return { ticket, options };
  }
}
