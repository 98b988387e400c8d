import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import { nameKey } from '../../lib/text/fold.ts';
import { isObject, type Json } from '../../lib/text/json.ts';
import { isStorable } from '../../lib/text/text.ts';
import { oneOf } from '../../storage/one-of.ts';
import { beyond, type PendingWindow } from '../../storage/pending-window.ts';
import type { Queryable } from '../../storage/storage.ts';
import { firstIds, type Way, type Ways } from '../first-ids.ts';
import { standingOf } from '../memberships/standing.ts';
import type { ProjectResource } from '../project.ts';
import type { ProjectBooks, ProjectReference } from '../project-books.ts';
import { isThemselves, type Requester } from '../requester.ts';
import { carriedOf, orNothing, waysThroughProjects } from '../roles/projects-run-by.ts';
import type { ApplicationState } from '../vocabulary.ts';
import { type Application, type LimitChange, toApplication } from './application.ts';
import { applicationRows, findApplication } from './application-rows.ts';

export interface ApplicationQuery {
  readonly limit: number;
  readonly after?: number | undefined;
  readonly project?: ProjectReference | undefined;
  readonly states?: readonly ApplicationState[] | undefined;
  readonly applicant?: string | undefined;
  readonly owner?: string | undefined;
}

/** An application that waits for a decision, and what an approval would do to limits. */
export interface PendingApplication {
  readonly application: Application;
  readonly preview: readonly LimitChange[];
  /** What the project is called, or would be. */
  readonly name: string;
  /** Whether another project has that name by now: it cannot be approved then. */
  readonly nameTaken: boolean;
}

/** Reads of applications. Nothing here changes one. */
export class ApplicationReads {
  protected readonly books: ProjectBooks;

  constructor(books: ProjectBooks) {
    this.books = books;
  }

  protected get db(): Queryable {
    return this.books.parts.storage.db;
  }

  /** For operators, the applicant and those who own the project. Errors: `application_not_found`, `forbidden`. */
  async get(by: Requester, id: number): Promise<Application> {
    const application = await findApplication(this.db, id);
    if (by.operator || isAmong(by, application)) return application;
    const project = await this.books.find(this.db, application.projectId);
    const { owns } = await standingOf(this.db, by, project);
    if (!owns) throw new PurserError('forbidden');
    return application;
  }

  /** Applications that the requester may see, ascending by number. Two statements. */
  async list(by: Requester, query: ApplicationQuery): Promise<Application[]> {
    const limit = Math.min(query.limit, LIMITS.page_max);
    const page = (way: Way<'applications'>): Way<'applications'> =>
      narrowed(way, query).orderBy('applications.id').limit(limit);
    const found = await applicationRows(this.db)
      .where('applications.id', 'in', firstIds(this.db, await waysTo(this.db, by), page))
      .orderBy('applications.id')
      .limit(limit)
      .execute();
    return found.map(toApplication);
  }

  /**
   * The limits that an approval would set, beside those of today; of an application that was approved those that its
   * approval set, beside those before it; of others that were decided none. Errors as of `get`.
   */
  async preview(by: Requester, id: number): Promise<LimitChange[]> {
    const application = await this.get(by, id);
    if (application.applied) return [...application.applied];
    if (application.state === 'approved') return this.#recordedLimits(application);
    if (application.state !== 'pending') return [];
    const [preview = []] = await this.previews([application]);
    return preview;
  }

