import { isKnown } from '../../engine/caller.ts';
import type { ActionDefinition, ActionRun } from '../../features/action.ts';
import type { IdentityUser } from '../../features/backends.ts';
import { fieldSet } from '../../fields/field-set.ts';
import { text } from '../../fields/text.ts';
import { pythonLiteral } from '../../filters/python-text.ts';
import {
  callersDomain,
  callersProject,
  domainExists,
  passes,
  projectAdmits,
  projectExists,
  rolesExist,
  rolesInheritable,
  rolesPermitted,
  validatedStages,
} from '../checks.ts';
import {
  addressOf,
  askFor,
  awaitEnabling,
  awaitNewUser,
  checkPassword,
  createUser,
  enableUser,
  findNamed,
  hasAddress,
  NAMED,
  type Named,
  passwordIn,
  usernameOf,
} from '../people.ts';
import { grantRoles } from '../role-changes.ts';
import { missingRoles, ROLES, type RolesData, someRole } from '../role-fields.ts';

type Data = Named & RolesData & { domain_id: string; project_id: string };
type Run = ActionRun<Data>;

/** Adds a user to a project, and creates the account if there is none (workflow-v1 §3.4). */
export const newUser: ActionDefinition<Data> = {
  name: 'NewUserAction',
  fields: fieldSet<Data>(
    {
      domain_id: text({ max: 64, initial: 'default' }),
      ...NAMED,
      project_id: text({ max: 64 }),
      ...ROLES,
    },
    someRole,
  ),
  ...validatedStages(validate),
  checkSubmission: checkPassword,
  submit: async (run, { data }) => {
    const user = await validate(run);
    if (run.valid) await settle(run, user, data);
  },
  email: ({ data, backends }) => addressOf({ ...data, domainId: data.domain_id }, backends),
  tokenPurpose: async ({ data, state, caller, backends }) => {
    const project = (await backends.identity.getProject(data.project_id))?.name ?? data.project_id;
    const invited = isKnown(caller)
      ? `${caller.username} invites you to the project ${project}.`
      : `You are invited to the project ${project}.`;
    return {
      title: `Invitation to the project ${project}`,
      text: `${invited} ${howToAccept(state, usernameOf(data))}`,
      done: `You are a member of the project ${project}. You can log in as ${usernameOf(data)}.`,
    };
  },
  effects: (data) => ({ user: { name: usernameOf(data), gains: [...data.roles, ...data.inherited_roles] } }),
};

function howToAccept(state: string, username: string): string {
  if (state === 'existing') return `You have the account ${username} already: confirm to accept.`;
  if (state === 'disabled') {
    return `Your account ${username} was out of use: to accept, choose a new password, and the account works again.`;
  }
  return `To accept, choose a password for your new account ${username}.`;
}

/** @returns the user, if the account exists */
async function validate(run: Run): Promise<IdentityUser | undefined> {
  run.valid = await passes<Run>(
    run,
    rolesPermitted,
    rolesExist,
    rolesInheritable,
    callersDomain,
    callersProject,
    domainExists,
    projectExists(),
  );
  if (!run.valid) return undefined;
  const user = await findNamed(run, run.data.domain_id);
  // A full project does not make the task invalid for good: a seat may become free while the token is valid.
  run.valid = run.stage === 'submit' || (await projectAdmits(run, user?.id));
  if (run.valid) run.valid = user ? await judge(run, user) : awaitNewUser(run);
  return user;
}

async function judge(run: Run, user: IdentityUser): Promise<boolean> {
  if (!hasAddress(run, user)) {
    run.needToken = false;
    run.note('Found matching username, but email did not match. Reporting as invalid.');
    return false;
  }
  if (!user.enabled) return awaitEnabling(run, user);
  const missing = await missingRoles(run, user.id);
  if (missing.roles.length + missing.inherited_roles.length === 0) {
    run.state = 'complete';
    run.needToken = false;
    run.note('Existing user already has roles.');
    return true;
  }
  run.state = 'existing';
  run.taskCache['user_state'] = 'existing';
  askFor(run, 'confirm');
  run.note('Existing user with matching email missing roles.');
  return true;
}

async function settle(
  run: Run,
  user: IdentityUser | undefined,
  data: Parameters<typeof passwordIn>[0],
): Promise<void> {
  const { roles, inherited_roles, domain_id, project_id } = run.data;
  const asked = [...new Set([...roles, ...inherited_roles])];
  const name = usernameOf(run.data);
  // Checked before an account is created in vain.
  if (!(await projectAdmits(run, user?.id)))
    throw new Error(`Project ${project_id} accepts no further members.`);
  const outcome = `roles ${pythonLiteral(asked)} in project ${project_id}.`;
  if (!user) {
    const created = await createUser(run, domain_id, passwordIn(data), asked);
    await grantRoles(run, created, project_id, run.data);
    run.note(`User ${name} has been created, with ${outcome}`);
  } else if (run.state === 'disabled') {
    await enableUser(run, user, passwordIn(data), asked);
    await grantRoles(run, user, project_id, run.data);
    run.note(`Existing user ${name} has been re-enabled and given ${outcome}`);
  } else if (run.state === 'existing') {
    await grantRoles(run, user, project_id, await missingRoles(run, user.id));
    run.note(`Existing user ${name} has been given ${outcome}`);
  } else {
    run.note(`Existing user ${name} already had ${outcome}`);
  }
}
