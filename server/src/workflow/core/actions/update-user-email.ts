import { isKnown } from '../../engine/caller.ts';
import type { ActionDefinition, ActionRun } from '../../features/action.ts';
import type { IdentityUser } from '../../features/backends.ts';
import { fieldSet } from '../../fields/field-set.ts';
import { email, text } from '../../fields/text.ts';
import { isTruthy } from '../../filters/python-text.ts';
import { noted } from '../checks.ts';
import { askFor, changeAddress, editable } from '../people.ts';
import { noting } from '../run.ts';

type Data = { user_id: string; new_email: string };
type Run = ActionRun<Data>;

/** Changes the address of a user once the new address is confirmed (workflow-v1 §3.4). */
export const updateUserEmail: ActionDefinition<Data> = {
  name: 'UpdateUserEmailAction',
  fields: fieldSet<Data>({ user_id: text({ max: 64 }), new_email: email() }),
  prepare: async (run) => {
    await validate(run);
    run.approveAutomatically(true);
  },
  approve: async (run) => {
    if (await validate(run)) askFor(run, 'confirm');
    else run.needToken = false;
  },
  submit: async (run, { data }) => {
    const user = await validate(run);
    if (user && isTruthy(data['confirm'])) await change(run, user);
  },
  person: ({ data }) => data.user_id,
  email: ({ data }) => data.new_email,
  tokenPurpose: ({ data, backends }) => {
    const what = backends.identity.usernameIsEmail
      ? 'the e-mail address and the user name'
      : 'the e-mail address';
    return {
      title: 'Confirm your e-mail address',
      text: `${data.new_email} becomes ${what} of your account.`,
      done: `${data.new_email} is now ${what} of your account.`,
    };
  },
};

async function validate(run: Run): Promise<IdentityUser | undefined> {
  const user = await run.backends.identity.getUser(run.data.user_id);
  run.valid = noted(run, user !== undefined, 'Unable to find target user.');
  if (user) run.valid = editable(run, 'cannot change email') && (await nameIsFree(run, user));
  return run.valid ? user : undefined;
}

async function nameIsFree(run: Run, user: IdentityUser): Promise<boolean> {
  const { identity } = run.backends;
  if (!identity.usernameIsEmail) return true;
  const domain = isKnown(run.caller) ? run.caller.project_domain_id : user.domainId;
  const other = await identity.findUser(run.data.new_email, domain);
  const free = other === undefined || other.id === user.id;
  run.note(free ? 'No user with same username' : 'User with same username already exists');
  return free;
}

async function change(run: Run, user: IdentityUser): Promise<void> {
  const { identity } = run.backends;
  const { new_email } = run.data;
  const asker = isKnown(run.caller) ? run.caller.username : undefined;
  await changeAddress(
    run,
    new_email,
    () => identity.updateEmail(user.id, new_email, asker),
    `changing email for user: ${user.name}`,
  );
  if (identity.usernameIsEmail) {
    await noting(
      run,
      () => identity.updateName(user.id, new_email),
      `changing username for user: ${user.name}`,
    );
  }
  run.note(`The email for user ${user.name} has been changed to ${new_email}.`);
}
