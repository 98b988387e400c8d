import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Clock } from '../lib/clock.ts';
import { parseExact } from '../lib/json.ts';
import { exactInteger } from '../storage/integers.ts';
import type { Int64 } from '../storage/schema.ts';
import type { SqliteNative } from '../storage/storage.ts';
import {
  type BatchOutcome,
  type BatchState,
  evaluate,
  type Job,
  type KeyedCommission,
  type LoadedHolding,
  type PendingCommission,
  type Verdict,
} from './batch.ts';
import { BatchRolledBack } from './batcher.ts';
import type { Provision } from './commission.ts';
import { parseHolding, projectHolder, userHolder } from './names.ts';
import {
  type Counters,
  counterKey,
  LedgerMemory,
  type ProjectLimits,
  type Seat,
  seatKey,
} from './sqlite-memory.ts';
import type { CounterColumns, LedgerQuery, LedgerStore } from './store.ts';
import { type HoldingKind, POOL, SEAT, type StoredProvision } from './stored.ts';

/**
 * When this many counters wait to be written to their rows, the page is turned and writing begins. More would be
 * written with fewer pages of the file each, but must be kept in memory and replayed after a crash.
 */
const PAGE_COUNTERS = 50_000;
/** Also after so many batches: few counters that change often would let the journal grow without end. */
const PAGE_BATCHES = 2_000;
/** Counters written along with one batch: the work is spread thin, so no request waits for all of it. */
const SETTLED_PER_BATCH = 512;

