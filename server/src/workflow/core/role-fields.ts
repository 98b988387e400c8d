import { choiceList } from '../fields/choice.ts';
import type { RoleSets } from './role-changes.ts';
import type { AnyRun } from './run.ts';

/** Roles that are asked for on a project, and on all below it. */
export type RolesData = { roles: string[]; inherited_roles: string[] };

/** The fields of `RolesData`. */
export const ROLES = {
  roles: choiceList(({ assignableRoles }) => assignableRoles, { initial: [] }),
  inherited_roles: choiceList(({ assignableRoles }) => assignableRoles, { initial: [] }),
};

/** What is wrong where no role is asked for. */
export function someRole({ roles, inherited_roles }: RolesData): string | undefined {
  if (roles.length > 0 || inherited_roles.length > 0) return undefined;
  return "Must supply either 'roles' or 'inherited_roles', or both.";
}

type Run = AnyRun<RolesData & { project_id: string }>;

/** Those of the roles asked for that the user does not have yet. */
export function missingRoles(run: Run, userId: string): Promise<RoleSets> {
  return compared(run, userId, (asked, held) => asked.filter((role) => !held.includes(role)));
}

/** Those of the roles asked for that the user has. */
export function heldRoles(run: Run, userId: string): Promise<RoleSets> {
  return compared(run, userId, (asked, held) => asked.filter((role) => held.includes(role)));
}

async function compared(
  { data, backends: { identity } }: Run,
  userId: string,
  choose: (asked: string[], held: string[]) => string[],
): Promise<RoleSets> {
  const { project_id, roles, inherited_roles } = data;
  return {
    roles: choose(roles, await identity.getRoles(userId, project_id)),
    inherited_roles: choose(inherited_roles, await identity.getRoles(userId, project_id, true)),
  };
}
