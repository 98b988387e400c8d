import { forUpdate } from '../storage/row-locks.ts';
import type { Queryable, Storage, Transaction } from '../storage/storage.ts';
import type { Commission } from './core/commission.ts';
import { commissionsOf } from './core/commissions.ts';

/** A commission whose change is not in the audit record yet, with what its caller wants to be recorded. */
export interface TracedCommission {
  readonly commission: Commission;
  readonly trace: string;
}

/** Engines bound the number of values in one statement. */
const CHUNK = 1000;

/**
 * Takes the traces of commissions, and answers them with the commissions in the order of the serials. Only one
 * committed transaction gets a trace: another one that asks for it waits, and finds it gone.
 */
export async function takeTraces(
  storage: Storage,
  { db }: Transaction,
  serials: readonly number[],
): Promise<TracedCommission[]> {
  const taken: TracedCommission[] = [];
  // All transactions lock the rows in the order of the serials, so that two of them cannot block each other.
  const inOrder = [...new Set(serials)].sort((a, b) => a - b);
  for (let start = 0; start < inOrder.length; start += CHUNK) {
    const chunk = inOrder.slice(start, start + CHUNK);
    const rows = await forUpdate(
      storage,
      db.selectFrom('ledger_traces').selectAll().where('serial', 'in', chunk).orderBy('serial'),
    ).execute();
    if (rows.length === 0) continue;
    const found = rows.map(({ serial }) => serial);
    await db.deleteFrom('ledger_traces').where('serial', 'in', found).execute();
    const commissions = await commissionsOf(db, found);
    for (const { serial, trace } of rows) {
      const commission = commissions.get(serial);
      if (commission) taken.push({ commission, trace });
    }
  }
  return taken;
}

/** Serials of commissions that have a trace, ascending, at most `limit`. */
export async function tracedSerials(db: Queryable, limit: number): Promise<number[]> {
  const rows = await db.selectFrom('ledger_traces').select('serial').orderBy('serial').limit(limit).execute();
  return rows.map(({ serial }) => serial);
}
