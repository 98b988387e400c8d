import { isWithinProject, REQUIREMENT_TEXTS } from '../../directory/tokens/reach.ts';
import type { DeclaredRoute } from './declared-routes.ts';
import { letsIn, nameOf, ROUTE_CALLERS, type RouteCaller, withoutSlashes } from './route-callers.ts';

/** The dialect of a path: the first matching prefix. */
const DIALECTS: readonly (readonly [title: string, prefix: RegExp])[] = [
  ['Native API', /^\/api(\/|$)/],
  ['Workflow, v1', /^\/v1(\/|$)/],
  ['Identity, v3', /^\/(identity\/)?v3(\/|$)/],
  ['Identity, v2.0', /^\/(identity(\/|$)|tokens$)/],
  [
    'Account, v1.0, with its older addresses',
    /^\/(account|feedback|user_catalogs|service|im\/authenticate|ui\/authenticate)/,
  ],
  ['Pages and feeds', /^\/(ui|im|weblogin|login|admin|$)/],
  ['Operations', /^\//],
];

/** Prefixes that serve the same routes as another one. */
const ALIASES: Readonly<Record<string, string>> = { '/v3': '/identity/v3' };

/** What the requirement of a route does not show. */
const NOTES: readonly (readonly [route: string, note: string])[] = [
  ['POST /api/delegates/:delegate', 'Each delegate API has its own gate, which the handler checks.'],
  ['POST /api/login', 'Authenticated in the handler, by a password.'],
  ['POST /api/session', 'Authenticated in the handler, by a password.'],
  ['POST /api/session/password', 'Authenticated in the handler, by the ticket of a sign-in.'],
  ['POST /api/session/second-factor', 'Authenticated in the handler, by the ticket of a sign-in.'],
  ['POST /api/session/terms', 'Authenticated in the handler, by the ticket of a sign-in.'],
  ['POST /api/task-tokens/:secret', 'Authenticated in the handler, by the secret in the path.'],
  ['POST /api/rehearsals', 'The rehearsed request must meet the requirement of its own route.'],
  ['POST /v1/tokens/*', 'Authenticated in the handler, by the secret in the path.'],
  ['POST /v1/token/*', 'Authenticated in the handler, by the secret in the path.'],
  [
    'POST /identity/v3/auth/tokens',
    'Authenticated in the handler, by a password, a token or an application credential.',
  ],
  ['POST /identity/v3/users/:user/password', 'Authenticated in the handler, by the present password.'],
  [
    'DELETE /identity/v3/auth/tokens',
    'Any token can end itself; to end another token of the account, it must be a full-access token.',
  ],
  ['POST /identity/v2.0/tokens', 'Authenticated in the handler, by a password or a token.'],
  ['POST /ui/token/:token', 'Authenticated in the handler, by the secret in the path.'],
  ['POST /ui/login/local', 'Authenticated in the handler, by a password.'],
  ['GET /ui/profile', 'Pages of the account require a session, and redirect to the sign-in without one.'],
  ['GET /metrics', 'The setting `metrics_token` and the address of the client decide.'],
];

const INTRODUCTION = `# Routes and tokens

Which callers each route admits. This page is generated from the declarations of the routes (\`npm run docs\`). One test
compares it with the code; another calls every route with every kind of token and compares the responses.

## How to read this page

A route declares what it requires of its caller, by a name such as \`account\`. One function (\`decide\` in
\`server/src/directory/tokens/reach.ts\`) checks this before the body is read. The domain then restricts an admitted user
to the data that the user may see and change.

Each API below has one table: a row for each requirement, a column for each kind of caller. Below the table are the
routes with that requirement.

- **yes**: admitted
- **part**: admitted; the token acts within its project, with the roles that it carries, and cannot act on the user's account
- **–**: refused, with 401 or 403

`;

/** The routes by requirement, and who meets each requirement, for reviews of token permissions. */
export function routesReference(routes: readonly DeclaredRoute[]): string {
  const shown = withoutAliases(withoutSlashes(routes));
  refuseStrayNotes(shown.routes);
  const dialects = DIALECTS.map(([title, prefix], index) => {
    const before = DIALECTS.slice(0, index);
    const own = shown.routes.filter(
      ({ path }) => prefix.test(path) && !before.some(([, other]) => other.test(path)),
    );
    const aliases = shown.aliases.filter((alias) =>
      own.some(({ path }) => isBelow(path, ALIASES[alias] ?? '')),
    );
    const also = aliases.map(
      (alias) => `All routes below \`${ALIASES[alias]}\` are served below \`${alias}\` too.\n\n`,
    );
    return `## ${title}\n\n${also.join('')}${groupsOf(own)}`;
  });
  return `${INTRODUCTION}${callers()}\n${requirements()}\n${dialects.join('\n')}`;
}

function callers(): string {
  const lines = ROUTE_CALLERS.map(({ key, about }) => `- **${key}**: ${about}`);
  return `The callers, in the order of the columns:\n\n${lines.join('\n')}\n`;
}

function requirements(): string {
  const lines = Object.entries(REQUIREMENT_TEXTS).map(([name, text]) => `- \`${name}\`: ${text}`);
  return `The requirements:\n\n${lines.join('\n')}\n`;
}

/** Leaves out routes that an alias serves, if all of them have the same requirements there. */
function withoutAliases(routes: readonly DeclaredRoute[]): { routes: DeclaredRoute[]; aliases: string[] } {
  const known = new Map(routes.map((route) => [`${route.method} ${route.path}`, route]));
  const aliases = Object.entries(ALIASES).flatMap(([alias, prefix]) => {
    const equal = routes
      .filter(({ path }) => isBelow(path, alias))
      .every(({ method, path, requires, scoped }) => {
        const same = known.get(`${method} ${prefix}${path.slice(alias.length)}`);
        return same?.requires === requires && same.scoped === scoped;
      });
    return equal ? [alias] : [];
  });
  return { routes: routes.filter(({ path }) => !aliases.some((alias) => isBelow(path, alias))), aliases };
}

const isBelow = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`);

/** A table of requirements by callers, and the routes of each requirement. */
function groupsOf(routes: readonly DeclaredRoute[]): string {
  const groups = Map.groupBy(routes, (route) => [needsOf(route), ...cellsOf(route)].join(' | '));
  const sorted = [...groups].sort(([one], [other]) => orderOf(one) - orderOf(other));
  const heads = ['requirement', ...ROUTE_CALLERS.map(({ key }) => key)];
  const table = [heads.join(' | '), heads.map(() => '---').join(' | '), ...sorted.map(([row]) => row)];
  const lists = sorted.map(([, own]) => {
    const lines = merged(own).map(lineOf);
    return `${needsOf(own[0] as DeclaredRoute)}:\n\n${lines.join('\n')}\n`;
  });
  return `${table.map((row) => `| ${row} |\n`).join('')}\n${lists.join('\n')}`;
}

/** In the order in which the requirements are explained. */
function orderOf(row: string): number {
  const at = Object.keys(REQUIREMENT_TEXTS).findIndex((name) => row.startsWith(`\`${name}\``));
  return at < 0 ? Number.POSITIVE_INFINITY : at;
}

