import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { SqliteNative } from '../../storage/storage.ts';
import { gainsOf, type ResolvedCommission, rowOf } from './usage-gains.ts';
import { STEP_TABLES, type Step } from './usage-steps.ts';

const STEPS: readonly Step[] = ['hour', 'day'];

class Statements {
  readonly outstanding: StatementSync;
  readonly mark: StatementSync;
  readonly add: Readonly<Record<Step, StatementSync>>;

  constructor(db: DatabaseSync) {
    // The index holds nothing but what is outstanding, so that it does not matter how much is not.
    this.outstanding = db.prepare(
      `SELECT serial, state, resolved_at, coalesce(accepted, provisions) AS taken
         FROM commissions INDEXED BY commissions_unrolled WHERE state <> 0 AND rolled = 0 ORDER BY serial LIMIT ?`,
    );
    this.mark = db.prepare(
      `UPDATE commissions INDEXED BY commissions_unrolled SET rolled = 1
        WHERE state <> 0 AND rolled = 0 AND serial <= ?`,
    );
    this.add = { hour: addTo(db, 'hour'), day: addTo(db, 'day') };
  }
}

function addTo(db: DatabaseSync, step: Step): StatementSync {
  return db.prepare(
    `INSERT INTO ${STEP_TABLES[step]} AS known
       (kind, id, resource, start, change_high, change_low, weighted_high, weighted_low)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (kind, id, resource, start) DO UPDATE SET
       change_high = known.change_high + excluded.change_high,
       change_low = known.change_low + excluded.change_low,
       weighted_high = known.weighted_high + excluded.weighted_high,
       weighted_low = known.weighted_low + excluded.weighted_low`,
  );
}

const prepared = new WeakMap<DatabaseSync, Statements>();

/**
 * `rollUp` on the embedded engine, in one go: nobody resolves anything between reading and marking, so what is marked
 * is what was read.
 */
export function rollUpInSqlite(native: SqliteNative, limit: number): Promise<number> {
  return native.exclusive((db) => {
    const run = prepared.get(db) ?? new Statements(db);
    prepared.set(db, run);
    const commissions = run.outstanding.all(limit) as unknown as ResolvedCommission[];
    const last = commissions.at(-1);
    if (!last) return 0;
    db.exec('BEGIN IMMEDIATE');
    try {
      for (const step of STEPS) {
        for (const gain of gainsOf(commissions, step)) run.add[step].run(...rowOf(gain));
      }
      run.mark.run(last.serial);
      db.exec('COMMIT');
    } catch (error) {
      // SQLite ends a transaction by itself when it fails badly; then there is none left to roll back.
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
    return commissions.length;
  });
}
