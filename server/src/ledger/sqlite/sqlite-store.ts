import type { Clock } from '../../lib/clock.ts';
import { integer, nullable, objects } from '../../storage/sqlite-statements.ts';
import type { SqliteNative } from '../../storage/storage.ts';
import { evaluate } from '../core/batch.ts';
import { BatchRolledBack } from '../core/batcher.ts';
import type { Job, Verdict } from '../core/jobs.ts';
import { projectHolder, userHolder } from '../core/names.ts';
import type { CounterColumns, LedgerQuery, LedgerStore } from '../core/store.ts';
import { POOL, SEAT } from '../core/stored.ts';
import { type BatchHolding, SqliteBatchState } from './sqlite-batch-state.ts';
import { encodeJournal, replayJournal } from './sqlite-journal.ts';
import {
  counterKey,
  holdingOfKey,
  type JournalBounds,
  journalBounds,
  LedgerMemory,
  seatKey,
} from './sqlite-memory.ts';
import { LedgerStatements } from './sqlite-statements.ts';

/** How much of an earlier page one transaction settles when no requests wait. */
const AT_THE_END = { settled: 20_000, cleared: 10_000 };

/**
 * The embedded store. The process owns the file, so counters are in memory and a batch only appends: its
 * commissions, and one journal row with the new values of the counters that it changed. The rows of the counters are
 * written later, once for many changes and in the order of the file. After a crash the journal is replayed.
 *
 * A batch that writes each row instead has four scattered page writes per commission: measured 2 to 3 times slower
 * (bench/RESULTS.md).
 */
export class SqliteLedgerStore implements LedgerStore {
  readonly ahead = false;
  readonly #native: SqliteNative;
  readonly #clock: Clock;
  readonly #bounds: JournalBounds;
  readonly #memory = new LedgerMemory();
  #statements: LedgerStatements | undefined;
  #lastSerial = 0;
  #journalSeq = 0;
  /** Entries of the journal since its page was turned. */
  #entries = 0;
  /** The last journal row whose counters are all in `settling` or in their rows. */
  #pageEnd = 0;
  /** The last journal row whose counters are all in their rows, and the last one that was removed. */
  #settledTo = 0;
  #clearedTo = 0;

  constructor(native: SqliteNative, clock: Clock, bounds = journalBounds()) {
    this.#native = native;
    this.#clock = clock;
    this.#bounds = bounds;
  }

