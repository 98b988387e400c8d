import type { Updateable } from 'kysely';
import { type Actor, traceOf } from '../audit/actor.ts';
import type { Audit } from '../audit/audit.ts';
import type { Resources } from '../catalog/resources.ts';
import type { AccountChanges } from '../directory/accounts/account-changes.ts';
import type { Accounts } from '../directory/accounts/accounts.ts';
import type { Roles } from '../directory/roles/roles.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Clock } from '../lib/clock.ts';
import { PurserError } from '../lib/errors.ts';
import type { Freshness } from '../lib/flow/freshness.ts';
import { Remembered } from '../lib/flow/remembered.ts';
import { LIMITS } from '../lib/limits.ts';
import { nameKey } from '../lib/text/fold.ts';
import { isStorable } from '../lib/text/text.ts';
import { isUniqueViolation } from '../storage/conflicts.ts';
import { forUpdate } from '../storage/row-locks.ts';
import type { ProjectsTable } from '../storage/schema.ts';
import type { Queryable, Storage, Transaction } from '../storage/storage.ts';
import type { ProjectChanges } from './applications/project-changes.ts';
import { recordedChanges } from './control/recorded-changes.ts';
import type { ProjectEvents } from './mails/events.ts';
import { type Project, toProject } from './project.ts';
import { ALIVE, EFFECTIVE, INITIALIZED, type ProjectState } from './vocabulary.ts';

/** How a project is named from outside: by its uuid, or by its internal number. */
export type ProjectReference = string | number;

/** A change of state or content, as it is recorded. */
export interface AuditedAction {
  readonly by: Actor;
  /** As `thing.verb`. */
  readonly action: string;
  readonly reason: string | null;
}

export interface ProjectParts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly ledger: Ledger;
  readonly resources: Resources;
  readonly roles: Roles;
  readonly accounts: Accounts;
  readonly accountChanges: AccountChanges;
  readonly audit: Audit;
  readonly events: ProjectEvents;
  readonly freshness: Freshness;
}

/**
 * What everything that changes projects shares: rows under a lock, changes of state with all that hangs on them
 * (limits in the ledger, the reserved name, the record), and what is remembered of them. There is
 * one lock order: an account before projects, and projects in ascending order of id (decision one-transaction).
 */
export class ProjectBooks {
  readonly parts: ProjectParts;
  readonly #activeByAccount: Remembered<string[]>;
  readonly #isActive: Remembered<boolean>;

  constructor(parts: ProjectParts) {
    this.parts = parts;
    const { freshness } = parts;
    this.#activeByAccount = new Remembered({ capacity: LIMITS.principal_cache, freshness });
    this.#isActive = new Remembered({ capacity: LIMITS.principal_cache, freshness });
  }

  /** The project, kept from others until the transaction ends. `project_not_found` */
  async locked(tx: Transaction, reference: ProjectReference): Promise<Project> {
    const query = forUpdate(this.parts.storage, this.#query(tx.db, reference));
    const row = await query.executeTakeFirst();
    if (!row) throw new PurserError('project_not_found', { project: reference });
    return toProject(row);
  }

  /** `project_not_found` */
  async find(db: Queryable, reference: ProjectReference): Promise<Project> {
    const row = await this.#query(db, reference).executeTakeFirst();
    if (!row) throw new PurserError('project_not_found', { project: reference });
    return toProject(row);
  }

  #query(db: Queryable, reference: ProjectReference) {
    const query = db.selectFrom('projects').selectAll();
    // Fifteen digits are below 2^53; longer ones cannot be numbers of projects.
    if (typeof reference === 'number' || /^\d{1,15}$/.test(reference)) {
      return query.where('id', '=', Number(reference));
    }
    return query.where('uuid', '=', isStorable(reference) ? reference : '');
  }

