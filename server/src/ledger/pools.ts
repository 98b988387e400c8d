import { sql } from 'kysely';
import { invariant } from '../lib/invariant.ts';
import type { Queryable, Transaction } from '../storage/storage.ts';
import { isValidLimit } from './core/decide.ts';

/** The limit of a project on a resource, and the limit of each of its members. Both 0 … 2^63 - 1. */
export interface PoolLimits {
  readonly resource: string;
  readonly capacity: bigint;
  readonly memberCapacity: bigint;
}

/** Throws `InvariantBroken` unless both capacities are valid limits. */
function checkCapacities({ resource, capacity, memberCapacity }: PoolLimits): void {
  invariant(
    isValidLimit(capacity) && isValidLimit(memberCapacity),
    'A capacity is 0 ≤ capacity ≤ 2^63 - 1.',
    () => ({ resource, capacity: String(capacity), member_capacity: String(memberCapacity) }),
  );
}

/**
 * Adds a project, live and without pools, and returns its row number. A project that exists is not changed.
 *
 * The limit of a member is derived, not stored (decision derived-limits): it is the member capacity while the project
 * is live and the member's seat open, else 0. So each function here writes one row per project, resource or member,
 * for any number of members. All run in the caller's transaction.
 */
export async function openProject(tx: Transaction, project: string): Promise<number> {
  await tx.db
    .insertInto('ledger_projects')
    .values({ project, live: 1 })
    .onConflict((clash) => clash.column('project').doNothing())
    .execute();
  return projectId(tx, project);
}

/** Sets capacities; usage and other resources are not changed. If a resource occurs twice, the last one is used. */
export async function setPools(
  tx: Transaction,
  project: string,
  pools: readonly PoolLimits[],
): Promise<void> {
  pools.forEach(checkCapacities);
  if (pools.length === 0) return;
  const id = await projectId(tx, project);
  const resources = await resourceIds(
    tx,
    pools.map(({ resource }) => resource),
  );
  const rows = [...new Map(pools.map((pool) => [pool.resource, pool])).values()]
    .map(({ resource, capacity, memberCapacity }) => ({
      project_id: id,
      resource_id: resources.get(resource) as number,
      capacity,
      member_capacity: memberCapacity,
      usage_min: 0n,
      usage_max: 0n,
    }))
    // In the order of locks of batches (`PostgresLedgerStore`), so that transactions cannot deadlock.
    .sort((a, b) => a.resource_id - b.resource_id);
  await tx.db
    .insertInto('pools')
    .values(rows)
    .onConflict((clash) =>
      clash.columns(['project_id', 'resource_id']).doUpdateSet({
        capacity: (set) => set.ref('excluded.capacity'),
        member_capacity: (set) => set.ref('excluded.member_capacity'),
      }),
    )
    .execute();
}

/** Adds a resource to those of the projects that do not have it yet. */
export async function addPoolToProjects(
  tx: Transaction,
  pool: PoolLimits,
  projects: readonly string[],
): Promise<void> {
  const { resource, capacity, memberCapacity } = pool;
  checkCapacities(pool);
  const resourceId = (await resourceIds(tx, [resource])).get(resource) as number;
  if (projects.length === 0) return;
  await tx.db
    .insertInto('pools')
    .columns(['project_id', 'resource_id', 'capacity', 'member_capacity', 'usage_min', 'usage_max'])
    .expression(
      tx.db
        .selectFrom('ledger_projects')
        .where('project', 'in', projects)
        .orderBy('id')
        .select([
          'id',
          sql`${sql.lit(resourceId)}`.as('resource_id'),
          sql`${sql.raw(capacity.toString())}`.as('capacity'),
          sql`${sql.raw(memberCapacity.toString())}`.as('member_capacity'),
          sql`0`.as('usage_min'),
          sql`0`.as('usage_max'),
        ]) as never,
    )
    .onConflict((clash) => clash.columns(['project_id', 'resource_id']).doNothing())
    .execute();
}

/**
 * The stated limits by project, also of projects that are not live, in the order of the resources' names. One
 * statement.
 */
export async function statedPools(
  db: Queryable,
  projects: readonly string[],
): Promise<Map<string, PoolLimits[]>> {
  if (projects.length === 0) return new Map();
  const rows = await db
    .selectFrom('ledger_projects')
    .innerJoin('pools', 'pools.project_id', 'ledger_projects.id')
    .innerJoin('ledger_resources', 'ledger_resources.id', 'pools.resource_id')
    .select(['ledger_projects.project', 'ledger_resources.name', 'pools.capacity', 'pools.member_capacity'])
    .where('ledger_projects.project', 'in', projects)
    .orderBy('ledger_resources.name')
    .execute();
  const stated = new Map<string, PoolLimits[]>();
  for (const row of rows) {
    const pool = {
      resource: row.name,
      capacity: BigInt(row.capacity),
      memberCapacity: BigInt(row.member_capacity),
    };
    const pools = stated.get(row.project);
    if (pools) pools.push(pool);
    else stated.set(row.project, [pool]);
  }
  return stated;
}

/** Sets the same capacities for many projects, of resources that they have already. One statement per resource. */
export async function setPoolsOfProjects(
  tx: Transaction,
  projects: readonly string[],
  pools: readonly PoolLimits[],
): Promise<void> {
  pools.forEach(checkCapacities);
  const ids = await resourceIds(
    tx,
    pools.map(({ resource }) => resource),
  );
  // In the same order of locks: projects by their rows, then resources.
  for (const { resource, capacity, memberCapacity } of pools) {
    await tx.db
      .updateTable('pools')
      .set({ capacity, member_capacity: memberCapacity })
      .where('resource_id', '=', ids.get(resource) as number)
      .where('project_id', 'in', (rows) =>
        rows.selectFrom('ledger_projects').select('id').where('project', 'in', projects),
      )
      .execute();
  }
}

/** Makes a project live or not. All limits of a project that is not live are 0. One row. */
export async function setLive(tx: Transaction, project: string, live: boolean): Promise<void> {
  await tx.db
    .updateTable('ledger_projects')
    .set({ live: live ? 1 : 0 })
    .where('project', '=', project)
    .execute();
}

/** Opens or closes a user's seat in a project, and adds it if it does not exist. Usage is not changed. One row. */
export async function setSeat(tx: Transaction, project: string, user: string, open: boolean): Promise<void> {
  await tx.db
    .insertInto('seats')
    .values({ project_id: await projectId(tx, project), user, open: open ? 1 : 0 })
    .onConflict((clash) =>
      clash.columns(['user', 'project_id']).doUpdateSet({ open: (set) => set.ref('excluded.open') }),
    )
    .execute();
}

async function projectId(tx: Transaction, project: string): Promise<number> {
  const row = await tx.db
    .selectFrom('ledger_projects')
    .select('id')
    .where('project', '=', project)
    .executeTakeFirst();
  if (!row) throw new Error(`The ledger has no project ${project}.`);
  return row.id;
}

/** Row numbers of resources; adds those that the ledger does not have. */
async function resourceIds(tx: Transaction, names: readonly string[]): Promise<Map<string, number>> {
  const distinct = [...new Set(names)].sort();
  await tx.db
    .insertInto('ledger_resources')
    .values(distinct.map((name) => ({ name })))
    .onConflict((clash) => clash.column('name').doNothing())
    .execute();
  const rows = await tx.db
    .selectFrom('ledger_resources')
    .select(['id', 'name'])
    .where('name', 'in', distinct)
    .execute();
  return new Map(rows.map(({ id, name }) => [name, id]));
}
