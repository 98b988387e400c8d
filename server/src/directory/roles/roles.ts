import { type Actor, THE_SERVICE, traceOf } from '../../audit/actor.ts';
import type { Audit } from '../../audit/audit.ts';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import { checkLine, checkName, isStorable } from '../../lib/text/text.ts';
import { oneOf } from '../../storage/one-of.ts';
import { forUpdate } from '../../storage/row-locks.ts';
import type { Queryable, Storage, Transaction } from '../../storage/storage.ts';
import { exactNameFirst, isNamed } from '../../storage/text-conditions.ts';
import type { AccountChanges } from '../accounts/account-changes.ts';
import { toAccount } from '../accounts/account-row.ts';
import type { Account, RoleGrant } from '../tokens/principal.ts';

export interface Role {
  readonly id: number;
  readonly name: string;
  readonly description: string;
}

/** The roles that the service itself gives a meaning to (decision roles). */
const BUILT_IN: readonly Omit<Role, 'id'>[] = [
  { name: 'admin', description: 'Runs the cloud: may do everything.' },
  { name: 'member', description: 'Takes part in a project.' },
  { name: 'project_mod', description: 'Decides who takes part in a project.' },
  { name: 'project_admin', description: 'Owns a project.' },
];

/** How `role_grants.project` spells "on the whole cloud". */
export const WHOLE_CLOUD = '';

/** Roles, and who has them on which project or on the whole cloud. */
export class Roles {
  readonly #storage: Storage;
  readonly #changes: AccountChanges;
  readonly #audit: Audit;

