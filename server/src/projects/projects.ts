import type { Selectable } from 'kysely';
import type { Resource, Resources } from '../catalog/resources.ts';
import type { Account } from '../directory/principal.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Clock } from '../lib/clock.ts';
import { PurserError } from '../lib/errors.ts';
import type { Freshness } from '../lib/freshness.ts';
import { LIMITS } from '../lib/limits.ts';
import { Remembered } from '../lib/remembered.ts';
import { isStorable } from '../lib/text.ts';
import type { ProjectsTable } from '../storage/schema.ts';
import type { Storage, Transaction } from '../storage/storage.ts';

export type ProjectState = 'uninitialized' | 'active' | 'suspended' | 'terminated' | 'deleted';
export type ProjectPolicy = 'auto' | 'moderated' | 'closed';

/** A pool of resources with members (spec quota-projects 3). */
export interface Project {
  readonly id: number;
  readonly uuid: string;
  readonly state: ProjectState;
  readonly name: string;
  /** Uuid of an account; null for system projects. */
  readonly owner: string | null;
  readonly homepage: string;
  readonly description: string;
  readonly createdAt: number;
  readonly endDate: number;
  readonly joinPolicy: ProjectPolicy;
  readonly leavePolicy: ProjectPolicy;
  readonly maxMembers: bigint;
  readonly private: boolean;
  readonly systemProject: boolean;
}

/** Memberships in these states draw on the project's pools (spec quota-projects 3.7). */
const EFFECTIVE = ['accepted', 'leave_requested'];
/** Projects in these states have limits, if only of zero (spec quota-projects 3.2). */
const INITIALIZED = ['active', 'suspended', 'terminated'];

const SYSTEM_PROJECT_YEARS = 100;
/** Projects that get the pool of a new resource in one step. */
const CHUNK = 5000;

export class Projects {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #ledger: Ledger;
  readonly #resources: Resources;
  readonly #activeByAccount: Remembered<string[]>;

