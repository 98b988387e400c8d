import { type Actor, THE_SERVICE } from '../audit/actor.ts';

/** Who asks for something of projects. Operators may do what owners may, and what only operators may. */
export interface Requester extends Actor {
  readonly operator: boolean;
  /**
   * What a narrowed token that asks is cut to: one project, some roles. It decides by these roles, in that project;
   * elsewhere it has no rights of its user, and it cannot change the user's own account.
   */
  readonly token?: { readonly project: string | null; readonly roles: readonly string[] | null };
}

/** The service itself, which nothing is refused to that an operator may do. */
export const SERVICE_REQUESTER: Requester = { ...THE_SERVICE, operator: true };

/** Whether the requester acts for itself, as the account that it is: a narrowed token does not speak for its person. */
export function isThemselves(by: Requester, account: string | null): boolean {
  return by.uuid !== null && by.uuid === account && by.token === undefined;
}

/**
 * Whether the requester has a part in a project: its token acts there, with a role that the requester has.
 * @param granted names of the requester's roles on the project
 */
export function takesPart(
  by: Requester,
  project: { readonly uuid: string; readonly owner: string | null },
  granted: readonly string[],
): boolean {
  if (by.token === undefined) return true;
  const { project: within, roles } = by.token;
  if (within !== null && within !== project.uuid) return false;
  if (roles === null) return true;
  const held = project.owner === by.uuid ? [...granted, 'project_admin'] : granted;
  return held.some((role) => roles.includes(role));
}

/** A decision about a project. */
export interface Powers {
  /** About the project itself. */
  readonly owns: boolean;
  /** Who takes part. */
  readonly moderates: boolean;
}

/**
 * What the requester decides of a project, as its owner or by the roles granted there; with a token that is bound,
 * only where it is, and by the roles that it carries.
 * @param granted names of the requester's roles on the project
 */
export function powersOf(
  by: Requester,
  project: { readonly uuid: string; readonly owner: string | null },
  granted: readonly string[],
): Powers {
  if (by.operator) return { owns: true, moderates: true };
  const { project: within = null, roles: carried = null } = by.token ?? {};
  if (within !== null && within !== project.uuid) return { owns: false, moderates: false };
  const owner = by.uuid !== null && project.owner === by.uuid;
  const has = (role: string): boolean => carried?.includes(role) ?? true;
  const owns = (owner || granted.includes('project_admin')) && has('project_admin');
  return { owns, moderates: owns || (granted.includes('project_mod') && has('project_mod')) };
}
