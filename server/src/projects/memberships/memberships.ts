import { accountNamed } from '../../directory/accounts/account-lookup.ts';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import { checkText, isStorable } from '../../lib/text/text.ts';
import { forUpdate } from '../../storage/row-locks.ts';
import type { Queryable, Transaction } from '../../storage/storage.ts';
import type { Project } from '../project.ts';
import type { AuditedAction, ProjectBooks, ProjectReference } from '../project-books.ts';
import { isThemselves, type Requester } from '../requester.ts';
import { COUNTED, type MembershipState, PROJECT_ROLES, type ProjectRole } from '../vocabulary.ts';
import type { Membership } from './membership.ts';
import { type MembershipBooks, type MembershipFacts, toMembership } from './membership-books.ts';
import { listMemberships, type MembershipQuery, toMembershipPage } from './membership-pages.ts';
import {
  allowedActions,
  fullness,
  type MembershipAction,
  type MembershipCase,
  outcomeOf,
  projectRefusal,
  refusalOf,
} from './membership-rules.ts';
import { maySee, standingOf } from './standing.ts';

/** A membership, and what the requester could do to it now. */
export interface MembershipView {
  readonly membership: Membership;
  readonly allowed: readonly MembershipAction[];
}

/** Whom to enrol: by uuid, or by the user name or the e-mail address, in any spelling. */
export type Person = { readonly uuid: string } | { readonly name: string };

type AccountFacts = { id: number; uuid: string; username: string; active: number };

/** Who takes part in which project (projects §4). */
export class Memberships {
  readonly #books: ProjectBooks;
  readonly #memberships: MembershipBooks;

  constructor(books: ProjectBooks, memberships: MembershipBooks) {
    this.#books = books;
    this.#memberships = memberships;
  }