  /** Takes part in deactivations: the last administrator stays. */
  constructor(deps: { storage: Storage; changes: AccountChanges; audit: Audit }) {
    this.#storage = deps.storage;
    this.#changes = deps.changes;
    this.#audit = deps.audit;
    deps.changes.onDeactivated((tx, account) => this.#keepAnAdmin(tx, account));
  }

  /** Creates the built-in roles where they are missing. */
  async ensureBuiltIn(): Promise<void> {
    await this.#storage.transaction(({ db }) =>
      db
        .insertInto('roles')
        .values([...BUILT_IN])
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  }

  /** Errors: `role_exists`, `invalid_field`. */
  async create(name: string, description: string): Promise<Role> {
    const values = {
      name: checkName('name', name, LIMITS.name_length),
      description: checkLine('description', description, LIMITS.text_length),
    };
    return this.#storage.transaction(async ({ db }) => {
      const role = await db
        .insertInto('roles')
        .values(values)
        .onConflict((conflict) => conflict.doNothing())
        .returningAll()
        .executeTakeFirst();
      if (!role) throw new PurserError('role_exists', { role: values.name });
      return role;
    });
  }

  /** Roles in ascending order of id. */
  list(page: { after?: number; limit?: number } = {}): Promise<Role[]> {
    return this.#storage.db
      .selectFrom('roles')
      .selectAll()
      .where('id', '>', page.after ?? 0)
      .orderBy('id')
      .limit(Math.min(page.limit ?? LIMITS.page_max, LIMITS.page_max))
      .execute();
  }

  /** The role of that name, if there is one. */
  async named(name: string): Promise<Role | undefined> {
    return rolesNamed(this.#storage.db, name).executeTakeFirst();
  }

  /**
   * Gives a role on a project, or on the whole cloud; once more changes nothing.
   * Errors: `account_not_found`, `role_not_found`.
   * @param by the actor of the audit entry; if it is left out, the caller records the change itself
   */
  async grant(
    accountUuid: string,
    role: string,
    project?: string,
    tx?: Transaction,
    by?: Actor,
  ): Promise<void> {
    if (tx === undefined) {
      return this.#storage.transaction((own) => this.grant(accountUuid, role, project, own, by));
    }
    const account_id = await accountId(tx.db, accountUuid);
    const { id: role_id } = await roleOf(tx.db, role);
    const { numInsertedOrUpdatedRows } = await tx.db
      .insertInto('role_grants')
      .values({ account_id, role_id, project: placeOf(project) })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirstOrThrow();
    this.#changes.changed(tx, accountUuid);
    if (by && numInsertedOrUpdatedRows !== 0n)
      await this.#record(tx, by, 'role.grant', accountUuid, role, project);
  }

  /**
   * Takes a role away again; nothing happens if it was not granted.
   * Errors: `account_not_found`, `role_not_found`, `last_admin`.
   */
  async revoke(accountUuid: string, role: string, project?: string, by: Actor = THE_SERVICE): Promise<void> {
    await this.#storage.transaction(async (tx) => {
      const account_id = await this.#lockedAccount(tx, accountUuid);
      const { name } = await roleOf(tx.db, role);
      const place = placeOf(project);
      if (name === 'admin' && place === WHOLE_CLOUD) await this.#refuseLastAdmin(tx, account_id);
      const lost = await this.#take(tx, { id: account_id, uuid: accountUuid }, place, [name]);
      this.#changes.changed(tx, accountUuid);
      if (lost.length > 0) await this.#record(tx, by, 'role.revoke', accountUuid, name, project);
    });
  }

  #record(
    tx: Transaction,
    by: Actor,
    action: string,
    user: string,
    role: string,
    project: string | undefined,
  ): Promise<void> {
    const facts = { user, role };
    const [before, after] = action === 'role.grant' ? [null, facts] : [facts, null];
    // Under the project's uuid, with everything else that happens to it; of the whole cloud, under the user's.
    const subject = project ?? user;
    return this.#audit.record(tx, { ...traceOf(by), action, subject, before, after });
  }

  /**
   * Takes all roles on a project away, or those that are named.
   * @internal for projects, whose members come and go
   */
  async revokeWithin(
    tx: Transaction,
    accountUuid: string,
    project: string,
    names?: readonly string[],
  ): Promise<void> {
    const account = { id: await this.#lockedAccount(tx, accountUuid), uuid: accountUuid };
    const lost = await this.#take(tx, account, placeOf(project), names);
    if (lost.length > 0) this.#changes.changed(tx, accountUuid);
  }

  /**
   * Deletes the grants of an account in one place, or of the named roles there, and ends credentials that were bound
   * to them. Returns the names of the lost roles. The caller holds the account's row.
   */
  async #take(
    tx: Transaction,
    account: { id: number; uuid: string },
    place: string,
    names?: readonly string[],
  ): Promise<string[]> {
    let grants = tx.db
      .deleteFrom('role_grants')
      .where('account_id', '=', account.id)
      .where('project', '=', place);
    if (names !== undefined) {
      grants = grants.where('role_id', 'in', (rows) =>
        rows.selectFrom('roles').select('id').where('name', 'in', names),
      );
    }
    const ids = (await grants.returning('role_id').execute()).map(({ role_id }) => role_id);
    if (ids.length === 0) return [];
    const roles = await tx.db.selectFrom('roles').select('name').where('id', 'in', ids).execute();
    const lost = roles.map(({ name }) => name);
    const project = place === WHOLE_CLOUD ? null : place;
    const left = await readGrants(tx.db, account.id);
    await this.#changes.rolesLost(tx, account, {
      project,
      names: lost,
      everywhere: lost.filter((name) => !left.some(({ role }) => role.name === name)),
      noneLeft: !left.some((grant) => grant.project === project),
    });
    return lost;
  }

  /** A transaction that ends credentials of an account holds its row, so that none is issued meanwhile. */
  async #lockedAccount({ db }: Transaction, uuid: string): Promise<number> {
    const query = db.selectFrom('accounts').select('id').where('uuid', '=', uuid);
    const row = isStorable(uuid) ? await forUpdate(this.#storage, query).executeTakeFirst() : undefined;
    if (!row) throw new PurserError('account_not_found', { user: uuid });
    return row.id;
  }

  /** In ascending order of role and project. Empty if there is no such account. */
  async grantsOf(accountUuid: string): Promise<RoleGrant[]> {
    if (!isStorable(accountUuid)) return [];
    const account = await this.#storage.db
      .selectFrom('accounts')
      .select('id')
      .where('uuid', '=', accountUuid)
      .executeTakeFirst();
    return account ? readGrants(this.#storage.db, account.id) : [];
  }

  /** The names of the roles that accounts have on the whole cloud, by uuid; those who have none are left out. */
  async onCloudOf(accountUuids: readonly string[]): Promise<Map<string, string[]>> {
    const rows = await this.#storage.db
      .selectFrom('role_grants')
      .innerJoin('roles', 'roles.id', 'role_grants.role_id')
      .innerJoin('accounts', 'accounts.id', 'role_grants.account_id')
      .select(['accounts.uuid', 'roles.name'])
      .where(oneOf(this.#storage, 'accounts.uuid', accountUuids))
      .where('role_grants.project', '=', WHOLE_CLOUD)
      .orderBy('roles.id')
      .execute();
    const names = new Map<string, string[]>();
    for (const { uuid, name } of rows) names.set(uuid, [...(names.get(uuid) ?? []), name]);
    return names;
  }

  /** Accounts that have the role on this project, or on the whole cloud; active or not, ascending by id. */
  async holders(
    role: string,
    project?: string,
    page: { after?: number | undefined; limit?: number | undefined } = {},
  ): Promise<Account[]> {
    const place = project ?? WHOLE_CLOUD;
    if (!isStorable(role) || !isStorable(place)) return [];
    const rows = await this.#storage.db
      .selectFrom('role_grants')
      .innerJoin('roles', 'roles.id', 'role_grants.role_id')
      .innerJoin('accounts', 'accounts.id', 'role_grants.account_id')
      .selectAll('accounts')
      .where('roles.name', '=', role)
      .where('role_grants.project', '=', place)
      .where('accounts.id', '>', page.after ?? 0)
      .orderBy('accounts.id')
      .limit(Math.min(page.limit ?? LIMITS.page_max, LIMITS.page_max))
      .execute();
    return rows.map(toAccount);
  }

  /** Whether any account, active or not, has the role on the whole cloud. Concurrent grants of it wait. */
  async anyHolder(tx: Transaction, role: string): Promise<boolean> {
    await forUpdate(this.#storage, tx.db.selectFrom('roles').select('id').where('name', '=', role)).execute();
    const holder = await tx.db
      .selectFrom('role_grants')
      .innerJoin('roles', 'roles.id', 'role_grants.role_id')
      .select('role_grants.account_id')
      .where('roles.name', '=', role)
      .where('role_grants.project', '=', WHOLE_CLOUD)
      .limit(1)
      .executeTakeFirst();
    return holder !== undefined;
  }

  async #keepAnAdmin(tx: Transaction, account: Account): Promise<void> {
    await this.#refuseLastAdmin(tx, account.id);
  }

  /** Throws `last_admin` if no active administrator would be left without this one. */
  async #refuseLastAdmin(tx: Transaction, account_id: number): Promise<void> {
    const { db } = tx;
    const admins = () =>
      db
        .selectFrom('role_grants')
        .innerJoin('roles', 'roles.id', 'role_grants.role_id')
        .innerJoin('accounts', 'accounts.id', 'role_grants.account_id')
        .select('accounts.id')
        .where('roles.name', '=', 'admin')
        .where('role_grants.project', '=', WHOLE_CLOUD);
    const isAdmin = await admins().where('accounts.id', '=', account_id).executeTakeFirst();
    if (!isAdmin) return;
    // Two administrators who remove each other at the same moment take turns here.
    await forUpdate(this.#storage, db.selectFrom('roles').select('id').where('name', '=', 'admin')).execute();
    const other = await admins()
      .where('accounts.id', '<>', account_id)
      .where('accounts.active', '=', 1)
      .limit(1)
      .executeTakeFirst();
    if (!other) throw new PurserError('last_admin');
  }
}

/** The grants of an account, in ascending order of role and project. */
export async function readGrants(db: Queryable, account_id: number): Promise<RoleGrant[]> {
  const rows = await db
    .selectFrom('role_grants')
    .innerJoin('roles', 'roles.id', 'role_grants.role_id')
    .select(['roles.id', 'roles.name', 'role_grants.project'])
    .where('role_grants.account_id', '=', account_id)
    .orderBy('roles.id')
    .orderBy('role_grants.project')
    .execute();
  return rows.map(({ id, name, project }) => ({
    role: { id, name },
    project: project === WHOLE_CLOUD ? null : project,
  }));
}

/** Whether an account holds the role on the whole cloud that makes operators, whatever a token of its carries. */
export async function holdsCloudPower(db: Queryable, uuid: string): Promise<boolean> {
  const row = await db
    .selectFrom('role_grants')
    .innerJoin('roles', 'roles.id', 'role_grants.role_id')
    .innerJoin('accounts', 'accounts.id', 'role_grants.account_id')
    .select('roles.id')
    .where('accounts.uuid', '=', uuid)
    .where('roles.name', '=', 'admin')
    .where('role_grants.project', '=', WHOLE_CLOUD)
    .executeTakeFirst();
  return row !== undefined;
}

function placeOf(project: string | undefined): string {
  return project === undefined ? WHOLE_CLOUD : checkName('project', project, LIMITS.name_length);
}

async function accountId(db: Queryable, uuid: string): Promise<number> {
  const row = isStorable(uuid)
    ? await db.selectFrom('accounts').select('id').where('uuid', '=', uuid).executeTakeFirst()
    : undefined;
  if (!row) throw new PurserError('account_not_found', { user: uuid });
  return row.id;
}

async function roleOf(db: Queryable, name: string): Promise<Role> {
  const row = await rolesNamed(db, name).executeTakeFirst();
  if (!row) throw new PurserError('role_not_found', { role: name });
  return row;
}

function rolesNamed(db: Queryable, name: string) {
  return db
    .selectFrom('roles')
    .select(['id', 'name', 'description'])
    .where(isNamed('roles', name))
    .orderBy(exactNameFirst('roles', name))
    .limit(1);
}
