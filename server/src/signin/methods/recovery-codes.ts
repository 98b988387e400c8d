import type { Account } from '../../directory/tokens/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { LIMITS } from '../../lib/limits.ts';
import { digestSecret, type Secrets } from '../../lib/secrets.ts';
import type { Queryable, Transaction } from '../../storage/storage.ts';

/** 32 letters and digits that are hardly mistaken for one another (Crockford's base 32). */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
/** 80 random bits, so that a stolen table of digests cannot be searched for codes. */
const CODE_LENGTH = 16;

/** The recovery codes that an account has left. Times are milliseconds since the epoch. */
export interface RecoveryCodesLeft {
  readonly left: number;
  readonly createdAt: number;
}

/** Codes for persons who have lost their other second factors. They are shown once, and each can be used once. */
export class RecoveryCodes {
  readonly #clock: Clock;
  readonly #secrets: Secrets;

  constructor({ clock, secrets }: { clock: Clock; secrets: Secrets }) {
    this.#clock = clock;
    this.#secrets = secrets;
  }

  /** The codes that an account has left; undefined if it has never made any. */
  async of(db: Queryable, { id }: Pick<Account, 'id'>): Promise<RecoveryCodesLeft | undefined> {
    const rows = await db
      .selectFrom('recovery_codes')
      .select(['created_at', 'used_at'])
      .where('account_id', '=', id)
      .execute();
    const [first] = rows;
    if (!first) return undefined;
    return {
      left: rows.filter(({ used_at }) => used_at === null).length,
      createdAt: Number(first.created_at),
    };
  }

  /** Makes new codes in the place of all earlier ones. They are answered here and never again. */
  async renew(tx: Transaction, { id, uuid }: Pick<Account, 'id' | 'uuid'>): Promise<string[]> {
    await this.remove(tx, { id });
    const codes = Array.from({ length: LIMITS.recovery_codes }, () => this.#newCode());
    const created_at = this.#clock.now();
    await tx.db
      .insertInto('recovery_codes')
      .values(
        codes.map((code) => ({ account_id: id, digest: digestOf(uuid, code), created_at, used_at: null })),
      )
      .execute();
    return codes;
  }

  /** Uses a code, in any letter case, with or without hyphens. False if it is unknown or was used before. */
  async use(tx: Transaction, { id, uuid }: Pick<Account, 'id' | 'uuid'>, code: string): Promise<boolean> {
    const used = await tx.db
      .updateTable('recovery_codes')
      .set({ used_at: this.#clock.now() })
      .where('account_id', '=', id)
      .where('digest', '=', digestOf(uuid, code))
      .where('used_at', 'is', null)
      .returning('created_at')
      .executeTakeFirst();
    return used !== undefined;
  }

  /** Deletes all codes of an account. */
  async remove(tx: Transaction, { id }: Pick<Account, 'id'>): Promise<void> {
    await tx.db.deleteFrom('recovery_codes').where('account_id', '=', id).execute();
  }

  #newCode(): string {
    const bytes = digestSecret(this.#secrets.token()).subarray(0, CODE_LENGTH);
    const letters = Array.from(bytes, (byte) => ALPHABET.charAt(byte % ALPHABET.length)).join('');
    return letters.replace(/(.{4})(?=.)/g, '$1-');
  }
}

/** The account is part of it: equal codes of two accounts have different digests. */
function digestOf(uuid: string, code: string): Buffer {
  const letters = code.toLowerCase().replaceAll(/[\s-]/g, '').replaceAll('o', '0').replaceAll(/[il]/g, '1');
  return digestSecret(`recovery code ${uuid} ${letters}`);
}
