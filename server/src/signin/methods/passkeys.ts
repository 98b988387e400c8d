import type { Selectable } from 'kysely';
import type { Account } from '../../directory/tokens/principal.ts';
import type { Clock } from '../../lib/clock.ts';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import { checkName } from '../../lib/text/text.ts';
import type { Flag, PasskeysTable } from '../../storage/schema.ts';
import type { Queryable, Transaction } from '../../storage/storage.ts';
import type { KnownPasskey, NewPasskey } from './passkey-checks.ts';

/** A passkey of an account. Times are milliseconds since the epoch. */
export interface Passkey extends KnownPasskey {
  readonly id: number;
  readonly accountId: number;
  readonly name: string;
  /** Whether it can be copied to other devices of the person, and whether it was at its last use. */
  readonly syncable: boolean;
  readonly synced: boolean;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
}

/** The passkeys of accounts: WebAuthn credentials, of which the service has the public keys. */
export class Passkeys {
  readonly #clock: Clock;

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  /** The passkeys of an account, in the order in which they were made. */
  async of(db: Queryable, { id }: Pick<Account, 'id'>): Promise<Passkey[]> {
    const rows = await db
      .selectFrom('passkeys')
      .selectAll()
      .where('account_id', '=', id)
      .orderBy('id')
      .execute();
    return rows.map(toPasskey);
  }

  /** The passkey that an authenticator calls so. */
  async byCredential(db: Queryable, credentialId: string): Promise<Passkey | undefined> {
    const row = await db
      .selectFrom('passkeys')
      .selectAll()
      .where('credential_id', '=', credentialId)
      .executeTakeFirst();
    return row && toPasskey(row);
  }

  /** Errors: `passkey_exists`, `too_many_passkeys`, `invalid_field`. */
  async add(
    tx: Transaction,
    { id: account_id }: Pick<Account, 'id'>,
    made: NewPasskey,
    name: string,
  ): Promise<Passkey> {
    const limit = LIMITS.passkeys_per_account;
    if ((await this.of(tx.db, { id: account_id })).length >= limit) {
      throw new PurserError('too_many_passkeys', { limit });
    }
    const row = await tx.db
      .insertInto('passkeys')
      .values({
        account_id,
        credential_id: made.credentialId,
        public_key: made.publicKey,
        counter: made.counter,
        transports: JSON.stringify(made.transports),
        syncable: flag(made.syncable),
        synced: flag(made.synced),
        aaguid: made.aaguid,
        name: checkName('name', name, LIMITS.passkey_name_length),
        created_at: this.#clock.now(),
        last_used_at: null,
      })
      .onConflict((conflict) => conflict.column('credential_id').doNothing())
      .returningAll()
      .executeTakeFirst();
    if (!row) throw new PurserError('passkey_exists');
    return toPasskey(row);
  }

  /** Errors: `passkey_not_found`, `invalid_field`. */
  async rename(tx: Transaction, account: Pick<Account, 'id'>, id: number, name: string): Promise<Passkey> {
    const row = await tx.db
      .updateTable('passkeys')
      .set({ name: checkName('name', name, LIMITS.passkey_name_length) })
      .where('account_id', '=', account.id)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    if (!row) throw new PurserError('passkey_not_found');
    return toPasskey(row);
  }

  /** Errors: `passkey_not_found`. */
  async remove(tx: Transaction, account: Pick<Account, 'id'>, id: number): Promise<Passkey> {
    const row = await tx.db
      .deleteFrom('passkeys')
      .where('account_id', '=', account.id)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    if (!row) throw new PurserError('passkey_not_found');
    return toPasskey(row);
  }

  /** Deletes all passkeys of an account; answers how many. */
  async removeAll(tx: Transaction, { id }: Pick<Account, 'id'>): Promise<number> {
    const { numDeletedRows } = await tx.db
      .deleteFrom('passkeys')
      .where('account_id', '=', id)
      .executeTakeFirstOrThrow();
    return Number(numDeletedRows);
  }

  /**
   * Remembers a use. False if another use was faster and the counter has not grown since then, so that one answer of
   * an authenticator counts once.
   */
  async noteUse(
    tx: Transaction,
    { id, counter: before }: Pick<Passkey, 'id' | 'counter'>,
    { counter, synced }: { counter: number; synced: boolean },
  ): Promise<boolean> {
    const { numUpdatedRows } = await tx.db
      .updateTable('passkeys')
      .set({ counter, synced: flag(synced), last_used_at: this.#clock.now() })
      .where('id', '=', id)
      .where('counter', '=', before)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  }
}

const flag = (value: boolean): Flag => (value ? 1 : 0);

function toPasskey(row: Selectable<PasskeysTable>): Passkey {
  return {
    id: row.id,
    accountId: row.account_id,
    credentialId: row.credential_id,
    publicKey: row.public_key,
    counter: Number(row.counter),
    transports: JSON.parse(row.transports) as string[],
    syncable: row.syncable === 1,
    synced: row.synced === 1,
    name: row.name,
    createdAt: Number(row.created_at),
    lastUsedAt: row.last_used_at === null ? null : Number(row.last_used_at),
  };
}
