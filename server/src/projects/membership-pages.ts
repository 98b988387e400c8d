import { sql } from 'kysely';
import { isStorable } from '../lib/text.ts';
import type { Int64 } from '../storage/schema.ts';
import type { Queryable } from '../storage/storage.ts';
import type { Membership } from './membership.ts';
import { toMembership } from './membership-books.ts';
import type { MembershipCase } from './membership-rules.ts';
import type { ProjectReference } from './project-books.ts';
import type { Requester } from './requester.ts';
import { rolesOn } from './standing.ts';
import type { MembershipState, ProjectPolicy, ProjectState } from './vocabulary.ts';

/** A membership with what decides who may do what to it. */
export interface MembershipPageRow {
  readonly membership: Membership;
  readonly about: MembershipCase;
}

function pageQuery(db: Queryable) {
  return db
    .selectFrom('memberships')
    .innerJoin('accounts', 'accounts.id', 'memberships.account_id')
    .innerJoin('projects', 'projects.id', 'memberships.project_id')
    .selectAll('memberships')
    .select([
      'accounts.uuid as user',
      'accounts.username',
      'accounts.active',
      'projects.uuid as project_uuid',
      'projects.state as project_state',
      'projects.owner',
      'projects.join_policy',
      'projects.leave_policy',
      'projects.max_members',
      'projects.members',
    ]);
}

type PageQuery = ReturnType<typeof pageQuery>;

/**
 * Memberships with all that their presentation needs: three statements, however many rows.
 * @param narrow says which, in which order, and how many
 * @param options `visibleOnly` leaves out what the requester may not see
 */
export async function toMembershipPage(
  db: Queryable,
  by: Requester,
  narrow: (rows: PageQuery) => PageQuery,
  options: { project?: ProjectReference | undefined; visibleOnly?: boolean } = {},
): Promise<MembershipPageRow[]> {
  let query = narrow(pageQuery(db));
  if (options.project !== undefined) query = ofProject(query, options.project);
  if (options.visibleOnly && !by.operator) query = visible(query, by.uuid ?? '');
  const rows = await query.execute();
  const projects = [...new Set(rows.map(({ project_uuid }) => project_uuid))];
  const mine = by.operator || by.uuid === null ? new Map() : await rolesOn(db, by.uuid, projects);
  const roles = await rolesOfMembers(db, rows);
  return rows.map((row) => {
    const facts = { row, user: row.user, username: row.username, accountActive: row.active === 1 };
    const granted: string[] = mine.get(row.project_uuid) ?? [];
    const owns = by.operator || (by.uuid !== null && row.owner === by.uuid);
    return {
      membership: toMembership(
        facts,
        row.project_uuid,
        roles.get(roleKey(row.account_id, row.project_uuid)) ?? [],
      ),
      about: {
        state: row.state as MembershipState,
        accountActive: facts.accountActive,
        self: by.operator || by.uuid === row.user,
        moderates: owns || granted.includes('project_admin') || granted.includes('project_mod'),
        project: {
          uuid: row.project_uuid,
          state: row.project_state as ProjectState,
          joinPolicy: row.join_policy as ProjectPolicy,
          leavePolicy: row.leave_policy as ProjectPolicy,
          maxMembers: BigInt(row.max_members as Int64),
          members: row.members,
        },
      },
    };
  });
}

function ofProject(query: PageQuery, reference: ProjectReference): PageQuery {
  if (typeof reference === 'number') return query.where('memberships.project_id', '=', reference);
  // As a number of its own: then the index of the project's memberships gives them in order.
  return query.where('memberships.project_id', '=', (rows) =>
    rows
      .selectFrom('projects as named')
      .select('named.id')
      .where('named.uuid', '=', isStorable(reference) ? reference : ''),
  );
}

function visible(query: PageQuery, me: string): PageQuery {
  return query.where((eb) =>
    eb.or([
      eb('accounts.uuid', '=', me),
      eb('projects.owner', '=', me),
      eb(
        'projects.uuid',
        'in',
        eb
          .selectFrom('role_grants')
          .innerJoin('accounts as holder', 'holder.id', 'role_grants.account_id')
          .innerJoin('roles', 'roles.id', 'role_grants.role_id')
          .select('role_grants.project')
          .where('holder.uuid', '=', me)
          .where('roles.name', 'in', ['project_admin', 'project_mod']),
      ),
    ]),
  );
}

async function rolesOfMembers(
  db: Queryable,
  rows: readonly { account_id: number; project_uuid: string }[],
): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  if (rows.length === 0) return found;
  const grants = await db
    .selectFrom('role_grants')
    .innerJoin('roles', 'roles.id', 'role_grants.role_id')
    .select(['role_grants.account_id', 'role_grants.project', 'roles.name'])
    .where('role_grants.account_id', 'in', [...new Set(rows.map(({ account_id }) => account_id))])
    .where('role_grants.project', 'in', [...new Set(rows.map(({ project_uuid }) => project_uuid))])
    .orderBy(sql`roles.id`)
    .execute();
  for (const { account_id, project, name } of grants) {
    const key = roleKey(account_id, project);
    found.set(key, [...(found.get(key) ?? []), name]);
  }
  return found;
}

const roleKey = (account: number, project: string): string => `${account} ${project}`;
