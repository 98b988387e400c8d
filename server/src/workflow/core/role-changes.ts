import type { IdentityUser } from '../features/backends.ts';
import { pythonLiteral } from '../filters/python-text.ts';
import { type AnyRun, noting } from './run.ts';

/** Roles on one project, and roles on its descendants. */
export interface RoleSets {
  readonly roles: readonly string[];
  readonly inherited_roles: readonly string[];
}

/** Grants roles on a project; none if one of them does not exist. Failures are noted and thrown. */
export function grantRoles(
  run: AnyRun,
  user: IdentityUser,
  projectId: string,
  sets: RoleSets,
): Promise<void> {
  return change(run, user, projectId, sets, 'granting', 'addRole');
}

/** Revokes roles on a project, in the same way. */
export function removeRoles(
  run: AnyRun,
  user: IdentityUser,
  projectId: string,
  sets: RoleSets,
): Promise<void> {
  return change(run, user, projectId, sets, 'removing', 'removeRole');
}

async function change(
  run: AnyRun,
  user: IdentityUser,
  projectId: string,
  { roles, inherited_roles }: RoleSets,
  doing: 'granting' | 'removing',
  call: 'addRole' | 'removeRole',
): Promise<void> {
  const { identity } = run.backends;
  const all = [...new Set([...roles, ...inherited_roles])];
  const work = async () => {
    for (const role of all) {
      if (!(await identity.findRole(role))) throw new Error(`Keystone missing role: ${role}`);
    }
    for (const role of roles) await identity[call](user.id, role, projectId);
    for (const role of inherited_roles) await identity[call](user.id, role, projectId, true);
  };
  // The older service's note has a space at the end.
  await noting(run, work, `${doing} the roles: ${pythonLiteral(all)} on user: ${user.name} `);
}
