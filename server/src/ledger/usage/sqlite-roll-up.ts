import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { integer, nullable, objects, text } from '../../storage/sqlite-statements.ts';
import type { SqliteNative } from '../../storage/storage.ts';
import { checkMarked, gainsOf, rowOf } from './usage-gains.ts';
import { STEP_TABLES, type Step } from './usage-steps.ts';

const STEPS: readonly Step[] = ['hour', 'day'];

class Statements {
  readonly outstanding;
  readonly mark: StatementSync;
  readonly add: Readonly<Record<Step, StatementSync>>;

  constructor(db: DatabaseSync) {
    // The index has only commissions to roll up, so the cost does not depend on the number of the others.
    this.outstanding = objects(
      db,
      [integer('serial'), integer('state'), nullable(integer('resolved_at')), text('taken')],
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
 * `rollUp` on the embedded engine. It runs without interruption: no commission is resolved between reading and marking,
 * so the commissions that are marked are those that were read.
 */
export function rollUpInSqlite(native: SqliteNative, limit: number): Promise<number> {
  return native.exclusive((db) => {
    const run = prepared.get(db) ?? new Statements(db);
    prepared.set(db, run);
    const commissions = run.outstanding.all(limit).map((row) => ({
      serial: Number(row.serial),
      state: Number(row.state),
      resolved_at: row.resolved_at === null ? null : Number(row.resolved_at),
      taken: row.taken,
    }));
    const last = commissions.at(-1);
    if (!last) return 0;
    db.exec('BEGIN IMMEDIATE');
    try {
      const gains = gainsOf(commissions);
      for (const step of STEPS) {
        for (const gain of gains[step]) run.add[step].run(...rowOf(gain));
      }
      checkMarked(commissions, run.mark.run(last.serial).changes);
      db.exec('COMMIT');
    } catch (error) {
      // SQLite ends the transaction itself after some errors; then there is none to roll back.
      if (db.isTransaction) db.exec('ROLLBACK');
      throw error;
    }
    return commissions.length;
  });
}
