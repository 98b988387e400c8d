import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { bytes, integer, nullable, objects, text, tuples } from '../../storage/sqlite-statements.ts';
import type { BatchOutcome } from '../core/batch.ts';
import type { StoredCounters } from '../core/counter-table.ts';
import { POOL, type StoredHolding } from '../core/stored.ts';

const COUNTERS = [integer('resource_id'), integer('usage_min'), integer('usage_max')] as const;

/** Every statement of the embedded ledger, prepared once. */
export class LedgerStatements {
  readonly begin: StatementSync;
  readonly commit: StatementSync;
  readonly rollback: StatementSync;
  readonly #append: StatementSync;
  readonly #resolve: StatementSync;
  readonly #trace: StatementSync;
  readonly journal: StatementSync;
  readonly clearJournal: StatementSync;
  readonly #updatePool: StatementSync;
  readonly #writeSeat: StatementSync;
  readonly resourceId;
  readonly projectId;
  readonly live;
  readonly pools;
  readonly seatOfUser;
  readonly seat;
  readonly seatUsages;
  readonly pending;
  readonly keyed;

  constructor(db: DatabaseSync) {
    this.begin = db.prepare('BEGIN IMMEDIATE');
    this.commit = db.prepare('COMMIT');
    this.rollback = db.prepare('ROLLBACK');
    this.resourceId = tuples(db, [integer('id')], 'SELECT id FROM ledger_resources WHERE name = ?');
    this.projectId = tuples(
      db,
      [integer('id'), integer('live')],
      'SELECT id, live FROM ledger_projects WHERE project = ?',
    );
    this.live = tuples(db, [integer('live')], 'SELECT live FROM ledger_projects WHERE id = ?');
    this.pools = tuples(
      db,
      [...COUNTERS, integer('capacity'), integer('member_capacity')],
      'SELECT resource_id, usage_min, usage_max, capacity, member_capacity FROM pools WHERE project_id = ?',
    );
    this.seatOfUser = tuples(
      db,
      [integer('id'), integer('open')],
      'SELECT id, open FROM seats WHERE "user" = ? AND project_id = ?',
    );
    this.seat = tuples(
      db,
      [integer('project_id'), integer('open')],
      'SELECT project_id, open FROM seats WHERE id = ?',
    );
    this.seatUsages = tuples(
      db,
      COUNTERS,
      'SELECT resource_id, usage_min, usage_max FROM seat_usages WHERE seat_id = ?',
    );
    this.pending = objects(
      db,
      [text('component'), text('provisions'), nullable(integer('expires_at'))],
      'SELECT component, provisions, expires_at FROM commissions WHERE serial = ? AND state = 0',
    );
    this.keyed = objects(
      db,
      [integer('serial'), bytes('digest')],
      'SELECT serial, digest FROM commissions WHERE component = ? AND "key" = ?',
    );
    this.#append = db.prepare(
      `INSERT INTO commissions (serial, component, name, issued_at, state, resolved_at, provisions, balances,
                                expires_at, "key", digest)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    // A rejected commission adds nothing to the usage history, so it counts as rolled up.
    this.#resolve = db.prepare(
      `UPDATE commissions SET state = ?1, resolved_at = ?2, reason = ?3, accepted = ?4, balances = ?5,
                              rolled = ?1 = 2
        WHERE serial = ?6`,
    );
    this.#trace = db.prepare('INSERT INTO ledger_traces (serial, trace) VALUES (?, ?)');
    this.journal = db.prepare('INSERT INTO ledger_journal (seq, counters) VALUES (?, ?)');
    this.clearJournal = db.prepare('DELETE FROM ledger_journal WHERE seq <= ?');
    this.#updatePool = db.prepare(
      'UPDATE pools SET usage_min = ?, usage_max = ? WHERE project_id = ? AND resource_id = ?',
    );
    this.#writeSeat = db.prepare(
      `INSERT INTO seat_usages (usage_min, usage_max, seat_id, resource_id) VALUES (?, ?, ?, ?)
       ON CONFLICT (seat_id, resource_id)
       DO UPDATE SET usage_min = excluded.usage_min, usage_max = excluded.usage_max`,
    );
  }

  /** Writes counters to their row, and returns whether the row could be written: a pool must exist. */
  writeCounters({ kind, id, resource }: StoredHolding, { usageMin, usageMax }: StoredCounters): boolean {
    const write = kind === POOL ? this.#updatePool : this.#writeSeat;
    return Number(write.run(usageMin, usageMax, id, resource).changes) === 1;
  }

  /** Appends the commissions that a batch issued, changes the state of those that it resolved, and stores traces. */
  writeCommissions(now: number, { issued, resolved, traces }: BatchOutcome): void {
    for (const { serial, request, digest, state, provisions, balances } of issued) {
      const { component, name, key = null, expiresAt = null } = request;
      const resolvedAt = state === 0 ? null : now;
      this.#append.run(
        serial,
        component,
        name,
        now,
        state,
        resolvedAt,
        provisions,
        balances,
        expiresAt,
        key,
        digest,
      );
    }
    for (const { serial, state, reason, accepted, balances } of resolved.values()) {
      this.#resolve.run(state, now, reason, accepted, balances, serial);
    }
    for (const { serial, trace } of traces) this.#trace.run(serial, trace);
  }
}