  open(): Promise<void> {
    return this.#native.exclusive((db) => {
      const run = new LedgerStatements(db);
      replayJournal(db, run);
      const serials = objects(db, [nullable(integer('last'))], 'SELECT max(serial) AS last FROM commissions');
      this.#lastSerial = Number(serials.get()?.last ?? 0);
      this.#statements = run;
    });
  }

  commit(jobs: readonly Job[]): Promise<Verdict[]> {
    return this.#native.exclusive(() => this.#transact(jobs));
  }

  limitsChanged(project: string | 'all', user?: string): void {
    try {
      this.#forgetLimits(project, user);
    } catch {
      // The file cannot be read to find the rows. All other remembered limits come from the same file.
      this.#memory.projects.clear();
      this.#memory.seats.clear();
    }
  }

  #forgetLimits(project: string | 'all', user?: string): void {
    const memory = this.#memory;
    if (project === 'all') {
      memory.projects.clear();
      return;
    }
    // The row number may have been forgotten while the limits under this number are still remembered.
    const id = memory.projectIds.get(projectHolder(project)) ?? this.#statements?.projectId.get(project)?.[0];
    if (id === undefined) return;
    memory.projects.delete(Number(id));
    if (user === undefined) return;
    const seat =
      memory.seatIds.get(seatKey(Number(id), userHolder(user))) ??
      this.#statements?.seatOfUser.get(user, id)?.[0];
    if (seat !== undefined) memory.seats.delete(Number(seat));
  }

  /** Runs without interruption, so that no batch commits between reading the rows and adding the newer counters. */
  async read<Row extends CounterColumns>(query: LedgerQuery<Row>): Promise<Row[]> {
    const rows = this.#native.read(query.compile());
    for (const row of rows) this.#bringUpToDate(row);
    return rows;
  }

  #bringUpToDate(row: CounterColumns): void {
    const pool = this.#memory.unwritten(counterKey(POOL, row.project_id, row.resource_id));
    if (pool) {
      row.pool_min = pool.usageMin;
      row.pool_max = pool.usageMax;
    }
    if (row.seat_id === undefined) return;
    const seat = this.#memory.unwritten(counterKey(SEAT, row.seat_id, row.resource_id));
    if (seat) {
      row.usage_min = seat.usageMin;
      row.usage_max = seat.usageMax;
    }
  }

  close(): Promise<void> {
    return this.settleAll();
  }

  /** Writes all counters to their rows and empties the journal. */
  settleAll(): Promise<void> {
    return this.#native.exclusive(() => {
      if (!this.#statements) return;
      for (let page = 0; page < 2; page += 1) {
        while (this.#memory.settling > 0) this.#transact([], AT_THE_END);
        this.#turnPage();
      }
      while (this.#clearedTo < this.#settledTo) this.#transact([], AT_THE_END);
    });
  }

  #transact(
    jobs: readonly Job[],
    besides: Pick<JournalBounds, 'settled' | 'cleared'> = this.#bounds,
  ): Verdict[] {
    const run = this.#statements as LedgerStatements;
    const state = new SqliteBatchState(run, this.#memory, this.#clock.now(), this.#lastSerial);
    try {
      run.begin.run();
      const outcome = evaluate(jobs, state);
      const changed = state.changed();
      run.writeCommissions(state.now, outcome);
      if (changed.length > 0) run.journal.run(this.#journalSeq + 1, encodeJournal(changed));
      const settled = this.#settleSome(run, this.#haste(changed.length, besides.settled));
      const clearTo = Math.min(this.#settledTo, this.#clearedTo + besides.cleared);
      if (clearTo > this.#clearedTo) run.clearJournal.run(clearTo);
      run.commit.run();
      // The batch is durable; the rest only updates the memory.
      this.#lastSerial = state.lastSerial;
      this.#clearedTo = clearTo;
      this.#remember(changed, settled);
      return outcome.verdicts;
    } catch (error) {
      // SQLite ends the transaction itself after some errors; then a rollback fails.
      try {
        run.rollback.run();
      } catch {}
      throw new BatchRolledBack(error);
    }
  }

  #remember(changed: readonly BatchHolding[], settled: number): void {
    const memory = this.#memory;
    if (changed.length > 0) this.#journalSeq += 1;
    this.#entries += changed.length;
    for (const counters of changed) memory.change(counters.key, counters);
    memory.settled(settled);
    if (memory.settling > 0) return;
    this.#settledTo = this.#pageEnd;
    const full = memory.dirty >= this.#bounds.counters || this.#entries >= this.#bounds.entries;
    if (full) this.#turnPage();
  }

  #turnPage(): void {
    this.#memory.turnPage();
    this.#pageEnd = this.#journalSeq;
    if (this.#memory.settling === 0) this.#settledTo = this.#pageEnd;
    this.#entries = 0;
  }

  /** How many counters to write now: more than usual if the next page is full before this one is settled. */
  #haste(changed: number, usual: number): number {
    return this.#memory.dirty > this.#bounds.counters ? Math.max(usual, 2 * changed) : usual;
  }

  /** Writes some counters to their rows, and returns how many. */
  #settleSome(run: LedgerStatements, most: number): number {
    let count = 0;
    for (const [key, counters] of this.#memory.nextToSettle(most)) {
      run.writeCounters(holdingOfKey(key), counters);
      count += 1;
    }
    return count;
  }
}
