import type { AccountChanges } from '../directory/accounts/account-changes.ts';
import type { Workflow } from '../workflow/open-workflow.ts';

/**
 * The effects of account changes on the workflow. A changed password, a changed address and the end of an account end
 * the mailed links that change its address or password. After a change of the address, the old address receives a link
 * that undoes it.
 */
export function joinAccountsToTasks(changes: AccountChanges, { tasks }: Pick<Workflow, 'tasks'>): void {
  changes.onPasswordChanged((tx, { uuid }) =>
    tasks.endPersonal(tx, { person: uuid, reason: 'the password was changed', which: 'changes' }),
  );
  changes.onEnded((tx, { uuid }) =>
    tasks.endPersonal(tx, { person: uuid, reason: 'the account was ended', which: 'all' }),
  );
  // Links that undo earlier changes stay valid: a thief who changed the address twice has the link of the second change.
  changes.onEmailRestored((tx, { uuid }, since_ms) =>
    tasks.endPersonal(tx, {
      person: uuid,
      reason: 'the e-mail address was restored',
      which: { since_ms },
    }),
  );
  changes.onEmailChanged(async (tx, { uuid, updatedAt }, { from, by }) => {
    await tasks.endPersonal(tx, {
      person: uuid,
      reason: 'the e-mail address was changed',
      which: 'changes',
    });
    await tasks.openServiceTask(tx, {
      taskType: 'undo_email_change',
      person: uuid,
      data: {
        user_id: uuid,
        old_email: from.email,
        username: from.username,
        asked_by: by.name,
        since: String(updatedAt),
      },
      tokenFields: ['confirm'],
      note: 'The e-mail address was changed.',
    });
  });
}
