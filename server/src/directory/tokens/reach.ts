import { actingProject, type Principal, type RoleGrant, type Token } from './principal.ts';

/** What of a token says how far it reaches. */
type Binding = Pick<Token, 'scope' | 'roles' | 'origin' | 'project'>;

/** The bearer of a token, with roles. */
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
 * - `nothing`: a token with a scope, which only serves to be validated by a third party.
 */
export type Reach = 'whole' | 'narrowed' | 'nothing';

export function reachOf({ scope, roles, origin, project }: Binding): Reach {
  if (scope !== null) return 'nothing';
  if (roles !== null) return 'narrowed';
  return (origin?.whole ?? project === null) ? 'whole' : 'narrowed';
}

/** Whether a token was made with an application credential that may make others. */
function isUnrestricted({ origin }: Token): boolean {
  return origin?.credential?.unrestricted ?? false;
}

/** The role on the whole cloud whose holders operate it. */
export const OPERATORS_ROLE = 'admin';

/**
 * Roles that mean something on the whole cloud, and on one project nothing to Purser: there they are words for the
 * services of that project. All other roles mean something on the project where they are granted, and nothing on the
 * whole cloud.
 */
const CLOUD_ROLES: readonly string[] = [OPERATORS_ROLE];

/** Whether a grant gives no power over Purser: its role is one of the whole cloud, its place is one project. */
export function isInert({ role, project }: RoleGrant): boolean {
  return project !== null && CLOUD_ROLES.includes(role.name);
}

/**
 * A role counts in its place: these are the names of the roles that a principal has on a project, for decisions of
 * Purser. `cloudRolesOf` has those on the whole cloud.
 */
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
export function isOperator(principal: Holder, options: { scoped?: boolean } = {}): boolean {
  return cloudPowersOf(principal, options).length > 0;
}

/**
 * Who may validate a token: a component, an operator, the account that the token belongs to, and the bearer of the
 * token itself, who is that account too (decision token-reach).
 * @param caller undefined for a component, whose task it is to ask
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

/** Those of the roles on the whole cloud that mean something to Purser itself. See `cloudRolesOf`. */
export function cloudPowersOf(principal: Holder, options: { scoped?: boolean } = {}): string[] {
  return cloudRolesOf(principal, options).filter((role) => CLOUD_ROLES.includes(role));
}

const nameOf = ({ role }: RoleGrant): string => role.name;

/** What a route requires of the caller. Any one of the ways that it names is enough. */
export interface Requirement {
  /** No token is required. */
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
  /** Only the session of a browser: the call is about the session itself. */
  readonly session?: true;
}

/** What routes need, by name. A narrowed token cannot change the account, its secrets or its roles. */
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

/** The same, for people. */
export const REQUIREMENT_TEXTS: Readonly<Record<RequirementName, string>> = {
  public: 'nothing; anyone may call it, with or without a token',
  any: 'any token of a user: the call is about the token itself, or about what all users may know',
  session: 'the session of a browser, about which the call is',
  project: 'any token of a user; a narrowed one acts within its project, by the roles that it carries',
  account: 'a token of the whole account',
  own: 'a token of the whole account, or an operator',
  profile: 'the user whom the path names, or an operator',
  self: 'the same, and of the user a token of the whole account',
  secrets: 'the same, and of the operator too a token of the whole account: secrets are made or taken away',
  credentials:
    'of the user whom the path names, a token of the whole account or of a credential that may make others; or an operator',
  new_credentials: 'the same, without operators: credentials are created only for oneself',
  old_credentials: 'as `credentials`, and of the operator a token of the whole account',
  moderator: 'a user who manages or moderates the project that the token acts in, or an operator',
  manager: 'a user who manages the project that the token acts in, or an operator',
  operator: 'an operator: a token that carries the role `admin` on the whole cloud',
  whole_operator: 'an operator with a token of the whole account: accounts, secrets or roles are changed',
  component: 'the secret of a component',
  ledger: 'the secret of a component, or an operator',
  validation:
    'a component, an operator, or a user for tokens of the own account; a token with a scope may ask about itself',
};

export type RequirementName = keyof typeof REQUIREMENTS;

/** A requirement of a route, by its name or in full. */
export type Required = RequirementName | Requirement;

export const requirementOf = (required: Required): Requirement =>
  typeof required === 'string' ? REQUIREMENTS[required] : required;

/** Who calls, as far as it decides what they may. */
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

/** Who a principal is to a route. */
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

/** The one decision on who may call what. `unknown`: authentication is missing, or of the wrong kind. */
export function decide(requirement: Requirement, bearer: Bearer): Verdict {
  if (requirement.public) return 'allowed';
  if (bearer.kind === 'component') return requirement.components ? 'allowed' : 'unknown';
  if (bearer.kind === 'anonymous' || bearer.reach === 'nothing') return 'unknown';
  if (requirement.session && !bearer.session) return 'unknown';
  return mayAsOperator(requirement, bearer) || mayAsUser(requirement, bearer) ? 'allowed' : 'forbidden';
}

/** Whether a bearer is an operator to a route, whatever the route asks of operators. */
export function isOperatorFor({ operatorRoles = CLOUD_ROLES }: Requirement, bearer: Bearer): boolean {
  return bearer.kind === 'user' && bearer.cloudRoles.some((role) => operatorRoles.includes(role));
}

/** Whether a bearer who may call a route acts there within a project alone. */
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
