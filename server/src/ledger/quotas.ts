import { type SelectQueryBuilder, sql } from 'kysely';
import { type Reader, readByIndex } from '../storage/indexed-reads.ts';
import type { Database, Int64 } from '../storage/schema.ts';
import type { Queryable, Storage } from '../storage/storage.ts';
import type { CounterColumns, LedgerQuery, LedgerStore } from './core/store.ts';

/** Numbers of one holding as protocols show them (quota §1.2): usage is the higher counter. */
export interface Balance {
  readonly limit: bigint;
  readonly usage: bigint;
  readonly pending: bigint;
}

export interface UserQuota {
  readonly user: string;
  readonly project: string;
  readonly resource: string;
  readonly member: Balance;
  readonly pool: Balance;
}

export interface ProjectQuota {
  readonly project: string;
  readonly resource: string;
  readonly pool: Balance;
}

/** Which quotas to show; a filter that is left out matches all, an empty list matches none. */
export interface QuotaFilter {
  readonly users?: readonly string[];
  readonly projects?: readonly string[];
  readonly resources?: readonly string[];
}

/** Seats or projects of one statement: enough for speed, few enough that memory does not grow. */
const CHUNK = 500;

interface PoolColumns extends CounterColumns {
  project: string;
  resource: string;
  capacity: Int64;
  live: number;
}

export interface SeatColumns extends PoolColumns {
  user: string;
  open: number;
  member_capacity: Int64;
}

function balance(
  limit: bigint,
  usageMin: Int64 | null | undefined,
  usageMax: Int64 | null | undefined,
): Balance {
  const usage = BigInt(usageMax ?? 0);
  return { limit, usage, pending: usage - BigInt(usageMin ?? 0) };
}

const poolBalance = (row: PoolColumns): Balance =>
  balance(row.live === 1 ? BigInt(row.capacity) : 0n, row.pool_min, row.pool_max);

/**
 * All member holdings that the filter lets through, a chunk of seats at a time, ordered by user and project; the
 * rows of one user are never torn apart by another's. Reads 100,000 users in flat memory.
 */
export async function* userQuotas(
  storage: Storage,
  store: LedgerStore,
  filter: QuotaFilter,
): AsyncGenerator<UserQuota[]> {
  if (filter.users?.length === 0 || filter.projects?.length === 0 || filter.resources?.length === 0) return;
  let after: SeatPosition | undefined;
  for (;;) {
    const start = after && { after };
    const { seats, rows } = await readByIndex(storage, async (reader) => {
      const found = await seatChunk(reader, filter, CHUNK, start);
      return { seats: found, rows: await holdingsOf(reader, store, found, filter.resources) };
    });
    after = seats.at(-1);
    if (rows.length > 0) yield rows.map(memberQuota);
    if (seats.length < CHUNK) return;
  }
}

/** The holdings of these seats, by user, project and resource. */
export async function holdingsOf(
  { db }: Reader,
  store: LedgerStore,
  seats: readonly { readonly id: number }[],
  resources: readonly string[] | undefined,
): Promise<SeatColumns[]> {
  if (seats.length === 0) return [];
  const ids = seats.map(({ id }) => id);
  return store.read(seatHoldings(db, ids, resources));
}

export function memberQuota(row: SeatColumns): UserQuota {
  const limit = row.live === 1 && row.open === 1 ? BigInt(row.member_capacity) : 0n;
  return {
    user: row.user,
    project: row.project,
    resource: row.resource,
    member: balance(limit, row.usage_min, row.usage_max),
    pool: poolBalance(row),
  };
}

/** Where a seat stands in the order of listings. */
export interface SeatPosition {
  readonly user: string;
  readonly project_id: number;
}

/** Where to go on: behind a seat, or with it. */
export type SeatStart = { readonly after: SeatPosition } | { readonly from: SeatPosition };

/**
 * The right side of a condition on the number of a project. The index has the seats of one project in the order of
 * users; engines only use that order if the condition is an equality.
 */
export function amongProjects(db: Queryable, projects: readonly string[]) {
  const ids = db.selectFrom('ledger_projects').select('id').where('project', 'in', projects);
  return [projects.length === 1 ? '=' : 'in', ids] as const;
}

/** The next seats, by user and project, that the filter lets through. */
export async function seatChunk(
  { db, engine }: Reader,
  { users, projects }: QuotaFilter,
  limit: number,
  start?: SeatStart,
): Promise<{ id: number; user: string; project_id: number }[]> {
  let query = db
    .selectFrom('seats')
    .select(['seats.id', 'seats.user', 'seats.project_id'])
    .orderBy('seats.user')
    .orderBy('seats.project_id')
    .limit(limit);
  if (users) query = query.where('seats.user', 'in', users);
  if (start) {
    const { user, project_id } = 'after' in start ? start.after : start.from;
    const operator = 'after' in start ? sql`>` : sql`>=`;
    query = query
      .where(sql<boolean>`(seats."user", seats.project_id) ${operator} (${user}, ${project_id})`)
      // Follows from that, and the index of one project's seats can start there.
      .where('seats.user', '>=', user);
  }
  if (!projects) return query.execute();
  if (engine === 'postgres' && projects.length > 1) return eachProject(db, projects, query, limit).execute();
  return query.where('seats.project_id', ...amongProjects(db, projects)).execute();
}

