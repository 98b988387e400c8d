import { sql } from 'kysely';
import { LIMITS } from '../../lib/limits.ts';
import { isStorable } from '../../lib/text/text.ts';
import type { Int64 } from '../../storage/schema.ts';
import type { Queryable } from '../../storage/storage.ts';
import { firstIds, type Way, type Ways } from '../first-ids.ts';
import type { ProjectReference } from '../project-books.ts';
import { isThemselves, powersOf, type Requester, takesPart } from '../requester.ts';
import { carriedOf, orNothing, waysThroughProjects } from '../roles/projects-run-by.ts';
import type { MembershipState, ProjectPolicy, ProjectState } from '../vocabulary.ts';
import type { Membership } from './membership.ts';
import { toMembership } from './membership-books.ts';
import type { MembershipCase } from './membership-rules.ts';
import { rolesOn } from './standing.ts';

/** A membership with what decides who may do what to it. */
export interface MembershipPageRow {
  readonly membership: Membership;
  readonly about: MembershipCase;
  /** Whether it is the requester's own, in a project that the requester's token reaches. */
  readonly own: boolean;
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

/** Which memberships to list; what is left out does not narrow. */
export interface MembershipQuery {
  readonly limit: number;
  readonly after?: number | undefined;
  readonly project?: ProjectReference | undefined;
  /** Uuid of an account. */
  readonly user?: string | undefined;
  readonly states?: readonly MembershipState[] | undefined;
}

/** The memberships asked for that the requester may see, ascending by id. */
export async function listMemberships(
  db: Queryable,
  by: Requester,
  query: MembershipQuery,
): Promise<MembershipPageRow[]> {
  const limit = Math.min(query.limit, LIMITS.page_max);
  const page = (way: Way<'memberships'>): Way<'memberships'> =>
    narrowed(way, query).orderBy('memberships.id').limit(limit);
  const ways = await waysTo(db, by);
  return toMembershipPage(db, by, (rows) =>
    rows
      .where('memberships.id', 'in', firstIds(db, ways, page))
      .orderBy('memberships.id')
      .limit(limit),
  );
}

/**
 * Memberships with all that their presentation needs: three statements, however many rows.
 * @param narrow says which, in which order, and how many
 */
export async function toMembershipPage(
  db: Queryable,
  by: Requester,
  narrow: (rows: PageQuery) => PageQuery,
): Promise<MembershipPageRow[]> {
  const query = narrow(pageQuery(db));
  const rows = await query.execute();
  const projects = [...new Set(rows.map(({ project_uuid }) => project_uuid))];
  const mine = by.operator || by.uuid === null ? new Map() : await rolesOn(db, by.uuid, projects);
  const roles = await rolesOfMembers(db, rows);
  return rows.map((row) => {
    const facts = { row, user: row.user, username: row.username, accountActive: row.active === 1 };
    const granted: string[] = mine.get(row.project_uuid) ?? [];
    const project = { uuid: row.project_uuid, owner: row.owner };
    const { moderates } = powersOf(by, project, granted);
    return {
      own: by.uuid === row.user && takesPart(by, project, granted),
      membership: toMembership(
        facts,
        row.project_uuid,
        roles.get(roleKey(row.account_id, row.project_uuid)) ?? [],
      ),
      about: {
        state: row.state as MembershipState,
        accountActive: facts.accountActive,
        self: by.operator || isThemselves(by, row.user),
        moderates,
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

function narrowed(way: Way<'memberships'>, query: MembershipQuery): Way<'memberships'> {
  let rows = way.where('memberships.id', '>', query.after ?? 0);
  if (query.states !== undefined) rows = rows.where('memberships.state', 'in', [...query.states]);
  if (query.user !== undefined) rows = ofAccount(rows, query.user);
  if (query.project !== undefined) rows = ofProject(rows, query.project);
  return rows;
}

function ofAccount(rows: Way<'memberships'>, uuid: string): Way<'memberships'> {
  return rows.where('memberships.account_id', '=', (eb) =>
    eb
      .selectFrom('accounts')
      .select('accounts.id')
      .where('accounts.uuid', '=', isStorable(uuid) ? uuid : ''),
  );
}

function ofProject(rows: Way<'memberships'>, reference: ProjectReference): Way<'memberships'> {
  if (typeof reference === 'number') return rows.where('memberships.project_id', '=', reference);
  // As a number of its own: then the index of the project's memberships gives them in order.
  return rows.where('memberships.project_id', '=', (eb) =>
    eb
      .selectFrom('projects')
      .select('projects.id')
      .where('projects.uuid', '=', isStorable(reference) ? reference : ''),
  );
}

/** What the requester may see, and each reason why: one's own, and those of projects that one owns or moderates. */
async function waysTo(db: Queryable, by: Requester): Promise<Ways<'memberships'>> {
  const all: Way<'memberships'> = db.selectFrom('memberships').select('memberships.id');
  if (by.operator) return [all];
  const me = by.uuid ?? '';
  const roles = carriedOf(by, ['project_admin', 'project_mod']);
  const ways = await waysThroughProjects(db, all, 'memberships.project_id', by, roles);
  const own = ownWithin(ofAccount(all, me), by);
  return own ? [own, ...ways] : orNothing(all, ways);
}

/** One's own memberships: with a narrowed token, that in the project which it is bound to. */
function ownWithin(own: Way<'memberships'>, { token }: Requester): Way<'memberships'> | undefined {
  if (token === undefined) return own;
  return token.project === null ? undefined : ofProject(own, token.project);
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
