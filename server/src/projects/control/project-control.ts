import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Secrets } from '../../lib/secrets.ts';
import { checkText } from '../../lib/text/text.ts';
import type { Transaction } from '../../storage/storage.ts';
import { checkedChanges, refuseLockedFields } from '../applications/change-checks.ts';
import { insertProject, type WantedProject, withDefaults } from '../applications/new-project.ts';
import type { ProjectChanges } from '../applications/project-changes.ts';
import { type Project, toProject } from '../project.ts';
import { columnsOf, type ProjectBooks, type ProjectReference } from '../project-books.ts';
import type { Requester } from '../requester.ts';
import { ALIVE, INITIALIZED, type ProjectState } from '../vocabulary.ts';
import { recordedChanges } from './recorded-changes.ts';
import { LimitCounts, type ReplacedLimits } from './replaced-limits.ts';

/** What operators do to projects: from which states, into which, and which message the owner gets (projects §3.1). */
const CONTROLS = {
  suspend: { from: ['active'], to: 'suspended', done: 'suspended', told: 'suspended' },
  unsuspend: { from: ['suspended'], to: 'active', done: 'resumed', told: 'resumed' },
  terminate: { from: ALIVE, to: 'terminated', done: 'terminated', told: 'terminated' },
  reinstate: { from: ['terminated'], to: 'active', done: 'reinstated', told: 'reinstated' },
} as const satisfies Record<
  string,
  { from: readonly ProjectState[]; to: ProjectState; done: string; told: string }
>;
export type ProjectAction = keyof typeof CONTROLS;
export const PROJECT_ACTIONS = Object.keys(CONTROLS) as readonly ProjectAction[];

/** System projects that are changed in one statement. */
const CHUNK = 5000;

/** What operators do to projects without an application. */
export class ProjectControl {
  readonly #books: ProjectBooks;
  readonly #secrets: Secrets;

  constructor(books: ProjectBooks, secrets: Secrets) {
    this.#books = books;
    this.#secrets = secrets;
  }

  /**
   * Makes a project that is active at once, without an application. Its owner, if one is named, is its administrator
   * and no member yet. Errors: `forbidden`, `invalid_field`, `project_name_taken`.
   * @param options suspended: whether it is suspended from the beginning
   */
  async create(
    by: Requester,
    wanted: WantedProject,
    { reason = null, suspended = false }: { reason?: string | null; suspended?: boolean } = {},
  ): Promise<Project> {
    if (!by.operator) throw new PurserError('forbidden');
    const changes = { ...withDefaults(by), ...(await checkedChanges(this.#books, by, wanted)) };
    return this.#books.change(async (tx) => {
      const project = await insertProject(this.#books, tx, this.#secrets.uuid(), changes);
      const active = await this.#books.move(tx, project, 'active', { by, action: 'project.create', reason });
      await this.#books.openPools(tx, active, changes.resources);
      await this.#books.grantOwner(tx, active);
      return suspended ? this.#actIn(tx, by, active.uuid, 'suspend', null) : active;
    });
  }

  /**
   * Suspends, resumes, ends or reinstates a project, with its limits. Errors, in this order: `project_not_found`,
   * `forbidden`, `project_is_system`, `project_state`, `project_name_taken`.
   */
  act(
    by: Requester,
    reference: ProjectReference,
    action: ProjectAction,
    reason: string | null,
  ): Promise<Project> {
    if (reason !== null) checkText('reason', reason, LIMITS.text_length);
    return this.#books.change((tx) => this.#actIn(tx, by, reference, action, reason));
  }

  async #actIn(
    tx: Transaction,
    by: Requester,
    reference: ProjectReference,
    action: ProjectAction,
    reason: string | null,
  ): Promise<Project> {
    const project = await this.#ownedByOperators(tx, by, reference);
    const { from, to, done, told } = CONTROLS[action];
    if (project.systemProject && action === 'terminate') throw new PurserError('project_is_system');
    if (!(from as readonly ProjectState[]).includes(project.state)) {
      const { uuid, state } = project;
      throw new PurserError('project_state', { project: uuid, state, action: done });
    }
    const moved = await this.#books.move(tx, project, to, { by, action: `project.${action}`, reason });
    await this.#books.parts.events.projectChanged(tx, { project: moved, change: told, reason });
    return moved;
  }

  /**
   * Changes a project with limits at once. Errors, in this order: `invalid_field`, `project_not_found`, `forbidden`,
   * `project_state`, `project_locked_fields`, `project_name_taken`.
   */
  async modify(
    by: Requester,
    reference: ProjectReference,
    wanted: ProjectChanges,
    reason: string | null = null,
  ): Promise<Project> {
    const changes = await checkedChanges(this.#books, by, wanted);
    return this.#books.change((tx) => this.#modifyIn(tx, by, reference, changes, reason));
  }

  async #modifyIn(
    tx: Transaction,
    by: Requester,
    reference: ProjectReference,
    changes: ProjectChanges,
    reason: string | null,
  ): Promise<Project> {
    const project = await this.#ownedByOperators(tx, by, reference);
    if (!INITIALIZED.includes(project.state)) {
      const { uuid, state } = project;
      throw new PurserError('project_state', { project: uuid, state, action: 'modified' });
    }
    if (project.systemProject) refuseLockedFields(changes);
    return this.#books.apply(tx, project, changes, { by, action: 'project.modify', reason });
  }

  /**
   * Changes a project and suspends or resumes it, in one transaction: all of it happens, or nothing. What is so
   * already stays as it is. Errors: those of `modify` and `act`.
   * @param active whether the project is to be active; left out: as it is
   */
  async revise(
    by: Requester,
    reference: ProjectReference,
    { active, ...wanted }: ProjectChanges & { readonly active?: boolean | undefined },
  ): Promise<Project> {
    const changes = await checkedChanges<ProjectChanges>(this.#books, by, wanted);
    return this.#books.change(async (tx) => {
      let project = await this.#ownedByOperators(tx, by, reference);
      if (Object.keys(changes).length > 0) project = await this.#modifyIn(tx, by, reference, changes, null);
      if (active === undefined || active === (project.state === 'active')) return project;
      return this.#actIn(tx, by, reference, active ? 'unsuspend' : 'suspend', null);
    });
  }

