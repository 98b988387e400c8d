import type { PoolClient, QueryConfig, QueryResult, QueryResultRow } from 'pg';
import type { Clock } from '../../lib/clock.ts';
import { isOutage, lostInCommit } from '../../storage/outages/availability.ts';
import { isRefused } from '../../storage/outages/postgres-outages.ts';
import type { PostgresNative } from '../../storage/storage.ts';
import { type BatchOutcome, evaluate } from '../core/batch.ts';
import { BatchRolledBack } from '../core/batcher.ts';
import type { Job, Verdict } from '../core/jobs.ts';
import type { CounterColumns, LedgerQuery, LedgerStore } from '../core/store.ts';
import { decodeProvisions, type LoadedHolding, POOL, SEAT, type StoredHolding } from '../core/stored.ts';
import { RememberedNames } from './postgres-names.ts';
import { OptimisticBatches } from './postgres-optimistic.ts';
import {
  beginning,
  columnsOf,
  distinct,
  keyOf,
  LOCKED_POOLS,
  LOST_RACE,
  type Loss,
  limitOfSeat,
  lists,
  lossOf,
  numbers,
  type PoolRow,
  PostgresBatchState,
  pendingOf,
  poolOf,
  provisionsOf,
  rowKey,
  SEATS,
  type SeatRow,
  seatOf,
} from './postgres-rows.ts';

/** A transaction that lost a race to another node is run again, up to this number of times. */
const ATTEMPTS = 5;

/** The sum keeps the planner from the indexes of pending commissions: it would read all of them. */
const COMMISSIONS = `
  SELECT serial, component, provisions, expires_at FROM commissions
   WHERE serial = ANY ($1::bigint[]) AND state + 0 = 0
   ORDER BY serial FOR UPDATE`;

const KEYED = `
  SELECT c.component, c."key", c.serial, c.digest
    FROM unnest($1::text[], $2::text[]) AS wanted (component, "key")
    JOIN commissions c ON c.component = wanted.component AND c."key" = wanted."key"`;

const SERIALS = `SELECT nextval('commission_serials') AS serial FROM generate_series(1, $1::bigint)`;

const SAVE_POOLS = `
  UPDATE pools p SET usage_min = new.usage_min, usage_max = new.usage_max
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
         AS new (project_id, resource_id, usage_min, usage_max)
   WHERE p.project_id = new.project_id AND p.resource_id = new.resource_id`;

const SAVE_SEATS = `
  INSERT INTO seat_usages (seat_id, resource_id, usage_min, usage_max)
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
      ON CONFLICT (seat_id, resource_id)
      DO UPDATE SET usage_min = excluded.usage_min, usage_max = excluded.usage_max`;

const APPEND = `
  INSERT INTO commissions (serial, component, name, state, provisions, balances, expires_at, "key", digest,
                           issued_at, resolved_at)
  SELECT serial, component, name, state, provisions, balances, expires_at, "key", digest,
         $10::bigint, CASE WHEN state = 0 THEN NULL ELSE $10::bigint END
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::bigint[],
                $8::text[], $9::bytea[])
         AS new (serial, component, name, state, provisions, balances, expires_at, "key", digest)`;

/** A rejected commission adds nothing to the usage history, so it counts as rolled up. */
const FLIP = `
  UPDATE commissions c
     SET state = new.state, reason = new.reason, accepted = new.accepted, balances = new.balances,
         resolved_at = $6::bigint, rolled = CASE WHEN new.state = 2 THEN 1 ELSE 0 END
    FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[])
         AS new (serial, state, reason, accepted, balances)
   WHERE c.serial = ANY (ARRAY[new.serial])`;

const TRACE = `
  INSERT INTO ledger_traces (serial, trace) SELECT * FROM unnest($1::bigint[], $2::text[])`;

/**
 * The shared store. A batch has the same few statements for any number of jobs. Most batches lock no rows beforehand
 * and need one round trip (see `OptimisticBatches`). The others are decided here, with locks and two round trips: one
 * for all reads, one for all writes.
 *
 * The order of locks in the ledger: commissions, then pools. A batch first locks the commissions that it resolves, in
 * the order of their serials, then the pools that it touches, in one statement and in the order of their keys, and no
 * other rows. The lock of a pool also protects the usage rows of its members: they only change under the lock of the
 * pool of the same project and resource. Changes of limits lock pools in the same order. So nodes cannot deadlock.
 */
