import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { after, test } from 'node:test';
import type { DeclaredRoute } from '../../../src/http/kernel/declared-routes.ts';
import { letsIn, ROUTE_CALLERS, withoutSlashes } from '../../../src/http/kernel/route-callers.ts';
import { routesReference } from '../../../src/http/kernel/routes-reference.ts';
import { forEachEngine } from '../../support/engines.ts';
import { ADMIN_PASSWORD } from '../../support/harness.ts';
import { type Cloud, startCloud } from '../cloud.ts';
import { ask, byCredential, byPassword, enrol, logIn, onProject, projectOf } from './bearers.ts';

const ADMIN = 'admin@example.org';
const ABSENT = '00000000-0000-4000-8000-000000000000';
/** A number that no object has. */
const NO_NUMBER = '999999999';
/** Requests at a time. */
const CLIENTS = 16;

/** A caller of the table, with the token that it sends. */
interface Walker {
  readonly token: string | undefined;
  /** The cookie of a session, in place of a token; of one that nothing else uses for a request that ends it. */
  readonly cookieFor?: (path: string) => Promise<string>;
  readonly self: string;
  /** The user that paths name. */
  readonly user: string;
  readonly username: string;
  readonly project: string;
  /** A token of the same account that can be validated. */
  readonly subject: string;
}

/** A caller of each kind in the table, by its column. */
async function walkersOf(cloud: Cloud): Promise<Record<string, Walker>> {
  const { first, second, adminToken, domain } = cloud;
  const { account: admin } = await domain.tokens.authenticate(adminToken);
  const lab = await projectOf(cloud, 'lab', first.uuid);
  const den = await projectOf(cloud, 'den', second.uuid);
  await enrol(cloud, lab, first.uuid);
  await enrol(cloud, den, second.uuid);
  await enrol(cloud, den, admin.uuid, ['project_admin']);
  await domain.projects.setDefault(first.uuid, lab);
  const issue = async (user: string, wanted: object) =>
    (await domain.tokens.issue(user, { name: 'walk', ...wanted })).secret;
  const login = await logIn(cloud, byPassword(first.email), onProject(lab));
  const credential = async (unrestricted: boolean) => {
    const application_credential = { name: `robot ${unrestricted}`, unrestricted };
    const path = `/identity/v3/users/${first.uuid}/application_credentials`;
    const made = await ask(cloud, login, 'POST', path, { application_credential });
    assert.equal(made.status, 201, made.text);
    return logIn(cloud, byCredential(made.json.application_credential));
  };
  const session = async () => {
    const client = { address: '192.0.2.1', userAgent: '' };
    const { started } = await domain.signIn.begin(first.account, ['password'], client);
    assert.ok(started);
    return `__Host-purser=${started.secret}`;
  };
  const shared = await session();
  const cookieFor = async (path: string) => (/\/(sessions?|logout)$/.test(path) ? session() : shared);
  const scoped = { scope: '/files' };
  const own = {
    self: first.uuid,
    user: first.uuid,
    username: first.email,
    project: lab,
    subject: await issue(first.uuid, scoped),
  };
  const other = {
    ...own,
    self: second.uuid,
    project: ABSENT,
    subject: await issue(second.uuid, scoped),
    username: second.email,
  };
  const operator = {
    self: admin.uuid,
    user: ABSENT,
    username: admin.username,
    project: ABSENT,
    subject: own.subject,
  };
  return {
    'no token': { ...own, token: undefined },
    whole: { ...own, token: first.token },
    session: { ...own, token: undefined, cookieFor },
    'scoped login': { ...own, token: login },
    'another’s': { ...other, token: second.token },
    'by roles': { ...own, token: await issue(first.uuid, { roles: ['project_admin', 'member'] }) },
    'by project': { ...own, token: await issue(first.uuid, { project: lab }) },
    credential: { ...own, token: await credential(false) },
    unrestricted: { ...own, token: await credential(true) },
    'for validation': { ...own, token: await issue(first.uuid, { scope: '/another' }) },
    operator: { ...operator, token: adminToken },
    'operator, scoped': {
      ...operator,
      subject: await issue(admin.uuid, scoped),
      token: await logIn(cloud, byPassword(ADMIN, ADMIN_PASSWORD), onProject(den)),
    },
    'operator, by role': { ...operator, token: await issue(admin.uuid, { roles: ['admin'] }) },
    component: { ...own, token: cloud.component.token },
  };
}

