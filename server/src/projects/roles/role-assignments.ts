import { sql } from 'kysely';
import type { Role } from '../../directory/roles/roles.ts';
import { LIMITS } from '../../lib/limits.ts';
import { isStorable } from '../../lib/text/text.ts';
import type { Queryable } from '../../storage/storage.ts';
import { type Project, type ProjectRow, toProject } from '../project.ts';
import type { ProjectBooks } from '../project-books.ts';
import { ALIVE, EFFECTIVE } from '../vocabulary.ts';

/** Who has which role where. */
export interface RoleAssignment {
  readonly role: { readonly id: number; readonly name: string };
  readonly user: { readonly uuid: string; readonly username: string };
  /** Null: on the whole cloud. */
  readonly project: { readonly uuid: string; readonly name: string } | null;
  /** Where it stands in the list; for `after`. */
  readonly position: AssignmentPosition;
}

/** Number of the account, number of the role, and uuid of the project, or nothing. */
export type AssignmentPosition = readonly [account: number, role: number, project: string];

export interface AssignmentQuery {
  readonly limit: number;
  readonly after?: AssignmentPosition | undefined;
  /** Uuid of an account. */
  readonly user?: string | undefined;
  /** Uuid of a project; null: on the whole cloud. */
  readonly project?: string | null | undefined;
  /** Number of a role. */
  readonly role?: number | undefined;
}

/** What membership of one's own project, to which no role is granted, amounts to. */
const MEMBER = 'member';

/** Roles as they are in force: those that were granted, and that of each account on its own project. */
export class RoleAssignments {
  readonly #books: ProjectBooks;

  constructor(books: ProjectBooks) {
    this.#books = books;
  }

  get #db(): Queryable {
    return this.#books.parts.storage.db;
  }

  /**
   * Assignments on the whole cloud and on projects that are alive, in ascending order of account, role and project.
   * One statement, which looks at no more rows than it answers where nothing but `after` narrows it.
   */
  async list({ limit, after = [0, 0, ''], ...wanted }: AssignmentQuery): Promise<RoleAssignment[]> {
    const { user, project, role } = wanted;
    if (!isStorable(user ?? '') || !isStorable(project ?? '')) return [];
    const count = Math.min(limit, LIMITS.page_max);
    const beyond = (account: string, role_id: string, place: string) =>
      sql`(${sql.ref(account)}, ${sql.raw(role_id)}, ${sql.ref(place)}) > (${after[0]}, ${after[1]}, ${after[2]})`;
    const byUser = user === undefined ? sql`` : sql`AND accounts.uuid = ${user}`;
    const grantedOn = project === undefined ? sql`` : sql`AND role_grants.project = ${project ?? ''}`;
    const granted = sql`
      SELECT role_grants.account_id, role_grants.role_id, role_grants.project
      FROM role_grants
      INNER JOIN accounts ON accounts.id = role_grants.account_id
      LEFT JOIN projects ON projects.uuid = role_grants.project
      WHERE ${beyond('role_grants.account_id', 'role_grants.role_id', 'role_grants.project')}
        AND (role_grants.project = '' OR projects.state IN (${sql.join(ALIVE)}))
        ${byUser} ${grantedOn}
        ${role === undefined ? sql`` : sql`AND role_grants.role_id = ${role}`}
      ORDER BY role_grants.account_id, role_grants.role_id, role_grants.project LIMIT ${count}`;
    // Along the memberships in the order of their accounts, each of which has one system project among a few others.
    // Of what is joined crosswise SQLite takes the first first; PostgreSQL sees by itself what is best.
    const joined = user === undefined && project === undefined ? sql`CROSS JOIN` : sql`,`;
    const member = sql`(SELECT id FROM roles WHERE name = ${MEMBER})`;
    const own = sql`
      SELECT memberships.account_id, ${member} AS role_id, projects.uuid AS project
      FROM memberships ${joined} projects ${joined} accounts
      WHERE projects.id = memberships.project_id AND accounts.id = memberships.account_id
        AND memberships.account_id >= ${after[0]}
        AND (memberships.account_id, ${member}, projects.uuid) > (${after[0]}, ${after[1]}, ${after[2]})
        AND projects.system_project = 1
        AND projects.state IN (${sql.join(ALIVE)}) AND memberships.state IN (${sql.join(EFFECTIVE)})
        ${byUser} ${project === undefined ? sql`` : sql`AND projects.uuid = ${project ?? ''}`}
        ${role === undefined ? sql`` : sql`AND ${member} = ${role}`}
      ORDER BY memberships.account_id LIMIT ${count}`;
    const { rows } = await sql<{
      account_id: number;
      role_id: number;
      project: string;
      role: string;
      uuid: string;
      username: string;
      project_name: string | null;
    }>`
      SELECT held.account_id, held.role_id, held.project, roles.name AS role,
        accounts.uuid, accounts.username, projects.name AS project_name
      FROM (SELECT * FROM (${granted}) AS granted UNION SELECT * FROM (${own}) AS own) AS held
      INNER JOIN roles ON roles.id = held.role_id
      INNER JOIN accounts ON accounts.id = held.account_id
      LEFT JOIN projects ON projects.uuid = held.project
      ORDER BY held.account_id, held.role_id, held.project LIMIT ${count}`.execute(this.#db);
    return rows.map((row) => ({
      role: { id: row.role_id, name: row.role },
      user: { uuid: row.uuid, username: row.username },
      project: row.project === '' ? null : { uuid: row.project, name: row.project_name ?? '' },
      position: [row.account_id, row.role_id, row.project],
    }));
  }

  /** The roles of an account on a project, or on the whole cloud where that is null. */
  async on(user: string, project: string | null): Promise<Pick<Role, 'id' | 'name'>[]> {
    return (await this.list({ user, project, limit: LIMITS.page_max })).map(({ role }) => role);
  }

  /**
   * Active projects on which the account has a role, ascending by number.
   * @param page.within uuid of the one project that is meant
   */
  async projectsOf(
    user: string,
    page: { after?: number | undefined; limit: number; within?: string | undefined },
  ): Promise<Project[]> {
    const { within } = page;
    if (!isStorable(user) || !isStorable(within ?? '')) return [];
    // Joined crosswise, so that SQLite begins with the few assignments of the user, and not with all projects.
    const { rows } = await sql<ProjectRow>`
      SELECT projects.* FROM (
          SELECT role_grants.project FROM role_grants
          INNER JOIN accounts ON accounts.id = role_grants.account_id
          WHERE accounts.uuid = ${user}
          UNION
          SELECT own.uuid FROM accounts
          INNER JOIN memberships ON memberships.account_id = accounts.id
          INNER JOIN projects AS own ON own.id = memberships.project_id
          WHERE accounts.uuid = ${user} AND own.system_project = 1
            AND memberships.state IN (${sql.join(EFFECTIVE)})
        ) AS held CROSS JOIN projects
      WHERE projects.uuid = held.project AND projects.id > ${page.after ?? 0} AND projects.state = 'active'
        ${within === undefined ? sql`` : sql`AND projects.uuid = ${within}`}
      ORDER BY projects.id LIMIT ${Math.min(page.limit, LIMITS.page_max)}`.execute(this.#db);
    return rows.map(toProject);
  }
}
