import { type Actor, THE_SERVICE } from '../audit/actor.ts';

/** Who asks for something of projects. Operators may do what owners may, and what only operators may. */
export interface Requester extends Actor {
  readonly operator: boolean;
  /**
   * What the token that asks is bound to, if it is: to one project, and to some of its user's roles. Outside of that
   * its user is anybody (design D12).
   */
  readonly token?: { readonly project: string | null; readonly roles: readonly string[] | null };
}

/** The service itself, which nothing is refused to that an operator may do. */
export const SERVICE_REQUESTER: Requester = { ...THE_SERVICE, operator: true };

/** What somebody decides of a project. */
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
