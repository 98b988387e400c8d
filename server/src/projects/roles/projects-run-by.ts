import { type SqlBool, sql } from 'kysely';
import type { Database } from '../../storage/schema.ts';
import type { Queryable } from '../../storage/storage.ts';
import type { Way, Ways } from '../first-ids.ts';
import type { Requester } from '../requester.ts';
import type { ProjectRole } from '../vocabulary.ts';

/** Who runs more projects than this has rows nearly everywhere. */
const MANY = 100;

/** Of these roles, those that the requester's token carries. */
export function carriedOf(by: Requester, roles: readonly ProjectRole[]): ProjectRole[] {
  const carried = by.token?.roles ?? null;
  return roles.filter((role) => carried === null || carried.includes(role));
}

/** These ways, or if there are none, one that leads to nothing. */
export function orNothing<Table extends keyof Database>(all: Way<Table>, ways: Way<Table>[]): Ways<Table> {
  const [first, ...others] = ways;
  return first ? [first, ...others] : [all.where(sql<SqlBool>`1 = 0`)];
}

/**
 * The ways to the rows of the projects that the requester owns, or has one of these roles on; with a narrowed token,
 * of those that it reaches. Where they are few, one for
 * each, since the rows of one project come in order; otherwise one that looks at row after row, and soon has enough.
 * @param column the rows' reference to their project, as in `memberships.project_id`
 */
export async function waysThroughProjects<Table extends keyof Database>(
  db: Queryable,
  all: Way<Table>,
  column: string,
  by: Requester,
  roles: readonly ProjectRole[],
): Promise<Way<Table>[]> {
  if (roles.length === 0) return [];
  const account = by.uuid ?? '';
  const within = by.token?.project ?? null;
  const granted = db
    .selectFrom('role_grants')
    .innerJoin('accounts', 'accounts.id', 'role_grants.account_id')
    .innerJoin('roles', 'roles.id', 'role_grants.role_id')
    .select('role_grants.project')
    .where('accounts.uuid', '=', account)
    .where('roles.name', 'in', [...roles]);
  let projects = db.selectFrom('projects').select('projects.id');
  if (within !== null) projects = projects.where('projects.uuid', '=', within);
  const some = await projects
    .where('projects.owner', '=', roles.includes('project_admin') ? account : '')
    .union(projects.where('projects.uuid', 'in', granted))
    .limit(MANY + 1)
    .execute();
  if (some.length <= MANY) return some.map(({ id }) => all.where(sql<SqlBool>`${sql.ref(column)} = ${id}`));
  // A value for each row, and no join: the engines would go through all the projects first, and sort what they find.
  return [
    all.where(
      sql<SqlBool>`(SELECT projects.owner = ${account} OR projects.uuid IN ${granted}
        FROM projects WHERE projects.id = ${sql.ref(column)})`,
    ),
  ];
}
