import type { Resource, ResourceReach } from '../catalog/resources.ts';
import type { Transaction } from '../storage/storage.ts';
import type { ProjectBooks } from './project-books.ts';
import { INITIALIZED } from './vocabulary.ts';

/** Projects that get the pool of a new resource in one step. */
const CHUNK = 5000;

/** Gives every project with limits its default of a resource that is new; answers how many there are. */
export async function poolsForNewResource(
  { parts: { ledger } }: ProjectBooks,
  tx: Transaction,
  resource: Resource,
): Promise<ResourceReach> {
  const reach = { users: 0, projects: 0 };
  const add = async (limit: bigint, projects: string[]): Promise<void> => {
    if (projects.length === 0) return;
    const pool = { resource: resource.name, capacity: limit, memberCapacity: limit };
    await ledger.addPoolToProjects(tx, pool, projects);
  };
  for (let after = 0; ; ) {
    const rows = await tx.db
      .selectFrom('projects')
      .select(['id', 'uuid', 'system_project'])
      .where('state', 'in', INITIALIZED)
      .where('id', '>', after)
      .orderBy('id')
      .limit(CHUNK)
      .execute();
    const uuidsOf = (system: boolean) =>
      rows.filter((row) => (row.system_project === 1) === system).map((row) => row.uuid);
    const [own, others] = [uuidsOf(true), uuidsOf(false)];
    await add(resource.systemDefault, own);
    await add(resource.projectDefault, others);
    reach.users += own.length;
    reach.projects += others.length;
    const last = rows.at(-1);
    if (!last || rows.length < CHUNK) return reach;
    after = last.id;
  }
}
