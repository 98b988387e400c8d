import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import type { Clock } from '../../lib/clock.ts';
import { Lru } from '../../lib/flow/lru.ts';
import { InvariantBroken, invariant } from '../../lib/invariant.ts';
import { isOutage, lostInCommit } from '../../storage/outages/availability.ts';
import { isRefused } from '../../storage/outages/postgres-outages.ts';
import type { PostgresNative } from '../../storage/storage.ts';
import { type BatchOutcome, evaluate, type PendingCommission } from '../core/batch.ts';
import { BatchRolledBack } from '../core/batcher.ts';
import type { Job, Verdict } from '../core/jobs.ts';
import { decodeProvisions, POOL, SEAT, type StoredHolding } from '../core/stored.ts';
import { asItWas, writesOf } from './compared-writes.ts';
import type { RememberedNames } from './postgres-names.ts';
import {
  columnsOf,
  distinct,
  LOST_RACE,
  type LoadedPool,
  type LoadedSeat,
  type Loss,
  limitOfSeat,
  POOLS,
  type PoolRow,
  PostgresBatchState,
  pendingOf,
  poolOf,
  provisionsOf,
  type RowKey,
  rowKey,
  SEATS,
  type SeatRow,
  seatOf,
} from './postgres-rows.ts';
import { type Connection, SharedConnection } from './shared-connection.ts';

/** Pools, and the same number of members' usages. */
const REMEMBERED = 50_000;
/** The most batches with locks between two optimistic attempts. */
const CAUTIOUS_MAX = 64;

/**
 * Batches with optimistic concurrency control: a node decides on the counters and limits that it remembers, and the
 * writes succeed only if the rows in the database still have the same values. So a batch is one message to the
 * database and one answer. The next batch can follow on the same connection before the first is answered: it decides
 * on the result of the first, and fails if the first fails.
 *
 * The writes compare every value that a verdict depends on: the counters and capacities of each pool that the jobs
 * touch and whether its project is live; the counters of each member's usage and whether the seat is open; that
 * commissions are pending, and their provisions. Rows are written in the order in which batches with locks
 * lock them (see `PostgresLedgerStore`), so the two kinds of batches cannot deadlock.
 *
 * If another node has changed a row, nothing of the batch is written; the node forgets these rows, and the batch is
 * decided with locks. After repeated failures the next 1, 3, 7, … batches use locks without an optimistic attempt.
 */
export class OptimisticBatches {
  readonly #clock: Clock;
  readonly #names: RememberedNames;
  readonly #connection: SharedConnection;
  readonly #pools = new Lru<RowKey, LoadedPool>(REMEMBERED);
  readonly #seats = new Lru<RowKey, LoadedSeat>(REMEMBERED);
  #begin = 'BEGIN';
  #failures = 0;
  #cautious = 0;

  constructor(native: PostgresNative, clock: Clock, names: RememberedNames) {
    this.#clock = clock;
    this.#names = names;
    this.#connection = new SharedConnection(native);
  }

  /** @param begin the statement that begins a transaction */
  open(begin: string): void {
    this.#begin = begin;
  }

