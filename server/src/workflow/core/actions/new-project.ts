import { isKnown } from '../../engine/caller.ts';
import type { ActionDefinition, ActionRun } from '../../features/action.ts';
import { fieldSet } from '../../fields/field-set.ts';
import { text } from '../../fields/text.ts';
import { pythonLiteral } from '../../filters/python-text.ts';
import {
  type Check,
  callersDomain,
  domainExists,
  noted,
  parentExists,
  passes,
  projectAbsent,
} from '../checks.ts';
import { createProject, keptProject } from '../project-creation.ts';
import { grantRoles } from '../role-changes.ts';
import { noting } from '../run.ts';
import { texts } from '../settings.ts';

type Data = { parent_id: string | null; project_name: string; domain_id: string; description: string };
type Run = ActionRun<Data>;

/** Creates a project for a user who has an account (workflow-v1 §3.4). */
export const newProject: ActionDefinition<Data> = {
  name: 'NewProjectAction',
  fields: fieldSet<Data>({
    parent_id: text({ max: 64, nullable: true, initial: null }),
    project_name: text({ max: 64, oneLine: true }),
    domain_id: text({ max: 64, initial: 'default' }),
    description: text({ blank: true, initial: '' }),
  }),
  config: { default_roles: ['member', 'project_admin'] },
  prepare: async (run) => {
    await validate(run);
  },
  approve: async (run) => {
    if (!keptProject(run)) {
      if (!(await validate(run))) return;
      const requestedBy = isKnown(run.caller) ? run.caller.user_id : undefined;
      await createProject(run, { ...run.data, requestedBy });
    }
    await admitCreator(run);
  },
  submit: async () => undefined,
  effects: ({ project_name }) => ({ project: project_name }),
};

async function validate(run: Run): Promise<boolean> {
  run.valid = await passes<Run>(
    run,
    callersDomain,
    domainExists,
    parentIsCallers,
    parentExists,
    projectAbsent,
  );
  return run.valid;
}

const parentIsCallers: Check<Run> = (run) => {
  const { parent_id } = run.data;
  const matches = !parent_id || (isKnown(run.caller) && run.caller.project_id === parent_id);
  return noted(run, matches, 'Parent id does not match keystone user project.');
};

async function admitCreator(run: Run): Promise<void> {
  if (run.cache['user_id'] !== undefined) return run.note('User already given roles.');
  const { caller } = run;
  const projectId = String(run.cache['project_id']);
  const user = isKnown(caller) ? await run.backends.identity.getUser(caller.user_id) : undefined;
  run.valid = noted(run, user !== undefined, 'Unable to find target user.');
  if (!user) return;
  const roles = texts(run.config, 'default_roles');
  const list = pythonLiteral(roles);
  await noting(
    run,
    () => grantRoles(run, user, projectId, { roles, inherited_roles: [] }),
    `adding roles ${list} to user '${user.name}' on project '${projectId}'`,
  );
  run.cache['user_id'] = user.id;
  run.note(`Existing user '${user.name}' attached to project ${projectId} with roles: ${list}`);
}
