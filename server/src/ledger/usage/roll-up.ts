import { sql } from 'kysely';
import { oneOfNumbers } from '../../storage/one-of.ts';
import type { Storage, Transaction } from '../../storage/storage.ts';
import { rollUpInSqlite } from './sqlite-roll-up.ts';
import { checkMarked, type Gain, gainsOf, type ResolvedCommission, rowOf } from './usage-gains.ts';
import { STEP_TABLES, type Step } from './usage-steps.ts';

/**
 * Adds resolved commissions that are not yet in the usage history to it, `limit` at most, in the order of their
 * serials, and returns how many. One transaction adds and marks them, so after a crash each commission is in the
 * history and marked, or neither. Throws `InvariantBroken`, and writes nothing, where the sums do not agree.
 *
 * Several nodes can roll up at the same time. They lock commissions first, then the rows of hours, then those of days, each
 * in the order of their keys, so they cannot deadlock.
 * @param others whether to skip commissions that another node is rolling up, or wait until it has committed
 */
export function rollUp(storage: Storage, limit: number, others: 'skip' | 'wait'): Promise<number> {
  if (storage.native.engine === 'sqlite') return rollUpInSqlite(storage.native, limit);
  return storage.transaction(async (tx) => {
    const commissions = await outstanding(tx, limit, others);
    if (commissions.length === 0) return 0;
    const gains = gainsOf(commissions);
    await add(tx, STEP_TABLES.hour, gains.hour);
    await add(tx, STEP_TABLES.day, gains.day);
    await mark(storage, tx, commissions);
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
    // Literals: the partial index is only used if the values are known when the statement is prepared.
    .where(sql<boolean>`state <> 0 AND rolled = 0`)
    .orderBy('serial')
    .limit(limit);
  const locking = others === 'skip' ? query.forUpdate().skipLocked() : query.forUpdate();
  return locking.execute();
}

type Table = (typeof STEP_TABLES)[Step];

/** Adds to the rows, and locks them in the order of the list. */
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

async function mark(
  storage: Storage,
  { db }: Transaction,
  commissions: readonly ResolvedCommission[],
): Promise<void> {
  const serials = commissions.map(({ serial }) => serial);
  const { numUpdatedRows } = await db
    .updateTable('commissions')
    .set({ rolled: 1 })
    .where(oneOfNumbers(storage, 'serial', serials))
    .executeTakeFirstOrThrow();
  checkMarked(commissions, numUpdatedRows);
}
