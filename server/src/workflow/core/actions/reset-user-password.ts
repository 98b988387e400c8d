import type { ActionDefinition, ActionRun } from '../../features/action.ts';
import type { IdentityUser } from '../../features/backends.ts';
import { fieldSet } from '../../fields/field-set.ts';
import { text } from '../../fields/text.ts';
import { noted, validatedStages } from '../checks.ts';
import {
  askFor,
  changePassword,
  checkPassword,
  editable,
  isSameAddress,
  NAMED,
  type Named,
  passwordIn,
  usernameOf,
} from '../people.ts';
import { texts } from '../settings.ts';

type Data = Named & { domain_name: string };
type Run = ActionRun<Data>;

/** Lets a user set a new password with a mailed token (workflow-v1 §3.4). */
export const resetUserPassword: ActionDefinition<Data> = {
  name: 'ResetUserPasswordAction',
  fields: fieldSet<Data>({ ...NAMED, domain_name: text({ max: 64, initial: 'Default' }) }),
  // With `end_all`, a reset ends all tokens and application credentials of the user.
  config: { blacklisted_roles: [], end_all: false },
  ...validatedStages(validate),
  checkSubmission: checkPassword,
  submit: async (run, { data }) => {
    const user = await validate(run);
    if (user) await changePassword(run, user, passwordIn(data), { endAll: run.config['end_all'] === true });
  },
  person: async ({ data, backends }) => (await findUser(data, backends))?.id,
  email: async ({ data, backends }) => (await findUser(data, backends))?.email ?? null,
  tokenPurpose: ({ data }) => ({
    title: 'Choose a new password',
    text: `This sets a new password for the account ${usernameOf(data)}.`,
    done: `The account ${usernameOf(data)} has its new password. You can log in with it.`,
  }),
};

/** @returns the user whose password is reset */
async function validate(run: Run): Promise<IdentityUser | undefined> {
  const user = await find(run);
  run.valid = user !== undefined;
  if (!user) {
    run.needToken = false;
    return undefined;
  }
  askFor(run, 'password');
  run.note('Existing user with matching email.');
  return user;
}

async function findUser(data: Data, { identity }: Run['backends']): Promise<IdentityUser | undefined> {
  const domain = await identity.findDomain(data.domain_name);
  return domain && identity.findUser(usernameOf(data), domain.id);
}

async function find(run: Run): Promise<IdentityUser | undefined> {
  const { identity } = run.backends;
  const { domain_name, email } = run.data;
  const domain = await identity.findDomain(domain_name);
  if (!noted(run, domain !== undefined, 'Domain does not exist.')) return undefined;
  const user = await findUser(run.data, run.backends);
  if (!noted(run, user !== undefined, 'No user present with username') || !user) return undefined;
  if (!editable(run, 'cannot change password')) return undefined;
  if (!noted(run, !user.closed, 'The user was ended by an operator or by its owner.')) return undefined;
  const held = [...(await identity.getAllRoles(user.id)).values()].flat();
  const protectedOne = texts(run.config, 'blacklisted_roles').some((role) => held.includes(role));
  if (!noted(run, !protectedOne, 'Cannot reset users with blacklisted roles.')) return undefined;
  const same = identity.usernameIsEmail || isSameAddress(user.email, email);
  return noted(run, same, 'Existing user with non-matching email.') ? user : undefined;
}