  constructor(deps: {
    storage: Storage;
    clock: Clock;
    ledger: Ledger;
    resources: Resources;
    freshness: Freshness;
  }) {
    this.#storage = deps.storage;
    this.#clock = deps.clock;
    this.#ledger = deps.ledger;
    this.#resources = deps.resources;
    this.#activeByAccount = new Remembered({
      capacity: LIMITS.principal_cache,
      freshness: deps.freshness,
    });
  }

  /**
   * Gives an accepted account the project of its own (spec quota-projects 3.10), with the system defaults of all
   * resources as limits. `project_exists` if its uuid is a project's already.
   */
  async createSystemProject(tx: Transaction, account: Account): Promise<void> {
    const { uuid } = account;
    const id = await this.#insertSystemProject(tx, account);
    await tx.db
      .insertInto('memberships')
      .values({ project_id: id, account_id: account.id, state: 'accepted' })
      .execute();
    const resources = await this.#resources.registered(tx);
    await this.#ledger.openProject(tx, uuid);
    await this.#ledger.setPools(
      tx,
      uuid,
      resources.map(({ name, systemDefault }) => ({
        resource: name,
        capacity: systemDefault,
        memberCapacity: systemDefault,
      })),
    );
    await this.#ledger.setSeat(tx, uuid, uuid, true);
    this.#changed(tx, uuid);
  }

  /** Gives every project with limits its default of a resource that is new (spec quota-projects 4.3). */
  async poolsForNewResource(tx: Transaction, resource: Resource): Promise<void> {
    for (let after = 0; ; ) {
      const rows = await tx.db
        .selectFrom('projects')
        .select(['id', 'uuid', 'system_project'])
        .where('state', 'in', INITIALIZED)
        .where('id', '>', after)
        .orderBy('id')
        .limit(CHUNK)
        .execute();
      const uuidsOf = (system: boolean) =>
        rows.filter((row) => (row.system_project === 1) === system).map((row) => row.uuid);
      await this.#addPool(tx, resource.name, resource.systemDefault, uuidsOf(true));
      await this.#addPool(tx, resource.name, resource.projectDefault, uuidsOf(false));
      const last = rows.at(-1);
      if (!last || rows.length < CHUNK) return;
      after = last.id;
    }
  }

  /** Takes the limits of a deactivated account's own project away; nothing happens if it is not active. */
  suspendSystemProject(tx: Transaction, account: Account): Promise<void> {
    return this.#switch(tx, account, 'active', 'suspended');
  }

  /** Gives the limits of a reactivated account's own project back. */
  resumeSystemProject(tx: Transaction, account: Account): Promise<void> {
    return this.#switch(tx, account, 'suspended', 'active');
  }

  /**
   * The uuids of the active projects in which the account is an effective member, in ascending order of the
   * projects' ids; without a promise if they are remembered.
   */
  activeOf(accountUuid: string): Promise<string[]> | string[] {
    return (
      this.#activeByAccount.get(accountUuid) ??
      this.#activeByAccount.load(accountUuid, () => this.#memberOf(accountUuid, ['active']))
    );
  }

  /** The uuids of the projects with limits in which the account is an effective member: what its quota names. */
  quotaSourcesOf(accountUuid: string): Promise<string[]> {
    return this.#memberOf(accountUuid, INITIALIZED);
  }

  /** Projects with limits, system projects among them, in ascending order of id. */
  async initialized(page: { after?: number | undefined; limit: number }): Promise<Project[]> {
    const rows = await this.#storage.db
      .selectFrom('projects')
      .selectAll()
      .where('state', 'in', INITIALIZED)
      .where('id', '>', page.after ?? 0)
      .orderBy('id')
      .limit(Math.min(page.limit, LIMITS.page_max))
      .execute();
    return rows.map(toProject);
  }

  /** `project_not_found` */
  async get(uuid: string): Promise<Project> {
    const row = isStorable(uuid)
      ? await this.#storage.db.selectFrom('projects').selectAll().where('uuid', '=', uuid).executeTakeFirst()
      : undefined;
    if (!row) throw new PurserError('project_not_found', { project: uuid });
    return toProject(row);
  }

  async #insertSystemProject(tx: Transaction, { uuid, username }: Account): Promise<number> {
    const now_ms = this.#clock.now();
    const end = new Date(now_ms);
    end.setUTCFullYear(end.getUTCFullYear() + SYSTEM_PROJECT_YEARS);
    const row = await tx.db
      .insertInto('projects')
      .values({
        uuid,
        state: 'active',
        name: `system:${uuid}`,
        owner: null,
        homepage: '',
        description: `System project of ${username}`,
        created_at: now_ms,
        end_date: end.getTime(),
        join_policy: 'closed',
        leave_policy: 'closed',
        max_members: 1,
        private: 1,
        system_project: 1,
      })
      .onConflict((conflict) => conflict.column('uuid').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!row) throw new PurserError('project_exists', { project: uuid });
    return row.id;
  }

  async #addPool(tx: Transaction, resource: string, limit: bigint, projects: string[]): Promise<void> {
    if (projects.length === 0) return;
    await this.#ledger.addPoolToProjects(tx, { resource, capacity: limit, memberCapacity: limit }, projects);
  }

  async #switch(tx: Transaction, { uuid }: Account, from: ProjectState, to: ProjectState): Promise<void> {
    const row = await tx.db
      .updateTable('projects')
      .set({ state: to })
      .where('uuid', '=', uuid)
      .where('system_project', '=', 1)
      .where('state', '=', from)
      .returning('id')
      .executeTakeFirst();
    if (!row) return;
    await this.#ledger.setLive(tx, uuid, to === 'active');
    this.#changed(tx, uuid);
  }

  async #memberOf(accountUuid: string, states: string[]): Promise<string[]> {
    if (!isStorable(accountUuid)) return [];
    const rows = await this.#storage.db
      .selectFrom('accounts')
      .innerJoin('memberships', 'memberships.account_id', 'accounts.id')
      .innerJoin('projects', 'projects.id', 'memberships.project_id')
      .select('projects.uuid')
      .where('accounts.uuid', '=', accountUuid)
      .where('memberships.state', 'in', EFFECTIVE)
      .where('projects.state', 'in', states)
      .orderBy('projects.id')
      .execute();
    return rows.map((row) => row.uuid);
  }

  #changed(tx: Transaction, accountUuid: string): void {
    tx.announce();
    tx.afterCommit(() => this.#activeByAccount.drop(accountUuid));
  }
}

function toProject(row: Selectable<ProjectsTable>): Project {
  return {
    id: row.id,
    uuid: row.uuid,
    state: row.state as ProjectState,
    name: row.name,
    owner: row.owner,
    homepage: row.homepage,
    description: row.description,
    createdAt: row.created_at,
    endDate: row.end_date,
    joinPolicy: row.join_policy as ProjectPolicy,
    leavePolicy: row.leave_policy as ProjectPolicy,
    maxMembers: BigInt(row.max_members),
    private: row.private === 1,
    systemProject: row.system_project === 1,
  };
}
