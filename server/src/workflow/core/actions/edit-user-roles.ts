import type { ActionDefinition, ActionRun } from '../../features/action.ts';
import type { IdentityUser } from '../../features/backends.ts';
import { boolean } from '../../fields/boolean.ts';
import { fieldSet } from '../../fields/field-set.ts';
import { text } from '../../fields/text.ts';
import { pythonLiteral } from '../../filters/python-text.ts';
import {
  callersProject,
  mayManage,
  noted,
  passes,
  projectAdmits,
  projectExists,
  rolesExist,
  rolesInheritable,
  validatedStages,
} from '../checks.ts';
import { grantRoles, type RoleSets, removeRoles } from '../role-changes.ts';
import { heldRoles, missingRoles, ROLES, type RolesData, someRole } from '../role-fields.ts';

type Data = RolesData & { user_id: string; remove: boolean; project_id: string };
type Run = ActionRun<Data>;

/** The role changes that remain, and their user. */
interface Work extends RoleSets {
  readonly user: IdentityUser;
}

/** Grants or revokes roles on a project (workflow-v1 §3.4). */
export const editUserRoles: ActionDefinition<Data> = {
  name: 'EditUserRolesAction',
  fields: fieldSet<Data>(
    {
      user_id: text({ max: 64 }),
      remove: boolean({ initial: false }),
      project_id: text({ max: 64 }),
      ...ROLES,
    },
    someRole,
  ),
  ...validatedStages(validate),
  submit: async (run) => {
    const work = await validate(run);
    if (work) await settle(run, work);
  },
  effects: ({ user_id: name, remove, roles, inherited_roles }) => {
    const all = [...roles, ...inherited_roles];
    return { user: { name, ...(remove ? { loses: all } : { gains: all }) } };
  },
};

async function validate(run: Run): Promise<Work | undefined> {
  const { user_id } = run.data;
  run.needToken = false;
  run.valid = await passes<Run>(
    run,
    callersProject,
    rolesManageable,
    addable,
    rolesInheritable,
    projectExists(),
  );
  const user = run.valid ? await run.backends.identity.getUser(user_id) : undefined;
  if (run.valid) run.valid = noted(run, user !== undefined, 'No user present with user_id');
  if (run.valid && !run.data.remove) run.valid = await projectAdmits(run, user_id);
  return user && run.valid ? workFor(run, user) : undefined;
}

/** Revoking a role that does not exist is valid: there is nothing to do. */
function addable(run: Run): boolean | Promise<boolean> {
  return run.data.remove || rolesExist(run);
}

/** The creator may change the roles of a user only if the creator may manage all roles that the user has. */
async function rolesManageable(run: Run): Promise<boolean> {
  const { user_id, project_id, roles, inherited_roles } = run.data;
  const held = await run.backends.identity.getRoles(user_id, project_id);
  const manageable = await mayManage(run, [...held, ...roles, ...inherited_roles]);
  run.note(manageable ? 'All user roles are manageable.' : 'Not all user roles are manageable.');
  return manageable;
}

async function workFor(run: Run, user: IdentityUser): Promise<Work> {
  const { remove } = run.data;
  const sets = await (remove ? heldRoles : missingRoles)(run, user.id);
  const done = sets.roles.length + sets.inherited_roles.length === 0;
  run.state = done ? 'complete' : 'default';
  if (remove) run.note(done ? "User doesn't have roles to remove." : 'User has roles to remove.');
  else run.note(done ? 'User already has roles.' : 'User missing roles.');
  return { user, ...sets };
}

async function settle(run: Run, { user, ...sets }: Work): Promise<void> {
  const { remove, project_id, roles, inherited_roles } = run.data;
  if (run.state === 'complete') {
    const all = pythonLiteral([...new Set([...roles, ...inherited_roles])]);
    const had = remove ? "didn't have" : 'already had';
    run.note(`User ${user.name} ${had} roles ${all} in project ${project_id}.`);
    return;
  }
  await (remove ? removeRoles : grantRoles)(run, user, project_id, sets);
  const tell = (kind: string, changed: readonly string[]) => {
    if (changed.length === 0) return;
    const list = `${kind}roles ${pythonLiteral(changed)}`;
    run.note(
      remove
        ? `User ${user.name} has had ${list} removed from project ${project_id}.`
        : `User ${user.name} has been given ${list} in project ${project_id}.`,
    );
  };
  tell('', sets.roles);
  tell('inherited ', sets.inherited_roles);
}
