import type { Account, LoginMethod } from '../directory/tokens/principal.ts';
import type { Clock } from '../lib/clock.ts';
import { PurserError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import { digestSecret, type Secrets } from '../lib/secrets.ts';
import { forUpdate } from '../storage/row-locks.ts';
import type { Storage, Transaction } from '../storage/storage.ts';

/** What a sign-in still needs: the code of the refusal that came with the ticket. */
export type SignInStep =
  | 'second_factor_required'
  | 'second_factor_enrolment_required'
  | 'password_change_required'
  | 'terms_unsigned';

/** What a ticket is good for: a step of a sign-in, or the second request of a login of Identity v3. */
export type TicketPurpose = SignInStep | 'receipt';

/** A sign-in under way. */
export interface SignInTicket {
  readonly digest: Uint8Array;
  readonly accountId: number;
  readonly methods: readonly LoginMethod[];
  /** The moment of the last change of the password that was shown; undefined if none was shown. */
  readonly passwordOf: number | null | undefined;
  readonly step: TicketPurpose;
}

/** How long a person has for the next step. */
const LIFETIME_MS = 10 * 60_000;

/** Tickets for sign-ins that need another step. A ticket is good for that step alone, once, on any node. */
export class SignInTickets {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #secrets: Secrets;

  constructor({ storage, clock, secrets }: { storage: Storage; clock: Clock; secrets: Secrets }) {
    this.#storage = storage;
    this.#clock = clock;
    this.#secrets = secrets;
  }

  /** Makes a ticket; of more than an account can have, the one that ends first goes. */
  async issue(
    tx: Transaction,
    account: Pick<Account, 'id'>,
    {
      methods,
      passwordOf,
      step,
      lifetime_ms = LIFETIME_MS,
    }: Omit<SignInTicket, 'digest' | 'accountId'> & { readonly lifetime_ms?: number },
  ): Promise<{ ticket: string; expiresAt: number }> {
    const ticket = this.#secrets.token();
    const expiresAt = this.#clock.now() + lifetime_ms;
    const others = await tx.db
      .selectFrom('sign_in_tickets')
      .select('digest')
      .where('account_id', '=', account.id)
      .orderBy('expires_at', 'desc')
      .execute();
    const tooMany = others.slice(LIMITS.sign_in_tickets_per_account - 1).map(({ digest }) => digest);
    if (tooMany.length > 0)
      await tx.db.deleteFrom('sign_in_tickets').where('digest', 'in', tooMany).execute();
    await tx.db
      .insertInto('sign_in_tickets')
      .values({
        digest: digestSecret(ticket),
        account_id: account.id,
        methods: JSON.stringify(methods),
        // Null for a first password too; `methods` says whether a password was shown.
        password_of: passwordOf ?? null,
        step,
        tries_left: LIMITS.sign_in_ticket_tries,
        expires_at: expiresAt,
      })
      .execute();
    return { ticket, expiresAt };
  }

  /** Whether a ticket is good for a step at present. */
  async isOpen(ticket: string, step: SignInStep): Promise<boolean> {
    const row = await this.#storage.db
      .selectFrom('sign_in_tickets')
      .select('expires_at')
      .where('digest', '=', digestSecret(ticket))
      .where('step', '=', step)
      .where('tries_left', '>', 0)
      .executeTakeFirst();
    return row !== undefined && Number(row.expires_at) >= this.#clock.now();
  }

  /**
   * Takes a ticket for one try of its step: locks it and counts the try. Errors: `ticket_invalid` if it is unknown,
   * expired, used up, or meant for another step.
   */
  async take(tx: Transaction, ticket: string, step: TicketPurpose): Promise<SignInTicket> {
    const found = await this.read(tx, ticket, step);
    await tx.db
      .updateTable('sign_in_tickets')
      .set(({ eb }) => ({ tries_left: eb('tries_left', '-', 1) }))
      .where('digest', '=', found.digest)
      .execute();
    return found;
  }

  /** Locks a ticket, as `take` does, for a preparation of its step that is no try. Errors: `ticket_invalid`. */
  async read(tx: Transaction, ticket: string, step: TicketPurpose): Promise<SignInTicket> {
    const digest = digestSecret(ticket);
    const row = await forUpdate(
      this.#storage,
      tx.db.selectFrom('sign_in_tickets').selectAll().where('digest', '=', digest),
    ).executeTakeFirst();
    const usable =
      row && Number(row.expires_at) >= this.#clock.now() && row.tries_left > 0 && row.step === step;
    if (!usable) throw new PurserError('ticket_invalid');
    const methods = JSON.parse(row.methods) as LoginMethod[];
    return {
      digest,
      accountId: row.account_id,
      methods,
      passwordOf: methods.includes('password')
        ? row.password_of === null
          ? null
          : Number(row.password_of)
        : undefined,
      step,
    };
  }

  /** Deletes a ticket whose step is done. */
  async use(tx: Transaction, { digest }: Pick<SignInTicket, 'digest'>): Promise<void> {
    await tx.db.deleteFrom('sign_in_tickets').where('digest', '=', digest).execute();
  }

  /** Deletes expired tickets. */
  async sweep(): Promise<void> {
    await this.#storage.transaction(({ db }) =>
      db.deleteFrom('sign_in_tickets').where('expires_at', '<', this.#clock.now()).execute(),
    );
  }
}
