import { LIMITS, UNLIMITED } from '../lib/limits.ts';
import type { Reader } from '../storage/indexed-reads.ts';
import type { LedgerStore } from './core/store.ts';
import {
  amongProjects,
  holdingsOf,
  memberQuota,
  type QuotaFilter,
  type SeatColumns,
  seatChunk,
  type UserQuota,
} from './quotas.ts';

/** Where a member's holding stands in the order of listings: by user, project and resource. */
export interface QuotaPosition {
  readonly user: string;
  readonly project: number;
  readonly resource: number;
}

export interface QuotaQuery extends QuotaFilter {
  /** Only where the user or the project uses more than the limit. */
  readonly overLimit?: boolean;
  readonly after?: QuotaPosition;
  readonly limit: number;
}

export interface QuotaPage {
  readonly items: UserQuota[];
  /** Where to go on; null at the end. A page can be short and still have a next. */
  readonly next: QuotaPosition | null;
}

/** A page of member holdings. It looks at `LIMITS.quotas_scanned` seats at most, however rare a match is. */
export async function quotaPage(reader: Reader, store: LedgerStore, query: QuotaQuery): Promise<QuotaPage> {
  const { users, projects, resources, limit } = query;
  if (users?.length === 0 || projects?.length === 0 || resources?.length === 0)
    return { items: [], next: null };
  const items: UserQuota[] = [];
  let position = query.after;
  let last: QuotaPosition | undefined;
  for (let scanned = 0; scanned < LIMITS.quotas_scanned; ) {
    // The seat where the page before ended may have holdings left, so it is looked at again.
    const wanted = limit - items.length + 2;
    const start = position && { from: { user: position.user, project_id: position.project } };
    const seats = await seatChunk(reader, query, wanted, start);
    const rows = await holdingsOf(reader, store, seats, resources);
    for (const row of rows) {
      if (position && !isBeyond(row, position)) continue;
      const quota = memberQuota(row);
      if (query.overLimit && !isOverLimit(quota)) continue;
      if (items.length === limit) return { items, next: last ?? null };
      items.push(quota);
      last = positionOf(row);
    }
    const end = seats.at(-1);
    if (!end || seats.length < wanted) return { items, next: null };
    position = { user: end.user, project: end.project_id, resource: Number.MAX_SAFE_INTEGER };
    scanned += seats.length;
  }
  return { items, next: position ?? null };
}

function positionOf(row: SeatColumns): QuotaPosition {
  return { user: row.user, project: row.project_id, resource: row.resource_id };
}

/** Rows never come before the seat of the position, so only that seat is looked at closely. */
function isBeyond(row: SeatColumns, { user, project, resource }: QuotaPosition): boolean {
  return row.user !== user || row.project_id !== project || row.resource_id > resource;
}

function isOverLimit({ member, pool }: UserQuota): boolean {
  return member.usage > member.limit || pool.usage > pool.limit;
}

/**
 * What a member can reach as things are: the limit, or less where others have taken of the project; never negative
 * (quota §1.2).
 */
export function effectiveLimit({ member, pool }: Pick<UserQuota, 'member' | 'pool'>): bigint {
  // Unlimited stays unlimited, whatever has been taken of it.
  if (pool.limit === UNLIMITED) return member.limit;
  const left = pool.limit - (pool.usage - member.usage);
  const reachable = left < member.limit ? left : member.limit;
  return reachable > 0n ? reachable : 0n;
}

/** The next users, in their order, who have a seat that the filter lets through. */
export async function quotaUsers(
  { db }: Reader,
  { users, projects }: Omit<QuotaFilter, 'resources'>,
  { after, limit }: NamePage,
): Promise<string[]> {
  if (users?.length === 0 || projects?.length === 0) return [];
  let query = db.selectFrom('seats').select('seats.user').distinct().orderBy('seats.user').limit(limit);
  if (after !== undefined) query = query.where('seats.user', '>', after);
  if (users) query = query.where('seats.user', 'in', users);
  if (projects) query = query.where('seats.project_id', ...amongProjects(db, projects));
  return (await query.execute()).map(({ user }) => user);
}

/** The next projects, in their order. */
export async function quotaProjects(
  { db }: Reader,
  { projects }: Pick<QuotaFilter, 'projects'>,
  { after, limit }: NamePage,
): Promise<string[]> {
  if (projects?.length === 0) return [];
  let query = db.selectFrom('ledger_projects').select('project').orderBy('project').limit(limit);
  if (after !== undefined) query = query.where('project', '>', after);
  if (projects) query = query.where('project', 'in', projects);
  return (await query.execute()).map(({ project }) => project);
}

/** Some names of an ordered list: those after this one. */
export interface NamePage {
  readonly after?: string;
  readonly limit: number;
}