class Statements {
  readonly begin: StatementSync;
  readonly commit: StatementSync;
  readonly rollback: StatementSync;
  readonly resourceId: StatementSync;
  readonly projectId: StatementSync;
  readonly project: StatementSync;
  readonly pools: StatementSync;
  readonly seatId: StatementSync;
  readonly seat: StatementSync;
  readonly seatUsage: StatementSync;
  readonly poolUsage: StatementSync;
  readonly pending: StatementSync;
  readonly keyed: StatementSync;
  readonly append: StatementSync;
  readonly flip: StatementSync;
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
    this.begin = prepare('BEGIN IMMEDIATE');
    this.commit = prepare('COMMIT');
    this.rollback = prepare('ROLLBACK');
    this.resourceId = prepare('SELECT id FROM ledger_resources WHERE name = ?');
    this.projectId = prepare('SELECT id FROM ledger_projects WHERE project = ?');
    this.project = prepare('SELECT live FROM ledger_projects WHERE id = ?');
    this.pools = prepare('SELECT resource_id, capacity, member_capacity FROM pools WHERE project_id = ?');
    this.seatId = prepare('SELECT id FROM seats WHERE "user" = ? AND project_id = ?');
    this.seat = prepare('SELECT project_id, open FROM seats WHERE id = ?');
    this.poolUsage = prepare(
      'SELECT usage_min, usage_max FROM pools WHERE project_id = ? AND resource_id = ?',
    );
    this.seatUsage = prepare(
      'SELECT usage_min, usage_max FROM seat_usages WHERE seat_id = ? AND resource_id = ?',
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
  readonly #memory = new LedgerMemory();
  readonly #readers = new Map<string, StatementSync>();
  #statements: Statements | undefined;
  #lastSerial = 0;
  #journalSeq = 0;
  /** The last journal row whose counters are all in `settling` or in their rows. */
  #pageEnd = 0;
  #batch = 0;

  constructor(native: SqliteNative, clock: Clock) {
    this.#native = native;
    this.#clock = clock;
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
    const memory = this.#memory;
    if (project === 'all') {
      memory.projects.clear();
      return;
    }
    const holder = projectHolder(project);
    const id = memory.projectIds.get(holder);
    if (id !== undefined) memory.projects.delete(id);
    const seat = user === undefined ? undefined : memory.seatIds.get(seatKey(holder, userHolder(user)));
    if (seat !== undefined) memory.seats.delete(seat);
  }

  /** Runs in one go, so that no batch comes between the rows and the counters that are newer than them. */
  async read<Row extends CounterColumns>(query: LedgerQuery<Row>): Promise<Row[]> {
    const { sql, parameters } = query.compile();
    let statement = this.#readers.get(sql);
    if (!statement) {
      statement = this.#native.reader.prepare(sql);
      statement.setReadBigInts(true);
      // Lists of different lengths are different statements; they are not worth keeping.
      if (parameters.length < 10) this.#readers.set(sql, statement);
    }
    const rows = statement.all(...(parameters as [])) as unknown as Row[];
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
        while (this.#memory.settling > 0) this.#transact([]);
        this.#turnPage();
      }
    });
  }

  #transact(jobs: readonly Job[]): Verdict[] {
    const run = this.#statements as Statements;
    this.#batch += 1;
    const state = new SqliteBatchState(run, this.#memory, this.#batch, this.#clock.now(), this.#lastSerial);
    try {
      run.begin.run();
      const outcome = evaluate(jobs, state);
      const changed = state.changed();
      append(run, state.now, outcome);
      if (changed.length > 0) run.journal.run(this.#journalSeq + 1, encodeJournal(changed));
      const settled = this.#settleSome(run);
      run.commit.run();
      // Durable. What follows only remembers it.
      this.#lastSerial = state.lastSerial;
      if (changed.length > 0) this.#journalSeq += 1;
      for (const counters of changed) this.#memory.markDirty(counters);
      this.#memory.settled(settled);
      if (this.#pageIsFull()) this.#turnPage();
      return outcome.verdicts;
    } catch (error) {
      state.undo();
      // SQLite ends a transaction by itself when it fails badly; then there is none left to roll back.
      try {
        run.rollback.run();
      } catch {}
      throw new BatchRolledBack(error);
    }
  }

  #pageIsFull(): boolean {
    const { settling, dirty } = this.#memory;
    if (settling > 0) return false;
    return dirty >= PAGE_COUNTERS || (dirty > 0 && this.#journalSeq - this.#pageEnd >= PAGE_BATCHES);
  }

  #turnPage(): void {
    this.#memory.turnPage();
    this.#pageEnd = this.#journalSeq;
  }

  /** Writes some counters to their rows; with the last of a page its journal goes. */
  #settleSome(run: Statements): readonly Counters[] {
    if (this.#memory.settling === 0) return [];
    const next = this.#memory.nextToSettle(SETTLED_PER_BATCH);
    for (const { stored, usageMin, usageMax } of next) {
      (stored.kind === POOL ? run.updatePool : run.writeSeat).run(
        usageMin,
        usageMax,
        stored.id,
        stored.resource,
      );
    }
    if (next.length === this.#memory.settling) run.clearJournal.run(this.#pageEnd);
    return next;
  }
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
  const newest = new Map<number, [number, number, bigint, bigint]>();
  const kinds = new Map<number, HoldingKind>();
  for (const entries of journalEntries(db)) {
    for (const [kind, id, resource, usageMin, usageMax] of entries) {
      const key = counterKey(kind, id, resource);
      kinds.set(key, kind);
      newest.set(key, [id, resource, BigInt(usageMin), BigInt(usageMax)]);
    }
  }
  if (newest.size === 0) return;
  run.begin.run();
  for (const [key, [id, resource, usageMin, usageMax]] of newest) {
    (kinds.get(key) === POOL ? run.updatePool : run.writeSeat).run(usageMin, usageMax, id, resource);
  }
  run.clearJournal.run(Number.MAX_SAFE_INTEGER);
  run.commit.run();
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
}

/** What a batch sees: the memory, filled from the tables where it has gaps. */
class SqliteBatchState implements BatchState {
  readonly now: number;
  lastSerial: number;
  readonly #run: Statements;
  readonly #memory: LedgerMemory;
  readonly #batch: number;
  /** Counters that a job has asked for, with what they said before, in case the batch fails. */
  readonly #touched: { counters: Counters; usageMin: bigint; usageMax: bigint }[] = [];

  constructor(run: Statements, memory: LedgerMemory, batch: number, now: number, lastSerial: number) {
    this.#run = run;
    this.#memory = memory;
    this.#batch = batch;
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
    for (const { counters } of this.#touched) if (counters.changed) changed.push(counters);
    return changed;
  }

  undo(): void {
    for (const { counters, usageMin, usageMax } of this.#touched) {
      counters.usageMin = usageMin;
      counters.usageMax = usageMax;
    }
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

  holdingOf({ kind, id, resource }: Omit<StoredProvision, 'quantity'>): LoadedHolding | undefined {
    return kind === POOL ? this.#pool(id, resource) : this.#seat(id, resource);
  }

  #pool(projectId: number, resource: number): Counters | undefined {
    const project = this.#project(projectId);
    const pool = project?.pools.get(resource);
    if (!project || !pool) return undefined;
    return this.#counters(POOL, projectId, resource, project.live ? pool.capacity : 0n);
  }

  #seat(seatId: number, resource: number): Counters | undefined {
    const seat = this.#seatRow(seatId);
    const project = seat && this.#project(seat.project);
    const pool = project?.pools.get(resource);
    if (!pool) return undefined;
    return this.#counters(SEAT, seatId, resource, project?.live && seat?.open ? pool.memberCapacity : 0n);
  }

  #counters(kind: HoldingKind, id: number, resource: number, limit: bigint): Counters {
    const key = counterKey(kind, id, resource);
    let counters = this.#memory.counters(key);
    if (!counters) {
      const find = kind === POOL ? this.#run.poolUsage : this.#run.seatUsage;
      const row = find.get(id, resource) as { usage_min: bigint; usage_max: bigint } | undefined;
      counters = {
        key,
        stored: { kind, id, resource },
        limit,
        usageMin: row?.usage_min ?? 0n,
        usageMax: row?.usage_max ?? 0n,
        changed: false,
        batch: 0,
      };
      this.#memory.remember(counters);
    }
    if (counters.batch !== this.#batch) {
      counters.batch = this.#batch;
      counters.limit = limit;
      counters.changed = false;
      this.#touched.push({ counters, usageMin: counters.usageMin, usageMax: counters.usageMax });
    }
    return counters;
  }

  #resourceId(name: string): number | undefined {
    const known = this.#memory.resourceIds.get(name);
    if (known !== undefined) return known;
    const row = this.#run.resourceId.get(name) as { id: bigint } | undefined;
    if (!row) return undefined;
    this.#memory.resourceIds.set(name, Number(row.id));
    return Number(row.id);
  }

  #projectId(holder: string): number | undefined {
    const known = this.#memory.projectIds.get(holder);
    if (known !== undefined) return known;
    const name = parseHolding(holder, null);
    const row = name && (this.#run.projectId.get(name.project) as { id: bigint } | undefined);
    if (!row) return undefined;
    this.#memory.projectIds.set(holder, Number(row.id));
    return Number(row.id);
  }

  #seatId(source: string, holder: string, projectId: number): number | undefined {
    const key = seatKey(source, holder);
    const known = this.#memory.seatIds.get(key);
    if (known !== undefined) return known;
    const name = parseHolding(holder, source);
    if (name?.kind !== 'seat') return undefined;
    const row = this.#run.seatId.get(name.user, projectId) as { id: bigint } | undefined;
    if (!row) return undefined;
    this.#memory.seatIds.set(key, Number(row.id));
    return Number(row.id);
  }

  #seatRow(id: number): Seat | undefined {
    const known = this.#memory.seats.get(id);
    if (known) return known;
    const row = this.#run.seat.get(id) as { project_id: bigint; open: bigint } | undefined;
    if (!row) return undefined;
    const seat: Seat = { id, project: Number(row.project_id), open: row.open === 1n };
    this.#memory.seats.set(id, seat);
    return seat;
  }

  #project(id: number): ProjectLimits | undefined {
    const known = this.#memory.projects.get(id);
    if (known) return known;
    const row = this.#run.project.get(id) as { live: bigint } | undefined;
    if (!row) return undefined;
    const pools = this.#run.pools.all(id) as {
      resource_id: bigint;
      capacity: bigint;
      member_capacity: bigint;
    }[];
    const project: ProjectLimits = {
      id,
      live: row.live === 1n,
      pools: new Map(
        pools.map(({ resource_id, capacity, member_capacity }) => [
          Number(resource_id),
          { capacity, memberCapacity: member_capacity },
        ]),
      ),
    };
    this.#memory.projects.set(id, project);
    return project;
  }
}
