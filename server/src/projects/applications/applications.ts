import type { Updateable } from 'kysely';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Secrets } from '../../lib/secrets.ts';
import { nameKey } from '../../lib/text/fold.ts';
import { isObject, type Json } from '../../lib/text/json.ts';
import { checkText, isLonger, isStorable } from '../../lib/text/text.ts';
import { oneOf } from '../../storage/one-of.ts';
import { beyond, type PendingWindow } from '../../storage/pending-window.ts';
import type { ApplicationsTable } from '../../storage/schema.ts';
import type { Queryable, Transaction } from '../../storage/storage.ts';
import { recordedChanges } from '../control/recorded-changes.ts';
import { firstIds, type Way, type Ways } from '../first-ids.ts';
import { standingOf } from '../memberships/standing.ts';
import type { Project, ProjectResource } from '../project.ts';
import { type AuditedAction, columnsOf, type ProjectBooks, type ProjectReference } from '../project-books.ts';
import { isThemselves, type Requester } from '../requester.ts';
import { carriedOf, orNothing, waysThroughProjects } from '../roles/projects-run-by.ts';
import { ALIVE, type ApplicationState, INITIALIZED } from '../vocabulary.ts';
import {
  type Application,
  appliedText,
  changesText,
  type LimitChange,
  replacedText,
  toApplication,
} from './application.ts';
import { applicationRows, findApplication } from './application-rows.ts';
import { checkedChanges, refuseLockedFields } from './change-checks.ts';
import { insertProject, type WantedProject, withDefaults } from './new-project.ts';
import type { PendingApplications } from './pending-applications.ts';
import type { ProjectChanges } from './project-changes.ts';
import { changesOver, type PendingFate, type Replaced } from './replaced-application.ts';

/** What an application is known by. */
export interface Submitted {
  /** Uuid of the project. */
  readonly project: string;
  readonly application: number;
}

export interface Decision {
  /** Of which project the application is believed to be; another's is refused. */
  readonly project?: ProjectReference | undefined;
  readonly reason?: string | undefined;
}

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

/** How an application ends (projects §3.2): from which state, into which, and who may. */
const ENDINGS = {
  approve: { from: 'pending', to: 'approved', by: 'operator' },
  deny: { from: 'pending', to: 'denied', by: 'operator' },
  cancel: { from: 'pending', to: 'cancelled', by: 'applicant' },
  dismiss: { from: 'denied', to: 'dismissed', by: 'applicant' },
} as const;
export type ApplicationAction = keyof typeof ENDINGS;
export const APPLICATION_ACTIONS = Object.keys(ENDINGS) as readonly ApplicationAction[];

/** Which projects that never came to be can be applied for anew: none, those that were denied, or any. */
export type Anew = 'none' | 'denied' | 'any';

/** Requests to create projects and to change them (projects §2 and §3.2). */
export class Applications {
  readonly #books: ProjectBooks;
  readonly #pending: PendingApplications;
  readonly #secrets: Secrets;

  constructor(books: ProjectBooks, pending: PendingApplications, secrets: Secrets) {
    this.#books = books;
    this.#pending = pending;
    this.#secrets = secrets;
  }

