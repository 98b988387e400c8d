import type { Queryable } from '../../storage/storage.ts';
import type { Project } from '../project.ts';
import { type Powers, powersOf, type Requester, takesPart } from '../requester.ts';
import { COUNTED, type MembershipState } from '../vocabulary.ts';

/** What a user is to a project (projects §1.3, decision roles). */
export interface Standing extends Powers {
  readonly membership: MembershipState | null;
}

/** What the requester is to the project. Two statements at the most. */
export async function standingOf(db: Queryable, by: Requester, project: Project): Promise<Standing> {
  if (by.uuid === null) return { owns: by.operator, moderates: by.operator, membership: null };
  const row = await db
    .selectFrom('memberships')
    .innerJoin('accounts', 'accounts.id', 'memberships.account_id')
    .select('memberships.state')
    .where('accounts.uuid', '=', by.uuid)
    .where('memberships.project_id', '=', project.id)
    .executeTakeFirst();
  const state = (row?.state as MembershipState | undefined) ?? null;
  const roles = by.operator ? [] : ((await rolesOn(db, by.uuid, [project.uuid])).get(project.uuid) ?? []);
  const membership = by.operator || takesPart(by, project, roles) ? state : null;
  return { ...powersOf(by, project, roles), membership };
}

/** Names of the roles that an account has on each of these projects. One statement. */
export async function rolesOn(
  db: Queryable,
  account: string,
  projects: readonly string[],
): Promise<Map<string, string[]>> {
  if (projects.length === 0) return new Map();
  const rows = await db
    .selectFrom('role_grants')
    .innerJoin('accounts', 'accounts.id', 'role_grants.account_id')
    .innerJoin('roles', 'roles.id', 'role_grants.role_id')
    .select(['role_grants.project', 'roles.name'])
    .where('accounts.uuid', '=', account)
    .where('role_grants.project', 'in', projects)
    .execute();
  const found = new Map<string, string[]>();
  for (const { project, name } of rows) found.set(project, [...(found.get(project) ?? []), name]);
  return found;
}

/** Whether a user with this standing may see the project (projects §1.3). */
export function maySee(project: Project, { moderates, membership }: Standing): boolean {
  if (moderates) return true;
  if (membership !== null && COUNTED.includes(membership)) return true;
  return project.state === 'active' && !project.private;
}