  /** What an approval set that was made before applications stored it, as far as the record tells. */
  async #recordedLimits({ project, changes, resolvedAt }: Application): Promise<LimitChange[]> {
    if (resolvedAt === null) return [];
    const { audit } = this.books.parts;
    const [entry] = await audit.list({
      subject: project,
      action: 'application.approve',
      since: resolvedAt,
      until: resolvedAt + 1,
      limit: 1,
    });
    const before = isObject(entry?.before) ? entry.before['resources'] : undefined;
    return (changes.resources ?? []).map((after) => {
      const { resource } = after;
      return { resource, before: isObject(before) ? recordedPool(resource, before[resource]) : null, after };
    });
  }

  /** Pending applications by the time at which they were made, with what each would do to limits; for operators. */
  async pending({ order, limit, from }: PendingWindow): Promise<PendingApplication[]> {
    const direction = order === 'newest' ? 'desc' : 'asc';
    let waiting = this.db
      .selectFrom('applications')
      .select('applications.id')
      .where('applications.state', '=', 'pending');
    if (from) waiting = waiting.where(beyond('applications.issued_at', 'applications.id', order, from));
    const page = waiting
      .orderBy('applications.issued_at', direction)
      .orderBy('applications.id', direction)
      .limit(limit);
    const found = await applicationRows(this.db)
      .where('applications.id', 'in', page)
      .orderBy('applications.issued_at', direction)
      .orderBy('applications.id', direction)
      .execute();
    const applications = found.map(toApplication);
    const previews = await this.previews(applications);
    const named = await this.#namesWanted(applications);
    return applications.map((application, index) => ({
      application,
      preview: previews[index] ?? [],
      ...(named[index] ?? { name: '', nameTaken: false }),
    }));
  }

  /** What the projects of applications are to be called, and whether others have taken the name. Two statements. */
  async #namesWanted(
    applications: readonly Application[],
  ): Promise<Pick<PendingApplication, 'name' | 'nameTaken'>[]> {
    const { storage } = this.books.parts;
    const projects = await this.db
      .selectFrom('projects')
      .select(['uuid', 'name'])
      .where(oneOf(storage, 'uuid', [...new Set(applications.map(({ project }) => project))]))
      .execute();
    const present = new Map(projects.map(({ uuid, name }) => [uuid, name]));
    const names = applications.map(({ project, changes }) => changes.name ?? present.get(project) ?? '');
    const taken = await this.db
      .selectFrom('projects')
      .select(['uuid', 'reserved_key'])
      .where(oneOf(storage, 'reserved_key', [...new Set(names.map(nameKey))]))
      .execute();
    const holders = new Map(taken.map(({ uuid, reserved_key }) => [reserved_key, uuid]));
    return applications.map(({ project }, index) => {
      const name = names[index] ?? '';
      return { name, nameTaken: (holders.get(nameKey(name)) ?? project) !== project };
    });
  }

  /** One statement, however many there are. */
  protected async previews(applications: readonly Application[], db = this.db): Promise<LimitChange[][]> {
    const projects = [...new Set(applications.map(({ project }) => project))];
    const stated = await this.books.parts.ledger.statedPools(db, projects);
    return applications.map(({ project, changes }) => {
      const before = new Map((stated.get(project) ?? []).map((pool) => [pool.resource, pool]));
      return (changes.resources ?? []).map((after) => ({
        resource: after.resource,
        before: before.get(after.resource) ?? null,
        after,
      }));
    });
  }
}

/** Capacities as the record of a change tells them. */
function recordedPool(resource: string, recorded: Json | undefined): ProjectResource | null {
  if (!isObject(recorded)) return null;
  const { project_capacity: capacity, member_capacity: memberCapacity } = recorded;
  if (!isInteger(capacity) || !isInteger(memberCapacity)) return null;
  return { resource, capacity: BigInt(capacity), memberCapacity: BigInt(memberCapacity) };
}

const isInteger = (value: Json | undefined): value is number | bigint =>
  typeof value === 'bigint' || Number.isSafeInteger(value);

function isAmong(by: Requester, { applicant, owner }: Application): boolean {
  return isThemselves(by, applicant) || isThemselves(by, owner);
}

const storable = (text: string): string => (isStorable(text) ? text : '');

/** What the requester may see, and each reason why. */
async function waysTo(db: Queryable, by: Requester): Promise<Ways<'applications'>> {
  const all: Way<'applications'> = db.selectFrom('applications').select('applications.id');
  if (by.operator) return [all];
  const me = by.uuid ?? '';
  const roles = carriedOf(by, ['project_admin']);
  const ways = await waysThroughProjects(db, all, 'applications.project_id', by, roles);
  if (by.token !== undefined) return orNothing(all, ways);
  return [all.where('applications.applicant', '=', me), all.where('applications.owner', '=', me), ...ways];
}

function narrowed(way: Way<'applications'>, query: ApplicationQuery): Way<'applications'> {
  let rows = way.where('applications.id', '>', query.after ?? 0);
  const { project } = query;
  if (typeof project === 'number') rows = rows.where('applications.project_id', '=', project);
  else if (project !== undefined) {
    rows = rows.where('applications.project_id', '=', (eb) =>
      eb.selectFrom('projects').select('projects.id').where('projects.uuid', '=', storable(project)),
    );
  }
  if (query.states !== undefined) rows = rows.where('applications.state', 'in', [...query.states]);
  if (query.applicant !== undefined)
    rows = rows.where('applications.applicant', '=', storable(query.applicant));
  if (query.owner !== undefined) rows = rows.where('applications.owner', '=', storable(query.owner));
  return rows;
}
