import type { RoleGrant, Token } from './principal.ts';

/** What of a token says how far it reaches. */
type Binding = Pick<Token, 'scope' | 'roles' | 'origin' | 'project'>;

/** Somebody with roles, by a token. */
interface Holder {
  readonly grants: readonly RoleGrant[];
  readonly token: Binding;
}

/**
 * How much of its account a token stands for.
 * - `whole`: all of it. A token of the account that is bound to nothing, a login of the person, and a project's token
 *   that came of such a login: clients of OpenStack have no other.
 * - `narrowed`: a part. A token that is cut to roles, made with an application credential, or bound to a project
 *   otherwise than by a login of the person.
 * - `nothing`: a token with a scope, which is for being validated by somebody else.
 */
type Reach = 'whole' | 'narrowed' | 'nothing';

export function reachOf({ scope, roles, origin, project }: Binding): Reach {
  if (scope !== null) return 'nothing';
  if (roles !== null) return 'narrowed';
  return (origin?.whole ?? project === null) ? 'whole' : 'narrowed';
}

/**
 * Roles that mean something on the whole cloud, and on one project nothing to Purser: there they are words for the
 * services of that project. All other roles mean something on the project where they are granted, and nothing on the
 * whole cloud.
 */
const CLOUD_ROLES: readonly string[] = ['admin'];

/** Whether a grant gives no power over Purser: its role is one of the whole cloud, its place is one project. */
export function isInert({ role, project }: RoleGrant): boolean {
  return project !== null && CLOUD_ROLES.includes(role.name);
}

/** Names of the roles that a principal has on a project, for decisions of Purser. */
export function rolesWithin({ grants }: Pick<Holder, 'grants'>, project: string): string[] {
  return grants.filter((grant) => grant.project === project && !isInert(grant)).map(nameOf);
}

/**
 * Names of the roles on the whole cloud that a token carries.
 * @param scoped whether a whole token that is bound to a project carries them too, as clients of OpenStack need it
 */
export function cloudRolesOf({ grants, token }: Holder, { scoped = false } = {}): string[] {
  if (token.project !== null && !(scoped && reachOf(token) === 'whole')) return [];
  return grants.filter(({ project }) => project === null).map(nameOf);
}

/**
 * Whether a principal operates the cloud; a token that is bound to a project, or to other roles, does not carry that.
 * @param options as of `cloudRolesOf`
 */
export function isOperator(principal: Holder, options: { scoped?: boolean } = {}): boolean {
  return cloudPowersOf(principal, options).length > 0;
}

/** Those of the roles on the whole cloud that mean something to Purser itself. See `cloudRolesOf`. */
export function cloudPowersOf(principal: Holder, options: { scoped?: boolean } = {}): string[] {
  return cloudRolesOf(principal, options).filter((role) => CLOUD_ROLES.includes(role));
}

const nameOf = ({ role }: RoleGrant): string => role.name;
