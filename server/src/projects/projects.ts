import { type Expression, type ExpressionBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import { type Actor, THE_SERVICE } from '../audit/actor.ts';
import { PurserError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import { foldText, nameKey } from '../lib/text/fold.ts';
import type { Json } from '../lib/text/json.ts';
import { isStorable } from '../lib/text/text.ts';
import { oneOf } from '../storage/one-of.ts';
import type { Database } from '../storage/schema.ts';
import type { Engine, Queryable } from '../storage/storage.ts';
import { contains } from '../storage/text-conditions.ts';
import type { Application } from './applications/application.ts';
import { applicationsByNumber } from './applications/application-rows.ts';
import { setDefaultProject } from './default-project.ts';
import { firstIds, type Way, type Ways } from './first-ids.ts';
import { maySee, rolesOn, standingOf } from './memberships/standing.ts';
import { type Project, type ProjectResource, toProject } from './project.ts';
import type { ProjectBooks, ProjectReference } from './project-books.ts';
import { isThemselves, powersOf, type Requester } from './requester.ts';
import {
  COUNTED,
  EFFECTIVE,
  INITIALIZED,
  type ProjectState,
  type ProjectStatus,
  statusOf,
} from './vocabulary.ts';

export type { Project } from './project.ts';
export type { ProjectPolicy, ProjectState } from './vocabulary.ts';

/** A project as the requester may see it. */
export interface ProjectView {
  readonly project: Project;
  readonly status: ProjectStatus;
  /** All of them, hidden ones too; before the first approval those that were asked for. */
  readonly resources: readonly ProjectResource[];
  /** Whether the requester may see the private parts. */
  readonly full: boolean;
  /** Whether the requester applied for it, or for its last change. */
  readonly applicant: boolean;
  /** Applications are null for those who may neither see the private parts nor made them. */
  readonly lastApplication: Application | null;
  readonly referenceApplication: Application | null;
}

/** `default`: what concerns the requester, and active public projects. Operators see everything but in `member`. */
export type ProjectMode = 'default' | 'member' | 'related' | 'active';

/** Which projects to list; what is left out does not narrow, an empty list matches nothing. */
export interface ProjectQuery {
  readonly limit: number;
  /** Internal number of the last project of the page before. */
  readonly after?: number | undefined;
  readonly mode?: ProjectMode | undefined;
  readonly names?: readonly string[] | undefined;
  /** Uuids of accounts. */
  readonly owners?: readonly string[] | undefined;
  readonly states?: readonly ProjectState[] | undefined;
  readonly statuses?: readonly ProjectStatus[] | undefined;
  /** Only system projects, or only others. */
  readonly system?: boolean | undefined;
  /** Part of the name, in any letter case and normal form. */
  readonly search?: string | undefined;
  /** Uuid of an account that counts as a member. Others than oneself are for operators: `forbidden`. */
  readonly member?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly endsBefore?: number | undefined;
  /** Only those with, or without, an application to decide on. */
  readonly pending?: boolean | undefined;
  /** Also what the requester has applied for. */
  readonly applied?: boolean | undefined;
}

/** Something that happened to a project. */
export interface HistoryEntry {
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly action: string;
  readonly actor: string | null;
  readonly actorName: string;
  readonly before: Json;
  readonly after: Json;
  readonly reason: string | null;
}

/** Reads projects (projects §1). What changes them stands beside. */
export class Projects {
  readonly #books: ProjectBooks;

  constructor(books: ProjectBooks) {
    this.#books = books;
  }

  get #db(): Queryable {
    return this.#books.parts.storage.db;
  }

  /** A project, without a check of permissions. `project_not_found` */
  get(uuid: string): Promise<Project> {
    return this.#books.find(this.#db, uuid);
  }

  /**
   * A project as the requester may see it. Errors: `project_not_found`, also for the internal number of one that may
   * not be seen, so that counting up finds nothing; `forbidden`.
   */
  async view(by: Requester, reference: ProjectReference): Promise<ProjectView> {
    const project = await this.#books.find(this.#db, reference);
    const standing = await standingOf(this.#db, by, project);
    const [view] = await this.#present(by, [project]);
    if (view && (maySee(project, standing) || view.applicant)) return view;
    throw reference === project.uuid
      ? new PurserError('forbidden')
      : new PurserError('project_not_found', { project: reference });
  }

  /** Projects that the requester may see, ascending by internal number. At most five statements. */
  async list(by: Requester, query: ProjectQuery): Promise<ProjectView[]> {
    if (query.member !== undefined && !isThemselves(by, query.member) && !by.operator) {
      throw new PurserError('forbidden');
    }
    const { mode = 'default' } = query;
    const { engine } = this.#books.parts.storage.native;
    const narrow = <O>(rows: SelectQueryBuilder<Database, 'projects', O>) =>
      rows
        .where('projects.id', '>', query.after ?? 0)
        .where((eb) => eb.and(narrowed(engine, eb, query)))
        .limit(Math.min(query.limit, LIMITS.page_max));
    const all = this.#db.selectFrom('projects').selectAll('projects').orderBy('projects.id');
    const reasons = reasonsToSee(by, mode, query.applied ?? false);
    const found =
      reasons === 'all'
        ? narrow(all)
        : isSelective(query)
          ? narrow(all).where((eb) => eb.or(reasons.map(({ holds }) => holds(eb))))
          : all.where('projects.id', 'in', this.#firstSeen(reasons, narrow));
    const rows = await found.execute();
    return this.#present(by, rows.map(toProject));
  }

  /**
   * What happened to a project, the newest first. Errors: `project_not_found`; `forbidden` for those who may not see
   * its private parts.
   */
  async history(
    by: Requester,
    reference: ProjectReference,
    page: { after?: number | undefined; limit: number },
  ): Promise<HistoryEntry[]> {
    const view = await this.view(by, reference);
    if (!view.full) throw new PurserError('forbidden');
    const { after, limit } = page;
    const entries = await this.#books.parts.audit.list({
      subject: view.project.uuid,
      limit,
      ...(after !== undefined && { after }),
    });
    // Where a request came from is for operators alone.
    return entries.map(({ address: _address, subject: _subject, ...entry }) => entry);
  }

  /**
   * The uuids of the active projects in which the account is an effective member, in ascending order of the
   * projects' ids; without a promise if they are remembered.
   */
  activeOf(accountUuid: string): Promise<string[]> | string[] {
    return this.#books.activeOf(accountUuid);
  }

  /** The uuids of the projects with limits in which the account is an effective member: what its quota names. */
  quotaSourcesOf(accountUuid: string): Promise<string[]> {
    return this.#books.memberOf(accountUuid, INITIALIZED);
  }

  /** Names of projects, by their uuids, without a check of permissions. */
  async namesOf(uuids: readonly string[]): Promise<Map<string, string>> {
    const { storage } = this.#books.parts;
    const rows = await storage.db
      .selectFrom('projects')
      .select(['uuid', 'name'])
      .where(oneOf(storage, 'uuid', uuids))
      .execute();
    return new Map(rows.map(({ uuid, name }) => [uuid, name]));
  }

  /** Makes a project the default of an account; see `setDefaultProject`. */
  async setDefault(accountUuid: string, reference: string, by: Actor = THE_SERVICE): Promise<void> {
    await setDefaultProject(this.#books, accountUuid, reference, by);
  }

  /** Projects with limits, system projects among them, in ascending order of id. */
  async initialized(page: { after?: number | undefined; limit: number }): Promise<Project[]> {
    const rows = await this.#db
      .selectFrom('projects')
      .selectAll()
      .where('state', 'in', INITIALIZED)
      .where('id', '>', page.after ?? 0)
      .orderBy('id')
      .limit(Math.min(page.limit, LIMITS.page_max))
      .execute();
    return rows.map(toProject);
  }

  /** Ids of the first projects that may be seen, each reason followed along its own index. */
  #firstSeen(reasons: readonly Reason[], narrow: (ids: Way<'projects'>) => Way<'projects'>) {
    const ways = reasons.map(({ holds, few }) => {
      const ids = this.#db.selectFrom('projects').select('projects.id').where(holds) as Way<'projects'>;
      // Without the sign SQLite would rather walk through all projects in order than sort a few.
      return narrow(ids).orderBy(few ? sql`+projects.id` : sql`projects.id`);
    });
    return firstIds(this.#db, ways as unknown as Ways<'projects'>, (way) => way);
  }

  /** How many projects there are in each state, without users' own. */
  async counts(): Promise<Record<ProjectState, number>> {
    const rows = await this.#books.parts.storage.db
      .selectFrom('projects')
      .select('state')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('system_project', '=', 0)
      .groupBy('state')
      .execute();
    const counts = { uninitialized: 0, active: 0, suspended: 0, terminated: 0, deleted: 0 };
    for (const { state, count } of rows) counts[state as ProjectState] = Number(count);
    return counts;
  }

  async #present(by: Requester, projects: readonly Project[]): Promise<ProjectView[]> {
    if (projects.length === 0) return [];
    const numbers = projects.flatMap(({ lastApplication, referenceApplication }) => [
      lastApplication,
      referenceApplication,
    ]);
    const applications = await applicationsByNumber(this.#db, numbers);
    const withLimits = projects.filter(({ state }) => INITIALIZED.includes(state));
    const pools = await this.#books.parts.ledger.statedPools(
      this.#db,
      withLimits.map(({ uuid }) => uuid),
    );
    const roles =
      by.operator || by.uuid === null
        ? new Map<string, string[]>()
        : await rolesOn(
            this.#db,
            by.uuid,
            projects.map(({ uuid }) => uuid),
          );
    return projects.map((project) => {
      const last = applications.get(project.lastApplication ?? 0) ?? null;
      const reference = applications.get(project.referenceApplication ?? 0) ?? null;
      const { owns: full } = powersOf(by, project, roles.get(project.uuid) ?? []);
      const applicant = [last, reference].some((one) => one && isThemselves(by, one.applicant));
      // Who applied once need not know what others have asked for since.
      const seen = (one: Application | null): Application | null =>
        full || (one && isThemselves(by, one.applicant)) ? one : null;
      return {
        project,
        status: statusOf(project.state, last?.state ?? null),
        resources: pools.get(project.uuid) ?? reference?.changes.resources ?? [],
        full,
        applicant,
        lastApplication: seen(last),
        referenceApplication: seen(reference),
      };
    });
  }
}

type Rows = ExpressionBuilder<Database, 'projects'>;

/** A reason why a user may see projects. */
interface Reason {
  readonly holds: (eb: Rows) => Expression<SqlBool>;
  /** Few users have many for this reason, so they are looked up and sorted. */
  readonly few: boolean;
}

/** Why the requester may see a project, in the mode asked for: any of these will do (projects §1.1). */
function reasonsToSee(by: Requester, mode: ProjectMode, applied: boolean): readonly Reason[] | 'all' {
  const me = by.uuid ?? '';
  const within = withinToken(by);
  if (mode === 'member') {
    const active = (eb: Rows) => eb.and([eb('projects.state', '=', 'active'), memberIs(eb, me, EFFECTIVE)]);
    return [{ holds: within(active), few: true }];
  }
  if (by.operator) return 'all';
  const open = {
    holds: (eb: Rows) => eb.and([eb('projects.state', '=', 'active'), eb('projects.private', '=', 0)]),
    few: false,
  };
  if (mode === 'active') return [open];
  const roles = by.token?.roles ?? null;
  const granted = (eb: Rows) => {
    const grants = eb
      .selectFrom('role_grants')
      .innerJoin('accounts', 'accounts.id', 'role_grants.account_id')
      .select('role_grants.project')
      .where('accounts.uuid', '=', me);
    if (roles === null) return grants;
    const carried = eb
      .selectFrom('roles')
      .select('roles.id')
      .where('roles.name', 'in', ['', ...roles]);
    return grants.where('role_grants.role_id', 'in', carried);
  };
  const wanted = (eb: Rows) => eb.selectFrom('applications').select('project_id').where('applicant', '=', me);
  // A narrowed token sees by the roles that it carries; an owner is the project's administrator.
  const owns = roles === null || roles.includes('project_admin');
  const takesPart = roles === null || roles.includes('member');
  return [
    ...(owns ? [{ holds: within((eb: Rows) => eb('projects.owner', '=', me)), few: false }] : []),
    ...(takesPart ? [{ holds: within((eb: Rows) => memberIs(eb, me, COUNTED)), few: true }] : []),
    { holds: within((eb: Rows) => eb('projects.uuid', 'in', granted(eb))), few: true },
    ...(applied && by.token === undefined
      ? [{ holds: (eb: Rows) => eb('projects.id', 'in', wanted(eb)), few: true }]
      : []),
    ...(mode === 'related' ? [] : [open]),
  ];
}

/** Holds what is true of a project to the one that the requester's token is bound to, if it is to one. */
function withinToken({ token }: Requester): (holds: Reason['holds']) => Reason['holds'] {
  const project = token?.project ?? null;
  if (project === null) return (holds) => holds;
  return (holds) => (eb) => eb.and([eb('projects.uuid', '=', project), holds(eb)]);
}

/** Whether the query names something that few projects have: then those are looked through. */
function isSelective({ names, owners, member, search }: ProjectQuery): boolean {
  return [names, owners, member, search].some((filter) => filter !== undefined);
}

function memberIs(eb: Rows, uuid: string, states: readonly string[]): Expression<SqlBool> {
  return eb(
    'projects.id',
    'in',
    eb
      .selectFrom('memberships')
      .innerJoin('accounts', 'accounts.id', 'memberships.account_id')
      .select('memberships.project_id')
      .where('accounts.uuid', '=', uuid)
      .where('memberships.state', 'in', states),
  );
}

function narrowed(engine: Engine, eb: Rows, query: ProjectQuery): Expression<SqlBool>[] {
  const conditions: Expression<SqlBool>[] = [];
  const anyOf = (
    column: 'projects.name_key' | 'projects.owner' | 'projects.state',
    values?: readonly string[],
  ) => {
    if (values === undefined) return;
    const known = values.filter(isStorable);
    conditions.push(known.length > 0 ? eb(column, 'in', known) : sql<SqlBool>`1 = 0`);
  };
  anyOf('projects.name_key', query.names?.map(nameKey));
  anyOf('projects.owner', query.owners);
  anyOf('projects.state', query.states);
  if (query.statuses !== undefined) {
    conditions.push(
      query.statuses.length > 0
        ? eb.or(query.statuses.map((status) => hasStatus(eb, status)))
        : sql<SqlBool>`1 = 0`,
    );
  }
  if (query.system !== undefined) conditions.push(eb('projects.system_project', '=', query.system ? 1 : 0));
  if (query.search !== undefined) {
    const part = foldText(query.search);
    conditions.push(
      isStorable(part) ? contains(engine, sql`projects.folded_name`, sql`${part}`) : sql<SqlBool>`1 = 0`,
    );
  }
  if (query.member !== undefined) conditions.push(memberIs(eb, query.member, COUNTED));
  if (query.endsBefore !== undefined) conditions.push(eb('projects.end_date', '<', query.endsBefore));
  if (query.pending !== undefined) {
    const pending = lastIs(eb, 'pending');
    conditions.push(query.pending ? pending : eb.not(pending));
  }
  return conditions;
}

function lastIs(eb: Rows, state: string): Expression<SqlBool> {
  return eb.exists(
    eb
      .selectFrom('applications')
      .select('applications.id')
      .whereRef('applications.id', '=', 'projects.last_application')
      .where('applications.state', '=', state),
  );
}

/** The inverse of `statusOf`. */
function hasStatus(eb: Rows, status: ProjectStatus): Expression<SqlBool> {
  const pairs: Partial<Record<ProjectStatus, [ProjectState, string[]]>> = {
    pending: ['uninitialized', ['pending']],
    denied: ['uninitialized', ['denied']],
    dismissed: ['deleted', ['dismissed']],
    cancelled: ['deleted', ['cancelled']],
  };
  const pair = pairs[status];
  if (pair) {
    const [state, [application = '']] = pair;
    return eb.and([eb('projects.state', '=', state), lastIs(eb, application)]);
  }
  const state = eb('projects.state', '=', status);
  const others = Object.values(pairs).flatMap(([of, applications]) => (of === status ? applications : []));
  return eb.and([state, ...others.map((application) => eb.not(lastIs(eb, application)))]);
}
