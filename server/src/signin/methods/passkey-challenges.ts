import type { Clock } from '../../lib/clock.ts';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Secrets } from '../../lib/secrets.ts';
import { sourceOf } from '../../lib/text/network-address.ts';
import type { Queryable, Storage, Transaction } from '../../storage/storage.ts';

export type ChallengePurpose = 'register' | 'second_factor' | 'sign_in';

/** Whose challenge it is: an account's, or that of a client who has not said who they are. */
export type ChallengeOwner = { readonly accountId: number } | { readonly address: string };

/** Challenges that authenticators are asked to sign. Each is bound to a ticket, and good for one answer, on any node. */
export class PasskeyChallenges {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #secrets: Secrets;

  constructor({ storage, clock, secrets }: { storage: Storage; clock: Clock; secrets: Secrets }) {
    this.#storage = storage;
    this.#clock = clock;
    this.#secrets = secrets;
  }

  /**
   * Makes a challenge, in base64url. An earlier one of the same ticket is void; of more than an owner can have, the
   * oldest go. Errors: `too_busy` where strangers have too many open challenges.
   * @param ticket the digest of the ticket with which the answer has to come
   */
  async make(
    tx: Transaction,
    ticket: Uint8Array,
    { purpose, owner }: { purpose: ChallengePurpose; owner: ChallengeOwner },
  ): Promise<string> {
    const challenge = this.#secrets.token();
    const expires_at = this.#clock.now() + LIMITS.passkey_challenge_ms;
    const whose =
      'accountId' in owner
        ? { account_id: owner.accountId, source: null }
        : { account_id: null, source: sourceOf(owner.address) };
    await this.#makeRoom(tx.db, whose);
    const values = { challenge, purpose, ...whose, expires_at };
    await tx.db
      .insertInto('passkey_challenges')
      .values({ ticket, ...values })
      .onConflict((conflict) => conflict.column('ticket').doUpdateSet(values))
      .execute();
    return challenge;
  }

  /** Whether a ticket has a challenge of this purpose. */
  async has(db: Queryable, ticket: Uint8Array, purpose: ChallengePurpose): Promise<boolean> {
    const row = await db
      .selectFrom('passkey_challenges')
      .select('purpose')
      .where('ticket', '=', ticket)
      .executeTakeFirst();
    return row?.purpose === purpose;
  }

  /** Takes the challenge of a ticket: it is void from then on. Undefined if there is none, or it has expired. */
  async take(
    tx: Transaction,
    ticket: Uint8Array,
    { purpose, accountId }: { purpose: ChallengePurpose; accountId: number | null },
  ): Promise<string | undefined> {
    const row = await tx.db
      .deleteFrom('passkey_challenges')
      .where('ticket', '=', ticket)
      .where('purpose', '=', purpose)
      .where('account_id', accountId === null ? 'is' : '=', accountId)
      .returning(['challenge', 'expires_at'])
      .executeTakeFirst();
    return row && Number(row.expires_at) >= this.#clock.now() ? row.challenge : undefined;
  }

  /** Deletes expired challenges. */
  async sweep(): Promise<void> {
    await this.#storage.transaction(({ db }) =>
      db.deleteFrom('passkey_challenges').where('expires_at', '<', this.#clock.now()).execute(),
    );
  }

  async #makeRoom(db: Queryable, whose: { account_id: number | null; source: string | null }): Promise<void> {
    const { account_id, source } = whose;
    const most =
      account_id === null ? LIMITS.passkey_challenges_per_source : LIMITS.passkey_challenges_per_account;
    let mine = db.selectFrom('passkey_challenges').select('ticket');
    mine =
      account_id === null ? mine.where('source', '=', source) : mine.where('account_id', '=', account_id);
    const surplus = await mine
      .orderBy('expires_at', 'desc')
      .offset(most - 1)
      .limit(LIMITS.page_max)
      .execute();
    if (surplus.length > 0) {
      const tickets = surplus.map(({ ticket }) => ticket);
      await db.deleteFrom('passkey_challenges').where('ticket', 'in', tickets).execute();
    }
    if (account_id !== null) return;
    const { n } = await db
      .selectFrom('passkey_challenges')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .where('source', 'is not', null)
      .executeTakeFirstOrThrow();
    if (Number(n) >= LIMITS.passkey_challenges) throw new PurserError('too_busy');
  }
}
