import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Clock } from '../../lib/clock.ts';
import { parseExact } from '../../lib/text/json.ts';
import { exactInteger } from '../../storage/integers.ts';
import type { Int64 } from '../../storage/schema.ts';
import type { SqliteNative } from '../../storage/storage.ts';
import {
  type BatchOutcome,
  type BatchState,
  evaluate,
  type Job,
  type KeyedCommission,
  type LoadedHolding,
  type PendingCommission,
  type Verdict,
} from '../core/batch.ts';
import { BatchRolledBack } from '../core/batcher.ts';
import type { Provision } from '../core/commission.ts';
import { CounterTable, type StoredCounters } from '../core/counter-table.ts';
import { parseHolding, projectHolder, userHolder } from '../core/names.ts';
import type { CounterColumns, LedgerQuery, LedgerStore } from '../core/store.ts';
import { type HoldingKind, POOL, SEAT } from '../core/stored.ts';
import {
  counterKey,
  type HoldingNumbers,
  holdingOfKey,
  type JournalBounds,
  journalBounds,
  LedgerMemory,
  type ProjectLimits,
  type Seat,
  seatKey,
} from './sqlite-memory.ts';

/** What is done about an earlier page along with one transaction when nobody waits. */
const AT_THE_END = { settled: 20_000, cleared: 10_000 };

class Statements {
  readonly begin: StatementSync;
  readonly commit: StatementSync;
  readonly rollback: StatementSync;
  readonly resourceId: StatementSync;
  readonly projectId: StatementSync;
  readonly live: StatementSync;
  readonly pools: StatementSync;
  readonly seatOfUser: StatementSync;
  readonly seat: StatementSync;
  readonly seatUsages: StatementSync;
  readonly pending: StatementSync;
  readonly keyed: StatementSync;
  readonly append: StatementSync;
  readonly flip: StatementSync;
  readonly trace: StatementSync;
  readonly journal: StatementSync;
  readonly clearJournal: StatementSync;
  readonly updatePool: StatementSync;
  readonly writeSeat: StatementSync;

