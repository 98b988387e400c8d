import { choiceList } from '../fields/choice.ts';
import type { RoleSets } from './role-changes.ts';
import type { AnyRun } from './run.ts';

/** Requested roles on a project, and on its descendants. */
export type RolesData = { roles: string[]; inherited_roles: string[] };

/** The fields of `RolesData`. */
export const ROLES = {
  roles: choiceList(({ assignableRoles }) => assignableRoles, { initial: [] }),
  inherited_roles: choiceList(({ assignableRoles }) => assignableRoles, { initial: [] }),
};

/** The message if no role is requested. */
export function someRole({ roles, inherited_roles }: RolesData): string | undefined {
  if (roles.length > 0 || inherited_roles.length > 0) return undefined;
  return "Must supply either 'roles' or 'inherited_roles', or both.";
}

type Run = AnyRun<RolesData & { project_id: string }>;

/** The requested roles that the user does not have. */
export function missingRoles(run: Run, userId: string): Promise<RoleSets> {
  return compared(run, userId, (asked, held) => asked.filter((role) => !held.includes(role)));
}

/** The requested roles that the user has. */
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
