import { actingProject, type Principal, type RoleGrant, type Token } from './principal.ts';

/** The fields of a token that decide its reach. */
type Binding = Pick<Token, 'scope' | 'roles' | 'origin' | 'project'>;

/** The bearer of a token, with roles. */
interface Holder {
  readonly grants: readonly RoleGrant[];
  readonly token: Binding;
}

/**
 * What a token gives access to.
 * - `whole`: the whole account (a full-access token). A token that is bound to nothing, a login of the person, and a
 *   project's token from such a login: clients of OpenStack have no other.
 * - `narrowed`: a part of it. A token that is cut to roles, made with an application credential, or bound to a project
 *   without a login of the person.
 * - `nothing`: a token with a scope, which a third party validates and which authenticates no request.
 */
export type Reach = 'whole' | 'narrowed' | 'nothing';

export function reachOf({ scope, roles, origin, project }: Binding): Reach {
  if (scope !== null) return 'nothing';
  if (roles !== null) return 'narrowed';
  return (origin?.whole ?? project === null) ? 'whole' : 'narrowed';
}

/** Whether a token was made with an unrestricted application credential. */
function isUnrestricted({ origin }: Token): boolean {
  return origin?.credential?.unrestricted ?? false;
}

/** The role on the whole cloud that makes an operator. */
export const OPERATORS_ROLE = 'admin';

/**
 * Roles that give power on the whole cloud. On one project they give none in Purser; only the services of the project
 * interpret them. All other roles give power on the project where they are granted, and none on the whole cloud.
 */
const CLOUD_ROLES: readonly string[] = [OPERATORS_ROLE];

/** Whether a grant gives no power in Purser: a role of the whole cloud, granted on one project. */
export function isInert({ role, project }: RoleGrant): boolean {
  return project !== null && CLOUD_ROLES.includes(role.name);
}

/**
 * A role counts in its place: the names of the roles that a principal has on a project and that give power there.
 * `cloudRolesOf` returns those on the whole cloud.
 */
export function rolesWithin({ grants }: Pick<Holder, 'grants'>, project: string): string[] {
  return grants.filter((grant) => grant.project === project && !isInert(grant)).map(nameOf);
}

/**
 * Names of the roles on the whole cloud that a token carries.
 * @param scoped whether a full-access token of a project carries them too, as clients of OpenStack need it
 */
export function cloudRolesOf({ grants, token }: Holder, { scoped = false } = {}): string[] {
  if (token.project !== null && !(scoped && reachOf(token) === 'whole')) return [];
  return grants.filter(({ project }) => project === null).map(nameOf);
}

/** Of these projects, those that a token may read: all, or for a narrowed token the one that it acts in. */
export function withinReach(principal: Principal, projects: readonly string[]): string[] {
  if (reachOf(principal.token) === 'whole') return [...projects];
  const acting = actingProject(principal);
  return projects.filter((project) => project === acting);
}

/**
 * Whether a principal is an operator. A token that is bound to a project, or cut to other roles, does not carry this.
 * @param options as of `cloudRolesOf`
 */
export function isOperator(principal: Holder, options: { scoped?: boolean } = {}): boolean {
  return cloudPowersOf(principal, options).length > 0;
}

/**
 * Who may validate a token: a component, an operator, the account that the token belongs to, and the bearer of the
 * token itself, who is that account too (decision token-reach).
 * @param caller undefined for a component
 * @param options as of `cloudRolesOf`
 */
export function mayValidate(
  caller: Principal | undefined,
  subject: Principal,
  options: { scoped?: boolean } = {},
): boolean {
  if (caller === undefined || caller.account.uuid === subject.account.uuid) return true;
  return isOperator(caller, options);
}

/** The roles on the whole cloud that give power in Purser itself. See `cloudRolesOf`. */
export function cloudPowersOf(principal: Holder, options: { scoped?: boolean } = {}): string[] {
  return cloudRolesOf(principal, options).filter((role) => CLOUD_ROLES.includes(role));
}

const nameOf = ({ role }: RoleGrant): string => role.name;

/** What a route requires of the caller. A caller that meets one of the alternatives is admitted. */
export interface Requirement {
  /** No token is required. */
  readonly public?: true;
  /**
   * Users, with these tokens:
   * - `any`: any token
   * - `project`: any token; a narrowed token acts within its project, with the roles that it carries
   * - `account`: full-access tokens
   * - `credentials`: full-access tokens, and tokens of an unrestricted application credential
   */
  readonly users?: 'any' | 'project' | 'account' | 'credentials';
  /** Of users, only the one whom the path names. */
  readonly self?: true;
  /** Roles on the project that the token acts in. A user needs one of them. */
  readonly roles?: readonly string[];
  /** Operators, with `any` token that carries their role, or only with a full-access token (`whole`). */
  readonly operators?: 'any' | 'whole';
  /** Roles on the whole cloud that make an operator of this route, instead of `admin`. */
  readonly operatorRoles?: readonly string[];
  readonly components?: true;
  /** Only the session of a browser: the call is about the session itself. */
  readonly session?: true;
}

