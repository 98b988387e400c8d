import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openOffice } from './conformance/workflow-v1/office.ts';
import { forEachEngine } from './support/engines.ts';
import { REFUSED, type Refused, type World, WRITES_NOTHING } from './support/refused-requests.ts';
import { recordRoutes, type ServedRoute } from './support/served-routes.ts';
import { dumpTables } from './support/table-dump.ts';

/**
 * What a refused login may change: the address is recorded if the password was correct, whatever else of the request
 * was wrong; throttling uses that.
 */
const KEPT_OF_LOGINS = ['login_sources'];

/**
 * What a refused task may change: a task whose actions are not valid is stored, with the notes that tell
 * operators why, as in the older workflow service.
 */
const KEPT_OF_TASKS = ['tasks', 'actions', 'notifications', 'audit', 'outbox'];

forEachEngine((_engine, open) => {
  test('a refused request has changed nothing, for every route', async () => {
    const served = recordRoutes();
    const world = await makeWorld(open);
    // Dialects that are loaded on demand have their routes after their first request.
    for (const path of ['/api/me', '/v1', '/v3', '/identity/v3', '/identity/v2.0/users', '/ui/login']) {
      await world.fetch(path);
    }
    const routes = [...new Set(served.filter(changes).map(nameOf))].sort();
    const known = new Set([...Object.keys(REFUSED), ...WRITES_NOTHING]);
    assert.deepEqual(
      routes.filter((route) => !known.has(route)),
      [],
      'routes without a refused request',
    );
    assert.deepEqual(
      [...known].filter((route) => !routes.includes(route)),
      [],
      'routes that are not served',
    );
    const problems: string[] = [];
    let before = await dumpTables(world.domain);
    for (const route of routes) {
      const requests = REFUSED[route]?.(world) ?? [];
      for (const refused of requests) {
        const { status, text } = await send(world, route, refused);
        const isRefusal = status >= 400 && status < 500;
        if (!isRefusal) problems.push(`${route} ${JSON.stringify(refused)}: ${status} ${text}`);
      }
      if (requests.length === 0) continue;
      const after = await dumpTables(world.domain);
      const kept = [
        ...(/token|login/.test(route) ? KEPT_OF_LOGINS : []),
        ...(requests.some(({ keepsTask }) => keepsTask) ? KEPT_OF_TASKS : []),
      ];
      const changed = Object.keys(after).filter(
        (table) => !kept.includes(table) && after[table]?.join('\n') !== before[table]?.join('\n'),
      );
      if (changed.length > 0) problems.push(`${route} changed ${changed.join(', ')}`);
      before = after;
    }
    assert.deepEqual(problems, []);
  });
});

const READING = ['GET', 'HEAD', 'OPTIONS'];

const changes = ({ method }: ServedRoute): boolean => !READING.includes(method);

/** A route without variants: a slash at the end, the suffix of a format, the second prefix of a dialect. */
function nameOf({ method, url }: ServedRoute): string {
  const path = url
    .replace(/^\/v3\//, '/identity/v3/')
    .replaceAll(/\((?:[^()]|\([^()]*\)|\((?:[^()]|\([^()]*\))*\))*\)/g, '')
    .replace(/\.(?:json|xml)\/?$/, '')
    .replace(/\/$/, '');
  return `${method} ${path}`;
}

async function send(
  world: World,
  route: string,
  { path, body, form, by = world.operator, headers = {} }: Refused,
): Promise<{ status: number; text: string }> {
  const [method = ''] = route.split(' ', 1);
  const response = await world.fetch(path, {
    method,
    headers: {
      ...(by !== null && { 'x-auth-token': by }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(form !== undefined && { body: new URLSearchParams(form) }),
  });
  return { status: response.status, text: await response.text() };
}

async function makeWorld(open: Parameters<typeof openOffice>[0]): Promise<World> {
  const office = await openOffice(open, { config: { admin_api: true } });
  const { domain, owner, member, stranger, moderator, adminToken } = office;
  const api = async (method: string, path: string, body?: object, token = adminToken) => {
    const response = await office.fetch(`/api${path}`, {
      method,
      headers: { 'x-auth-token': token, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    assert.ok(response.status < 300, `${method} ${path}: ${response.status} ${text}`);
    return text === '' ? {} : JSON.parse(text);
  };
  const whole = async (uuid: string) => (await domain.tokens.issue(uuid, { name: 'whole' })).secret;
  const { secret: component } = await domain.components.add({
    name: 'storage',
    baseUrl: 'http://s.example.org',
  });
  const ownerToken = await whole(owner.uuid);
  const end_date = '2030-01-01';
  const application = await api('POST', '/projects', { name: 'wish.example.org', end_date }, ownerToken);
  const decided = await api('POST', '/projects', { name: 'past.example.org', end_date }, ownerToken);
  await api('POST', `/applications/${decided.id}/action`, { action: 'deny' });
  const { items: memberships } = await api(
    'GET',
    `/memberships?user=${member.uuid}&project=${owner.project}`,
  );
  await api('POST', '/terms', { text: 'Be kind.' });
  for (const token of [adminToken, ownerToken]) await api('POST', '/terms/sign', undefined, token);
  for (const { uuid } of [member, stranger, moderator]) await domain.accounts.signTerms(uuid);
  const credential = await domain.applicationCredentials.create(
    await domain.tokens.authenticate(ownerToken),
    { name: 'program', project: owner.project },
    ['project_admin'],
    { uuid: owner.uuid, name: owner.email, address: null },
  );
  await office.signUp('plan', 'new@example.org');
  const pendingTask = (await office.newestTask()).uuid;
  await office.invite('guest@example.org');
  const invitation = (await office.newestTask()).uuid;
  const workflowToken = await office.tokenOf('guest@example.org');
  const { items: users } = await api('GET', '/users?role=admin');
  const pending = await domain.accounts.create({ email: 'p@example.org', firstName: 'P', lastName: 'P' });
  return {
    domain,
    fetch: office.fetch,
    operator: adminToken,
    component,
    admin: users[0],
    owner: { ...owner, token: ownerToken },
    member: { ...member, token: await whole(member.uuid) },
    moderator: moderator.token,
    stranger,
    pending: pending.uuid,
    application: application.id,
    decided: decided.id,
    membership: memberships[0].id,
    credential: credential.credential.id,
    pendingTask,
    invitation,
    workflowToken,
    notification: (await domain.workflow.notifications.list({ at: 'all' })).items[0]?.uuid ?? '',
  };
}
