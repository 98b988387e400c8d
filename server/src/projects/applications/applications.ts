import type { Updateable } from 'kysely';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Secrets } from '../../lib/secrets.ts';
import { checkText, isLonger } from '../../lib/text/text.ts';
import type { ApplicationsTable } from '../../storage/schema.ts';
import type { Queryable, Transaction } from '../../storage/storage.ts';
import { recordedChanges } from '../control/recorded-changes.ts';
import { standingOf } from '../memberships/standing.ts';
import type { Project } from '../project.ts';
import { type AuditedAction, columnsOf, type ProjectBooks, type ProjectReference } from '../project-books.ts';
import { isThemselves, type Requester } from '../requester.ts';
import { ALIVE, type ApplicationState, INITIALIZED } from '../vocabulary.ts';
import { type Application, appliedText, changesText, replacedText, toApplication } from './application.ts';
import { ApplicationReads } from './application-reads.ts';
import { findApplication } from './application-rows.ts';
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

/** Requests to create projects and to change them (projects §2 and §3.2), beside the reads. */
export class Applications extends ApplicationReads {
  readonly #pending: PendingApplications;
  readonly #secrets: Secrets;

  constructor(books: ProjectBooks, pending: PendingApplications, secrets: Secrets) {
    super(books);
    this.#pending = pending;
    this.#secrets = secrets;
  }

  /**
   * Applies for a new project. Errors: `forbidden` for narrowed tokens, `invalid_field`; `too_many_pending`, which
   * operators are not refused for; `project_name_taken` if a project that is alive has the name.
   */
  async apply(by: Requester, wanted: WantedProject, comments = ''): Promise<Submitted> {
    if (!by.operator && !isThemselves(by, by.uuid)) throw new PurserError('forbidden');
    const changes = { ...withDefaults(by), ...(await checkedChanges(this.books, by, wanted)) };
    checkText('comments', comments, LIMITS.text_length);
    return this.#submit(async (tx) => {
      await this.#hold(tx, by);
      await this.#refuseBeyondLimit(tx, by);
      await this.books.refuseTakenName(tx, changes.name);
      const project = await insertProject(this.books, tx, this.#secrets.uuid(), changes);
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
    return this.#modifiable(this.db, by, await this.books.find(this.db, reference), options);
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
    const stated = await checkedChanges(this.books, by, wanted);
    checkText('comments', comments, LIMITS.text_length);
    const { pending: fate = 'merge' } = options;
    return this.#submit(async (tx) => {
      const found = await this.books.find(tx.db, reference);
      await this.#hold(tx, by);
      const project = await this.#modifiable(tx.db, by, await this.books.locked(tx, found.id), options);
      const replaced = await this.#pendingOf(tx, project);
      // One that takes the place of one's own is none more.
      if (replaced?.applicant !== by.uuid) await this.#refuseBeyondLimit(tx, by);
      if (systemProject) refuseLockedFields(stated);
      const over =
        replaced && changesOver(replaced.changes, stated, { fate, now_ms: this.books.parts.clock.now() });
      const changes = over?.changes ?? stated;
      // Approving it brings the project to life, where it is not, and then it needs its name.
      const name = changes.name ?? (ALIVE.includes(project.state) ? undefined : project.name);
      if (name !== undefined) await this.books.refuseTakenName(tx, name, project);
      if (replaced) await this.#replace(tx, by, replaced);
      const text = fate === 'merge' ? joined(replaced?.comments, comments) : comments;
      const gone =
        replaced && over ? { application: replaced.id, kept: over.kept, dropped: over.dropped } : null;
      if (INITIALIZED.includes(project.state)) {
        return this.#insert(tx, by, project, changes, text, { creates: false, replaced: gone });
      }
      const amended = { ...(await this.#wantedOf(tx, project)), ...changes };
      const anew = await this.books.write(tx, project, { ...columnsOf(amended), state: 'uninitialized' });
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
    const decided = await this.books.change(async (tx) => {
      const { projectId } = await findApplication(tx.db, id);
      const project = await this.books.locked(tx, projectId);
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

  async #submit(work: (tx: Transaction) => Promise<Submitted>): Promise<Submitted> {
    const submitted = await this.books.change(work);
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
        issued_at: this.books.parts.clock.now(),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const application = toApplication({ ...row, project: project.uuid });
    const applied = await this.books.write(tx, project, {
      last_application: application.id,
      ...(creates && { reference_application: application.id }),
    });
    await this.#pending.charge(tx, by.uuid, 1);
    const audited = { by, action: 'application.submit', reason: null };
    await this.books.record(tx, project.uuid, audited, null, {
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
    await this.books.parts.events.applicationSubmitted(tx, {
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
      resolved_at: this.books.parts.clock.now(),
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
    const { events } = this.books.parts;
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
    await this.books.record(
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
      await this.books.move(tx, project, 'deleted', { ...audited, action: 'project.delete' });
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
    const [limits = []] = await this.previews([application], tx.db);
    await tx.db
      .updateTable('applications')
      .set({ applied: appliedText(limits) })
      .where('id', '=', id)
      .execute();
    const numbered = await this.books.write(tx, project, { reference_application: id });
    if (creates) {
      const active = await this.books.move(tx, numbered, 'active', audited);
      await this.books.openPools(tx, active, changes.resources);
      await this.books.grantOwner(tx, active);
      return active;
    }
    const changed = await this.books.apply(tx, numbered, changes, audited);
    if (changed.state === 'active') return changed;
    return this.books.move(tx, changed, 'active', { ...audited, action: 'project.resume' });
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

/** The comments of two applications that became one, as far as there is room. */
function joined(earlier: string | undefined, later: string): string {
  if (earlier === undefined || earlier === '' || earlier === later) return later;
  if (later === '') return earlier;
  const both = `${earlier}\n\n${later}`;
  return isLonger(both, LIMITS.text_length) ? later : both;
}