  /**
   * Changes all system projects but those excluded, in one transaction. Returns how many there were, and the different
   * limits that they had. Errors: `forbidden`, `invalid_field`, `project_locked_fields`.
   * @param exclude uuids
   */
  async modifySystemProjects(
    by: Requester,
    wanted: ProjectChanges,
    exclude: readonly string[] = [],
    reason: string | null = null,
  ): Promise<{ changed: number; replaced: ReplacedLimits[] }> {
    if (!by.operator) throw new PurserError('forbidden');
    refuseLockedFields(wanted);
    const changes = await checkedChanges(this.#books, by, wanted);
    const { ledger } = this.#books.parts;
    const excluded = new Set(exclude);
    const values = columnsOf(changes);
    const { resources = [] } = changes;
    return this.#books.change(async (tx) => {
      let changed = 0;
      const counts = new LimitCounts(resources);
      for (let after = 0; ; ) {
        const rows = await tx.db
          .selectFrom('projects')
          .selectAll()
          .where('system_project', '=', 1)
          .where('id', '>', after)
          .orderBy('id')
          .limit(CHUNK)
          .execute();
        const meant = rows.filter(({ uuid }) => !excluded.has(uuid)).map(toProject);
        if (meant.length > 0 && Object.keys(values).length > 0) {
          await tx.db
            .updateTable('projects')
            .set(values)
            .where(
              'id',
              'in',
              meant.map(({ id }) => id),
            )
            .execute();
        }
        if (meant.length > 0 && resources.length > 0) {
          const uuids = meant.map(({ uuid }) => uuid);
          for (const present of (await ledger.statedPools(tx.db, uuids)).values()) counts.add(present);
          await ledger.setPoolsOfProjects(tx, uuids, resources);
        }
        changed += meant.length;
        const last = rows.at(-1);
        if (!last || rows.length < CHUNK) break;
        after = last.id;
      }
      const audited = { by, action: 'project.modify_all', reason };
      const replaced = counts.list();
      const before = replaced.length === 0 ? null : { replaced: replaced.map(recordedLimits) };
      await this.#books.record(tx, 'system projects', audited, before, {
        changes: recordedChanges(changes),
        exclude,
        projects: changed,
      });
      return { changed, replaced };
    });
  }

  async #ownedByOperators(tx: Transaction, by: Requester, reference: ProjectReference): Promise<Project> {
    const project = await this.#books.locked(tx, reference);
    if (!by.operator) throw new PurserError('forbidden');
    return project;
  }
}

/** As the API names the fields. */
const recordedLimits = ({ resource, capacity, memberCapacity, projects }: ReplacedLimits) => ({
  resource,
  project_capacity: capacity,
  member_capacity: memberCapacity,
  projects,
});
