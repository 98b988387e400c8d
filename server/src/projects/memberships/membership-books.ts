import { PurserError } from '../../lib/errors.ts';
import { forUpdate } from '../../storage/row-locks.ts';
import type { Queryable, Transaction } from '../../storage/storage.ts';
import type { Project } from '../project.ts';
import type { AuditedAction, ProjectBooks } from '../project-books.ts';
import { COUNTED, EFFECTIVE, type MembershipState } from '../vocabulary.ts';
import { dateColumn, datesOf, type Membership, type MembershipRow } from './membership.ts';

/** A membership's row together with who and what it relates. */
export interface MembershipFacts {
  readonly row: MembershipRow;
  readonly user: string;
  readonly username: string;
  /** Whether the account may log in. */
  readonly accountActive: boolean;
}

/** Rows of memberships under a lock, and changes of their state with all that hangs on them. */
export class MembershipBooks {
  readonly #books: ProjectBooks;

  constructor(books: ProjectBooks) {
    this.#books = books;
  }

  /** The membership, kept from others until the transaction ends. `membership_not_found` */
  async locked(tx: Transaction, id: number): Promise<MembershipFacts> {
    const { storage } = this.#books.parts;
    await forUpdate(storage, tx.db.selectFrom('memberships').select('id').where('id', '=', id)).execute();
    const row = await factsQuery(tx.db).where('memberships.id', '=', id).executeTakeFirst();
    if (!row) throw new PurserError('membership_not_found', { membership: id });
    return toFacts(row);
  }

  /** The membership of an account in a locked project, if there ever was one. */
  async of(tx: Transaction, project: Project, accountUuid: string): Promise<MembershipFacts | undefined> {
    const row = await factsQuery(tx.db)
      .where('memberships.project_id', '=', project.id)
      .where('accounts.uuid', '=', accountUuid)
      .executeTakeFirst();
    return row && toFacts(row);
  }

  /** Makes a membership of an account that never had one in this locked project. */
  async create(
    tx: Transaction,
    project: Project,
    account: { id: number; uuid: string; username: string },
    state: MembershipState,
    audited: AuditedAction,
  ): Promise<MembershipFacts> {
    const row = await tx.db
      .insertInto('memberships')
      .values({
        project_id: project.id,
        account_id: account.id,
        state,
        [dateColumn(state)]: this.#books.parts.clock.now(),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const facts = { row, user: account.uuid, username: account.username, accountActive: true };
    await this.#follow(tx, project, facts, null, audited);
    return facts;
  }

  /**
   * Brings a membership of a locked project into another state: its date, the count of members, the seat in the
   * ledger, the roles and the default project follow. The caller has checked that it may.
   */
  async move(
    tx: Transaction,
    project: Project,
    facts: MembershipFacts,
    to: MembershipState,
    audited: AuditedAction,
  ): Promise<MembershipFacts> {
    const from = facts.row.state as MembershipState;
    const row = await tx.db
      .updateTable('memberships')
      .set({ state: to, state_reason: audited.reason, [dateColumn(to)]: this.#books.parts.clock.now() })
      .where('id', '=', facts.row.id)
      .returningAll()
      .executeTakeFirstOrThrow();
    const moved = { ...facts, row };
    await this.#follow(tx, project, moved, from, audited);
    return moved;
  }

  async #follow(
    tx: Transaction,
    project: Project,
    { row, user }: MembershipFacts,
    from: MembershipState | null,
    audited: AuditedAction,
  ): Promise<void> {
    const { ledger, roles, accounts, accountChanges } = this.#books.parts;
    const to = row.state as MembershipState;
    const was = (states: readonly MembershipState[]) => from !== null && states.includes(from);
    const counted = Number(COUNTED.includes(to)) - Number(was(COUNTED));
    if (counted !== 0) {
      await tx.db
        .updateTable('projects')
        .set(({ eb }) => ({ members: eb('members', '+', counted) }))
        .where('id', '=', project.id)
        .execute();
    }
    if (EFFECTIVE.includes(to) !== was(EFFECTIVE)) {
      await ledger.setSeat(tx, project.uuid, user, EFFECTIVE.includes(to));
    }
    if (counted > 0 && !project.systemProject) await roles.grant(user, 'member', project.uuid, tx);
    if (counted < 0) {
      await roles.revokeWithin(tx, user, project.uuid, project.owner === user ? MEMBER_ROLES : undefined);
      await accounts.forgetDefaultProject(tx, project.uuid, user);
    }
    const about = { membership: row.id, user };
    const before = from === null ? null : { ...about, state: from };
    await this.#books.record(tx, project.uuid, audited, before, { ...about, state: to });
    accountChanges.changed(tx, user);
    this.#books.changed(tx, user);
  }
}

/** What an owner who leaves loses: the project stays his. */
const MEMBER_ROLES = ['member', 'project_mod'];

function factsQuery(db: Queryable) {
  return db
    .selectFrom('memberships')
    .innerJoin('accounts', 'accounts.id', 'memberships.account_id')
    .selectAll('memberships')
    .select(['accounts.uuid as user', 'accounts.username', 'accounts.active']);
}

function toFacts({
  user,
  username,
  active,
  ...row
}: MembershipRow & { user: string; username: string; active: number }): MembershipFacts {
  return { row, user, username, accountActive: active === 1 };
}

export function toMembership(
  { row, user, username }: MembershipFacts,
  project: string,
  roles: readonly string[],
): Membership {
  return {
    id: row.id,
    user,
    username,
    project,
    state: row.state as MembershipState,
    dates: datesOf(row),
    reason: row.state_reason,
    roles,
  };
}
