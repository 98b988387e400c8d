import { actingProject, type Principal, type RoleGrant, type Token } from './principal.ts';

/**
 * How much of its account a token stands for.
 * - `whole`: all of it. A token of the account that is bound to nothing, a login of the person, and a project's token
 *   that came of such a login: clients of OpenStack have no other.
 * - `narrowed`: a part. A token that is cut to roles, made with an application credential, or bound to a project
 *   otherwise than by a login of the person.
 * - `nothing`: a token with a scope, which is for being validated by somebody else.
 */
export type Reach = 'whole' | 'narrowed' | 'nothing';

export function reachOf({ scope, roles, origin, project }: Token): Reach {
  if (scope !== null) return 'nothing';
  if (roles !== null) return 'narrowed';
  return (origin?.whole ?? project === null) ? 'whole' : 'narrowed';
}

/** Whether a token was made with an application credential that may make others. */
function isUnrestricted({ origin }: Token): boolean {
  return origin?.credential?.unrestricted ?? false;
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
export function rolesWithin({ grants }: Principal, project: string): string[] {
  return grants.filter((grant) => grant.project === project && !isInert(grant)).map(nameOf);
}

/**
 * Names of the roles on the whole cloud that a token carries.
 * @param scoped whether a whole token that is bound to a project carries them too, as clients of OpenStack need it
 */
export function cloudRolesOf({ grants, token }: Principal, { scoped = false } = {}): string[] {
  if (token.project !== null && !(scoped && reachOf(token) === 'whole')) return [];
  return grants.filter(({ project }) => project === null).map(nameOf);
}

/** Of these projects, those that a token may know of: all, or for a narrowed one that which it acts in. */
export function withinReach(principal: Principal, projects: readonly string[]): string[] {
  if (reachOf(principal.token) === 'whole') return [...projects];
  const acting = actingProject(principal);
  return projects.filter((project) => project === acting);
}

/**
 * Whether a principal operates the cloud; a token that is bound to a project, or to other roles, does not carry that.
 * @param options as of `cloudRolesOf`
 */
export function isOperator(principal: Principal, options: { scoped?: boolean } = {}): boolean {
  return cloudPowersOf(principal, options).length > 0;
}

/** Those of the roles on the whole cloud that mean something to Purser itself. See `cloudRolesOf`. */
export function cloudPowersOf(principal: Principal, options: { scoped?: boolean } = {}): string[] {
  return cloudRolesOf(principal, options).filter((role) => CLOUD_ROLES.includes(role));
}

const nameOf = ({ role }: RoleGrant): string => role.name;

/** What a route needs of whoever calls it. Any one of the ways that it names is enough. */
export interface Requirement {
  /** Nobody has to be known. */
  readonly public?: true;
  /**
   * Users, with tokens that reach as far as that:
   * - `any`: any token
   * - `project`: any token; a narrowed one acts within its project, by the roles that it carries
   * - `account`: whole tokens
   * - `credentials`: whole tokens, and those made with an application credential that may make others
   */
  readonly users?: 'any' | 'project' | 'account' | 'credentials';
  /** Of users, the one alone whom the path names. */
  readonly self?: true;
  /** Roles on the project that the token acts in, one of which a user has to have there. */
  readonly roles?: readonly string[];
  /** Operators: `any` token that carries their role, or `whole` tokens alone. */
  readonly operators?: 'any' | 'whole';
  /** Roles on the whole cloud that make an operator here, in the place of `admin`. */
  readonly operatorRoles?: readonly string[];
  readonly components?: true;
}

/** What routes need, by name. What changes an account, its secrets or its roles is refused to narrowed tokens. */
export const REQUIREMENTS = {
  /** Anyone, with or without a token. */
  public: { public: true },
  /** Any user, with any token: what the token itself is about, and what all users may know. */
  any: { users: 'any' },
  /** Any user; a narrowed token acts within its project, by the roles that it carries. */
  project: { users: 'project' },
  /** Any user, with a token of the whole account. */
  account: { users: 'account' },
  /** The same, and operators. */
  own: { users: 'account', operators: 'any' },
  /** The user whom the path names, and operators. */
  profile: { users: 'any', self: true, operators: 'any' },
  /** The same, with a token of the whole account. */
  self: { users: 'account', self: true, operators: 'any' },
  /** The same, where secrets are made or taken away: operators too need a token of their whole account. */
  secrets: { users: 'account', self: true, operators: 'whole' },
  /** Reading application credentials. */
  credentials: { users: 'credentials', self: true, operators: 'any' },
  /** Making application credentials: one's own alone. */
  new_credentials: { users: 'credentials', self: true },
  /** Deleting application credentials. */
  old_credentials: { users: 'credentials', self: true, operators: 'whole' },
  /** Who manages or moderates the project that the token acts in, and operators. */
  moderator: { users: 'project', roles: ['project_admin', 'project_mod'], operators: 'any' },
  /** Who manages the project that the token acts in, and operators. */
  manager: { users: 'project', roles: ['project_admin'], operators: 'any' },
  /** Operators. */
  operator: { operators: 'any' },
  /** Operators, with a token of their whole account: changing accounts, secrets and roles. */
  whole_operator: { operators: 'whole' },
  /** Components. */
  component: { components: true },
  /** Components, and operators. */
  ledger: { components: true, operators: 'any' },
  /** Whoever was shown a token and asks whether it is good; who may know of which is judged by its account. */
  validation: { users: 'any', operators: 'any', components: true },
} as const satisfies Record<string, Requirement>;

export type RequirementName = keyof typeof REQUIREMENTS;

/** A requirement of a route, by its name or in full. */
export type Required = RequirementName | Requirement;

export const requirementOf = (required: Required): Requirement =>
  typeof required === 'string' ? REQUIREMENTS[required] : required;

/** Who calls, as far as it decides what they may. */
export type Bearer =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'component' }
  | {
      readonly kind: 'user';
      readonly reach: Reach;
      readonly unrestricted?: boolean;
      /** Names of roles on the whole cloud that the token carries. */
      readonly cloudRoles: readonly string[];
      /** Names of roles on the project that the token acts in. */
      readonly projectRoles: readonly string[];
      /** Whether the path names this user. */
      readonly self: boolean;
    };