export class PostgresLedgerStore implements LedgerStore {
  readonly ahead = true;
  readonly #native: PostgresNative;
  readonly #clock: Clock;
  readonly #names: RememberedNames;
  readonly #optimistic: OptimisticBatches;
  #begin = 'BEGIN';
  /** The last batch with locks. */
  #locked: Promise<unknown> = Promise.resolve();

  constructor(native: PostgresNative, clock: Clock) {
    this.#native = native;
    this.#clock = clock;
    this.#names = new RememberedNames(native);
    this.#optimistic = new OptimisticBatches(native, clock, this.#names);
  }

  async open(): Promise<void> {
    this.#begin = await beginning(this.#native);
    this.#optimistic.open(this.#begin);
  }

  async settleAll(): Promise<void> {}

  async close(): Promise<void> {}

  read<Row extends CounterColumns>(query: LedgerQuery<Row>): Promise<Row[]> {
    return query.execute();
  }

  /** Nothing to forget: each batch reads or compares the limits. */
  limitsChanged(): void {}

  async commit(jobs: readonly Job[]): Promise<Verdict[]> {
    return (await this.#optimistic.commit(jobs)) ?? (await this.#commitLocked(jobs));
  }

  /** One batch at a time: overlapping batches would wait for the same locks. */
  #commitLocked(jobs: readonly Job[]): Promise<Verdict[]> {
    const turn = this.#locked.then(() => this.#attempt(jobs));
    this.#locked = turn.catch(() => undefined);
    return turn;
  }

  async #attempt(jobs: readonly Job[]): Promise<Verdict[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#transact(jobs);
      } catch (error) {
        const cause = error instanceof BatchRolledBack ? (error.cause as { code?: string }) : undefined;
        if (attempt >= ATTEMPTS || !LOST_RACE.has(cause?.code ?? '')) throw error;
      }
    }
  }

  async #transact(jobs: readonly Job[]): Promise<Verdict[]> {
    let client: PoolClient;
    try {
      await this.#names.learn(provisionsOf(jobs));
      client = await this.#native.pipelined.connect();
    } catch (error) {
      throw new BatchRolledBack(error);
    }
    let outcome: BatchOutcome;
    let state: PostgresBatchState;
    let writes: Promise<Loss | undefined>[];
    try {
      state = await new Loading(client, jobs, this.#names, this.#begin).load(this.#clock.now());
      outcome = evaluate(jobs, state);
      writes = save(client, state, outcome);
    } catch (error) {
      client.release(await lossOf(client.query('ROLLBACK')));
      throw new BatchRolledBack(error);
    }
    // The commit is sent with the writes. If the database refuses one of them, it rolls back instead of committing.
    const [committed, ...losses] = await Promise.all([lossOf(client.query('COMMIT')), ...writes]);
    const failure = losses.find(isRefused) ?? losses.find((loss) => loss !== undefined) ?? committed;
    if (failure) {
      const rolledBack = losses.some(isRefused) || LOST_RACE.has(failure.code ?? 'unknown');
      client.release(rolledBack && !isOutage(failure) ? undefined : failure);
      // If the commit itself failed, for example as the connection was lost, it is not known whether the batch is
      // durable. It is not run again, since that could charge twice.
      throw rolledBack ? new BatchRolledBack(failure) : lostInCommit(failure);
    }
    client.release();
    this.#optimistic.forget(state);
    for (const issued of outcome.issued) {
      if (issued.state === 0) this.#names.rememberIssued(issued.serial, pendingOf(issued));
    }
    for (const serial of outcome.resolved.keys()) this.#names.forgetIssued(serial);
    return outcome.verdicts;
  }
}

const NO_ROWS: Promise<never[]> = Promise.resolve([]);

interface CommissionRow {
  serial: number;
  component: string;
  provisions: string;
  expires_at: number | null;
}

