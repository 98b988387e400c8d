import type { Actor } from '../audit/actor.ts';
import type { Account } from '../directory/tokens/principal.ts';
import { PurserError } from '../lib/errors.ts';
import type { ProjectBooks } from './project-books.ts';
import { ALIVE, EFFECTIVE, type MembershipState } from './vocabulary.ts';

/**
 * Makes a project the one that is charged unless another is named (projects §8). Errors, in this order:
 * `account_not_verified`, `account_not_moderated`, `account_rejected`, `account_inactive`; `project_not_found`,
 * `membership_not_found` for those who never were a member; `project_state` for projects that are over, `forbidden`
 * for those who are not a member now and for projects that are suspended.
 */
export async function setDefaultProject(
  books: ProjectBooks,
  account: Account,
  reference: string,
  by: Actor,
): Promise<void> {
  refuseAccount(account);
  const { storage, accounts } = books.parts;
  const project = await books.find(storage.db, reference);
  const membership = await storage.db
    .selectFrom('memberships')
    .select('state')
    .where('project_id', '=', project.id)
    .where('account_id', '=', account.id)
    .executeTakeFirst();
  const { uuid, state } = project;
  if (!membership)
    throw new PurserError('membership_not_found', { membership: `of ${account.uuid} in ${uuid}` });
  if (!ALIVE.includes(state)) {
    throw new PurserError('project_state', { project: uuid, state, action: 'a default project' });
  }
  if (state !== 'active' || !EFFECTIVE.includes(membership.state as MembershipState)) {
    throw new PurserError('forbidden');
  }
  await accounts.update(account.uuid, { defaultProject: uuid }, by);
}

function refuseAccount(account: Account): void {
  if (!account.emailVerified) throw new PurserError('account_not_verified');
  if (!account.moderated) throw new PurserError('account_not_moderated');
  if (account.rejected) throw new PurserError('account_rejected');
  if (!account.active) throw new PurserError('account_inactive');
}
