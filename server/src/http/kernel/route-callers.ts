import {
  type Bearer,
  decide,
  OPERATORS_ROLE,
  REQUIREMENTS,
  type Requirement,
} from '../../directory/tokens/reach.ts';
import type { DeclaredRoute } from './declared-routes.ts';

type User = Bearer & { kind: 'user' };

/** A kind of caller in the table of routes. */
export interface RouteCaller {
  /** The column title. */
  readonly key: string;
  readonly about: string;
  bearer(route: DeclaredRoute): Bearer;
}

const user: User = {
  kind: 'user',
  reach: 'whole',
  cloudRoles: [],
  projectRoles: ['member', 'project_mod', 'project_admin'],
  self: true,
};

/** The roles that make a user an operator of a route. */
const rolesOf = ({ requires }: DeclaredRoute): readonly string[] =>
  requires.operatorRoles ?? [OPERATORS_ROLE];

const operator = (route: DeclaredRoute): User => ({
  ...user,
  cloudRoles: rolesOf(route),
  projectRoles: [],
  self: false,
});

/** In the order of the columns. All but the last three are users without roles on the cloud. */
export const ROUTE_CALLERS: readonly RouteCaller[] = [
  { key: 'no token', about: 'an anonymous request', bearer: () => ({ kind: 'anonymous' }) },
  {
    key: 'whole',
    about:
      'an unbound token of the account, or a login of the user without a scope; if a path names a user, a token of that ' +
      'user',
    bearer: () => user,
  },
  {
    key: 'session',
    about:
      'the session of a browser, from a page of this service; as an unbound token, in the native API alone',
    bearer: ({ path }) => (path.startsWith('/api/') ? { ...user, session: true } : { kind: 'anonymous' }),
  },
  {
    key: 'scoped login',
    about: "a project's token from the user's own login, the only kind that OpenStack clients have",
    bearer: () => user,
  },
  {
    key: 'another’s',
    about: 'the same for a user that the path does not name, without roles on the project',
    bearer: () => ({ ...user, projectRoles: [], self: false }),
  },
  {
    key: 'by roles',
    about: 'a token narrowed to roles that allow managing the project',
    bearer: () => ({ ...user, reach: 'narrowed' }),
  },
  {
    key: 'by project',
    about: 'a token bound to a project, not from a login of the user',
    bearer: () => ({ ...user, reach: 'narrowed' }),
  },
  {
    key: 'credential',
    about: 'a token made with a restricted application credential',
    bearer: () => ({ ...user, reach: 'narrowed' }),
  },
  {
    key: 'unrestricted',
    about: 'a token made with an unrestricted application credential, which can create others',
    bearer: () => ({ ...user, reach: 'narrowed', unrestricted: true }),
  },
  {
    key: 'for validation',
    about: 'a scoped token that can only be validated by a third party',
    bearer: () => ({ ...user, reach: 'nothing' }),
  },
  {
    key: 'operator',
    about:
      'a full-access token of a user with the role on the whole cloud; if a path names a user, another one',
    bearer: operator,
  },
  {
    key: 'operator, scoped',
    about: "a project's token from such a user's own login",
    bearer: (route) => ({ ...operator(route), cloudRoles: route.scoped ? rolesOf(route) : [] }),
  },
  {
    key: 'operator, by role',
    about: 'a token of such a user, narrowed to that role',
    bearer: (route) => ({ ...operator(route), reach: 'narrowed' }),
  },
  { key: 'component', about: 'the secret of a component', bearer: () => ({ kind: 'component' }) },
];

/** Whether a route admits a caller; the domain decides further. */
export function letsIn(route: DeclaredRoute, caller: RouteCaller): boolean {
  return decide(route.requires, caller.bearer(route)) === 'allowed';
}

/** The name of a requirement; undefined if it has none. */
export function nameOf(requirement: Requirement): string | undefined {
  return Object.entries(REQUIREMENTS).find(([, one]) => one === requirement)?.[0];
}

/** Routes without duplicates that differ only by a slash at the end. */
export function withoutSlashes(routes: readonly DeclaredRoute[]): DeclaredRoute[] {
  const known = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
  return routes.filter(({ method, path, requires }) => {
    const plain =
      path.length > 1 && path.endsWith('/') ? known.get(`${method} ${path.slice(0, -1)}`) : undefined;
    return plain?.requires !== requires;
  });
}
