import {
  type Bearer,
  decide,
  OPERATORS_ROLE,
  REQUIREMENTS,
  type Requirement,
} from '../../directory/tokens/reach.ts';
import type { DeclaredRoute } from './declared-routes.ts';

type User = Bearer & { kind: 'user' };

/** Somebody who calls, as the table of routes tells them apart. */
export interface RouteCaller {
  /** The head of the column. */
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

/** Whichever role makes an operator of a route. */
const rolesOf = ({ requires }: DeclaredRoute): readonly string[] =>
  requires.operatorRoles ?? [OPERATORS_ROLE];

const operator = (route: DeclaredRoute): User => ({
  ...user,
  cloudRoles: rolesOf(route),
  projectRoles: [],
  self: false,
});

/** In the order of the columns. All but the last three are users without power over the cloud. */
export const ROUTE_CALLERS: readonly RouteCaller[] = [
  { key: 'no token', about: 'an anonymous request', bearer: () => ({ kind: 'nobody' }) },
  {
    key: 'whole',
    about:
      'a token of the account that is bound to nothing, and a login of the person without a scope; where a path ' +
      'names a user, that user’s own',
    bearer: () => user,
  },
  {
    key: 'scoped login',
    about: "a project's token that came of the person's own login: all that clients of OpenStack have",
    bearer: () => user,
  },
  {
    key: 'another’s',
    about: 'the same of a user whom the path does not name, and who has no role on the project',
    bearer: () => ({ ...user, projectRoles: [], self: false }),
  },
  {
    key: 'by roles',
    about: 'a token that is cut to roles, and those let its user manage the project',
    bearer: () => ({ ...user, reach: 'narrowed' }),
  },
  {
    key: 'by project',
    about: 'a token that is bound to a project otherwise than by a login of the person',
    bearer: () => ({ ...user, reach: 'narrowed' }),
  },
  {
    key: 'credential',
    about: 'a token made with a restricted application credential',
    bearer: () => ({ ...user, reach: 'narrowed' }),
  },
  {
    key: 'unrestricted',
    about: 'a token made with an application credential that may make others',
    bearer: () => ({ ...user, reach: 'narrowed', unrestricted: true }),
  },
  {
    key: 'for validation',
    about: 'a token with a scope, which only serves to be validated by a third party',
    bearer: () => ({ ...user, reach: 'nothing' }),
  },
  {
    key: 'operator',
    about: 'a whole token of a user with the role on the whole cloud; where a path names a user, another one',
    bearer: operator,
  },
  {
    key: 'operator, scoped',
    about: "a project's token that came of such a user's own login",
    bearer: (route) => ({ ...operator(route), cloudRoles: route.scoped ? rolesOf(route) : [] }),
  },
  {
    key: 'operator, by role',
    about: 'a token of such a user that is cut to that role',
    bearer: (route) => ({ ...operator(route), reach: 'narrowed' }),
  },
  { key: 'component', about: 'the secret of a component', bearer: () => ({ kind: 'component' }) },
];

/** Whether a route lets somebody in; what is done then is for the domain to judge. */
export function letsIn(route: DeclaredRoute, caller: RouteCaller): boolean {
  return decide(route.requires, caller.bearer(route)) === 'allowed';
}

/** What a requirement is called; undefined for one that has no name. */
export function nameOf(requirement: Requirement): string | undefined {
  return Object.entries(REQUIREMENTS).find(([, one]) => one === requirement)?.[0];
}

/** Routes without those that differ from another by nothing but a slash at the end. */
export function withoutSlashes(routes: readonly DeclaredRoute[]): DeclaredRoute[] {
  const known = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
  return routes.filter(({ method, path, requires }) => {
    const plain =
      path.length > 1 && path.endsWith('/') ? known.get(`${method} ${path.slice(0, -1)}`) : undefined;
    return plain?.requires !== requires;
  });
}
