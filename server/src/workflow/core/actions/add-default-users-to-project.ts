import type { ActionDefinition, ActionRun } from '../../features/action.ts';
import type { IdentityUser } from '../../features/backends.ts';
import { fieldSet } from '../../fields/field-set.ts';
import { text } from '../../fields/text.ts';
import { pythonLiteral } from '../../filters/python-text.ts';
import { noted, projectExists } from '../checks.ts';
import { grantRoles } from '../role-changes.ts';
import { noting } from '../run.ts';
import { texts } from '../settings.ts';

type Data = { domain_id: string };
type Run = ActionRun<Data>;

/** Grants the configured users roles on the project that the task has created (workflow-v1 §3.4). */
export const addDefaultUsersToProject: ActionDefinition<Data> = {
  name: 'AddDefaultUsersToProjectAction',
  fields: fieldSet<Data>({ domain_id: text({ max: 64, initial: 'default' }) }),
  config: { default_users: [], default_roles: [] },
  prepare: async (run) => {
    run.valid = (await users(run)) !== undefined;
  },
  approve: async (run) => {
    const projectId = projectOf(run);
    const found = await users(run);
    run.valid = found !== undefined && (await projectExists(projectId)(run));
    if (!run.valid || !found || run.state === 'completed') return;
    const roles = texts(run.config, 'default_roles');
    await noting(run, () => admit(run, found, projectId, roles), `adding users to project: ${projectId}`);
    run.state = 'completed';
    run.note('All users added.');
  },
  submit: async () => undefined,
};

function projectOf({ taskCache }: Run): string {
  return typeof taskCache['project_id'] === 'string' ? taskCache['project_id'] : '';
}

async function users(run: Run): Promise<IdentityUser[] | undefined> {
  const found: IdentityUser[] = [];
  const names = texts(run.config, 'default_users');
  for (const name of names) {
    const user = await run.backends.identity.findUser(name, run.data.domain_id);
    if (!noted(run, user !== undefined, `ERROR: User: ${name} does not exist.`) || !user) return undefined;
    run.note(`User: ${name} exists.`);
    found.push(user);
  }
  return found;
}

async function admit(run: Run, found: IdentityUser[], projectId: string, roles: string[]): Promise<void> {
  for (const user of found) {
    await grantRoles(run, user, projectId, { roles, inherited_roles: [] });
    run.note(`User: "${user.name}" given roles: ${pythonLiteral(roles)} on project: ${projectId}.`);
  }
}
