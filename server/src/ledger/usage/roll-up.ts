import { sql } from 'kysely';
import { oneOfNumbers } from '../../storage/one-of.ts';
import type { Storage, Transaction } from '../../storage/storage.ts';
import { rollUpInSqlite } from './sqlite-roll-up.ts';
import { type Gain, gainsOf, type ResolvedCommission, rowOf } from './usage-gains.ts';
import { STEP_TABLES, type Step } from './usage-steps.ts';

/**
 * Takes resolved commissions that the usage history does not know yet into it, `limit` at most, the oldest serials
 * first, and answers how many it has taken in. All of it is one transaction: after a crash each commission has either
 * been taken in and is marked, or it has not and is not.
 *
 * Several nodes can do it at once: they lock commissions, then the rows of hours and after them those of days, each
 * in the order of their keys, and whoever holds rows of hours waits for no commission. So no ring of waiting nodes
 * can come about.
 * @param others what to do about commissions that another node is taking in just now: leave them to it, or wait until
 *   it is done, so that afterwards they are known to be taken in
 */
export function rollUp(storage: Storage, limit: number, others: 'skip' | 'wait'): Promise<number> {
  if (storage.native.engine === 'sqlite') return rollUpInSqlite(storage.native, limit);
  return storage.transaction(async (tx) => {
    const commissions = await outstanding(tx, limit, others);
    if (commissions.length === 0) return 0;
    for (const step of ['hour', 'day'] as const) {
      await add(tx, STEP_TABLES[step], gainsOf(commissions, step));
    }
    await mark(
      storage,
      tx,
      commissions.map(({ serial }) => serial),
    );
    return commissions.length;
  });
}

async function outstanding(
  { db }: Transaction,
  limit: number,
  others: 'skip' | 'wait',
): Promise<ResolvedCommission[]> {
  const query = db
    .selectFrom('commissions')
    .select(['serial', 'state', 'resolved_at', sql<string>`coalesce(accepted, provisions)`.as('taken')])
    // Literals: the index of what is outstanding is only used where these are seen when the statement is prepared.
    .where(sql<boolean>`state <> 0 AND rolled = 0`)
    .orderBy('serial')
    .limit(limit);
  const locking = others === 'skip' ? query.forUpdate().skipLocked() : query.forUpdate();
  return (await locking.execute()) as ResolvedCommission[];
}

type Table = (typeof STEP_TABLES)[Step];

/** Rows are locked in the order in which they are given. */
async function add({ db }: Transaction, table: Table, gains: readonly Gain[]): Promise<void> {
  if (gains.length === 0) return;
  const columns = ['kind', 'id', 'resource', 'start', ...SUMS].map((column) => sql.ref(column));
  const rows = gains.map(rowOf);
  const arrays = [0, 1, 2, 3, 4, 5, 6, 7].map(
    (place) => sql`${rows.map((row) => String(row[place]))}::bigint[]`,
  );
  const added = SUMS.map((sum) => sql`${sql.ref(sum)} = known.${sql.ref(sum)} + excluded.${sql.ref(sum)}`);
  await sql`
    INSERT INTO ${sql.table(table)} AS known (${sql.join(columns)})
    SELECT * FROM unnest(${sql.join(arrays)})
    ON CONFLICT (kind, id, resource, start) DO UPDATE SET ${sql.join(added)}`.execute(db);
}

const SUMS = ['change_high', 'change_low', 'weighted_high', 'weighted_low'] as const;

async function mark(storage: Storage, { db }: Transaction, serials: readonly number[]): Promise<void> {
  await db
    .updateTable('commissions')
    .set({ rolled: 1 })
    .where(oneOfNumbers(storage, 'serial', serials))
    .execute();
}
