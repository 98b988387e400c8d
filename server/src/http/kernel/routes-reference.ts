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

const INTRODUCTION = `# Routes and tokens

Which callers each route admits. This page is generated from the declarations of the routes (\`npm run docs\`). One test
compares it with the code; another calls every route with every kind of token and compares the responses.

A route declares what it requires of its caller. One function (\`decide\` in \`server/src/directory/tokens/reach.ts\`) checks
this before the body is read. The domain then restricts an admitted user to the data that the user may see and change.

- **yes**: admitted
- **part**: admitted; the token acts within its project, with the roles that it carries, and cannot act on the user's account
- **–**: refused, with 401 or 403

`;

/** The table of all routes by all kinds of callers, for reviews of token permissions. */
export function routesReference(routes: readonly DeclaredRoute[]): string {
  const shown = withoutSlashes(routes);
  const dialects = DIALECTS.map(([title, prefix], index) => {
    const before = DIALECTS.slice(0, index);
    const own = shown.filter(
      ({ path }) => prefix.test(path) && !before.some(([, other]) => other.test(path)),
    );
    return `## ${title}\n\n${tableOf(own)}`;
  });
  return `${INTRODUCTION}${callers()}\n${requirements()}\n${dialects.join('\n')}`;
}

function callers(): string {
  const lines = ROUTE_CALLERS.map(({ key, about }) => `- **${key}**: ${about}`);
  return `The callers:\n\n${lines.join('\n')}\n`;
}

function requirements(): string {
  const lines = Object.entries(REQUIREMENT_TEXTS).map(([name, text]) => `- \`${name}\`: ${text}`);
  return `The requirements of routes:\n\n${lines.join('\n')}\n`;
}

function tableOf(routes: readonly DeclaredRoute[]): string {
  const heads = ['route', 'requires', ...ROUTE_CALLERS.map(({ key }) => key)];
  const rows = merged(routes).map(({ route, methods }) => [
    `\`${methods.join(', ')} ${route.path.replaceAll('|', '\\|')}\``,
    needsOf(route),
    ...ROUTE_CALLERS.map((caller) => cellOf(route, caller)),
  ]);
  return [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |\n`).join('');
}

/** Methods of one path with the same requirement are one row. */
function merged(routes: readonly DeclaredRoute[]): { route: DeclaredRoute; methods: string[] }[] {
  const rows: { route: DeclaredRoute; methods: string[] }[] = [];
  for (const route of routes) {
    const row = rows.find(({ route: one }) => one.path === route.path && one.requires === route.requires);
    if (row) row.methods.push(route.method);
    else rows.push({ route, methods: [route.method] });
  }
  return rows;
}

function needsOf({ requires }: DeclaredRoute): string {
  const name = nameOf(requires);
  if (name !== undefined) return `\`${name}\``;
  const whole = requires.operators === 'whole' ? ', full-access token' : '';
  return `the operators named by a setting${whole}`;
}

function cellOf(route: DeclaredRoute, caller: RouteCaller): string {
  if (!letsIn(route, caller)) return '–';
  return isWithinProject(route.requires, caller.bearer(route)) ? 'part' : 'yes';
}