  /**
   * Runs a change of projects in a transaction. Of two that want one name at the same moment the later one gets
   * `project_name_taken`.
   */
  async change<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    try {
      return await this.parts.storage.transaction(work);
    } catch (error) {
      throw isUniqueViolation(error) ? new PurserError('project_name_taken', { name: 'this' }) : error;
    }
  }

  /** Sets columns of a locked project and answers it as it is then. */
  async write(tx: Transaction, project: Project, values: Updateable<ProjectsTable>): Promise<Project> {
    const row = await tx.db
      .updateTable('projects')
      .set(values)
      .where('id', '=', project.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    return toProject(row);
  }

  /**
   * Brings a locked project into another state, with all that hangs on it. The caller has checked that it may.
   * Errors: `project_name_taken` where it comes alive and another alive project has its name.
   */
  async move(tx: Transaction, project: Project, to: ProjectState, audited: AuditedAction): Promise<Project> {
    const now_ms = this.parts.clock.now();
    if (to === 'active') await this.refuseTakenName(tx, project.name, project);
    const moved = await this.write(tx, project, {
      state: to,
      state_reason: audited.reason,
      reserved_name: ALIVE.includes(to) ? project.name : null,
      ...(to === 'active' && { activated_at: now_ms }),
      ...(INITIALIZED.includes(to) && to !== 'active' && { deactivated_at: now_ms }),
    });
    if (INITIALIZED.includes(project.state)) {
      if ((to === 'active') !== (project.state === 'active')) {
        await this.parts.ledger.setLive(tx, project.uuid, to === 'active');
      }
      if (to === 'terminated') await this.parts.accounts.forgetDefaultProject(tx, project.uuid);
    }
    await this.record(tx, moved.uuid, audited, { state: project.state }, { state: to });
    this.changed(tx, 'everyone');
    tx.afterCommit(() => this.#isActive.drop(project.uuid));
    return moved;
  }

  /** What a project that becomes active for the first time may use: what it asked for, and defaults of the rest. */
  async openPools(tx: Transaction, project: Project, asked: ProjectChanges['resources'] = []): Promise<void> {
    const { ledger, resources } = this.parts;
    const named = new Map(asked.map((pool) => [pool.resource, pool]));
    const registered = await resources.registered(tx);
    await ledger.openProject(tx, project.uuid);
    await ledger.setPools(
      tx,
      project.uuid,
      registered.map(
        ({ name, projectDefault }) =>
          named.get(name) ?? { resource: name, capacity: projectDefault, memberCapacity: projectDefault },
      ),
    );
  }

  /**
   * Applies changes to a locked project with limits, and answers it as it is then; of resources, those that are
   * listed. Errors: `project_name_taken` where an alive project is renamed.
   */
  async apply(
    tx: Transaction,
    project: Project,
    changes: ProjectChanges,
    audited: AuditedAction,
  ): Promise<Project> {
    const alive = ALIVE.includes(project.state);
    if (alive && changes.name !== undefined) await this.refuseTakenName(tx, changes.name, project);
    const values: Updateable<ProjectsTable> = {
      ...columnsOf(changes),
      ...(alive && changes.name !== undefined && { reserved_name: changes.name }),
    };
    const pools = changes.resources ?? [];
    const before = { ...presentFields(project, changes), ...(await this.#presentPools(tx, project, pools)) };
    const changed = Object.keys(values).length > 0 ? await this.write(tx, project, values) : project;
    if (pools.length > 0) await this.parts.ledger.setPools(tx, project.uuid, pools);
    if (changed.owner !== project.owner) await this.#passOn(tx, project, changed);
    await this.record(tx, project.uuid, audited, recordedChanges(before), recordedChanges(changes));
    return changed;
  }

  /** Makes the owner the project's administrator (decision roles). */
  async grantOwner(tx: Transaction, { owner, uuid }: Project): Promise<void> {
    if (owner !== null) await this.parts.roles.grant(owner, 'project_admin', uuid, tx);
  }

  /** Records a audited under the project's uuid, so that everything about a project is found together. */
  record(
    tx: Transaction,
    project: string,
    { by, action, reason }: AuditedAction,
    before: unknown,
    after: unknown,
  ): Promise<void> {
    return this.parts.audit.record(tx, { ...traceOf(by), action, subject: project, before, after, reason });
  }

  /** Once the transaction is durable: cached projects of a user, or of all users, are read again. */
  changed(tx: Transaction, account: string): void {
    tx.announce();
    tx.afterCommit(() => {
      if (account === 'everyone') this.#activeByAccount.dropAll();
      else {
        this.#activeByAccount.drop(account);
        // The project of one's own has the uuid of the account.
        this.#isActive.drop(account);
      }
    });
  }

  /** Whether there is an active project of that uuid; without a promise if it is remembered. */
  isActive(uuid: string): Promise<boolean> | boolean {
    return this.#isActive.get(uuid) ?? this.#isActive.load(uuid, () => this.#readActive(uuid));
  }

  async #readActive(uuid: string): Promise<boolean> {
    if (!isStorable(uuid)) return false;
    const row = await this.parts.storage.db
      .selectFrom('projects')
      .select('id')
      .where('uuid', '=', uuid)
      .where('state', '=', 'active')
      .executeTakeFirst();
    return row !== undefined;
  }

  /** The active projects in which the account is an effective member; see `Projects.activeOf`. */
  activeOf(account: string): Promise<string[]> | string[] {
    return (
      this.#activeByAccount.get(account) ??
      this.#activeByAccount.load(account, () => this.memberOf(account, ['active']))
    );
  }

  /** The projects in one of these states in which the account is an effective member, ascending by id. */
  async memberOf(account: string, states: readonly ProjectState[]): Promise<string[]> {
    if (!isStorable(account)) return [];
    const rows = await this.parts.storage.db
      .selectFrom('accounts')
      .innerJoin('memberships', 'memberships.account_id', 'accounts.id')
      .innerJoin('projects', 'projects.id', 'memberships.project_id')
      .select('projects.uuid')
      .where('accounts.uuid', '=', account)
      .where('memberships.state', 'in', EFFECTIVE)
      .where('projects.state', 'in', states)
      .orderBy('projects.id')
      .execute();
    return rows.map((row) => row.uuid);
  }

  /** `project_name_taken` where another project that is alive has the name, in any spelling of it. */
  async refuseTakenName(tx: Transaction, name: string, project?: Project): Promise<void> {
    const other = await tx.db
      .selectFrom('projects')
      .select('id')
      .where('reserved_key', '=', nameKey(name))
      .where('id', '<>', project?.id ?? 0)
      .executeTakeFirst();
    if (other) throw new PurserError('project_name_taken', { name });
  }

  async #passOn(tx: Transaction, before: Project, after: Project): Promise<void> {
    if (before.owner !== null) {
      await this.parts.roles.revokeWithin(tx, before.owner, after.uuid, ['project_admin']);
    }
    await this.grantOwner(tx, after);
  }

  /** The present limits of the pools that are to change, if any are. */
  async #presentPools(
    tx: Transaction,
    { uuid }: Project,
    pools: NonNullable<ProjectChanges['resources']>,
  ): Promise<Pick<ProjectChanges, 'resources'>> {
    if (pools.length === 0) return {};
    const stated = (await this.parts.ledger.statedPools(tx.db, [uuid])).get(uuid) ?? [];
    const named = new Set(pools.map(({ resource }) => resource));
    return { resources: stated.filter(({ resource }) => named.has(resource)) };
  }
}

/** The columns of a project that changes set; resources are the ledger's. */
export function columnsOf(changes: ProjectChanges): Updateable<ProjectsTable> {
  const values: Updateable<ProjectsTable> = {};
  if (changes.name !== undefined) values.name = changes.name;
  if (changes.owner !== undefined) values.owner = changes.owner;
  if (changes.homepage !== undefined) values.homepage = changes.homepage;
  if (changes.description !== undefined) values.description = changes.description;
  if (changes.startDate !== undefined) values.start_date = changes.startDate;
  if (changes.endDate !== undefined) values.end_date = changes.endDate;
  if (changes.joinPolicy !== undefined) values.join_policy = changes.joinPolicy;
  if (changes.leavePolicy !== undefined) values.leave_policy = changes.leavePolicy;
  if (changes.maxMembers !== undefined) values.max_members = changes.maxMembers;
  if (changes.private !== undefined) values.private = changes.private ? 1 : 0;
  return values;
}

/** What the project is now in the fields that are to change. */
function presentFields(project: Project, changes: ProjectChanges): ProjectChanges {
  const fields = Object.keys(changes).filter((field) => field !== 'resources') as (keyof Project)[];
  return Object.fromEntries(fields.map((field) => [field, project[field]]));
}
