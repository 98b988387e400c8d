import type { ActionDefinition, ActionRun } from '../../features/action.ts';
import { fieldSet } from '../../fields/field-set.ts';
import { email, text } from '../../fields/text.ts';
import { isTruthy } from '../../filters/python-text.ts';
import { noted } from '../checks.ts';
import { askFor, changeAddress } from '../people.ts';

type Data = { user_id: string; old_email: string; username: string; asked_by: string; since: string };
type Run = ActionRun<Data>;

/**
 * Restores the previous address of an account. The service itself opens such a task when an address changes, and mails
 * its token to the old address.
 */
export const undoEmailChange: ActionDefinition<Data> = {
  name: 'UndoEmailChangeAction',
  inputByService: true,
  fields: fieldSet<Data>({
    user_id: text({ max: 64 }),
    old_email: email(),
    /** The user name before the change. */
    username: text({ max: 255 }),
    /** The user name of the actor who changed it. */
    asked_by: text({ max: 255 }),
    /** When it was changed, in milliseconds since the epoch. */
    since: text({ max: 20 }),
  }),
  prepare: async (run) => {
    await validate(run);
  },
  approve: async (run) => {
    if (await validate(run)) askFor(run, 'confirm');
    else run.needToken = false;
  },
  submit: async (run, { data }) => {
    if (!(await validate(run)) || !isTruthy(data['confirm'])) return;
    const { identity } = run.backends;
    const { user_id, old_email, since, username } = run.data;
    const doing = `restoring email for user: ${username}`;
    const restore = async () => identity.restoreEmail?.(user_id, old_email, Number(since));
    await changeAddress(run, old_email, restore, doing);
    run.note(`The email for user ${username} has been changed back to ${old_email}.`);
  },
  email: ({ data }) => data.old_email,
  tokenPurpose: ({ data }) => ({
    title: 'Undo the change of your e-mail address',
    text:
      `This gives the account ${data.username} the address ${data.old_email} back. It ends all logins, and all tokens ` +
      'and application credentials that were made since the change. The password stops working.',
    done: `The account ${data.username} has the address ${data.old_email} again. Choose a new password now.`,
  }),
};

async function validate(run: Run): Promise<boolean> {
  const user = await run.backends.identity.getUser(run.data.user_id);
  run.valid =
    noted(run, user !== undefined, 'Unable to find target user.') &&
    noted(run, run.backends.identity.restoreEmail !== undefined, 'Addresses cannot be restored here.') &&
    noted(run, !user?.closed, 'The user was ended by an operator or by its owner.');
  return run.valid;
}