/** A path for a request: objects in it belong to the caller if the request changes nothing. */
function pathFor({ path, method }: DeclaredRoute, walker: Walker): string {
  const reads = method === 'GET' || method === 'HEAD';
  const named = path
    .replace('/v2.0/tokens/*', `/v2.0/tokens/${walker.subject}`)
    .replace(/:(\w+)(?:\(\^.*?\$\))?(?=$|\/)/g, (_, name: string) => {
      if (name === 'user') return walker.user;
      if (name === 'project') return reads ? walker.project : ABSENT;
      return ['uuid', 'user_id'].includes(name) ? 'e8b3f57f5da64bf3a6bf4f9bbd3a40b5' : NO_NUMBER;
    })
    .replace('*', 'x');
  if (path.endsWith('/ui/activate')) return `${named}?auth=unknown`;
  if (/\/v3\/users$/.test(path)) return `${named}?name=${walker.username}`;
  if (!path.endsWith('/role_assignments')) return named;
  const place = walker.project === ABSENT ? '' : `&scope.project.id=${walker.project}`;
  return `${named}?user.id=${walker.self}${place}`;
}

forEachEngine((engine, open) => {
  test('every route admits and refuses every kind of token as the table says', async () => {
    const cloud = await startCloud(open, {
      PURSER_ADMIN_API: 'true',
      PURSER_ADMIN_API_GROUPS: 'admin',
      PURSER_ADMIN_STATS_GROUPS: 'admin',
    });
    const routes = withoutSlashes(await cloud.app.routes());
    const walkers = await walkersOf(cloud);
    assert.deepEqual(
      Object.keys(walkers),
      ROUTE_CALLERS.map(({ key }) => key),
    );
    const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });
    after(() => agent.destroy());
    const wrong: string[] = [];
    const walk = async (route: DeclaredRoute): Promise<void> => {
      for (const caller of ROUTE_CALLERS) {
        const walker = walkers[caller.key] as Walker;
        const path = pathFor(route, walker);
        // Ending the token in use would end the test.
        const subject = route.method === 'DELETE' ? 'unknown-id' : walker.subject;
        const token = caller.key === 'component' || walker.token === undefined ? undefined : walker.token;
        const asked =
          path.endsWith('/auth/tokens') && route.method !== 'DELETE'
            ? (token ?? walkers['whole']?.token)
            : subject;
        const headers = {
          ...(walker.token !== undefined && { 'x-auth-token': walker.token }),
          ...(walker.cookieFor && {
            cookie: await walker.cookieFor(path),
            'sec-fetch-site': 'same-origin',
          }),
          ...(asked !== undefined && { 'x-subject-token': asked }),
        };
        const status = await statusOf(cloud.url + path, { method: route.method, headers, agent });
        const refused = status === 401 || status === 403;
        if (refused === letsIn(route, caller)) {
          wrong.push(`${caller.key}: ${route.method} ${path}: ${status}`);
        }
        if (status >= 500) wrong.push(`${caller.key}: ${route.method} ${path}: ${status}`);
      }
    };
    // The requests of these routes would end the sessions of others.
    const ending = routes.filter(({ method, path }) => method === 'DELETE' && path.endsWith('/sessions'));
    const waiting = routes.filter((route) => !ending.includes(route));
    await Promise.all(
      Array.from({ length: CLIENTS }, async () => {
        for (let route = waiting.shift(); route; route = waiting.shift()) await walk(route);
      }),
    );
    for (const route of ending) await walk(route);
    assert.deepEqual(wrong, [], engine);
    // Neither an account nor a token in use was ended meanwhile.
    for (const { token } of [walkers['whole'], walkers['operator']] as Walker[]) {
      assert.equal((await ask(cloud, token, 'GET', '/api/me')).status, 200);
    }
    if (engine === 'sqlite') {
      const page = new URL('../../../../docs/reference/routes-and-tokens.md', import.meta.url);
      assert.equal(readFileSync(page, 'utf8'), routesReference(await cloud.app.routes()), 'run npm run docs');
    }
  });
});

/** The status of a response, whose body is not read. Only headers are sent. */
function statusOf(
  url: string,
  options: { method: string; headers: Record<string, string>; agent: Agent },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, options, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end();
  });
}
