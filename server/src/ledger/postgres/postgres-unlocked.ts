import type { PoolClient, QueryConfig, QueryResult } from 'pg';
import type { Clock } from '../../lib/clock.ts';
import { Lru } from '../../lib/flow/lru.ts';
import { isOutage, lostInCommit } from '../../storage/availability.ts';
import { isRefused } from '../../storage/postgres-outages.ts';
import type { PostgresNative } from '../../storage/storage.ts';
import {
  type BatchOutcome,
  evaluate,
  type Job,
  type LoadedHolding,
  type PendingCommission,
  type Verdict,
} from '../core/batch.ts';
import { BatchRolledBack } from '../core/batcher.ts';
import { decodeProvisions, POOL, SEAT } from '../core/stored.ts';
import type { Located, RememberedNames } from './postgres-names.ts';
import {
  columnsOf,
  distinct,
  LOST_RACE,
  type LoadedPool,
  type LoadedSeat,
  type Loss,
  limitOfSeat,
  lists,
  numbers,
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

/** Pools, and as many members' usages. */
const REMEMBERED = 50_000;
/** After so many batches with locks at the most, it is tried without again. */
const CAUTIOUS_MAX = 64;

/**
 * The end of a statement that writes to rows it has compared: unless it found all of them, the transaction fails, and
 * with it the commit that has been sent along. The text is what an operator reads in the log of the database.
 */
const allOf = (changed: string): string => `
  SELECT CASE WHEN count(*) = cardinality($1::bigint[]) THEN 0
              ELSE ('changed by another node: ' || count(*) || ' of ' || cardinality($1::bigint[]))::integer END
    FROM ${changed}`;

/**
 * The array of one keeps the database from walking through the table in the order of the index, which it takes for
 * cheap, and goes on doing, where it was planned when the table was empty.
 */
const FLIP = `
  WITH flipped AS (
    UPDATE commissions c
       SET state = new.state, reason = new.reason, balances = new.balances, resolved_at = $6::bigint,
           rolled = CASE WHEN new.state = 2 THEN 1 ELSE 0 END
      FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[])
           AS new (serial, state, reason, balances, provisions)
     WHERE c.serial = ANY (ARRAY[new.serial]) AND c.state + 0 = 0 AND c.provisions = new.provisions
    RETURNING 1)
  ${allOf('flipped')}`;

const SAVE_POOLS = `
  WITH saved AS (
    UPDATE pools p SET usage_min = new.usage_min, usage_max = new.usage_max
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
                  $8::bigint[], $9::bigint[])
           AS new (project_id, resource_id, usage_min, usage_max, was_min, was_max, capacity, member_capacity, live)
      JOIN ledger_projects l ON l.id = new.project_id AND l.live = new.live
     WHERE p.project_id = new.project_id AND p.resource_id = new.resource_id
       AND p.usage_min = new.was_min AND p.usage_max = new.was_max
       AND p.capacity = new.capacity AND p.member_capacity = new.member_capacity
    RETURNING 1)
  ${allOf('saved')}`;

const SAVE_SEATS = `
  WITH saved AS (
    UPDATE seat_usages u SET usage_min = new.usage_min, usage_max = new.usage_max
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
           AS new (seat_id, resource_id, usage_min, usage_max, was_min, was_max, open)
      JOIN seats s ON s.id = new.seat_id AND s.open = new.open
     WHERE u.seat_id = ANY (ARRAY[new.seat_id]) AND u.resource_id = new.resource_id
       AND u.usage_min = new.was_min AND u.usage_max = new.was_max
    RETURNING 1)
  ${allOf('saved')}`;

const ADD_SEATS = `
  WITH added AS (
    INSERT INTO seat_usages (seat_id, resource_id, usage_min, usage_max)
    SELECT new.seat_id, new.resource_id, new.usage_min, new.usage_max
      FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[])
           AS new (seat_id, resource_id, usage_min, usage_max, open)
      JOIN seats s ON s.id = new.seat_id AND s.open = new.open
    RETURNING 1)
  ${allOf('added')}`;

/** Serials are drawn row by row, in the order of the arrays. */
const APPEND = {
  name: 'ledger-unlocked-append',
  text: `
  WITH appended AS (
    INSERT INTO commissions (serial, component, name, state, provisions, balances, expires_at, issued_at, resolved_at)
    SELECT nextval('commission_serials'), component, name, state, provisions, balances, expires_at,
           $7::bigint, CASE WHEN state = 0 THEN NULL ELSE $7::bigint END
      FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::bigint[])
           AS new (component, name, state, provisions, balances, expires_at)
    RETURNING serial)
  SELECT string_agg(serial::text, ',') AS serials FROM appended`,
};

/**
 * Batches that lock nothing before they write: a node reckons with the counters and limits that it remembers, and the
 * writes go through only if the database still has the very same. So a batch is a single message to the database and
 * a single answer, and the next can follow on the same connection before the first is answered: it reckons with what
 * the first has left, and fails with it.
 *
 * Whatever decides over a verdict is compared: counters, capacities and whether the project lives of every pool that
 * the jobs touch, counters of every member's usage and whether the seat is open, and that commissions are pending and what they hold.
 * Rows are written in the order in which batches with locks take them (see `PostgresLedgerStore`), so the two cannot
 * wait for one another in a ring.
 *
 * Where somebody else has changed a row meanwhile, nothing has happened; what was remembered of these rows is
 * forgotten, and the batch is decided with locks. When that goes on, the next ones are not tried without: 1, 2, 4, …
 */
export class UnlockedBatches {
  readonly #clock: Clock;
  readonly #names: RememberedNames;
  readonly #lane: Lane;
  readonly #pools = new Lru<RowKey, LoadedPool>(REMEMBERED);
  readonly #seats = new Lru<RowKey, LoadedSeat>(REMEMBERED);
  #begin = 'BEGIN';
  #failures = 0;
  #cautious = 0;

  constructor(native: PostgresNative, clock: Clock, names: RememberedNames) {
    this.#clock = clock;
    this.#names = names;
    this.#lane = new Lane(native);
  }

  /** @param begin the statement that begins a transaction */
  open(begin: string): void {
    this.#begin = begin;
  }

  /** The verdicts; undefined if nothing has happened and the batch has to be decided with locks. */
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

  /** Counters of these rows have changed, or may have. */
  forget({ pools, seats }: Pick<PostgresBatchState, 'pools' | 'seats'>): void {
    for (const key of pools.keys()) this.#pools.delete(key);
    for (const key of seats.keys()) this.#seats.delete(key);
  }

  /**
   * Keys are looked up under locks: a retry must find the commission that it repeats, even one of the batch before,
   * or it could be refused for the room that this one has taken. Operators' changes, which carry a trace, are rare, and
   * are left to the batches with locks too.
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
      [connection, client] = await this.#lane.enter();
    } catch (error) {
      throw new BatchRolledBack(error);
    }
    let lost: Error | undefined;
    try {
      const wanted = this.#wanted(jobs);
      if (!wanted) return undefined;
      const absent = await this.#learn(client, wanted);
      // From here to the end of sending nothing waits: batches follow one another on what each has left.
      const state = this.#gather(wanted, absent);
      const batch = state && this.#decide(jobs, state);
      if (!batch) return undefined;
      const { outcome, writes } = batch;
      if (writes.length === 0) return outcome.verdicts;
      const sent = [this.#begin, ...writes].map((query) => client.query<Row>(query as QueryConfig));
      const [commit, ...results] = await Promise.allSettled([client.query('COMMIT'), ...sent]);
      const losses = results.map(reasonOf);
      // An error of the database itself, not of the connection: then the commit was none.
      const refused = losses.find(isRefused);
      const failure = refused ?? losses.find((loss) => loss !== undefined) ?? reasonOf(commit);
      if (failure) {
        this.forget(batch.state);
        if (refused && isOutage(refused)) throw new BatchRolledBack(refused);
        if (refused || LOST_RACE.has(failure.code ?? '')) return undefined;
        // It is not known whether the batch became durable; it is not tried again, since that could charge twice.
        throw lostInCommit(failure);
      }
      return this.#finish(jobs, outcome, serialsIn(results));
    } catch (error) {
      const reason = error instanceof BatchRolledBack ? error.cause : error;
      if (!isRefused(reason) || isOutage(reason)) lost = reason as Error;
      throw error;
    } finally {
      this.#lane.leave(connection, client, lost);
    }
  }

  /** The pools and members' usages that the jobs touch; undefined if this node does not know all that it takes. */
  #wanted(jobs: readonly Job[]): Wanted | undefined {
    const pending = new Map<number, PendingCommission>();
    const located: Located[] = [];
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

  /** Reads what is not remembered, and answers which of it there is not. */
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
    // What another batch has put there meanwhile is newer.
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
      // The batch before may be resolving it.
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
    // Places of the new commissions; the database gives the numbers.
    for (let place = 1; place <= jobs.length; place += 1) state.serials.push(-place);
    try {
      const outcome = evaluate(jobs, state);
      // That there is no row of a usage could not be compared.
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
      throw new BatchRolledBack(error);
    }
  }

  #finish(jobs: readonly Job[], { issued, verdicts }: BatchOutcome, serials: readonly number[]): Verdict[] {
    if (serials.length !== issued.length) throw new Error('There are not as many serials as commissions.');
    for (const [place, commission] of issued.entries()) {
      if (commission.state === 0) {
        this.#names.rememberIssued(serials[place] as number, pendingOf(commission));
      }
    }
    return verdicts.map((verdict, index) => {
      if (jobs[index]?.kind !== 'issue') return verdict;
      const { ok, serial } = verdict as { ok: boolean; serial: number };
      return ok ? { ok, serial: serials[-serial - 1] as number } : verdict;
    }) as Verdict[];
  }
}

