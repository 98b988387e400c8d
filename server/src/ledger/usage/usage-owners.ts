import { readByIndex } from '../../storage/indexed-reads.ts';
import { oneOfNumbers } from '../../storage/one-of.ts';
import type { Storage } from '../../storage/storage.ts';
import { type HoldingKind, POOL, SEAT } from '../core/stored.ts';
import { type SeatStart, seatChunk } from '../quotas.ts';

/** The owners and resources whose usage is requested; an omitted field selects all. */
export interface UsageFilter {
  /** An empty list matches nothing; so with resources. */
  readonly projects?: readonly string[];
  readonly user?: string;
  /** Names. */
  readonly resources?: readonly string[];
  /** Only what projects used as a whole, or only what their members did. Without it, both, one after the other. */
  readonly per?: 'project' | 'user';
}

/** A project, or a member of one: what can have usage. */
export interface Owner {
  readonly kind: HoldingKind;
  /** Row of `ledger_projects` or of `seats`. */
  readonly id: number;
  readonly project: string;
  readonly user: string | null;
  readonly position: OwnerPosition;
}

/** Where an owner stands in the order: projects first, then members by user and project. */
export interface OwnerPosition {
  readonly kind: HoldingKind;
  readonly user: string;
  readonly project_id: number;
}

/** Owners read in one go. */
const CHUNK = 200;

/**
 * All owners that the filter selects, in chunks of one kind each.
 * @param from the first owner to answer; without it, from the beginning
 */
export async function* usageOwners(
  storage: Storage,
  filter: UsageFilter,
  from?: OwnerPosition,
): AsyncGenerator<Owner[]> {
  if (filter.projects?.length === 0 || filter.resources?.length === 0) return;
  if (filter.per !== 'user' && filter.user === undefined && from?.kind !== SEAT) {
    yield* wholeProjects(storage, filter, from);
  }
  if (filter.per !== 'project') yield* members(storage, filter, from?.kind === SEAT ? from : undefined);
}

async function* wholeProjects(
  { db }: Storage,
  { projects }: UsageFilter,
  from: OwnerPosition | undefined,
): AsyncGenerator<Owner[]> {
  for (let first = from?.project_id ?? 0; ; ) {
    let query = db
      .selectFrom('ledger_projects')
      .select(['id', 'project'])
      .where('id', '>=', first)
      .orderBy('id')
      .limit(CHUNK);
    if (projects) query = query.where('project', 'in', projects);
    const rows = await query.execute();
    const last = rows.at(-1);
    if (!last) return;
    yield rows.map((row) => ({
      kind: POOL,
      id: row.id,
      project: row.project,
      user: null,
      position: { kind: POOL, user: '', project_id: row.id },
    }));
    if (rows.length < CHUNK) return;
    first = last.id + 1;
  }
}

async function* members(
  storage: Storage,
  { projects, user }: UsageFilter,
  from: OwnerPosition | undefined,
): AsyncGenerator<Owner[]> {
  const filter = {
    ...(projects && { projects }),
    ...(user !== undefined && { users: [user] }),
  };
  for (let start: SeatStart | undefined = from && { from }; ; ) {
    const position = start;
    const seats: Awaited<ReturnType<typeof seatChunk>> = await readByIndex(storage, (reader) =>
      seatChunk(reader, filter, CHUNK, position),
    );
    const last = seats.at(-1);
    if (!last) return;
    const names = await projectNames(
      storage,
      seats.map(({ project_id }) => project_id),
    );
    yield seats.map((seat) => ({
      kind: SEAT,
      id: seat.id,
      project: names.get(seat.project_id) as string,
      user: seat.user,
      position: { kind: SEAT, user: seat.user, project_id: seat.project_id },
    }));
    if (seats.length < CHUNK) return;
    start = { after: last };
  }
}

async function projectNames(storage: Storage, ids: readonly number[]): Promise<Map<number, string>> {
  const rows = await storage.db
    .selectFrom('ledger_projects')
    .select(['id', 'project'])
    .where(oneOfNumbers(storage, 'id', [...new Set(ids)]))
    .execute();
  return new Map(rows.map(({ id, project }) => [id, project]));
}

/** Names of the resources that the filter lets through, by their numbers, in ascending order. */
export async function usageResources(
  { db }: Storage,
  { resources }: UsageFilter,
): Promise<Map<number, string>> {
  const rows = await db.selectFrom('ledger_resources').selectAll().orderBy('id').execute();
  const wanted = resources && new Set(resources);
  return new Map(rows.filter(({ name }) => wanted?.has(name) ?? true).map(({ id, name }) => [id, name]));
}
