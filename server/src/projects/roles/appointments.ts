import { toAccount } from '../../directory/accounts/account-row.ts';
import type { Account } from '../../directory/tokens/principal.ts';
import { PurserError } from '../../lib/errors.ts';
import { isStorable } from '../../lib/text/text.ts';
import { oneOfNumbers } from '../../storage/one-of.ts';
import { forUpdate } from '../../storage/row-locks.ts';
import type { Transaction } from '../../storage/storage.ts';
import type { MembershipBooks, MembershipFacts } from '../memberships/membership-books.ts';
import { fullness, projectRefusal } from '../memberships/membership-rules.ts';
import type { Project } from '../project.ts';
import type { ProjectBooks } from '../project-books.ts';
import type { Requester } from '../requester.ts';
import { COUNTED, type MembershipState } from '../vocabulary.ts';

/** A user with a part in a project. */
export interface Appointed {
  readonly account: Account;
  /** Names of the roles on the project, in the order in which roles were made. */
  readonly roles: readonly string[];
}

/**
 * Who has which role on a project, as operators decide it: no policy of the project is asked, and the member is not.
 * Projects are named by their uuids.
 */
export class Appointments {
  readonly #books: ProjectBooks;
  readonly #memberships: MembershipBooks;

  constructor(books: ProjectBooks, memberships: MembershipBooks) {
    this.#books = books;
    this.#memberships = memberships;
  }

  /** Members that count, and all others who have a role on the project; in the order of their accounts. */
  async list(project: string): Promise<Appointed[]> {
    if (!isStorable(project)) return [];
    const { storage } = this.#books.parts;
    const { db } = storage;
    const names = new Map(
      (await db.selectFrom('roles').select(['id', 'name']).orderBy('id').execute()).map(
        ({ id, name }) => [id, name] as const,
      ),
    );
    // By role and project there is an index; by project alone all grants there are would be read.
    const grants = await db
      .selectFrom('role_grants')
      .select(['account_id', 'role_id'])
      .where(oneOfNumbers(storage, 'role_id', [...names.keys()]))
      .where('project', '=', project)
      .orderBy('role_id')
      .execute();
    const members = await db
      .selectFrom('memberships')
      .innerJoin('projects', 'projects.id', 'memberships.project_id')
      .select('memberships.account_id')
      .where('projects.uuid', '=', project)
      .where('memberships.state', 'in', COUNTED)
      .execute();
    const roles = new Map<number, string[]>(members.map(({ account_id }) => [account_id, []]));
    for (const { account_id, role_id } of grants) {
      roles.set(account_id, [...(roles.get(account_id) ?? []), names.get(role_id) ?? '']);
    }
    const accounts = await db
      .selectFrom('accounts')
      .selectAll()
      .where(oneOfNumbers(storage, 'id', [...roles.keys()]))
      .orderBy('id')
      .execute();
    return accounts.map((row) => ({ account: toAccount(row), roles: roles.get(row.id) ?? [] }));
  }

  /**
   * Grants a user a role on a project. A user who is not a member becomes one; a project without an owner belongs to the
   * first whom it gives `project_admin`. A role that the user has is not granted again. Errors: `forbidden`,
   * `account_not_found`, `project_not_found`, `role_not_found`, `project_is_system`, `project_state`,
   * `account_not_accepted`, `project_full`.
   */
  appoint(by: Requester, reference: string, user: string, role: string): Promise<void> {
    return this.#change(by, reference, user, role, async (tx, project, account, known) => {
      const { roles } = this.#books.parts;
      const held = await this.#rolesOf(tx, account.id, reference);
      if (held.includes(role)) return;
      const audited = { by, action: 'role.grant', reason: null };
      if (!known || !COUNTED.includes(stateOf(known))) {
        if (!account.active) throw new PurserError('account_not_accepted', { user: account.username });
        const refusal = projectRefusal(project, 'enroll') ?? fullness(project);
        if (refusal) throw refusal;
        const enroll = { ...audited, action: 'membership.enroll' };
        if (known) await this.#memberships.move(tx, project, known, 'accepted', enroll);
        else await this.#memberships.create(tx, project, account, 'accepted', enroll);
      }
      await roles.grant(user, role, reference, tx);
      await this.#books.record(tx, reference, audited, null, { user, role });
      if (role === 'project_admin' && project.owner === null) {
        const own = { ...audited, action: 'project.modify' };
        await this.#books.apply(tx, project, { owner: user }, own);
      }
    });
  }

  /**
   * Takes a role on a project away; with the last one goes the membership. The owner's `project_admin` stays, and
   * does not make a member. Nothing happens if the role is not there. Errors: `forbidden`, `account_not_found`,
   * `project_not_found`, `role_not_found`, `project_is_system`.
   */
  discharge(by: Requester, reference: string, user: string, role: string): Promise<void> {
    return this.#change(by, reference, user, role, async (tx, project, account, known) => {
      const held = await this.#rolesOf(tx, account.id, reference);
      const stays = project.owner === user ? ['project_admin'] : [];
      if (!held.includes(role) || stays.includes(role)) return;
      await this.#books.parts.roles.revokeWithin(tx, user, reference, [role]);
      const audited = { by, action: 'role.revoke', reason: null };
      await this.#books.record(tx, reference, audited, { user, role }, null);
      const left = held.filter((name) => name !== role && !stays.includes(name));
      if (left.length === 0 && known && COUNTED.includes(stateOf(known))) {
        await this.#memberships.move(tx, project, known, 'removed', {
          ...audited,
          action: 'membership.remove',
        });
      }
    });
  }

  async #change(
    by: Requester,
    reference: string,
    user: string,
    role: string,
    work: (
      tx: Transaction,
      project: Project,
      account: Account,
      known: MembershipFacts | undefined,
    ) => Promise<void>,
  ): Promise<void> {
    if (!by.operator) throw new PurserError('forbidden');
    await this.#books.change(async (tx) => {
      const account = await this.#account(tx, user);
      const project = await this.#books.locked(tx, reference);
      // Numbers are for people; the caller names the project by its uuid.
      if (project.uuid !== reference) throw new PurserError('project_not_found', { project: reference });
      const known = await tx.db.selectFrom('roles').select('id').where('name', '=', role).executeTakeFirst();
      if (!known) throw new PurserError('role_not_found', { role });
      if (project.systemProject) throw new PurserError('project_is_system');
      await work(tx, project, account, await this.#memberships.of(tx, project, user));
    });
  }

  /** The account, kept as it is until the transaction ends. */
  async #account(tx: Transaction, uuid: string): Promise<Account> {
    const query = tx.db
      .selectFrom('accounts')
      .selectAll()
      .where('uuid', '=', isStorable(uuid) ? uuid : '')
      .where('moderated', '=', 1)
      .where('rejected', '=', 0);
    const row = await forUpdate(this.#books.parts.storage, query).executeTakeFirst();
    if (!row) throw new PurserError('account_not_found', { user: uuid });
    return toAccount(row);
  }

  async #rolesOf(tx: Transaction, account_id: number, project: string): Promise<string[]> {
    const rows = await tx.db
      .selectFrom('role_grants')
      .innerJoin('roles', 'roles.id', 'role_grants.role_id')
      .select('roles.name')
      .where('role_grants.account_id', '=', account_id)
      .where('role_grants.project', '=', project)
      .execute();
    return rows.map(({ name }) => name);
  }
}

const stateOf = ({ row }: MembershipFacts): MembershipState => row.state as MembershipState;