  constructor(db: DatabaseSync) {
    const prepare = (sql: string): StatementSync => {
      const statement = db.prepare(sql);
      statement.setReadBigInts(true);
      return statement;
    };
    /** Rows as arrays: to make an object of each costs more than to find it. */
    const prepareRows = (sql: string): StatementSync => {
      const statement = prepare(sql);
      statement.setReturnArrays(true);
      return statement;
    };
    this.begin = prepare('BEGIN IMMEDIATE');
    this.commit = prepare('COMMIT');
    this.rollback = prepare('ROLLBACK');
    this.resourceId = prepareRows('SELECT id FROM ledger_resources WHERE name = ?');
    this.projectId = prepareRows('SELECT id, live FROM ledger_projects WHERE project = ?');
    this.live = prepareRows('SELECT live FROM ledger_projects WHERE id = ?');
    this.pools = prepareRows(
      'SELECT resource_id, usage_min, usage_max, capacity, member_capacity FROM pools WHERE project_id = ?',
    );
    this.seatOfUser = prepareRows('SELECT id, open FROM seats WHERE "user" = ? AND project_id = ?');
    this.seat = prepareRows('SELECT project_id, open FROM seats WHERE id = ?');
    this.seatUsages = prepareRows(
      'SELECT resource_id, usage_min, usage_max FROM seat_usages WHERE seat_id = ?',
    );
    this.pending = prepare(
      'SELECT component, provisions, expires_at FROM commissions WHERE serial = ? AND state = 0',
    );
    this.keyed = prepare('SELECT serial, digest FROM commissions WHERE component = ? AND "key" = ?');
    this.append = prepare(
      `INSERT INTO commissions (serial, component, name, issued_at, state, resolved_at, provisions, balances,
                                expires_at, "key", digest)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    // What was rejected has no place in the usage history, so it counts as taken in.
    this.flip = prepare(
      `UPDATE commissions SET state = ?1, resolved_at = ?2, reason = ?3, accepted = ?4, balances = ?5,
                              rolled = ?1 = 2
        WHERE serial = ?6`,
    );
    this.trace = prepare('INSERT INTO ledger_traces (serial, trace) VALUES (?, ?)');
    this.journal = prepare('INSERT INTO ledger_journal (seq, counters) VALUES (?, ?)');
    this.clearJournal = prepare('DELETE FROM ledger_journal WHERE seq <= ?');
    this.updatePool = prepare(
      'UPDATE pools SET usage_min = ?, usage_max = ? WHERE project_id = ? AND resource_id = ?',
    );
    this.writeSeat = prepare(
      `INSERT INTO seat_usages (usage_min, usage_max, seat_id, resource_id) VALUES (?, ?, ?, ?)
       ON CONFLICT (seat_id, resource_id)
       DO UPDATE SET usage_min = excluded.usage_min, usage_max = excluded.usage_max`,
    );
  }
}

/**
 * The embedded store. The process owns the file, so counters live in memory and a batch only appends: its
 * commissions, and one journal row that says what the counters it changed are now. The rows of the counters are
 * brought up to date later, many changes to one row at a time and in the order of the file. After a crash the
 * journal is replayed. Nothing is acknowledged before the journal row is on disk.
 *
 * Updating the rows in each batch instead costs four scattered page writes per commission: measured 2 to 3 times
 * slower (bench/RESULTS.md).
 */
export class SqliteLedgerStore implements LedgerStore {
  readonly ahead = false;
  readonly #native: SqliteNative;
  readonly #clock: Clock;
  readonly #bounds: JournalBounds;
  readonly #memory = new LedgerMemory();
  readonly #readers = new Map<string, StatementSync>();
  #statements: Statements | undefined;
  #lastSerial = 0;
  #journalSeq = 0;
  /** Entries of the journal since its page was turned. */
  #entries = 0;
  /** The last journal row whose counters are all in `settling` or in their rows. */
  #pageEnd = 0;
  /** The last journal row that says nothing which the rows do not say, and the last one that has been removed. */
  #settledTo = 0;
  #clearedTo = 0;

  constructor(native: SqliteNative, clock: Clock, bounds = journalBounds()) {
    this.#native = native;
    this.#clock = clock;
    this.#bounds = bounds;
  }

  open(): Promise<void> {
    return this.#native.exclusive((db) => {
      this.#statements = new Statements(db);
      replayJournal(db, this.#statements);
      const { last } = db.prepare('SELECT max(serial) AS last FROM commissions').get() as {
        last: number | null;
      };
      this.#lastSerial = last ?? 0;
    });
  }

  commit(jobs: readonly Job[]): Promise<Verdict[]> {
    return this.#native.exclusive(() => this.#transact(jobs));
  }

  limitsChanged(project: string | 'all', user?: string): void {
    try {
      this.#forgetLimits(project, user);
    } catch {
      // The file cannot be read to find out which. What is remembered besides comes from the same file.
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
    // The number may have been forgotten while what it leads to is not.
    const id = memory.projectIds.get(projectHolder(project)) ?? this.#row('projectId', project)?.[0];
    if (id === undefined) return;
    memory.projects.delete(Number(id));
    if (user === undefined) return;
    const seat =
      memory.seatIds.get(seatKey(Number(id), userHolder(user))) ?? this.#row('seatOfUser', user, id)?.[0];
    if (seat !== undefined) memory.seats.delete(Number(seat));
  }

  #row(name: 'projectId' | 'seatOfUser', ...parameters: (string | number | bigint)[]): bigint[] | undefined {
    return this.#statements?.[name].get(...parameters) as bigint[] | undefined;
  }

  /** Runs in one go, so that no batch comes between the rows and the counters that are newer than them. */
  async read<Row extends CounterColumns>(query: LedgerQuery<Row>): Promise<Row[]> {
    const { sql, parameters } = query.compile();
    const rows = this.#native.reading(() => {
      let statement = this.#readers.get(sql);
      if (!statement) {
        statement = this.#native.reader.prepare(sql);
        statement.setReadBigInts(true);
        // Lists of different lengths are different statements; they are not worth keeping.
        if (parameters.length < 10) this.#readers.set(sql, statement);
      }
      return statement.all(...(parameters as [])) as unknown as Row[];
    });
    for (const row of rows) this.#bringUpToDate(row);
    return rows;
  }

  #bringUpToDate(row: CounterColumns): void {
    for (const [key, value] of Object.entries(row)) {
      if (typeof value === 'bigint') (row as unknown as Record<string, unknown>)[key] = exactInteger(value);
    }
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
    const run = this.#statements as Statements;
    const state = new SqliteBatchState(run, this.#memory, this.#clock.now(), this.#lastSerial);
    try {
      run.begin.run();
      const outcome = evaluate(jobs, state);
      const changed = state.changed();
      append(run, state.now, outcome);
      if (changed.length > 0) run.journal.run(this.#journalSeq + 1, encodeJournal(changed));
      const settled = this.#settleSome(run, this.#haste(changed.length, besides.settled));
      const clearTo = Math.min(this.#settledTo, this.#clearedTo + besides.cleared);
      if (clearTo > this.#clearedTo) run.clearJournal.run(clearTo);
      run.commit.run();
      // Durable. What follows only remembers it.
      this.#lastSerial = state.lastSerial;
      this.#clearedTo = clearTo;
      this.#remember(changed, settled);
      return outcome.verdicts;
    } catch (error) {
      // SQLite ends a transaction by itself when it fails badly; then there is none left to roll back.
      try {
        run.rollback.run();
      } catch {}
      throw new BatchRolledBack(error);
    }
  }

  #remember(changed: readonly Counters[], settled: number): void {
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

  /** Writes some counters to their rows and answers how many. */
  #settleSome(run: Statements, most: number): number {
    let count = 0;
    for (const [key, counters] of this.#memory.nextToSettle(most)) {
      writeRow(run, key, counters);
      count += 1;
    }
    return count;
  }
}

/** A holding in one batch; there is one such object for each, whoever asks. It is gone with the batch. */
interface Counters extends LoadedHolding {
  readonly key: number;
  readonly stored: HoldingNumbers;
}

function encodeJournal(changed: readonly Counters[]): string {
  let text = '[';
  for (const { stored, usageMin, usageMax } of changed) {
    const separator = text.length === 1 ? '' : ',';
    text += `${separator}[${stored.kind},${stored.id},${stored.resource},${usageMin},${usageMax}]`;
  }
  return `${text}]`;
}

/** Kind, row, resource, usageMin and usageMax. */
type JournalEntry = readonly [HoldingKind, number, number, Int64, Int64];

/** What the journal says is newer than the rows, batch by batch; of a holding that occurs again the later counts. */
export function* journalEntries(db: DatabaseSync): Generator<readonly JournalEntry[]> {
  for (const row of db.prepare('SELECT counters FROM ledger_journal ORDER BY seq').iterate()) {
    yield parseExact((row as { counters: string }).counters) as unknown as JournalEntry[];
  }
}

/** After a crash: what the journal says is newer than the rows. Later entries win, as they did when written. */
function replayJournal(db: DatabaseSync, run: Statements): void {
  const newest = new CounterTable();
  for (const entries of journalEntries(db)) {
    for (const [kind, id, resource, usageMin, usageMax] of entries) {
      newest.set(counterKey(kind, id, resource), { usageMin: BigInt(usageMin), usageMax: BigInt(usageMax) });
    }
  }
  if (newest.size === 0) return;
  run.begin.run();
  for (const key of newest.sortedKeys()) writeRow(run, key, newest.get(key) as StoredCounters);
  run.clearJournal.run(Number.MAX_SAFE_INTEGER);
  run.commit.run();
}

function writeRow(run: Statements, key: number, { usageMin, usageMax }: StoredCounters): void {
  const { kind, id, resource } = holdingOfKey(key);
  (kind === POOL ? run.updatePool : run.writeSeat).run(usageMin, usageMax, id, resource);
}

function append(run: Statements, now: number, outcome: BatchOutcome): void {
  for (const { serial, request, digest, state, provisions, balances } of outcome.issued) {
    const { component, name, key = null, expiresAt = null } = request;
    const resolved = state === 0 ? null : now;
    run.append.run(
      serial,
      component,
      name,
      now,
      state,
      resolved,
      provisions,
      balances,
      expiresAt,
      key,
      digest,
    );
  }
  for (const { serial, state, reason, accepted, balances } of outcome.resolved.values()) {
    run.flip.run(state, now, reason, accepted, balances, serial);
  }
  for (const { serial, trace } of outcome.traces) run.trace.run(serial, trace);
}

/** Resource, usageMin and usageMax, and the capacities of a pool. */
type UsageRow = [bigint, bigint, bigint];
type PoolRow = [...UsageRow, bigint, bigint];

/** What a batch sees: the memory, filled from the tables where it has gaps. Nothing in memory changes before it is durable. */
class SqliteBatchState implements BatchState {
  readonly now: number;
  lastSerial: number;
  readonly #run: Statements;
  readonly #memory: LedgerMemory;
  readonly #holdings = new Map<number, Counters>();

  constructor(run: Statements, memory: LedgerMemory, now: number, lastSerial: number) {
    this.#run = run;
    this.#memory = memory;
    this.now = now;
    this.lastSerial = lastSerial;
  }

  nextSerial(): number {
    this.lastSerial += 1;
    return this.lastSerial;
  }

  pending(serial: number): PendingCommission | undefined {
    const row = this.#run.pending.get(serial) as
      | { component: string; provisions: string; expires_at: bigint | null }
      | undefined;
    if (!row) return undefined;
    const { component, provisions, expires_at } = row;
    return { component, provisions, expiresAt: expires_at === null ? null : Number(expires_at) };
  }

  keyed(component: string, key: string): KeyedCommission | undefined {
    const row = this.#run.keyed.get(component, key) as { serial: bigint; digest: Uint8Array } | undefined;
    return row && { serial: Number(row.serial), digest: row.digest };
  }

  changed(): Counters[] {
    const changed: Counters[] = [];
    for (const counters of this.#holdings.values()) if (counters.changed) changed.push(counters);
    return changed;
  }

  holding({ holder, source, resource }: Provision): LoadedHolding | undefined {
    const resourceId = this.#resourceId(resource);
    if (resourceId === undefined) return undefined;
    const projectId = this.#projectId(source ?? holder);
    if (projectId === undefined) return undefined;
    if (source === null) return this.#pool(projectId, resourceId);
    const seatId = this.#seatId(source, holder, projectId);
    return seatId === undefined ? undefined : this.#seat(seatId, resourceId);
  }

  holdingOf({ kind, id, resource }: HoldingNumbers): LoadedHolding | undefined {
    return kind === POOL ? this.#pool(id, resource) : this.#seat(id, resource);
  }

  #pool(id: number, resource: number): Counters | undefined {
    const key = counterKey(POOL, id, resource);
    const seen = this.#holdings.get(key);
    if (seen) return seen;
    const project = this.#project(id);
    const pool = project?.pools.get(resource);
    if (!pool) return undefined;
    const counters = this.#memory.counters(key) ?? this.#usageOf(POOL, id, resource, this.#run.pools);
    return this.#see(key, { kind: POOL, id, resource }, counters, project?.live ? pool.capacity : 0n);
  }

  #seat(id: number, resource: number): Counters | undefined {
    const key = counterKey(SEAT, id, resource);
    const seen = this.#holdings.get(key);
    if (seen) return seen;
    const seat = this.#seatRow(id);
    const project = seat && this.#project(seat.project);
    const pool = project?.pools.get(resource);
    if (!pool) return undefined;
    const counters = this.#memory.counters(key) ?? this.#usageOf(SEAT, id, resource, this.#run.seatUsages);
    const limit = project?.live && seat?.open ? pool.memberCapacity : 0n;
    return this.#see(key, { kind: SEAT, id, resource }, counters, limit);
  }

  #see(key: number, stored: HoldingNumbers, counters: StoredCounters, limit: bigint): Counters {
    const { usageMin, usageMax } = counters;
    const holding = { key, stored, limit, usageMin, usageMax, changed: false };
    this.#holdings.set(key, holding);
    return holding;
  }

  /** Counters of a row, and those of its neighbours besides: whoever charges one often charges the next. */
  #usageOf(kind: HoldingKind, id: number, resource: number, all: StatementSync): StoredCounters {
    const rows = all.all(id) as unknown as UsageRow[];
    const found = this.#rememberUsage(kind, id, resource, rows);
    if (found) return found;
    const none = { usageMin: 0n, usageMax: 0n };
    this.#memory.remember(counterKey(kind, id, resource), none);
    return none;
  }

  #rememberUsage(
    kind: HoldingKind,
    id: number,
    wanted: number | undefined,
    rows: readonly (UsageRow | PoolRow)[],
  ): StoredCounters | undefined {
    let found: StoredCounters | undefined;
    for (const [number, usageMin, usageMax] of rows) {
      const resource = Number(number);
      const key = counterKey(kind, id, resource);
      const row = { usageMin, usageMax };
      if (resource === wanted) found = row;
      if (!this.#memory.counters(key)) this.#memory.remember(key, row);
    }
    return found;
  }

  #resourceId(name: string): number | undefined {
    const known = this.#memory.resourceIds.get(name);
    if (known !== undefined) return known;
    const row = this.#run.resourceId.get(name) as unknown as [bigint] | undefined;
    if (!row) return undefined;
    this.#memory.resourceIds.set(name, Number(row[0]));
    return Number(row[0]);
  }

  #projectId(holder: string): number | undefined {
    const known = this.#memory.projectIds.get(holder);
    if (known !== undefined) return known;
    const name = parseHolding(holder, null);
    const row =
      name && (this.#run.projectId.get(name.project) as unknown as [id: bigint, live: bigint] | undefined);
    if (!row) return undefined;
    const id = Number(row[0]);
    this.#memory.projectIds.set(holder, id);
    if (!this.#memory.projects.get(id)) this.#readProject(id, row[1]);
    return id;
  }

  #seatId(source: string, holder: string, projectId: number): number | undefined {
    const key = seatKey(projectId, holder);
    const known = this.#memory.seatIds.get(key);
    if (known !== undefined) return known;
    const name = parseHolding(holder, source);
    if (name?.kind !== 'seat') return undefined;
    const row = this.#run.seatOfUser.get(name.user, projectId) as unknown as
      | [id: bigint, open: bigint]
      | undefined;
    if (!row) return undefined;
    const id = Number(row[0]);
    this.#memory.seatIds.set(key, id);
    this.#memory.seats.set(id, { project: projectId, open: row[1] === 1n });
    return id;
  }

  #seatRow(id: number): Seat | undefined {
    const known = this.#memory.seats.get(id);
    if (known) return known;
    const row = this.#run.seat.get(id) as unknown as [project: bigint, open: bigint] | undefined;
    if (!row) return undefined;
    const seat: Seat = { project: Number(row[0]), open: row[1] === 1n };
    this.#memory.seats.set(id, seat);
    return seat;
  }

  #project(id: number): ProjectLimits | undefined {
    const known = this.#memory.projects.get(id);
    if (known) return known;
    const row = this.#run.live.get(id) as unknown as [live: bigint] | undefined;
    return row && this.#readProject(id, row[0]);
  }

  /** Limits and, from the same rows, counters. */
  #readProject(id: number, live: bigint): ProjectLimits {
    const rows = this.#run.pools.all(id) as unknown as PoolRow[];
    this.#rememberUsage(POOL, id, undefined, rows);
    const pools = new Map(
      rows.map(([resource, , , capacity, memberCapacity]) => [
        Number(resource),
        { capacity, memberCapacity },
      ]),
    );
    const project = this.#memory.shared({ live: live === 1n, pools });
    this.#memory.projects.set(id, project);
    return project;
  }
}