/** Who a principal is to a route. */
export function bearerOf(
  principal: Principal,
  { self, within, scoped }: { self: boolean; within: string; scoped: boolean },
): Bearer {
  return {
    kind: 'user',
    reach: reachOf(principal.token),
    unrestricted: isUnrestricted(principal.token),
    cloudRoles: cloudRolesOf(principal, { scoped }),
    projectRoles: rolesWithin(principal, within),
    self,
  };
}

export type Verdict = 'allowed' | 'unknown' | 'forbidden';

/** The one decision on who may call what. `unknown`: it takes somebody who is known, or known otherwise. */
export function decide(requirement: Requirement, bearer: Bearer): Verdict {
  if (requirement.public) return 'allowed';
  if (bearer.kind === 'component') return requirement.components ? 'allowed' : 'unknown';
  if (bearer.kind === 'nobody' || bearer.reach === 'nothing') return 'unknown';
  return mayAsOperator(requirement, bearer) || mayAsUser(requirement, bearer) ? 'allowed' : 'forbidden';
}

/** Whether a bearer is an operator to a route, whatever the route asks of operators. */
export function isOperatorFor({ operatorRoles = CLOUD_ROLES }: Requirement, bearer: Bearer): boolean {
  return bearer.kind === 'user' && bearer.cloudRoles.some((role) => operatorRoles.includes(role));
}

type User = Bearer & { kind: 'user' };

function mayAsOperator(requirement: Requirement, bearer: User): boolean {
  const { operators } = requirement;
  if (operators === undefined || !isOperatorFor(requirement, bearer)) return false;
  return operators === 'any' || bearer.reach === 'whole';
}

function mayAsUser({ users, self, roles }: Requirement, bearer: User): boolean {
  if (users === undefined || (self && !bearer.self)) return false;
  if (roles && !bearer.projectRoles.some((role) => roles.includes(role))) return false;
  switch (users) {
    case 'any':
    case 'project':
      return true;
    case 'account':
      return bearer.reach === 'whole';
    case 'credentials':
      return bearer.reach === 'whole' || (bearer.unrestricted ?? false);
  }
}
