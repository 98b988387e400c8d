import type { ActionDefinition, ActionRun } from '../../features/action.ts';
import type { IdentityUser } from '../../features/backends.ts';
import { fieldSet } from '../../fields/field-set.ts';
import { text } from '../../fields/text.ts';
import { pythonLiteral } from '../../filters/python-text.ts';
import { domainExists, noted, parentExists, passes, projectAbsent, projectExists } from '../checks.ts';
import {
  addressOf,
  awaitEnabling,
  awaitNewUser,
  changePassword,
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
import { createProject, keptProject } from '../project-creation.ts';
import { grantRoles } from '../role-changes.ts';
import { noting } from '../run.ts';
import { texts } from '../settings.ts';

type Data = Named & { domain_id: string; parent_id: string | null; project_name: string };
type Run = ActionRun<Data>;

/** Sign-up: creates a project and, if there is no account, its first user (workflow-v1 §3.4). */
export const newProjectWithUser: ActionDefinition<Data> = {
  name: 'NewProjectWithUserAction',
  fields: fieldSet<Data>({
    domain_id: text({ max: 64, initial: 'default' }),
    ...NAMED,
    parent_id: text({ max: 64, nullable: true, initial: null }),
    project_name: text({ max: 64, oneLine: true }),
  }),
  config: { default_roles: ['member', 'project_admin'] },
  prepare: async (run) => {
    if (await validateProject(run)) await validateUser(run);
  },
  approve: async (run) => {
    if (!run.valid) return;
    if (!keptProject(run)) {
      if (!(await validateProject(run))) return;
      await createProject(run, run.data);
    }
    await setUp(run);
  },
  checkSubmission: checkPassword,
  submit: async (run, { data }) => {
    const user = await validateSetUp(run);
    if (!user) return;
    if (run.state === 'existing') {
      run.note(`Existing user '${user.id}' already attached to project ${run.cache['project_id']}`);
    } else {
      await changePassword(run, user, passwordIn(data));
    }
  },
  email: ({ data, backends }) => addressOf({ ...data, domainId: data.domain_id }, backends),
  tokenPurpose: ({ data, state }) => ({
    title: `Your project ${data.project_name}`,
    text:
      state === 'disabled'
        ? `Your project ${data.project_name} was approved. Your account ${usernameOf(data)} was out of use and works again: choose a new password for it.`
        : `Your project ${data.project_name} was approved. Choose the password of your account ${usernameOf(data)}.`,
    done: `Your account ${usernameOf(data)} has its password. You can log in and use the project ${data.project_name}.`,
  }),
  effects: (data) => ({ project: data.project_name, user: { name: usernameOf(data) } }),
};

async function validateProject(run: Run): Promise<boolean> {
  run.valid = await passes<Run>(run, domainExists, parentExists, projectAbsent);
  return run.valid;
}

/** Sets `state` to what has to be done for the user. @returns the user, if the account exists */
async function validateUser(run: Run): Promise<IdentityUser | undefined> {
  const user = await findNamed(run, run.data.domain_id);
  run.valid = user ? judge(run, user) : awaitNewUser(run);
  return user;
}

function judge(run: Run, user: IdentityUser): boolean {
  if (!hasAddress(run, user)) {
    run.needToken = false;
    run.note(`Existing user '${user.name}' with non-matching email.`);
    return false;
  }
  if (!user.enabled) return awaitEnabling(run, user);
  run.state = 'existing';
  run.taskCache['user_state'] = 'existing';
  run.needToken = false;
  run.note(`Existing user '${run.data.email}' with matching email.`);
  return true;
}

/** Creates or enables the user and grants its roles; skips what an earlier run of the stage has done. */
async function setUp(run: Run): Promise<void> {
  const { identity } = run.backends;
  const known = run.cache['user_id'];
  if (known === undefined) {
    const user = await validateUser(run);
    if (run.valid) await giveRoles(run, await letIn(run, user));
    return;
  }
  // A user that an earlier run has created must still set a password, although the account exists now.
  run.taskCache['user_state'] = run.state;
  if (run.cache['roles_granted'] === true) return run.note('User already setup.');
  const user = await identity.getUser(String(known));
  run.valid = noted(run, user !== undefined, 'Unable to find target user.');
  if (user) await giveRoles(run, user);
}

/** Creates or enables the user; a new one gets a random password. */
async function letIn(run: Run, user: IdentityUser | undefined): Promise<IdentityUser> {
  const roles = texts(run.config, 'default_roles');
  if (user && run.state === 'disabled') await enableUser(run, user, run.randomPassword(), roles);
  const ready = user ?? (await createUser(run, run.data.domain_id, run.randomPassword(), roles));
  run.cache['user_id'] = ready.id;
  await run.keep();
  return ready;
}

async function giveRoles(run: Run, user: IdentityUser): Promise<void> {
  const name = usernameOf(run.data);
  const projectId = String(run.cache['project_id']);
  const roles = texts(run.config, 'default_roles');
  const list = pythonLiteral(roles);
  const doing =
    run.state === 'default'
      ? `granting roles: ${list} to user: ${name}`
      : `granting user: ${name} roles: ${list}`;
  await noting(run, () => grantRoles(run, user, projectId, { roles, inherited_roles: [] }), doing);
  run.cache['roles_granted'] = true;
  if (run.state === 'default')
    run.note(`New user '${name}' created for project ${projectId} with roles: ${list}`);
  else {
    // The older service's note has two spaces here.
    const gap = run.state === 'existing' ? '  ' : ' ';
    run.note(`Existing user '${name}' setup on project ${projectId}${gap}with roles: ${list}`);
  }
}

/** Checks that the project and the user still exist. @returns the user */
async function validateSetUp(run: Run): Promise<IdentityUser | undefined> {
  const { user_id, project_id } = run.cache;
  const user = user_id === undefined ? undefined : await run.backends.identity.getUser(String(user_id));
  run.valid =
    noted(run, user !== undefined, `User with id ${user_id} does not exist.`) &&
    (await projectExists(typeof project_id === 'string' ? project_id : '')(run));
  return run.valid ? user : undefined;
}