  get #db(): Queryable {
    return this.#books.parts.storage.db;
  }

  /**
   * Applies for a new project. Errors: `forbidden` for narrowed tokens, `invalid_field`; `too_many_pending`, which
   * operators are not refused for; `project_name_taken` if a project that is alive has the name.
   */
  async apply(by: Requester, wanted: WantedProject, comments = ''): Promise<Submitted> {
    if (!by.operator && !isThemselves(by, by.uuid)) throw new PurserError('forbidden');
    const changes = { ...withDefaults(by), ...(await checkedChanges(this.#books, by, wanted)) };
    checkText('comments', comments, LIMITS.text_length);
    return this.#submit(async (tx) => {
      await this.#hold(tx, by);
      await this.#refuseBeyondLimit(tx, by);
      await this.#books.refuseTakenName(tx, changes.name);
      const project = await insertProject(this.#books, tx, this.#secrets.uuid(), changes);
      return this.#insert(tx, by, project, changes, comments, { creates: true, replaced: null });
    });
  }

  /**
   * Whether the requester may change the project, and it can be changed. Errors, in this order: `project_not_found`,
   * `forbidden`, `project_state`.
   * @param options of those whose application has not been approved, only what was denied unless it says otherwise:
   *   `any` as the older generation allowed, `none` as the newer one.
   */
  async checkModifiable(
    by: Requester,
    reference: ProjectReference,
    options: { anew?: Anew } = {},
  ): Promise<Project> {
    return this.#modifiable(this.#db, by, await this.#books.find(this.#db, reference), options);
  }

  /**
   * Asks for changes of a project. An application that is still pending gives way to this one, which takes over what it
   * does not state itself, or with `pending: 'replace'` nothing; the application tells what became of the other one.
   * Errors as of `checkModifiable`, `invalid_field`, `too_many_pending`, `project_locked_fields`,
   * `project_name_taken`.
   */
  async modify(
    by: Requester,
    reference: ProjectReference,
    wanted: ProjectChanges,
    comments = '',
    options: { anew?: Anew; pending?: PendingFate } = {},
  ): Promise<Submitted> {
    const { systemProject } = await this.checkModifiable(by, reference, options);
    const stated = await checkedChanges(this.#books, by, wanted);
    checkText('comments', comments, LIMITS.text_length);
    const { pending: fate = 'merge' } = options;
    return this.#submit(async (tx) => {
      const found = await this.#books.find(tx.db, reference);
      await this.#hold(tx, by);
      const project = await this.#modifiable(tx.db, by, await this.#books.locked(tx, found.id), options);
      const replaced = await this.#pendingOf(tx, project);
      // One that takes the place of one's own is none more.
      if (replaced?.applicant !== by.uuid) await this.#refuseBeyondLimit(tx, by);
      if (systemProject) refuseLockedFields(stated);
      const over =
        replaced && changesOver(replaced.changes, stated, { fate, now_ms: this.#books.parts.clock.now() });
      const changes = over?.changes ?? stated;
      // Approving it brings the project to life, where it is not, and then it needs its name.
      const name = changes.name ?? (ALIVE.includes(project.state) ? undefined : project.name);
      if (name !== undefined) await this.#books.refuseTakenName(tx, name, project);
      if (replaced) await this.#replace(tx, by, replaced);
      const text = fate === 'merge' ? joined(replaced?.comments, comments) : comments;
      const gone =
        replaced && over ? { application: replaced.id, kept: over.kept, dropped: over.dropped } : null;
      if (INITIALIZED.includes(project.state)) {
        return this.#insert(tx, by, project, changes, text, { creates: false, replaced: gone });
      }
      const amended = { ...(await this.#wantedOf(tx, project)), ...changes };
      const anew = await this.#books.write(tx, project, { ...columnsOf(amended), state: 'uninitialized' });
      return this.#insert(tx, by, anew, amended, text, { creates: true, replaced: gone });
    });
  }

  /** Asks for a later end date and nothing else. Errors as of `modify`. */
  async renew(
    by: Requester,
    reference: ProjectReference,
    endDate: number,
    comments = '',
  ): Promise<Submitted> {
    const project = await this.checkModifiable(by, reference);
    if (endDate <= project.endDate) {
      const reason = 'must be later than the present end date';
      throw new PurserError('invalid_field', { field: 'end_date', reason });
    }
    return this.modify(by, reference, { endDate }, comments);
  }

  /**
   * Decides on the last application of a project, or withdraws it. Errors, in this order: `application_not_found`,
   * `application_not_last` also if it is another project's than believed, `forbidden`, `application_state`,
   * `project_name_taken`.
   */
  async decide(
    by: Requester,
    id: number,
    action: ApplicationAction,
    { project: believed, reason = '' }: Decision = {},
  ): Promise<Application> {
    checkText('reason', reason, LIMITS.text_length);
    const decided = await this.#books.change(async (tx) => {
      const { projectId } = await findApplication(tx.db, id);
      const project = await this.#books.locked(tx, projectId);
      const application = await findApplication(tx.db, id);
      const mistaken = believed !== undefined && believed !== project.uuid;
      if (mistaken || project.lastApplication !== id) {
        throw new PurserError('application_not_last', { application: id });
      }
      refuseEnding(by, application, action);
      const ended = await this.#end(tx, application, ENDINGS[action].to, by, reason);
      await this.#follow(tx, project, ended, action, {
        by,
        action: `application.${action}`,
        reason: reason === '' ? null : reason,
      });
      return ended;
    });
    await this.#pending.settle();
    return decided;
  }

  /** For operators, the applicant and those who own the project. Errors: `application_not_found`, `forbidden`. */
  async get(by: Requester, id: number): Promise<Application> {
    const application = await findApplication(this.#db, id);
    if (by.operator || isAmong(by, application)) return application;
    const project = await this.#books.find(this.#db, application.projectId);
    const { owns } = await standingOf(this.#db, by, project);
    if (!owns) throw new PurserError('forbidden');
    return application;
  }

  /** Applications that the requester may see, ascending by number. Two statements. */
  async list(by: Requester, query: ApplicationQuery): Promise<Application[]> {
    const limit = Math.min(query.limit, LIMITS.page_max);
    const page = (way: Way<'applications'>): Way<'applications'> =>
      narrowed(way, query).orderBy('applications.id').limit(limit);
    const found = await applicationRows(this.#db)
      .where('applications.id', 'in', firstIds(this.#db, await waysTo(this.#db, by), page))
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
    const [preview = []] = await this.#previews([application]);
    return preview;
  }

  /** What an approval set that was made before applications stored it, as far as the record tells. */
  async #recordedLimits({ project, changes, resolvedAt }: Application): Promise<LimitChange[]> {
    if (resolvedAt === null) return [];
    const { audit } = this.#books.parts;
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
    let waiting = this.#db
      .selectFrom('applications')
      .select('applications.id')
      .where('applications.state', '=', 'pending');
    if (from) waiting = waiting.where(beyond('applications.issued_at', 'applications.id', order, from));
    const page = waiting
      .orderBy('applications.issued_at', direction)
      .orderBy('applications.id', direction)
      .limit(limit);
    const found = await applicationRows(this.#db)
      .where('applications.id', 'in', page)
      .orderBy('applications.issued_at', direction)
      .orderBy('applications.id', direction)
      .execute();
    const applications = found.map(toApplication);
    const previews = await this.#previews(applications);
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
    const { storage } = this.#books.parts;
    const projects = await this.#db
      .selectFrom('projects')
      .select(['uuid', 'name'])
      .where(oneOf(storage, 'uuid', [...new Set(applications.map(({ project }) => project))]))
      .execute();
    const present = new Map(projects.map(({ uuid, name }) => [uuid, name]));
    const names = applications.map(({ project, changes }) => changes.name ?? present.get(project) ?? '');
    const taken = await this.#db
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
  async #previews(applications: readonly Application[], db = this.#db): Promise<LimitChange[][]> {
    const projects = [...new Set(applications.map(({ project }) => project))];
    const stated = await this.#books.parts.ledger.statedPools(db, projects);
    return applications.map(({ project, changes }) => {
      const before = new Map((stated.get(project) ?? []).map((pool) => [pool.resource, pool]));
      return (changes.resources ?? []).map((after) => ({
        resource: after.resource,
        before: before.get(after.resource) ?? null,
        after,
      }));
    });
  }

  async #submit(work: (tx: Transaction) => Promise<Submitted>): Promise<Submitted> {
    const submitted = await this.#books.change(work);
    await this.#pending.settle();
    return submitted;
  }

  async #hold(tx: Transaction, by: Requester): Promise<void> {
    if (by.uuid !== null && !by.operator) await this.#pending.hold(tx, by.uuid);
  }

  async #refuseBeyondLimit(tx: Transaction, by: Requester): Promise<void> {
    if (by.uuid !== null && !by.operator) await this.#pending.refuseBeyondLimit(tx, by.uuid);
  }

  async #modifiable(
    db: Queryable,
    by: Requester,
    project: Project,
    { anew = 'denied' }: { anew?: Anew },
  ): Promise<Project> {
    const last = project.lastApplication === null ? null : await findApplication(db, project.lastApplication);
    const { owns } = await standingOf(db, by, project);
    const applied = last !== null && isThemselves(by, last.applicant);
    const asksAgain = applied && anew !== 'none' && !INITIALIZED.includes(project.state);
    if (!owns && !asksAgain) throw new PurserError('forbidden');
    if (INITIALIZED.includes(project.state)) return project;
    const denied = project.state === 'uninitialized' && last?.state === 'denied';
    if ((anew === 'denied' && denied) || (anew === 'any' && last !== null)) return project;
    const { uuid, state } = project;
    throw new PurserError('project_state', { project: uuid, state, action: 'modified' });
  }

  async #insert(
    tx: Transaction,
    by: Requester,
    project: Project,
    changes: ProjectChanges,
    comments: string,
    { creates, replaced }: { creates: boolean; replaced: Replaced | null },
  ): Promise<Submitted> {
    const row = await tx.db
      .insertInto('applications')
      .values({
        project_id: project.id,
        state: 'pending',
        applicant: by.uuid,
        owner: changes.owner ?? project.owner,
        creates: creates ? 1 : 0,
        changes: changesText(changes),
        comments,
        replaced: replaced && replacedText(replaced),
        issued_at: this.#books.parts.clock.now(),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const application = toApplication({ ...row, project: project.uuid });
    const applied = await this.#books.write(tx, project, {
      last_application: application.id,
      ...(creates && { reference_application: application.id }),
    });
    await this.#pending.charge(tx, by.uuid, 1);
    const audited = { by, action: 'application.submit', reason: null };
    await this.#books.record(tx, project.uuid, audited, null, {
      application: application.id,
      changes: recordedChanges(changes),
      ...(replaced && {
        replaced: {
          application: replaced.application,
          kept: recordedChanges(replaced.kept),
          dropped: recordedChanges(replaced.dropped),
        },
      }),
    });
    await this.#books.parts.events.applicationSubmitted(tx, {
      application,
      project: applied,
      applicant: by.uuid,
    });
    return { project: project.uuid, application: application.id };
  }

  /** The application for the project that waits, if one does. */
  async #pendingOf(tx: Transaction, { lastApplication }: Project): Promise<Application | undefined> {
    if (lastApplication === null) return undefined;
    const last = await findApplication(tx.db, lastApplication);
    return last.state === 'pending' ? last : undefined;
  }

  async #replace(tx: Transaction, by: Requester, replaced: Application): Promise<void> {
    await this.#end(tx, replaced, 'replaced', by, '');
    await this.#pending.charge(tx, replaced.applicant, -1);
  }

  /** All that the application for a project that is not there yet asks for. */
  async #wantedOf(tx: Transaction, { lastApplication }: Project): Promise<ProjectChanges> {
    return lastApplication === null ? {} : (await findApplication(tx.db, lastApplication)).changes;
  }

  async #end(
    tx: Transaction,
    application: Application,
    state: ApplicationState,
    by: Requester,
    reason: string,
  ): Promise<Application> {
    const values: Updateable<ApplicationsTable> = {
      state,
      resolved_at: this.#books.parts.clock.now(),
      resolved_by: by.uuid,
      response: reason,
    };
    const row = await tx.db
      .updateTable('applications')
      .set(values)
      .where('id', '=', application.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    return toApplication({ ...row, project: application.project });
  }

  /** What the end of an application means for its project and its applicant. */
  async #follow(
    tx: Transaction,
    project: Project,
    application: Application,
    action: ApplicationAction,
    audited: AuditedAction,
  ): Promise<void> {
    const { events } = this.#books.parts;
    if (ENDINGS[action].from === 'pending') await this.#pending.charge(tx, application.applicant, -1);
    if (action === 'approve') {
      const approved = await this.#approve(tx, project, application, audited);
      await events.applicationApproved(tx, {
        application,
        project: approved,
        previousState: project.state,
      });
      return;
    }
    const facts = { application: application.id };
    await this.#books.record(
      tx,
      project.uuid,
      audited,
      { ...facts, state: ENDINGS[action].from },
      {
        ...facts,
        state: application.state,
      },
    );
    if (action === 'deny') {
      await events.applicationDenied(tx, { application, project, reason: audited.reason ?? '' });
    } else if (project.state === 'uninitialized') {
      await this.#books.move(tx, project, 'deleted', { ...audited, action: 'project.delete' });
    }
  }

  /** Applies what was asked for; whatever state the project was in, it is active then. */
  async #approve(
    tx: Transaction,
    project: Project,
    application: Application,
    audited: AuditedAction,
  ): Promise<Project> {
    const { changes, creates, id } = application;
    const [limits = []] = await this.#previews([application], tx.db);
    await tx.db
      .updateTable('applications')
      .set({ applied: appliedText(limits) })
      .where('id', '=', id)
      .execute();
    const numbered = await this.#books.write(tx, project, { reference_application: id });
    if (creates) {
      const active = await this.#books.move(tx, numbered, 'active', audited);
      await this.#books.openPools(tx, active, changes.resources);
      await this.#books.grantOwner(tx, active);
      return active;
    }
    const changed = await this.#books.apply(tx, numbered, changes, audited);
    if (changed.state === 'active') return changed;
    return this.#books.move(tx, changed, 'active', { ...audited, action: 'project.resume' });
  }
}

function refuseEnding(by: Requester, { applicant, state, id }: Application, action: ApplicationAction): void {
  const { from, by: who } = ENDINGS[action];
  const may = by.operator || (who === 'applicant' && isThemselves(by, applicant));
  if (!may) throw new PurserError('forbidden');
  if (state !== from) {
    throw new PurserError('application_state', { application: id, state, action: ENDINGS[action].to });
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

/** The comments of two applications that became one, as far as there is room. */
function joined(earlier: string | undefined, later: string): string {
  if (earlier === undefined || earlier === '' || earlier === later) return later;
  if (later === '') return earlier;
  const both = `${earlier}\n\n${later}`;
  return isLonger(both, LIMITS.text_length) ? later : both;
}

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