/** Begins the transaction and reads the rows that the jobs need, in the order of locks described above. */
class Loading {
  readonly #client: PoolClient;
  readonly #jobs: readonly Job[];
  readonly #names: RememberedNames;
  readonly #begin: string;
  readonly #sent: Promise<unknown>[] = [];

  constructor(client: PoolClient, jobs: readonly Job[], names: RememberedNames, begin: string) {
    this.#client = client;
    this.#jobs = jobs;
    this.#names = names;
    this.#begin = begin;
  }

  async load(now: number): Promise<PostgresBatchState> {
    try {
      return await this.#load(now);
    } finally {
      // Statements that were sent with one that failed fail too; their errors are awaited here.
      await Promise.all(this.#sent);
    }
  }

  async #load(now: number): Promise<PostgresBatchState> {
    const state = new PostgresBatchState(this.#names, now);
    this.#sendOnly({ text: this.#begin });
    const locked = this.#lockCommissions();
    const serials = this.#drawSerials();
    const issuing = provisionsOf(this.#jobs).map((provision) => this.#names.locate(provision));
    // In most cases this node issued the commissions and knows their holdings. If not, the pools must wait for the
    // commissions, since all pools are locked in one statement.
    const remembered = this.#serialsToResolve().map((serial) => this.#names.issued(serial)?.provisions);
    const resolving = remembered.every((text) => text !== undefined)
      ? remembered
      : (await locked).map(({ provisions }) => provisions);
    const adjusting = this.#jobs.flatMap((job) => (job.kind === 'adjust' ? job.adjustments : []));
    const wanted = [
      ...issuing,
      ...resolving.flatMap((text) => decodeProvisions(text ?? '') ?? []),
      ...adjusting.map(({ stored }) => stored),
    ].filter((located) => located !== undefined);
    await this.#names.learnSeatProjects(distinct(wanted, SEAT).map(({ id }) => id));
    const holdings = this.#loadHoldings(wanted, state);
    // Sent after the locks of the pools: a retry that waited for the commission that it repeats must find its key, or
    // it could be refused because that commission has used up the limit.
    const keyed = this.#findKeys();
    await holdings;
    for (const { serial, component, provisions, expires_at } of await locked) {
      state.commissions.set(serial, { component, provisions, expiresAt: expires_at });
    }
    for (const { component, key, serial, digest } of await keyed) {
      state.keys.set(keyOf(component, key), { serial, digest });
    }
    for (const { serial } of await serials) state.serials.push(serial);
    return state;
  }

  /**
   * Sends a statement. Its result is awaited later, or not at all if an earlier statement fails; `load` waits for all
   * statements, so each rejection is handled.
   */
  #send<Row extends QueryResultRow>(query: QueryConfig): Promise<Row[]> {
    const rows = this.#client.query(query).then((result: QueryResult) => result.rows as Row[]);
    this.#sent.push(lossOf(rows));
    return rows;
  }

  #sendOnly(query: QueryConfig): void {
    this.#sent.push(lossOf(this.#client.query(query)));
  }

