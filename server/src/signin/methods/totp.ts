import type { Account } from '../../directory/tokens/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Secrets } from '../../lib/secrets.ts';
import { forUpdate } from '../../storage/row-locks.ts';
import type { Queryable, Storage, Transaction } from '../../storage/storage.ts';
import { newTotpSecret, shownTotpSecret, stepOfCode } from './totp-codes.ts';

/** An authenticator app that an account shares a secret with. Times are milliseconds since the epoch. */
export interface TotpEnrolment {
  readonly confirmedAt: number;
}

/** One-time codes of authenticator apps (RFC 6238), one app per account. A secret is shown once, when it is made. */
export class Totp {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #secrets: Secrets;
  readonly #issuer: string;

  /** @param deps.issuer the name of the service in the app */
  constructor(deps: { storage: Storage; clock: Clock; secrets: Secrets; issuer: string }) {
    this.#storage = deps.storage;
    this.#clock = deps.clock;
    this.#secrets = deps.secrets;
    this.#issuer = deps.issuer;
  }

  /** The confirmed app of an account, if it has one. */
  async of(db: Queryable, { id }: Pick<Account, 'id'>): Promise<TotpEnrolment | undefined> {
    const row = await db
      .selectFrom('totp_secrets')
      .select('confirmed_at')
      .where('account_id', '=', id)
      .executeTakeFirst();
    return row === undefined || row.confirmed_at === null
      ? undefined
      : { confirmedAt: Number(row.confirmed_at) };
  }

  /**
   * Makes a secret, which counts as a second factor as soon as a code has confirmed it. An earlier secret that was not
   * confirmed is void. Errors: `totp_exists`.
   */
  async begin(
    tx: Transaction,
    { id, username }: Pick<Account, 'id' | 'username'>,
  ): Promise<{ secret: string; uri: string }> {
    if (await this.of(tx.db, { id })) throw new PurserError('totp_exists');
    const secret = newTotpSecret(this.#secrets);
    const values = { secret, created_at: this.#clock.now(), last_step: null };
    await tx.db
      .insertInto('totp_secrets')
      .values({ account_id: id, ...values })
      .onConflict((conflict) => conflict.column('account_id').doUpdateSet(values))
      .execute();
    return shownTotpSecret(secret, { issuer: this.#issuer, label: username });
  }

  /**
   * Makes the secret of `begin` a second factor. False if the code is wrong; the transaction is committed in either
   * case. Errors: `totp_exists`, `totp_not_begun`.
   */
  async confirm(tx: Transaction, account: Pick<Account, 'id'>, code: string): Promise<boolean> {
    const row = await this.#locked(tx, account);
    if (!row) throw new PurserError('totp_not_begun');
    if (row.confirmed_at !== null) throw new PurserError('totp_exists');
    if (!(await this.#accept(tx, row, code))) return false;
    await tx.db
      .updateTable('totp_secrets')
      .set({ confirmed_at: this.#clock.now() })
      .where('account_id', '=', account.id)
      .execute();
    return true;
  }

  /**
   * Uses a code: it is refused from then on, and so are those of earlier steps, on every node. False if the code is
   * wrong or used, the account has no app, or too many codes were wrong before. The transaction is committed in either
   * case.
   */
  async use(tx: Transaction, account: Pick<Account, 'id'>, code: string): Promise<boolean> {
    const row = await this.#locked(tx, account);
    return row !== undefined && row.confirmed_at !== null && this.#accept(tx, row, code);
  }

  /** Deletes the app of an account; answers whether it was a second factor. */
  async remove(tx: Transaction, { id }: Pick<Account, 'id'>): Promise<boolean> {
    const gone = await tx.db
      .deleteFrom('totp_secrets')
      .where('account_id', '=', id)
      .returning('confirmed_at')
      .executeTakeFirst();
    return gone !== undefined && gone.confirmed_at !== null;
  }

  #locked(tx: Transaction, { id }: Pick<Account, 'id'>) {
    return forUpdate(
      this.#storage,
      tx.db.selectFrom('totp_secrets').selectAll().where('account_id', '=', id),
    ).executeTakeFirst();
  }

  /** The guesses are limited per account over all addresses and nodes: only those who know the password get here. */
  async #accept(
    tx: Transaction,
    row: { account_id: number; secret: Uint8Array; last_step: number | null; forgiven_at: number },
    code: string,
  ): Promise<boolean> {
    const now_ms = this.#clock.now();
    const { totp_failures, totp_failure_ms } = LIMITS;
    const forgiven_at = Math.max(now_ms, Number(row.forgiven_at));
    if (forgiven_at - now_ms > (totp_failures - 1) * totp_failure_ms) return false;
    const step = await stepOfCode(row.secret, code, now_ms);
    const accepted = step !== undefined && (row.last_step === null || step > Number(row.last_step));
    await tx.db
      .updateTable('totp_secrets')
      .set(accepted ? { last_step: step, forgiven_at: 0 } : { forgiven_at: forgiven_at + totp_failure_ms })
      .where('account_id', '=', row.account_id)
      .execute();
    return accepted;
  }
}
