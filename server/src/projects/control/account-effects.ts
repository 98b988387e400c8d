import { THE_SERVICE } from '../../audit/actor.ts';
import type { Account } from '../../directory/tokens/principal.ts';
import { PurserError } from '../../lib/errors.ts';
import { forUpdate } from '../../storage/row-locks.ts';
import type { Transaction } from '../../storage/storage.ts';
import type { MembershipBooks } from '../memberships/membership-books.ts';
import { type Project, type ProjectRow, toProject } from '../project.ts';
import type { ProjectBooks } from '../project-books.ts';
import { EFFECTIVE, INITIALIZED, type MembershipState } from '../vocabulary.ts';

/** The reason that marks what a reactivation brings back; what was suspended for others stays (projects §6). */
export const DEACTIVATED = 'user_deactivation';
const SYSTEM_PROJECT_YEARS = 100;

/** What the life of an account does to projects and memberships (projects §6). */
export class AccountEffects {
  readonly #books: ProjectBooks;
  readonly #memberships: MembershipBooks;

  constructor(books: ProjectBooks, memberships: MembershipBooks) {
    this.#books = books;
    this.#memberships = memberships;
  }

  /**
   * Gives an accepted account the project of its own, with the system defaults of all resources as limits; a service
   * account has none.
   * `project_exists` if a project has its uuid or its name already.
   */
  async accepted(tx: Transaction, account: Account): Promise<void> {
    const { uuid, service } = account;
    if (service) return;
    const { ledger, resources, clock } = this.#books.parts;
    const project = await this.#insertSystemProject(tx, account);
    await tx.db
      .insertInto('memberships')
      .values({
        project_id: project.id,
        account_id: account.id,
        state: 'accepted',
        accepted_at: clock.now(),
      })
      .execute();
    const registered = await resources.registered(tx);
    await ledger.openProject(tx, uuid);
    await ledger.setPools(
      tx,
      uuid,
      registered.map(({ name, systemDefault }) => ({
        resource: name,
        capacity: systemDefault,
        memberCapacity: systemDefault,
      })),
    );
    await ledger.setSeat(tx, uuid, uuid, true);
    this.#books.changed(tx, uuid);
  }

  /** Suspends what the account holds: its system project, the active projects it owns, and its memberships. */
  async deactivated(tx: Transaction, account: Account): Promise<void> {
    for (const project of await this.#projectsOf(tx, account, 'active', null)) {
      const audited = { by: THE_SERVICE, action: 'project.suspend', reason: DEACTIVATED };
      const suspended = await this.#books.move(tx, project, 'suspended', audited);
      await this.#books.parts.events.projectChanged(tx, {
        project: suspended,
        change: 'suspended',
        reason: DEACTIVATED,
      });
    }
    await this.#eachMembership(tx, account, EFFECTIVE, null, 'suspended', 'membership.suspend');
  }

  /** Brings back what the deactivation suspended, and nothing else. */
  async activated(tx: Transaction, account: Account): Promise<void> {
    for (const project of await this.#projectsOf(tx, account, 'suspended', DEACTIVATED)) {
      const audited = { by: THE_SERVICE, action: 'project.unsuspend', reason: 'user_activation' };
      const resumed = await this.#books.move(tx, project, 'active', audited);
      await this.#books.parts.events.projectChanged(tx, {
        project: resumed,
        change: 'resumed',
        reason: null,
      });
    }
    await this.#eachMembership(tx, account, ['suspended'], DEACTIVATED, 'accepted', 'membership.unsuspend');
  }

  /** Own and owned projects in a state, and for a reason if one is named; locked in ascending order. */
  async #projectsOf(
    tx: Transaction,
    { uuid }: Account,
    state: Project['state'],
    reason: string | null,
  ): Promise<Project[]> {
    let rows = tx.db
      .selectFrom('projects')
      .selectAll()
      .where('state', '=', state)
      .where((eb) => eb.or([eb('uuid', '=', uuid), eb('owner', '=', uuid)]))
      .orderBy('id');
    if (reason !== null) rows = rows.where('state_reason', '=', reason);
    const found: ProjectRow[] = await forUpdate(this.#books.parts.storage, rows).execute();
    return found.map(toProject);
  }

  async #eachMembership(
    tx: Transaction,
    account: Account,
    from: readonly MembershipState[],
    reason: string | null,
    to: 'suspended' | 'accepted',
    action: string,
  ): Promise<void> {
    const rows = await tx.db
      .selectFrom('memberships')
      .innerJoin('projects', 'projects.id', 'memberships.project_id')
      .select(['memberships.id', 'memberships.state_reason', 'projects.uuid'])
      .where('memberships.account_id', '=', account.id)
      .where('memberships.state', 'in', from)
      .where('projects.state', 'in', INITIALIZED)
      .orderBy('projects.id')
      .execute();
    for (const { id, state_reason, uuid } of rows) {
      if (reason !== null && state_reason !== reason) continue;
      const project = await this.#books.locked(tx, uuid);
      const membership = await this.#memberships.locked(tx, id);
      const audited = { by: THE_SERVICE, action, reason: to === 'suspended' ? DEACTIVATED : null };
      await this.#memberships.move(tx, project, membership, to, audited);
      if (project.systemProject) continue;
      await this.#books.parts.events.membershipChanged(tx, {
        project,
        user: account.uuid,
        change: to === 'suspended' ? 'suspended' : 'unsuspended',
        reason: null,
      });
    }
  }

  async #insertSystemProject(tx: Transaction, { uuid, username }: Account): Promise<{ id: number }> {
    const now_ms = this.#books.parts.clock.now();
    const end = new Date(now_ms);
    end.setUTCFullYear(end.getUTCFullYear() + SYSTEM_PROJECT_YEARS);
    const name = `system:${uuid}`;
    const row = await tx.db
      .insertInto('projects')
      .values({
        uuid,
        state: 'active',
        name,
        reserved_name: name,
        owner: null,
        homepage: '',
        description: `System project of ${username}`,
        created_at: now_ms,
        activated_at: now_ms,
        end_date: end.getTime(),
        join_policy: 'closed',
        leave_policy: 'closed',
        max_members: 1,
        members: 1,
        private: 1,
        system_project: 1,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!row) throw new PurserError('project_exists', { project: uuid });
    return row;
  }
}