interface SeatRow {
  id: number;
  user: string;
  project_id: number;
}

/**
 * The first seats of several projects together: those of each come from the index of its seats, in order, so that
 * neither a large project is read as a whole, nor a small one is searched for among all users.
 */
function eachProject(
  db: Queryable,
  projects: readonly string[],
  seats: SelectQueryBuilder<Database, 'seats', SeatRow>,
  limit: number,
) {
  return db
    .selectFrom('ledger_projects as l')
    .innerJoinLateral(
      () => seats.where('seats.project_id', '=', sql<number>`l.id`).as('s'),
      (join) => join.onTrue(),
    )
    .where('l.project', 'in', projects)
    .select(['s.id', 's.user', 's.project_id'])
    .orderBy('s.user')
    .orderBy('s.project_id')
    .limit(limit);
}

function seatHoldings(
  db: Queryable,
  seats: readonly number[],
  resources: readonly string[] | undefined,
): LedgerQuery<SeatColumns> {
  let query = db
    .selectFrom('seats as s')
    .innerJoin('ledger_projects as l', 'l.id', 's.project_id')
    .innerJoin('pools as p', 'p.project_id', 's.project_id')
    .innerJoin('ledger_resources as r', 'r.id', 'p.resource_id')
    .leftJoin('seat_usages as u', (join) =>
      join.onRef('u.seat_id', '=', 's.id').onRef('u.resource_id', '=', 'p.resource_id'),
    )
    .where('s.id', 'in', seats)
    .select([
      's.id as seat_id',
      's.user',
      'l.project',
      's.project_id',
      'p.resource_id',
      'r.name as resource',
      's.open',
      'l.live',
      'p.capacity',
      'p.member_capacity',
      'p.usage_min as pool_min',
      'p.usage_max as pool_max',
      'u.usage_min',
      'u.usage_max',
    ])
    .orderBy('s.user')
    .orderBy('s.project_id')
    .orderBy('r.id');
  if (resources) query = query.where('r.name', 'in', resources);
  return query as LedgerQuery<SeatColumns>;
}

/** All project holdings that the filter lets through, a chunk at a time, ordered by project. */
export async function* projectQuotas(
  storage: Storage,
  store: LedgerStore,
  { projects, resources }: Omit<QuotaFilter, 'users'>,
): AsyncGenerator<ProjectQuota[]> {
  if (projects?.length === 0 || resources?.length === 0) return;
  let after = 0;
  for (;;) {
    const from = after;
    const { ids, rows } = await readByIndex(storage, async ({ db }) => {
      const found = await projectChunk(db, projects, from);
      return { ids: found, rows: found.length === 0 ? [] : await store.read(poolsOf(db, found, resources)) };
    });
    after = ids.at(-1) ?? after;
    if (rows.length > 0) {
      yield rows.map((row) => ({ project: row.project, resource: row.resource, pool: poolBalance(row) }));
    }
    if (ids.length < CHUNK) return;
  }
}

async function projectChunk(
  db: Queryable,
  projects: readonly string[] | undefined,
  after: number,
): Promise<number[]> {
  let query = db
    .selectFrom('ledger_projects')
    .select('id')
    .where('id', '>', after)
    .orderBy('id')
    .limit(CHUNK);
  if (projects) query = query.where('project', 'in', projects);
  return (await query.execute()).map(({ id }) => id);
}

function poolsOf(
  db: Queryable,
  projects: readonly number[],
  resources: readonly string[] | undefined,
): LedgerQuery<PoolColumns> {
  let query = db
    .selectFrom('pools as p')
    .innerJoin('ledger_projects as l', 'l.id', 'p.project_id')
    .innerJoin('ledger_resources as r', 'r.id', 'p.resource_id')
    .where('p.project_id', 'in', projects)
    .select([
      'p.project_id',
      'p.resource_id',
      'l.project',
      'r.name as resource',
      'l.live',
      'p.capacity',
      'p.usage_min as pool_min',
      'p.usage_max as pool_max',
    ])
    .orderBy('p.project_id')
    .orderBy('p.resource_id');
  if (resources) query = query.where('r.name', 'in', resources);
  return query as LedgerQuery<PoolColumns>;
}

/** Gathers the chunks of a listing that is known to be small. */
export async function gather<T>(chunks: AsyncIterable<T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const chunk of chunks) all.push(...chunk);
  return all;
}
