import { sql } from 'kysely';
import type { Int64 } from '../storage/schema.ts';
import type { Queryable } from '../storage/storage.ts';
import type { CounterColumns, LedgerQuery, LedgerStore } from './store.ts';

/** Numbers of one holding as the wire shows them (spec quota-projects 1.2): usage is the higher counter. */
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

/** Which quotas to show; what is left out does not narrow. An empty list matches nothing. */
export interface QuotaFilter {
  readonly users?: readonly string[];
  readonly projects?: readonly string[];
  readonly resources?: readonly string[];
}

/** Seats or projects read in one go: enough to be quick, little enough that memory stays flat. */
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
  db: Queryable,
  store: LedgerStore,
  filter: QuotaFilter,
): AsyncGenerator<UserQuota[]> {
  if (filter.users?.length === 0 || filter.projects?.length === 0 || filter.resources?.length === 0) return;
  let after: SeatPosition | undefined;
  for (;;) {
    const seats = await seatChunk(db, filter, CHUNK, after && { after });
    after = seats.at(-1);
    if (!after) return;
    const ids = seats.map(({ id }) => id);
    const rows = await store.read(seatHoldings(db, ids, filter.resources));
    if (rows.length > 0) yield rows.map(memberQuota);
    if (seats.length < CHUNK) return;
  }
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

/**
 * The right side of a condition on the number of a project. Of one project the index has the seats in the order of
 * users, and engines see that only if they are told that it is one.
 */
export function amongProjects(db: Queryable, projects: readonly string[]) {
  const ids = db.selectFrom('ledger_projects').select('id').where('project', 'in', projects);
  return [projects.length === 1 ? '=' : 'in', ids] as const;
}

/** The next seats, by user and project, that the filter lets through. */
export async function seatChunk(
  db: Queryable,
  { users, projects }: QuotaFilter,
  limit: number,
  start?: { readonly after: SeatPosition } | { readonly from: SeatPosition },
): Promise<{ id: number; user: string; project_id: number }[]> {
  let query = db
    .selectFrom('seats')
    .select(['seats.id', 'seats.user', 'seats.project_id'])
    .orderBy('seats.user')
    .orderBy('seats.project_id')
    .limit(limit);
  if (users) query = query.where('seats.user', 'in', users);
  if (projects) query = query.where('seats.project_id', ...amongProjects(db, projects));
  if (start) {
    const { user, project_id } = 'after' in start ? start.after : start.from;
    const operator = 'after' in start ? sql`>` : sql`>=`;
    query = query.where(sql<boolean>`(seats."user", seats.project_id) ${operator} (${user}, ${project_id})`);
  }
  return query.execute();
}

export function seatHoldings(
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
  db: Queryable,
  store: LedgerStore,
  { projects, resources }: Omit<QuotaFilter, 'users'>,
): AsyncGenerator<ProjectQuota[]> {
  if (projects?.length === 0 || resources?.length === 0) return;
  let after = 0;
  for (;;) {
    let chunk = db
      .selectFrom('ledger_projects')
      .select('id')
      .where('id', '>', after)
      .orderBy('id')
      .limit(CHUNK);
    if (projects) chunk = chunk.where('project', 'in', projects);
    const ids = (await chunk.execute()).map(({ id }) => id);
    const last = ids.at(-1);
    if (last === undefined) return;
    after = last;
    let query = db
      .selectFrom('pools as p')
      .innerJoin('ledger_projects as l', 'l.id', 'p.project_id')
      .innerJoin('ledger_resources as r', 'r.id', 'p.resource_id')
      .where('p.project_id', 'in', ids)
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
    const rows = await store.read(query as LedgerQuery<PoolColumns>);
    if (rows.length > 0) {
      yield rows.map((row) => ({ project: row.project, resource: row.resource, pool: poolBalance(row) }));
    }
    if (ids.length < CHUNK) return;
  }
}

/** Gathers the chunks of a listing that is known to be small. */
export async function gather<T>(chunks: AsyncIterable<T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const chunk of chunks) all.push(...chunk);
  return all;
}