  get #db(): Queryable {
    return this.#books.parts.storage.db;
  }

  /**
   * The requester asks to join; where the policy is `auto` and there is room, takes part at once.
   * Errors: `project_not_found`, `forbidden` for private projects and for narrowed tokens, `project_state`, `join_closed`,
   * `membership_state` for those who are associated already.
   */
  async join(by: Requester, reference: ProjectReference): Promise<Membership> {
    if (!isThemselves(by, by.uuid)) throw new PurserError('forbidden');
    return this.#books.change(async (tx) => {
      const account = await this.#account(tx, { uuid: by.uuid ?? '' });
      const project = await this.#books.locked(tx, reference);
      await this.#refuseStrangers(tx, by, project, reference);
      const known = await this.#memberships.of(tx, project, account.uuid);
      const refusal = projectRefusal(project, 'join', 'joinPolicy') ?? associated(known);
      if (refusal) throw refusal;
      const audited = { by, action: 'membership.join', reason: null };
      const requested = await this.#enter(tx, project, account, known, 'requested', audited);
      if (project.joinPolicy !== 'auto' || fullness(project)) {
        await this.#books.parts.events.membershipRequested(tx, { project, user: account.uuid, kind: 'join' });
        return this.#present(tx.db, project, requested);
      }
      const accepted = await this.#memberships.move(tx, project, requested, 'accepted', {
        ...audited,
        action: 'membership.accept',
      });
      return this.#present(tx.db, project, accepted);
    });
  }

  /**
   * Makes a user a member without their consent; more roles than `member` are given along.
   * Errors: `account_not_found`, `project_not_found`, `account_not_accepted`, `forbidden`, `project_state`,
   * `join_closed`, `project_full`, `membership_state` for members.
   */
  async enroll(
    by: Requester,
    reference: ProjectReference,
    person: Person,
    roles: readonly ProjectRole[] = [],
  ): Promise<Membership> {
    return this.#books.change(async (tx) => {
      const account = await this.#account(tx, person);
      const project = await this.#books.locked(tx, reference);
      if (account.active !== 1) throw new PurserError('account_not_accepted', { user: account.username });
      const { moderates, owns } = await standingOf(tx.db, by, project);
      if (!moderates || (!owns && roles.some((role) => role !== 'member')))
        throw new PurserError('forbidden');
      const refusal = projectRefusal(project, 'enroll', 'joinPolicy') ?? fullness(project);
      const known = await this.#memberships.of(tx, project, account.uuid);
      const member = known !== undefined && COUNTED.includes(stateOf(known));
      if (refusal && !(member && refusal.code === 'project_full')) throw refusal;
      if (member) throw new PurserError('membership_state', { state: stateOf(known), action: 'enroll' });
      const audited = { by, action: 'membership.enroll', reason: null };
      const enrolled = await this.#enter(tx, project, account, known, 'accepted', audited);
      for (const role of roles) await this.#books.parts.roles.grant(account.uuid, role, project.uuid, tx);
      await this.#books.parts.events.membershipChanged(tx, {
        project,
        user: account.uuid,
        change: 'enrolled',
        reason: null,
      });
      return this.#present(tx.db, project, enrolled);
    });
  }

  /**
   * Takes a membership a step further. Errors: `invalid_field`, `membership_not_found`, `membership_state`, `account_not_accepted`,
   * `forbidden`, `project_state`, `join_closed` or `leave_closed`, `project_full`; the first that applies, in this
   * order.
   */
  async act(by: Requester, id: number, action: MembershipAction, reason: string | null): Promise<Membership> {
    if (reason !== null) checkText('reason', reason, LIMITS.text_length);
    return this.#books.change(async (tx) => {
      const { user, project: uuid } = await this.#whose(tx.db, id);
      await this.#account(tx, { uuid: user });
      const project = await this.#books.locked(tx, uuid);
      const facts = await this.#memberships.locked(tx, id);
      const about = await this.#case(tx.db, by, project, facts);
      const refusal = refusalOf(action, about);
      if (refusal) throw refusal;
      const to = outcomeOf(action, about);
      const audited: AuditedAction = { by, action: `membership.${action}`, reason };
      if (to === about.state) return this.#present(tx.db, project, facts);
      const moved = await this.#memberships.move(tx, project, facts, to, audited);
      await this.#tell(tx, project, facts.user, action, to, reason);
      return this.#present(tx.db, project, moved);
    });
  }

  /** Errors: `membership_not_found`, `forbidden`. */
  async view(by: Requester, id: number): Promise<MembershipView> {
    const [row] = await toMembershipPage(this.#db, by, (rows) => rows.where('memberships.id', '=', id));
    if (!row) throw new PurserError('membership_not_found', { membership: id });
    const { self, moderates } = row.about;
    if (!self && !moderates && !row.own) throw new PurserError('forbidden');
    return viewOf(row);
  }

  /**
   * Memberships that the requester may see, ascending by id: one's own, and those of projects that one owns or
   * moderates; for operators all. Of a project that does not exist there are none.
   */
  async list(by: Requester, query: MembershipQuery): Promise<MembershipView[]> {
    const page = await listMemberships(this.#db, by, query);
    return page.map(viewOf);
  }

  /**
   * Gives a member a role on the project. Every member has the role `member`.
   * Errors: `project_not_found`, `forbidden`, `invalid_field` for other roles, `membership_not_found` for others.
   */
  grantRole(by: Requester, project: ProjectReference, user: string, role: string): Promise<void> {
    return this.#changeRole(by, project, user, role, 'grant');
  }

  /** Takes a role on the project away; the owner's cannot be taken. Errors as of `grantRole`. */
  revokeRole(by: Requester, project: ProjectReference, user: string, role: string): Promise<void> {
    return this.#changeRole(by, project, user, role, 'revoke');
  }

  async #changeRole(
    by: Requester,
    reference: ProjectReference,
    user: string,
    role: string,
    verb: 'grant' | 'revoke',
  ): Promise<void> {
    const granted = PROJECT_ROLES.find((known) => known === role && known !== 'member');
    if (granted === undefined) {
      throw new PurserError('invalid_field', {
        field: 'role',
        reason: 'must be project_admin or project_mod',
      });
    }
    const { roles } = this.#books.parts;
    await this.#books.change(async (tx) => {
      const project = await this.#books.locked(tx, reference);
      const { owns } = await standingOf(tx.db, by, project);
      if (!owns) throw new PurserError('forbidden');
      const known = await this.#memberships.of(tx, project, user);
      if (!known || !COUNTED.includes(stateOf(known))) {
        throw new PurserError('membership_not_found', { membership: `of ${user}` });
      }
      if (verb === 'grant') await roles.grant(user, granted, project.uuid, tx);
      else if (granted !== 'project_admin' || project.owner !== user) {
        await roles.revokeWithin(tx, user, project.uuid, [granted]);
      }
      const audited = { by, action: `role.${verb}`, reason: null };
      await this.#books.record(tx, project.uuid, audited, null, { user, role: granted });
    });
  }

  /** The account, kept as it is until the transaction ends: a user cannot join while being deactivated. */
  async #account(tx: Transaction, person: Person): Promise<AccountFacts> {
    const uuid = 'uuid' in person ? person.uuid : (await accountNamed(tx.db, person.name))?.uuid;
    const query = tx.db
      .selectFrom('accounts')
      .select(['id', 'uuid', 'username', 'active'])
      .where('uuid', '=', uuid !== undefined && isStorable(uuid) ? uuid : '')
      .where('moderated', '=', 1)
      .where('rejected', '=', 0);
    const account = await forUpdate(this.#books.parts.storage, query).executeTakeFirst();
    if (!account)
      throw new PurserError('account_not_found', { user: 'uuid' in person ? person.uuid : person.name });
    return account;
  }

  async #whose(db: Queryable, id: number): Promise<{ user: string; project: string }> {
    const row = Number.isSafeInteger(id)
      ? await db
          .selectFrom('memberships')
          .innerJoin('accounts', 'accounts.id', 'memberships.account_id')
          .innerJoin('projects', 'projects.id', 'memberships.project_id')
          .select(['accounts.uuid as user', 'projects.uuid as project'])
          .where('memberships.id', '=', id)
          .executeTakeFirst()
      : undefined;
    if (!row) throw new PurserError('membership_not_found', { membership: id });
    return row;
  }

  /** Into private projects one is enrolled; by number one finds only what one may see anyway. */
  async #refuseStrangers(
    tx: Transaction,
    by: Requester,
    project: Project,
    reference: ProjectReference,
  ): Promise<void> {
    const standing = await standingOf(tx.db, by, project);
    if (reference !== project.uuid && !maySee(project, standing)) {
      throw new PurserError('project_not_found', { project: reference });
    }
    if (project.private && !project.systemProject && !standing.moderates) throw new PurserError('forbidden');
  }

  async #case(
    db: Queryable,
    by: Requester,
    project: Project,
    facts: MembershipFacts,
  ): Promise<MembershipCase> {
    const { moderates } = await standingOf(db, by, project);
    return {
      state: stateOf(facts),
      accountActive: facts.accountActive,
      self: by.operator || isThemselves(by, facts.user),
      moderates,
      project,
    };
  }

  #enter(
    tx: Transaction,
    project: Project,
    account: AccountFacts,
    known: MembershipFacts | undefined,
    state: MembershipState,
    audited: AuditedAction,
  ): Promise<MembershipFacts> {
    return known
      ? this.#memberships.move(tx, project, known, state, audited)
      : this.#memberships.create(tx, project, account, state, audited);
  }

  async #tell(
    tx: Transaction,
    project: Project,
    user: string,
    action: MembershipAction,
    to: MembershipState,
    reason: string | null,
  ): Promise<void> {
    const { events } = this.#books.parts;
    if (action === 'leave' && to === 'leave_requested') {
      await events.membershipRequested(tx, { project, user, kind: 'leave' });
    }
    const change = TOLD[action];
    if (change) await events.membershipChanged(tx, { project, user, change, reason });
  }

  async #present(db: Queryable, project: Project, facts: MembershipFacts): Promise<Membership> {
    const rows = await db
      .selectFrom('role_grants')
      .innerJoin('roles', 'roles.id', 'role_grants.role_id')
      .select('roles.name')
      .where('role_grants.account_id', '=', facts.row.account_id)
      .where('role_grants.project', '=', project.uuid)
      .orderBy('roles.id')
      .execute();
    return toMembership(
      facts,
      project.uuid,
      rows.map(({ name }) => name),
    );
  }
}

/** The changes that the member is notified of; not those that the member made. */
const TOLD: Partial<Record<MembershipAction, 'accepted' | 'rejected' | 'removed'>> = {
  accept: 'accepted',
  reject: 'rejected',
  remove: 'removed',
};

const stateOf = ({ row }: MembershipFacts): MembershipState => row.state as MembershipState;

function associated(known: MembershipFacts | undefined): PurserError | undefined {
  if (!known) return undefined;
  const state = stateOf(known);
  return state === 'requested' || COUNTED.includes(state)
    ? new PurserError('membership_state', { state, action: 'join' })
    : undefined;
}

function viewOf({ membership, about }: { membership: Membership; about: MembershipCase }): MembershipView {
  return { membership, allowed: allowedActions(about) };
}