  /** The verdicts; undefined if nothing was written and the batch must be decided with locks. */
  async commit(jobs: readonly Job[]): Promise<Verdict[] | undefined> {
    if (this.#cautious > 0) {
      this.#cautious -= 1;
      return undefined;
    }
    if (!jobs.every((job) => this.#suits(job))) return undefined;
    const verdicts = await this.#attempt(jobs);
    if (verdicts) {
      this.#failures = 0;
    } else {
      this.#cautious = Math.min(CAUTIOUS_MAX, 2 ** this.#failures - 1);
      this.#failures += 1;
    }
    return verdicts;
  }

  /** Forgets these rows: their counters have changed, or may have. */
  forget({ pools, seats }: Pick<PostgresBatchState, 'pools' | 'seats'>): void {
    for (const key of pools.keys()) this.#pools.delete(key);
    for (const key of seats.keys()) this.#seats.delete(key);
  }

  /**
   * Idempotency keys are looked up under locks: a retry must find the commission that it repeats, even one of the
   * previous batch. Otherwise it could be refused because that commission has used up the limit. Operators' changes,
   * which carry a trace, are rare, and use locks too.
   */
  #suits(job: Job): boolean {
    if (job.kind === 'issue') return job.request.key === undefined && job.request.trace === undefined;
    if (job.kind !== 'resolve' || job.request.trace !== undefined) return false;
    const { accept, reject, partial } = job.request;
    return !partial?.length && [...accept, ...reject].every((serial) => this.#names.issued(serial));
  }

  async #attempt(jobs: readonly Job[]): Promise<Verdict[] | undefined> {
    let connection: Connection;
    let client: PoolClient;
    try {
      await this.#names.learn(provisionsOf(jobs));
      [connection, client] = await this.#connection.enter();
    } catch (error) {
      throw new BatchRolledBack(error);
    }
    let lost: Error | undefined;
    try {
      const wanted = this.#wanted(jobs);
      if (!wanted) return undefined;
      const absent = await this.#learn(client, wanted);
      // No `await` from here until everything is sent: each batch decides on the result of the previous one.
      const state = this.#gather(wanted, absent);
      const batch = state && this.#decide(jobs, state);
      if (!batch) return undefined;
      const { outcome, writes } = batch;
      if (writes.length === 0) return outcome.verdicts;
      const sent = [this.#begin, ...writes].map((query) => client.query<Row>(query as QueryConfig));
      const [commit, ...results] = await Promise.allSettled([client.query('COMMIT'), ...sent]);
      const losses = results.map(reasonOf);
      // An error of the database itself, not of the connection: then nothing was committed.
      const refused = losses.find(isRefused);
      const failure = refused ?? losses.find((loss) => loss !== undefined) ?? reasonOf(commit);
      if (failure) {
        this.forget(batch.state);
        if (refused && isOutage(refused)) throw new BatchRolledBack(refused);
        if (refused || LOST_RACE.has(failure.code ?? '')) return undefined;
        // It is not known whether the batch is durable. It is not run again, since that could charge twice.
        throw lostInCommit(failure);
      }
      return this.#finish(outcome, serialsIn(results));
    } catch (error) {
      const reason = error instanceof BatchRolledBack ? error.cause : error;
      if (!isRefused(reason) || isOutage(reason)) lost = reason as Error;
      throw error;
    } finally {
      this.#connection.leave(connection, client, lost);
    }
  }

  /** The pools and members' usages that the jobs touch; undefined if this node does not remember all that it needs. */
  #wanted(jobs: readonly Job[]): Wanted | undefined {
    const pending = new Map<number, PendingCommission>();
    const located: StoredHolding[] = [];
    for (const provision of provisionsOf(jobs)) {
      const one = this.#names.locate(provision);
      if (one) located.push(one);
    }
    for (const job of jobs) {
      if (job.kind !== 'resolve') continue;
      for (const serial of [...job.request.accept, ...job.request.reject]) {
        const commission = this.#names.issued(serial);
        if (!commission) return undefined;
        pending.set(serial, commission);
        located.push(...(decodeProvisions(commission.provisions) ?? []));
      }
    }
    const seats = distinct(located, SEAT);
    const pools = new Map(distinct(located, POOL).map((one) => [rowKey(one), one]));
    for (const { id: seat, resource } of seats) {
      const id = this.#names.projectOfSeat(seat);
      if (id === undefined) return undefined;
      pools.set(rowKey({ id, resource }), { kind: POOL, id, resource });
    }
    const inOrder = [...pools.values()].sort((a, b) => a.id - b.id || a.resource - b.resource);
    return { pending, pools: inOrder, seats };
  }

  /** Reads the rows that are not remembered, and returns the keys of those that do not exist. */
  async #learn(client: PoolClient, { pools, seats }: Wanted): Promise<Set<string>> {
    const newPools = pools.filter((one) => !this.#pools.get(rowKey(one)));
    const newSeats = seats.filter((one) => !this.#seats.get(rowKey(one)));
    const absent = new Set<string>();
    if (newPools.length === 0 && newSeats.length === 0) return absent;
    const [, poolRows, seatRows] = await all([
      client.query(this.#begin),
      client.query<PoolRow>({ ...POOLS, values: columnsOf(newPools) }),
      client.query<SeatRow>({ ...SEATS, values: columnsOf(newSeats) }),
      client.query('COMMIT'),
    ] as const).catch((error) => {
      throw new BatchRolledBack(error);
    });
    for (const one of newPools) absent.add(`p${rowKey(one)}`);
    for (const one of newSeats) absent.add(`s${rowKey(one)}`);
    // Rows that another batch has remembered meanwhile are newer.
    for (const row of poolRows.rows) {
      const pool = poolOf(row);
      const key = rowKey(pool.stored);
      absent.delete(`p${key}`);
      if (!this.#pools.get(key)) this.#pools.set(key, pool);
    }
    for (const row of seatRows.rows) {
      const seat = seatOf(row);
      const key = rowKey(seat.stored);
      absent.delete(`s${key}`);
      if (!this.#seats.get(key)) this.#seats.set(key, seat);
    }
    return absent;
  }

  #gather({ pending, pools, seats }: Wanted, absent: ReadonlySet<string>): PostgresBatchState | undefined {
    const state = new PostgresBatchState(this.#names, this.#clock.now());
    for (const [serial, commission] of pending) {
      // The previous batch may be resolving it.
      if (!this.#names.issued(serial)) return undefined;
      state.commissions.set(serial, commission);
    }
    for (const one of pools) {
      const key = rowKey(one);
      const pool = this.#pools.get(key);
      if (pool) state.pools.set(key, pool);
      else if (!absent.has(`p${key}`)) return undefined;
    }
    for (const one of seats) {
      const key = rowKey(one);
      const seat = this.#seats.get(key);
      const pool = seat && state.pools.get(rowKey({ id: seat.project, resource: one.resource }));
      if (seat && pool) {
        seat.limit = limitOfSeat(seat, pool);
        state.seats.set(key, seat);
      } else if (!seat && !absent.has(`s${key}`)) return undefined;
    }
    return state;
  }

  #decide(jobs: readonly Job[], state: PostgresBatchState): Decided | undefined {
    const pools = [...state.pools.values()].map(asItWas);
    const seats = [...state.seats.values()].map(asItWas);
    // Placeholders: the database assigns the serials.
    for (let place = 1; place <= jobs.length; place += 1) state.serials.push(-place);
    try {
      const outcome = evaluate(jobs, state);
      // The writes cannot compare that a usage row does not exist.
      if (seats.some(({ now }) => !now.stored_usage && !now.changed)) {
        this.forget(state);
        return undefined;
      }
      const writes = writesOf(outcome, pools, seats, state);
      for (const serial of outcome.resolved.keys()) this.#names.forgetIssued(serial);
      for (const { now } of seats) now.stored_usage = true;
      return { state, outcome, writes };
    } catch (error) {
      this.forget(state);
      // Remembered rows may be of different times, for example where another node has resolved a commission. The rows
      // that a batch with locks reads are not, so it decides whether the invariant is really broken.
      if (error instanceof InvariantBroken) return undefined;
      throw new BatchRolledBack(error);
    }
  }

  #finish({ issued, verdicts }: BatchOutcome, serials: readonly number[]): Verdict[] {
    invariant(serials.length === issued.length, 'Each commission that was issued has a serial.', () => ({
      serials: serials.length,
      issued: issued.length,
    }));
    for (const [place, commission] of issued.entries()) {
      if (commission.state === 0) {
        this.#names.rememberIssued(serials[place] as number, pendingOf(commission));
      }
    }
    return verdicts.map((verdict) => {
      if (verdict.kind !== 'issue' || !verdict.of.ok) return verdict;
      return { kind: 'issue', of: { ok: true, serial: serials[-verdict.of.serial - 1] as number } };
    });
  }
}

interface Wanted {
  readonly pending: ReadonlyMap<number, PendingCommission>;
  /** In the order in which they are locked. */
  readonly pools: readonly StoredHolding[];
  readonly seats: readonly StoredHolding[];
}

interface Decided {
  readonly state: PostgresBatchState;
  readonly outcome: BatchOutcome;
  readonly writes: readonly QueryConfig[];
}

function reasonOf(result: PromiseSettledResult<unknown>): Loss | undefined {
  return result.status === 'rejected' ? (result.reason as Loss) : undefined;
}

/** As `Promise.all`, but all promises are settled when it rejects. */
async function all<T extends readonly unknown[]>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/** The serials that the database assigned, in ascending order, which is the order of the commissions. */
function serialsIn(results: readonly PromiseSettledResult<QueryResult<Row>>[]): number[] {
  for (const result of results) {
    const serials = result.status === 'fulfilled' ? result.value.rows?.[0]?.serials : undefined;
    if (serials)
      return serials
        .split(',')
        .map(Number)
        .sort((a, b) => a - b);
  }
  return [];
}

interface Row {
  readonly serials?: string;
}
