import type { Actor } from '../audit/actor.ts';
import { toAccount } from '../directory/accounts/account-row.ts';
import type { Account } from '../directory/tokens/principal.ts';
import { PurserError } from '../lib/errors.ts';
import { isStorable } from '../lib/text/text.ts';
import { forUpdate } from '../storage/row-locks.ts';
import type { Transaction } from '../storage/storage.ts';
import type { ProjectBooks } from './project-books.ts';
import { ALIVE, EFFECTIVE, type MembershipState } from './vocabulary.ts';

/**
 * Makes a project the default, which is charged unless another project is named (projects §8). All conditions are read
 * in the transaction of the change, under the locks of the account and the project. Errors, in this order:
 * `account_not_found`; `account_not_verified`, `account_not_moderated`, `account_rejected`, `account_inactive`;
 * `project_not_found`; `membership_not_found` for users who never were members; `project_state` for terminated and
 * deleted projects; `forbidden` for users who are not members now, and for suspended projects.
 */
export async function setDefaultProject(
  books: ProjectBooks,
  user: string,
  reference: string,
  by: Actor,
): Promise<void> {
  await books.parts.storage.transaction(async (tx) => {
    const account = await lockedAccount(books, tx, user);
    refuseAccount(account);
    const project = await books.locked(tx, reference);
    const membership = await tx.db
      .selectFrom('memberships')
      .select('state')
      .where('project_id', '=', project.id)
      .where('account_id', '=', account.id)
      .executeTakeFirst();
    const { uuid, state } = project;
    if (!membership)
      throw new PurserError('membership_not_found', { membership: `of ${account.uuid} in ${uuid}` });
    if (!ALIVE.includes(state))
      throw new PurserError('project_state', { project: uuid, state, action: 'a default project' });
    if (state !== 'active' || !EFFECTIVE.includes(membership.state as MembershipState))
      throw new PurserError('forbidden');
    await books.parts.accounts.update(account.uuid, { defaultProject: uuid }, by, tx);
  });
}

/** Refuses a default project that does not exist or is terminated. Errors: `invalid_field`. */
export async function refuseUnknownDefault(
  books: ProjectBooks,
  tx: Transaction,
  uuid: string,
): Promise<void> {
  const query = tx.db
    .selectFrom('projects')
    .select('id')
    .where('uuid', '=', isStorable(uuid) ? uuid : '')
    .where('state', 'in', ALIVE);
  if (await forUpdate(books.parts.storage, query).executeTakeFirst()) return;
  throw new PurserError('invalid_field', { field: 'default_project', reason: `there is no project ${uuid}` });
}

async function lockedAccount(books: ProjectBooks, tx: Transaction, uuid: string): Promise<Account> {
  const query = tx.db
    .selectFrom('accounts')
    .selectAll()
    .where('uuid', '=', isStorable(uuid) ? uuid : '');
  const row = await forUpdate(books.parts.storage, query).executeTakeFirst();
  if (!row) throw new PurserError('account_not_found', { user: uuid });
  return toAccount(row);
}

function refuseAccount(account: Account): void {
  if (!account.emailVerified) throw new PurserError('account_not_verified');
  if (!account.moderated) throw new PurserError('account_not_moderated');
  if (account.rejected) throw new PurserError('account_rejected');
  if (!account.active) throw new PurserError('account_inactive');
}
