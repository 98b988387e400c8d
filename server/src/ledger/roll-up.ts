import { type RawBuilder, sql } from 'kysely';
import { stringifyExact } from '../lib/json.ts';
import { oneOfNumbers } from '../storage/one-of.ts';
import type { Storage, Transaction } from '../storage/storage.ts';
import { decodeProvisions } from './stored.ts';
import { STEP_MS, STEP_TABLES, type Step, startOfStep } from './usage-steps.ts';
import { splitWide } from './wide-integers.ts';

/** What came to one holding in one hour or day. */
interface Gain {
  readonly kind: number;
  readonly id: number;
  readonly resource: number;
  readonly start: number;
  change: bigint;
  weighted: bigint;
}

interface ResolvedCommission {
  readonly serial: number;
  readonly state: number;
  readonly resolved_at: number;
  /** What was taken, as stored. */
  readonly taken: string;
}

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
  return storage.transaction(async (tx) => {
    const commissions = await outstanding(storage, tx, limit, others);
    if (commissions.length === 0) return 0;
    for (const step of ['hour', 'day'] as const) {
      await add(storage, tx, STEP_TABLES[step], gainsOf(commissions, step));
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
  storage: Storage,
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
  if (storage.native.engine === 'sqlite') return (await query.execute()) as ResolvedCommission[];
  const locking = others === 'skip' ? query.forUpdate().skipLocked() : query.forUpdate();
  return (await locking.execute()) as ResolvedCommission[];
}

/** The sums of what was accepted, per holding and step, in the order of their keys. */
function gainsOf(commissions: readonly ResolvedCommission[], step: Step): Gain[] {
  const gains = new Map<string, Gain>();
  for (const { state, resolved_at, taken } of commissions) {
    if (state !== 1) continue;
    const start = startOfStep(resolved_at, step);
    const left_ms = BigInt(start + STEP_MS[step] - resolved_at);
    // What is damaged adds nothing; a verification names it.
    for (const { kind, id, resource, quantity } of decodeProvisions(taken) ?? []) {
      if (quantity === 0n) continue;
      const key = `${kind}.${id}.${resource}.${start}`;
      let gain = gains.get(key);
      if (!gain) {
        gain = { kind, id, resource, start, change: 0n, weighted: 0n };
        gains.set(key, gain);
      }
      gain.change += quantity;
      gain.weighted += quantity * left_ms;
    }
  }
  return [...gains.values()].sort(
    (a, b) => a.kind - b.kind || a.id - b.id || a.resource - b.resource || a.start - b.start,
  );
}

type Table = (typeof STEP_TABLES)[Step];

/** Rows are locked in the order in which they are given. */
async function add(
  storage: Storage,
  { db }: Transaction,
  table: Table,
  gains: readonly Gain[],
): Promise<void> {
  if (gains.length === 0) return;
  const columns = ['kind', 'id', 'resource', 'start', ...SUMS].map((column) => sql.ref(column));
  const added = SUMS.map((sum) => sql`${sql.ref(sum)} = known.${sql.ref(sum)} + excluded.${sql.ref(sum)}`);
  await sql`
    INSERT INTO ${sql.table(table)} AS known (${sql.join(columns)})
    ${storage.native.engine === 'sqlite' ? rowsFromJson(gains) : rowsFromArrays(gains)}
    ON CONFLICT (kind, id, resource, start) DO UPDATE SET ${sql.join(added)}`.execute(db);
}

const SUMS = ['change_high', 'change_low', 'weighted_high', 'weighted_low'] as const;

function rowOf({ kind, id, resource, start, change, weighted }: Gain): (number | bigint)[] {
  return [kind, id, resource, start, ...splitWide(change), ...splitWide(weighted)];
}

function rowsFromJson(gains: readonly Gain[]): RawBuilder<unknown> {
  const fields = [0, 1, 2, 3, 4, 5, 6, 7].map((place) => sql`value ->> ${sql.lit(place)}`);
  // Without a condition, ON CONFLICT would be read as one of a join.
  return sql`SELECT ${sql.join(fields)} FROM json_each(${stringifyExact(gains.map(rowOf))}) WHERE true`;
}

function rowsFromArrays(gains: readonly Gain[]): RawBuilder<unknown> {
  const rows = gains.map(rowOf);
  const arrays = [0, 1, 2, 3, 4, 5, 6, 7].map(
    (place) => sql`${rows.map((row) => String(row[place]))}::bigint[]`,
  );
  return sql`SELECT * FROM unnest(${sql.join(arrays)})`;
}

async function mark(storage: Storage, { db }: Transaction, serials: readonly number[]): Promise<void> {
  await db
    .updateTable('commissions')
    .set({ rolled: 1 })
    .where(oneOfNumbers(storage, 'serial', serials))
    .execute();
}