/** Methods of one path are one line. */
function merged(routes: readonly DeclaredRoute[]): { path: string; methods: string[] }[] {
  const lines = new Map<string, string[]>();
  for (const { path, method } of routes) lines.set(path, [...(lines.get(path) ?? []), method]);
  return [...lines].map(([path, methods]) => ({ path, methods }));
}

function lineOf({ path, methods }: { path: string; methods: string[] }): string {
  const note = NOTES.find(([route]) => methods.some((method) => route === `${method} ${path}`))?.[1];
  return `- \`${methods.join(', ')} ${path}\`${note === undefined ? '' : `. ${note}`}`;
}

function refuseStrayNotes(routes: readonly DeclaredRoute[]): void {
  const known = new Set(routes.map(({ method, path }) => `${method} ${path}`));
  const stray = NOTES.find(([route]) => !known.has(route));
  if (stray) throw new Error(`A note of the reference is about ${stray[0]}, which is not a route.`);
}

function needsOf({ requires }: DeclaredRoute): string {
  const name = nameOf(requires);
  if (name !== undefined) return `\`${name}\``;
  const whole = requires.operators === 'whole' ? ', full-access token' : '';
  return `the operators named by a setting${whole}`;
}

function cellsOf(route: DeclaredRoute): string[] {
  return ROUTE_CALLERS.map((caller) => cellOf(route, caller));
}

function cellOf(route: DeclaredRoute, caller: RouteCaller): string {
  if (!letsIn(route, caller)) return '–';
  return isWithinProject(route.requires, caller.bearer(route)) ? 'part' : 'yes';
}