interface Wanted {
  readonly pending: ReadonlyMap<number, PendingCommission>;
  /** In the order in which they are locked. */
  readonly pools: readonly Located[];
  readonly seats: readonly Located[];
}

interface Decided {
  readonly state: PostgresBatchState;
  readonly outcome: BatchOutcome;
  readonly writes: readonly QueryConfig[];
}

/** A holding with the counters that it had when the batch began. */
interface Compared<H extends LoadedHolding> {
  readonly now: H;
  readonly wasMin: bigint;
  readonly wasMax: bigint;
}

function asItWas<H extends LoadedHolding>(holding: H): Compared<H> {
  holding.changed = false;
  return { now: holding, wasMin: holding.usageMin, wasMax: holding.usageMax };
}

/** Also what has not changed is written, if it has been looked at: somebody may have been refused for it. */
function writesOf(
  { issued, resolved }: BatchOutcome,
  pools: readonly Compared<LoadedPool>[],
  seats: readonly Compared<LoadedSeat>[],
  state: PostgresBatchState,
): QueryConfig[] {
  const writes: QueryConfig[] = [];
  const write = (name: string, text: string, values: unknown[]): void => {
    writes.push({ name, text, values });
  };
  if (resolved.size > 0) {
    const inOrder = [...resolved.values()].sort((a, b) => a.serial - b.serial);
    write('ledger-unlocked-flip', FLIP, [
      numbers(inOrder.map(({ serial }) => serial)),
      numbers(inOrder.map((resolution) => resolution.state)),
      inOrder.map(({ reason }) => reason),
      lists(inOrder.map(({ balances }) => balances)),
      lists(inOrder.map(({ serial }) => (state.pending(serial) as PendingCommission).provisions)),
      state.now,
    ]);
  }
  if (pools.length > 0) {
    write('ledger-unlocked-pools', SAVE_POOLS, [
      ...changesOf(pools),
      ...comparisonsOf(pools),
      numbers(pools.map((pool) => pool.now.row.capacity)),
      numbers(pools.map((pool) => pool.now.row.member_capacity)),
      numbers(pools.map((pool) => pool.now.row.live)),
    ]);
  }
  const known = seats.filter((seat) => seat.now.stored_usage);
  if (known.length > 0) {
    const open = numbers(known.map((seat) => seat.now.open));
    write('ledger-unlocked-seats', SAVE_SEATS, [...changesOf(known), ...comparisonsOf(known), open]);
  }
  const added = seats.filter((seat) => !seat.now.stored_usage);
  if (added.length > 0) {
    const open = numbers(added.map((seat) => seat.now.open));
    write('ledger-unlocked-new-seats', ADD_SEATS, [...changesOf(added), open]);
  }
  if (issued.length > 0) {
    write(APPEND.name, APPEND.text, [
      issued.map(({ request }) => request.component),
      issued.map(({ request }) => request.name),
      numbers(issued.map((commission) => commission.state)),
      lists(issued.map(({ provisions }) => provisions)),
      lists(issued.map(({ balances }) => balances)),
      issued.map(({ request }) => request.expiresAt ?? null),
      state.now,
    ]);
  }
  return writes;
}