/** The requirements of routes, by name. A narrowed token cannot change the account, its secrets or its roles. */
export const REQUIREMENTS = {
  public: { public: true },
  any: { users: 'any' },
  session: { users: 'any', session: true },
  project: { users: 'project' },
  account: { users: 'account' },
  own: { users: 'account', operators: 'any' },
  profile: { users: 'any', self: true, operators: 'any' },
  self: { users: 'account', self: true, operators: 'any' },
  secrets: { users: 'account', self: true, operators: 'whole' },
  credentials: { users: 'credentials', self: true, operators: 'any' },
  new_credentials: { users: 'credentials', self: true },
  old_credentials: { users: 'credentials', self: true, operators: 'whole' },
  moderator: { users: 'project', roles: ['project_admin', 'project_mod'], operators: 'any' },
  manager: { users: 'project', roles: ['project_admin'], operators: 'any' },
  operator: { operators: 'any' },
  whole_operator: { operators: 'whole' },
  component: { components: true },
  ledger: { components: true, operators: 'any' },
  validation: { users: 'any', operators: 'any', components: true },
} as const satisfies Record<string, Requirement>;

/** Descriptions of the requirements, for documents. */
export const REQUIREMENT_TEXTS: Readonly<Record<RequirementName, string>> = {
  public: 'nothing; admits every request, with or without a token',
  any: 'any token of a user: the route is about the token itself, or about data that all users may read',
  session: 'the session of a browser, about which the route is',
  project: 'any token of a user; a narrowed token acts within its project, with the roles that it carries',
  account: 'a full-access token of a user',
  own: 'a full-access token of a user, or an operator',
  profile: 'any token of the user whom the path names, or an operator',
  self: 'a full-access token of the user whom the path names, or an operator',
  secrets:
    'a full-access token of the user whom the path names, or of an operator: secrets are created or ended',
  credentials:
    'of the user whom the path names, a full-access token or a token of an unrestricted application credential; or an operator',
  new_credentials: 'as `credentials`, without operators: users create credentials only for themselves',
  old_credentials: 'as `credentials`, and of the operator a full-access token',
  moderator: 'a user who manages or moderates the project that the token acts in, or an operator',
  manager: 'a user who manages the project that the token acts in, or an operator',
  operator: 'an operator: a token that carries the role `admin` on the whole cloud',
  whole_operator:
    'an operator with a full-access token: accounts, secrets or roles are created, changed or ended',
  component: 'the secret of a component',
  ledger: 'the secret of a component, or an operator',
  validation:
    'a component, an operator, or a user for tokens of the own account; a token with a scope can validate itself',
};

export type RequirementName = keyof typeof REQUIREMENTS;

/** A requirement of a route, by its name or in full. */
export type Required = RequirementName | Requirement;

export const requirementOf = (required: Required): Requirement =>
  typeof required === 'string' ? REQUIREMENTS[required] : required;

/** The caller, as far as `decide` needs it. */
export type Bearer =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'component' }
  | {
      readonly kind: 'user';
      readonly reach: Reach;
      readonly unrestricted?: boolean;
      /** Whether it is the session of a browser. */
      readonly session?: boolean;
      /** Names of roles on the whole cloud that the token carries. */
      readonly cloudRoles: readonly string[];
      /** Names of roles on the project that the token acts in. */
      readonly projectRoles: readonly string[];
      /** Whether the path names this user. */
      readonly self: boolean;
    };

/** The principal as the caller of a route. */
export function bearerOf(
  principal: Principal,
  { self, within, scoped }: { self: boolean; within: string; scoped: boolean },
): Bearer {
  return {
    kind: 'user',
    reach: reachOf(principal.token),
    unrestricted: isUnrestricted(principal.token),
    session: principal.token.session,
    cloudRoles: cloudRolesOf(principal, { scoped }),
    projectRoles: rolesWithin(principal, within),
    self,
  };
}

export type Verdict = 'allowed' | 'unknown' | 'forbidden';

/** Decides which caller may use a route. `unknown`: authentication is missing, or of the wrong kind. */
export function decide(requirement: Requirement, bearer: Bearer): Verdict {
  if (requirement.public) return 'allowed';
  if (bearer.kind === 'component') return requirement.components ? 'allowed' : 'unknown';
  if (bearer.kind === 'anonymous' || bearer.reach === 'nothing') return 'unknown';
  if (requirement.session && !bearer.session) return 'unknown';
  return mayAsOperator(requirement, bearer) || mayAsUser(requirement, bearer) ? 'allowed' : 'forbidden';
}

/** Whether a bearer is an operator of a route, whether or not the route admits operators. */
export function isOperatorFor({ operatorRoles = CLOUD_ROLES }: Requirement, bearer: Bearer): boolean {
  return bearer.kind === 'user' && bearer.cloudRoles.some((role) => operatorRoles.includes(role));
}

/** Whether a bearer whom a route admits acts only within a project. */
export function isWithinProject(requirement: Requirement, bearer: Bearer): boolean {
  const narrowed = bearer.kind === 'user' && bearer.reach === 'narrowed';
  return narrowed && requirement.users === 'project' && !isOperatorFor(requirement, bearer);
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