  #serialsToResolve(): number[] {
    return this.#jobs.flatMap((job) => {
      if (job.kind === 'expire') return job.serials;
      if (job.kind !== 'resolve') return [];
      const { accept, reject, partial = [] } = job.request;
      return [...accept, ...reject, ...partial.map(({ serial }) => serial)];
    });
  }

  #lockCommissions(): Promise<CommissionRow[]> {
    const serials = this.#serialsToResolve();
    if (serials.length === 0) return NO_ROWS;
    return this.#send<CommissionRow>({ name: 'ledger-commissions', text: COMMISSIONS, values: [serials] });
  }

  #findKeys(): Promise<{ component: string; key: string; serial: number; digest: Uint8Array }[]> {
    const keyed = this.#jobs.flatMap((job) =>
      job.kind === 'issue' && job.request.key !== undefined
        ? [{ component: job.request.component, key: job.request.key }]
        : [],
    );
    if (keyed.length === 0) return NO_ROWS;
    const values = [keyed.map(({ component }) => component), keyed.map(({ key }) => key)];
    return this.#send({ name: 'ledger-keys', text: KEYED, values });
  }

  #drawSerials(): Promise<{ serial: number }[]> {
    const count = this.#jobs.filter(({ kind }) => kind === 'issue').length;
    return count === 0 ? NO_ROWS : this.#send({ name: 'ledger-serials', text: SERIALS, values: [count] });
  }

  /** Sends all of its statements before it waits for the first. */
  async #loadHoldings(wanted: readonly StoredHolding[], state: PostgresBatchState): Promise<void> {
    const seats = distinct(wanted, SEAT);
    const pools = new Map(distinct(wanted, POOL).map((one) => [rowKey(one), one]));
    for (const { id: seat, resource } of seats) {
      const id = this.#names.projectOfSeat(seat);
      if (id !== undefined) pools.set(rowKey({ id, resource }), { kind: POOL, id, resource });
    }
    if (pools.size === 0) return;
    const poolRows = this.#send<PoolRow>({
      ...LOCKED_POOLS,
      values: columnsOf([...pools.values()]),
    });
    // Sent after the pools, so it is read under their locks.
    const seatRows =
      seats.length === 0 ? NO_ROWS : this.#send<SeatRow>({ ...SEATS, values: columnsOf(seats) });
    for (const row of await poolRows) {
      const pool = poolOf(row);
      state.pools.set(rowKey(pool.stored), pool);
    }
    for (const row of await seatRows) {
      const seat = seatOf(row);
      const pool = state.pools.get(rowKey({ id: seat.project, resource: seat.stored.resource }));
      if (!pool) continue;
      seat.limit = limitOfSeat(seat, pool);
      state.seats.set(rowKey(seat.stored), seat);
    }
  }
}

/** Sends the writes of a batch: each changed row once, for any number of jobs that changed it. */
function save(
  client: PoolClient,
  state: PostgresBatchState,
  outcome: BatchOutcome,
): Promise<Loss | undefined>[] {
  const sent: Promise<Loss | undefined>[] = [];
  sent.push(...saveUsages(client, 'ledger-save-pools', SAVE_POOLS, state.pools.values()));
  sent.push(...saveUsages(client, 'ledger-save-seats', SAVE_SEATS, state.seats.values()));
  const { issued } = outcome;
  if (issued.length > 0) {
    const values = [
      numbers(issued.map(({ serial }) => serial)),
      issued.map(({ request }) => request.component),
      issued.map(({ request }) => request.name),
      numbers(issued.map((commission) => commission.state)),
      lists(issued.map(({ provisions }) => provisions)),
      lists(issued.map(({ balances }) => balances)),
      issued.map(({ request }) => request.expiresAt ?? null),
      issued.map(({ request }) => request.key ?? null),
      issued.map(({ digest }) => digest),
      state.now,
    ];
    sent.push(lossOf(client.query({ name: 'ledger-append', text: APPEND, values })));
  }
  const resolved = [...outcome.resolved.values()];
  if (resolved.length > 0) {
    const values = [
      numbers(resolved.map(({ serial }) => serial)),
      numbers(resolved.map((resolution) => resolution.state)),
      resolved.map(({ reason }) => reason),
      lists(resolved.map(({ accepted }) => accepted)),
      lists(resolved.map(({ balances }) => balances)),
      state.now,
    ];
    sent.push(lossOf(client.query({ name: 'ledger-flip', text: FLIP, values })));
  }
  const { traces } = outcome;
  if (traces.length > 0) {
    const values = [numbers(traces.map(({ serial }) => serial)), traces.map(({ trace }) => trace)];
    sent.push(lossOf(client.query({ name: 'ledger-trace', text: TRACE, values })));
  }
  return sent;
}

function saveUsages(
  client: PoolClient,
  name: string,
  text: string,
  holdings: Iterable<LoadedHolding>,
): Promise<Loss | undefined>[] {
  const changed = [...holdings].filter((holding) => holding.changed);
  if (changed.length === 0) return [];
  const values = [
    numbers(changed.map(({ stored }) => stored.id)),
    numbers(changed.map(({ stored }) => stored.resource)),
    numbers(changed.map(({ usageMin }) => usageMin)),
    numbers(changed.map(({ usageMax }) => usageMax)),
  ];
  return [lossOf(client.query({ name, text, values }))];
}