function changesOf(compared: readonly Compared<LoadedHolding>[]): string[] {
  return [
    numbers(compared.map(({ now }) => now.stored.id)),
    numbers(compared.map(({ now }) => now.stored.resource)),
    numbers(compared.map(({ now }) => now.usageMin)),
    numbers(compared.map(({ now }) => now.usageMax)),
  ];
}

function comparisonsOf(compared: readonly Compared<LoadedHolding>[]): string[] {
  return [numbers(compared.map(({ wasMin }) => wasMin)), numbers(compared.map(({ wasMax }) => wasMax))];
}

function reasonOf(result: PromiseSettledResult<unknown>): Loss | undefined {
  return result.status === 'rejected' ? (result.reason as Loss) : undefined;
}

/** As `Promise.all`, but nothing is under way any more when it fails. */
async function all<T extends readonly unknown[]>(
  promises: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/** The serials that the database has given, ascending as they were drawn. */
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

/** One connection for all batches under way, so that each finds what the one before it has left. */
class Lane {
  readonly #native: PostgresNative;
  #current: Connection | undefined;

  constructor(native: PostgresNative) {
    this.#native = native;
  }

  /** Whoever enters must leave. */
  async enter(): Promise<[Connection, PoolClient]> {
    this.#current ??= { connecting: this.#native.pipelined.connect(), users: 0, loss: undefined };
    const connection = this.#current;
    connection.users += 1;
    try {
      return [connection, await connection.connecting];
    } catch (error) {
      if (this.#current === connection) this.#current = undefined;
      throw error;
    }
  }

  /** @param loss what went wrong, if the connection is not to be used again */
  leave(connection: Connection, client: PoolClient, loss: Error | undefined): void {
    connection.users -= 1;
    connection.loss ??= loss;
    if (this.#current === connection && (connection.loss || connection.users === 0)) {
      this.#current = undefined;
    }
    if (connection.users === 0) client.release(connection.loss);
  }
}

interface Connection {
  readonly connecting: Promise<PoolClient>;
  users: number;
  loss: Error | undefined;
}
