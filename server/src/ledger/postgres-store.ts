import type { PoolClient } from 'pg';
import type { Clock } from '../lib/clock.ts';
import { Lru } from '../lib/lru.ts';
import type { PostgresNative } from '../storage/storage.ts';
import {
  type BatchOutcome,
  type BatchState,
  evaluate,
  type Job,
  type LoadedHolding,
  type Verdict,
} from './batch.ts';
import { BatchRolledBack } from './batcher.ts';
import type { Provision } from './commission.ts';
import { type HoldingName, parseHolding } from './names.ts';
import type { CounterColumns, LedgerQuery, LedgerStore } from './store.ts';
import { decodeProvisions, POOL, SEAT, type StoredProvision } from './stored.ts';

/** Names whose row numbers are remembered. Rows are never deleted or renumbered, so these cannot go stale. */
const REMEMBERED_NAMES = 200_000;

/** A transaction that lost a race to another node is run again. */
const ATTEMPTS = 5;
const LOST_RACE = new Set(['40001', '40P01']);

const POOLS = `
  SELECT p.project_id, p.resource_id, p.capacity::text, p.member_capacity::text,
         p.usage_min::text, p.usage_max::text, l.live
    FROM unnest($1::bigint[], $2::bigint[]) AS wanted (project_id, resource_id)
    JOIN pools p ON p.project_id = wanted.project_id AND p.resource_id = wanted.resource_id
    JOIN ledger_projects l ON l.id = p.project_id
   ORDER BY p.project_id, p.resource_id
     FOR UPDATE OF p`;

const SEATS = `
  SELECT s.id, s.project_id, wanted.resource_id, s.open, u.usage_min::text, u.usage_max::text
    FROM unnest($1::bigint[], $2::bigint[]) AS wanted (seat_id, resource_id)
    JOIN seats s ON s.id = wanted.seat_id
    LEFT JOIN seat_usages u ON u.seat_id = s.id AND u.resource_id = wanted.resource_id`;

const COMMISSIONS = `
  SELECT serial, component, provisions FROM commissions
   WHERE serial = ANY ($1::bigint[]) AND state = 0
   ORDER BY serial FOR UPDATE`;

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
  INSERT INTO commissions (serial, component, name, state, provisions, balances, issued_at, resolved_at)
  SELECT serial, component, name, state, provisions, balances, $7::bigint,
         CASE WHEN state = 0 THEN NULL ELSE $7::bigint END
    FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[])
         AS new (serial, component, name, state, provisions, balances)`;

const FLIP = `
  UPDATE commissions c SET state = new.state, balances = new.balances, resolved_at = $4::bigint
    FROM unnest($1::bigint[], $2::bigint[], $3::text[]) AS new (serial, state, balances)
   WHERE c.serial = new.serial`;

/**
 * The shared store. A batch costs the same few statements however many jobs it carries.
 *
 * Why nodes cannot deadlock: every batch first locks the commissions it resolves, in the order of their serials,
 * then the pools it touches, in the order of their keys, and locks nothing else. A pool stands for all of its
 * members' usage rows too: nobody changes those without holding the pool of the same project and resource, so
 * they need no locks of their own. Whoever changes limits locks pools in the same order.
 */
export class PostgresLedgerStore implements LedgerStore {
  readonly #native: PostgresNative;
  readonly #clock: Clock;
  readonly #names: RememberedNames;

  constructor(native: PostgresNative, clock: Clock) {
    this.#native = native;
    this.#clock = clock;
    this.#names = new RememberedNames(native);
  }

  async open(): Promise<void> {}

  async close(): Promise<void> {}

  read<Row extends CounterColumns>(query: LedgerQuery<Row>): Promise<Row[]> {
    return query.execute();
  }

  /** Limits are read in each batch; nothing is remembered that could go stale. */
  limitsChanged(): void {}

  async commit(jobs: readonly Job[]): Promise<Verdict[]> {
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
      client = await this.#native.pool.connect();
    } catch (error) {
      throw new BatchRolledBack(error);
    }
    let verdicts: Verdict[];
    try {
      await client.query('BEGIN');
      const state = await load(client, jobs, this.#names, this.#clock.now());
      const outcome = evaluate(jobs, state);
      await save(client, state, outcome);
      verdicts = outcome.verdicts;
    } catch (error) {
      const lost = await client.query('ROLLBACK').then(
        () => undefined,
        (failure: Error) => failure,
      );
      client.release(lost);
      throw new BatchRolledBack(error);
    }
    try {
      await client.query('COMMIT');
    } catch (error) {
      // Nobody can say whether it became durable. Not tried again: that could charge twice.
      client.release(error as Error);
      throw error;
    }
    client.release();
    return verdicts;
  }
}

function provisionsOf(jobs: readonly Job[]): Provision[] {
  return jobs.flatMap((job) => (job.kind === 'issue' ? job.provisions : []));
}

/** Numbers of the rows that names stand for, looked up together for a whole batch. */
class RememberedNames {
  readonly #native: PostgresNative;
  readonly #ids = new Lru<string, number>(REMEMBERED_NAMES);

  constructor(native: PostgresNative) {
    this.#native = native;
  }

  /** The row that a provision names, as far as `learn` found it. */
  locate({ holder, source, resource }: Provision): Omit<StoredProvision, 'quantity'> | undefined {
    const name = parseHolding(holder, source);
    const resourceId = this.#ids.get(`r${resource}`);
    if (!name || resourceId === undefined) return undefined;
    const id = this.#ids.get(holdingRowKey(name));
    if (id === undefined) return undefined;
    return { kind: name.kind === 'pool' ? POOL : SEAT, id, resource: resourceId };
  }

  async learn(provisions: readonly Provision[]): Promise<void> {
    const resources = new Set<string>();
    const projects = new Set<string>();
    const seats = new Map<string, { user: string; project: string }>();
    for (const { holder, source, resource } of provisions) {
      const name = parseHolding(holder, source);
      if (!name) continue;
      if (this.#ids.get(`r${resource}`) === undefined) resources.add(resource);
      const key = holdingRowKey(name);
      if (this.#ids.get(key) !== undefined) continue;
      if (name.kind === 'pool') projects.add(name.project);
      else seats.set(key, name);
    }
    await this.#learnResources([...resources]);
    await this.#learnProjects([...projects]);
    await this.#learnSeats([...seats.values()]);
  }

  async #learnResources(names: string[]): Promise<void> {
    if (names.length === 0) return;
    const { rows } = await this.#native.pool.query<{ id: number; name: string }>(
      'SELECT id, name FROM ledger_resources WHERE name = ANY ($1::text[])',
      [names],
    );
    for (const { id, name } of rows) this.#ids.set(`r${name}`, id);
  }

  async #learnProjects(projects: string[]): Promise<void> {
    if (projects.length === 0) return;
    const { rows } = await this.#native.pool.query<{ id: number; project: string }>(
      'SELECT id, project FROM ledger_projects WHERE project = ANY ($1::text[])',
      [projects],
    );
    for (const { id, project } of rows) this.#ids.set(holdingRowKey({ kind: 'pool', project }), id);
  }

  async #learnSeats(seats: { user: string; project: string }[]): Promise<void> {
    if (seats.length === 0) return;
    const { rows } = await this.#native.pool.query<{ id: number; user: string; project: string }>(
      `SELECT s.id, s."user", l.project
         FROM unnest($1::text[], $2::text[]) AS wanted ("user", project)
         JOIN ledger_projects l ON l.project = wanted.project
         JOIN seats s ON s.project_id = l.id AND s."user" = wanted."user"`,
      [seats.map(({ user }) => user), seats.map(({ project }) => project)],
    );
    for (const { id, user, project } of rows) {
      this.#ids.set(holdingRowKey({ kind: 'seat', project, user }), id);
    }
  }
}

function holdingRowKey(name: HoldingName): string {
  return name.kind === 'pool' ? `p${name.project}` : `s${name.project} ${name.user}`;
}

type Located = Omit<StoredProvision, 'quantity'>;
type RowKey = `${number}.${number}`;
const rowKey = ({ id, resource }: { id: number; resource: number }): RowKey => `${id}.${resource}`;

/** All rows that the batch touches, locked, in memory. */
class PostgresBatchState implements BatchState {
  readonly now: number;
  readonly pools = new Map<RowKey, LoadedHolding & { readonly memberLimit: bigint }>();
  readonly seats = new Map<RowKey, LoadedHolding>();
  readonly commissions = new Map<number, { component: string; provisions: string }>();
  readonly serials: number[] = [];
  readonly #names: RememberedNames;

  constructor(names: RememberedNames, now: number) {
    this.#names = names;
    this.now = now;
  }

  holding(provision: Provision): LoadedHolding | undefined {
    const located = this.#names.locate(provision);
    return located && this.holdingOf(located);
  }

  holdingOf(stored: Located): LoadedHolding | undefined {
    return (stored.kind === POOL ? this.pools : this.seats).get(rowKey(stored));
  }

  pending(component: string, serial: number): string | undefined {
    const commission = this.commissions.get(serial);
    return commission?.component === component ? commission.provisions : undefined;
  }

  nextSerial(): number {
    const serial = this.serials.shift();
    if (serial === undefined) throw new Error('The batch asked for more serials than it has jobs.');
    return serial;
  }
}

async function load(
  client: PoolClient,
  jobs: readonly Job[],
  names: RememberedNames,
  now: number,
): Promise<PostgresBatchState> {
  const state = new PostgresBatchState(names, now);
  await lockCommissions(client, jobs, state);
  await drawSerials(client, jobs, state);
  const wanted = [
    ...provisionsOf(jobs).map((provision) => names.locate(provision)),
    ...[...state.commissions.values()].flatMap(({ provisions }) => decodeProvisions(provisions) ?? []),
  ].filter((located) => located !== undefined);
  await loadHoldings(client, wanted, state);
  return state;
}

async function lockCommissions(
  client: PoolClient,
  jobs: readonly Job[],
  state: PostgresBatchState,
): Promise<void> {
  const serials = jobs.flatMap((job) =>
    job.kind === 'resolve' ? [...job.request.accept, ...job.request.reject] : [],
  );
  if (serials.length === 0) return;
  const { rows } = await client.query<{ serial: number; component: string; provisions: string }>({
    name: 'ledger-commissions',
    text: COMMISSIONS,
    values: [serials],
  });
  for (const row of rows) state.commissions.set(row.serial, row);
}

async function drawSerials(
  client: PoolClient,
  jobs: readonly Job[],
  state: PostgresBatchState,
): Promise<void> {
  const count = jobs.filter(({ kind }) => kind === 'issue').length;
  if (count === 0) return;
  const { rows } = await client.query<{ serial: number }>({
    name: 'ledger-serials',
    text: SERIALS,
    values: [count],
  });
  for (const { serial } of rows) state.serials.push(serial);
}

interface PoolRow {
  project_id: number;
  resource_id: number;
  capacity: string;
  member_capacity: string;
  usage_min: string;
  usage_max: string;
  live: number;
}

interface SeatRow {
  id: number;
  project_id: number;
  resource_id: number;
  open: number;
  usage_min: string | null;
  usage_max: string | null;
}

async function loadHoldings(
  client: PoolClient,
  wanted: readonly Located[],
  state: PostgresBatchState,
): Promise<void> {
  const distinct = (kind: number): Located[] => [
    ...new Map(wanted.filter((one) => one.kind === kind).map((one) => [rowKey(one), one])).values(),
  ];
  const seats = distinct(SEAT);
  // Which project a seat is in is told by its row; both are read before the pools, which are locked in one go.
  const seatRows = seats.length === 0 ? [] : await loadSeats(client, seats);
  const pools = new Map(distinct(POOL).map((one) => [rowKey(one), one]));
  for (const { project_id: id, resource_id: resource } of seatRows) {
    pools.set(rowKey({ id, resource }), { kind: POOL, id, resource });
  }
  if (pools.size === 0) return;
  await loadPools(client, [...pools.values()], state);
  // Read again now that nobody else can change them: the first reading was before the lock.
  for (const row of seatRows.length === 0 ? [] : await loadSeats(client, seats)) {
    const pool = state.pools.get(rowKey({ id: row.project_id, resource: row.resource_id }));
    if (!pool) continue;
    state.seats.set(rowKey({ id: row.id, resource: row.resource_id }), {
      stored: { kind: SEAT, id: row.id, resource: row.resource_id },
      limit: row.open === 1 ? pool.memberLimit : 0n,
      usageMin: BigInt(row.usage_min ?? 0),
      usageMax: BigInt(row.usage_max ?? 0),
      changed: false,
    });
  }
}

async function loadSeats(client: PoolClient, seats: readonly Located[]): Promise<SeatRow[]> {
  const values = [seats.map(({ id }) => id), seats.map(({ resource }) => resource)];
  const { rows } = await client.query<SeatRow>({ name: 'ledger-seats', text: SEATS, values });
  return rows;
}

async function loadPools(
  client: PoolClient,
  pools: readonly Located[],
  state: PostgresBatchState,
): Promise<void> {
  const values = [pools.map(({ id }) => id), pools.map(({ resource }) => resource)];
  const { rows } = await client.query<PoolRow>({ name: 'ledger-pools', text: POOLS, values });
  for (const row of rows) {
    const live = row.live === 1;
    state.pools.set(rowKey({ id: row.project_id, resource: row.resource_id }), {
      stored: { kind: POOL, id: row.project_id, resource: row.resource_id },
      limit: live ? BigInt(row.capacity) : 0n,
      memberLimit: live ? BigInt(row.member_capacity) : 0n,
      usageMin: BigInt(row.usage_min),
      usageMax: BigInt(row.usage_max),
      changed: false,
    });
  }
}

/** Writes each changed row once, however many jobs changed it. */
async function save(client: PoolClient, state: PostgresBatchState, outcome: BatchOutcome): Promise<void> {
  await saveUsages(client, 'ledger-save-pools', SAVE_POOLS, state.pools.values());
  await saveUsages(client, 'ledger-save-seats', SAVE_SEATS, state.seats.values());
  const { issued } = outcome;
  if (issued.length > 0) {
    const values = [
      issued.map(({ serial }) => serial),
      issued.map(({ request }) => request.component),
      issued.map(({ request }) => request.name),
      issued.map((commission) => commission.state),
      issued.map(({ provisions }) => provisions),
      issued.map(({ balances }) => balances),
      state.now,
    ];
    await client.query({ name: 'ledger-append', text: APPEND, values });
  }
  const resolved = [...outcome.resolved.values()];
  if (resolved.length > 0) {
    const values = [
      resolved.map(({ serial }) => serial),
      resolved.map((resolution) => resolution.state),
      resolved.map(({ balances }) => balances),
      state.now,
    ];
    await client.query({ name: 'ledger-flip', text: FLIP, values });
  }
}

async function saveUsages(
  client: PoolClient,
  name: string,
  text: string,
  holdings: Iterable<LoadedHolding>,
): Promise<void> {
  const changed = [...holdings].filter((holding) => holding.changed);
  if (changed.length === 0) return;
  const values = [
    changed.map(({ stored }) => stored.id),
    changed.map(({ stored }) => stored.resource),
    changed.map(({ usageMin }) => String(usageMin)),
    changed.map(({ usageMax }) => String(usageMax)),
  ];
  await client.query({ name, text, values });
}
