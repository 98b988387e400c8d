import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { exchange } from '../../support/http-exchange.ts';
import { errors, fieldErrors, notes, openOffice, says, UNKNOWN } from './office.ts';

const VERSION = {
  status: 'CURRENT',
  id: '1.0',
  'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.adjutant-v1+json' }],
};

const ADMINS = "['admin']";
const MODERATORS = "['project_admin', 'project_mod', 'admin']";

/** Every call that needs a caller, and the roles of which one is needed; null: none. */
const GATED: [string, string, string | null][] = [
  ['GET', '/v1/status', ADMINS],
  ['GET', '/v1/tasks?filters=nonsense', ADMINS],
  ['GET', `/v1/tasks/${UNKNOWN}`, MODERATORS],
  ['PUT', `/v1/tasks/${UNKNOWN}`, ADMINS],
  ['POST', `/v1/tasks/${UNKNOWN}`, ADMINS],
  ['DELETE', `/v1/tasks/${UNKNOWN}`, MODERATORS],
  ['GET', '/v1/tokens?filters=nonsense', ADMINS],
  ['POST', '/v1/tokens', MODERATORS],
  ['DELETE', '/v1/token', ADMINS],
  ['GET', '/v1/notifications?filters=nonsense', ADMINS],
  ['GET', '/v1/notification', ADMINS],
  ['POST', '/v1/notifications', ADMINS],
  ['GET', `/v1/notifications/${UNKNOWN}`, ADMINS],
  ['POST', `/v1/notification/${UNKNOWN}`, ADMINS],
  ['GET', '/v1/openstack/users', MODERATORS],
  ['POST', '/v1/openstack/users', MODERATORS],
  ['GET', '/v1/openstack/users/x', MODERATORS],
  ['DELETE', '/v1/openstack/users/x', MODERATORS],
  ['GET', '/v1/openstack/users/x/roles', MODERATORS],
  ['PUT', '/v1/openstack/users/x/roles', MODERATORS],
  ['DELETE', '/v1/openstack/users/x/roles', MODERATORS],
  ['GET', '/v1/openstack/roles', MODERATORS],
  ['GET', '/v1/openstack/quotas', MODERATORS],
  ['POST', '/v1/openstack/quotas', MODERATORS],
  ['POST', '/v1/openstack/users/password-set', ADMINS],
  ['POST', '/v1/openstack/users/email-update', null],
  ['POST', '/v1/actions/InviteUser', MODERATORS],
  ['POST', '/v1/actions/EditUser', MODERATORS],
  ['POST', '/v1/actions/UpdateEmail', null],
];

/** Calls that take a body, and who may make them. */
const WITH_BODY: [string, string, 'admin' | 'owner' | null][] = [
  ['PUT', `/v1/tasks/${UNKNOWN}`, 'admin'],
  ['POST', '/v1/tokens', 'admin'],
  ['POST', '/v1/notifications', 'admin'],
  ['POST', '/v1/openstack/users', 'owner'],
  ['PUT', '/v1/openstack/users/x/roles', 'owner'],
  ['DELETE', '/v1/openstack/users/x/roles', 'owner'],
  ['POST', '/v1/openstack/quotas', 'owner'],
  ['POST', '/v1/openstack/sign-up', null],
  ['POST', '/v1/openstack/users/password-reset', null],
  ['POST', '/v1/openstack/users/email-update', 'owner'],
  ['POST', '/v1/actions/CreateProjectAndUser', null],
  ['POST', '/v1/actions/EditUser', 'owner'],
];

forEachEngine((_engine, open) => {
  test('the root lists versions for programs and redirects browsers', async () => {
    const { url, ask } = await openOffice(open);
    const list = { versions: [{ ...VERSION, links: [{ href: `${url}/v1/`, rel: 'self' }] }] };
    says(await ask(null, 'GET', '/'), 200, list);
    for (const accept of ['application/json', '*/*']) {
      says(await exchange(url, '/', { headers: { accept } }), 200, list);
    }
    const browser = await exchange(url, '/', { headers: { accept: 'text/html,*/*;q=0.8' } });
    assert.equal(browser.status, 302);
    assert.equal(browser.headers.location, '/ui/');
    for (const path of ['/v1', '/v1/']) {
      const version = { version: { ...VERSION, links: [{ href: url + path, rel: 'self' }] } };
      says(await ask(null, 'GET', path), 200, version);
      says(await ask(null, 'GET', `${path}?x=1`), 200, version);
    }
  });

  test('links have the host of the request, and the scheme from a trusted proxy', async () => {
    const { url } = await openOffice(open, { env: { PURSER_TRUSTED_PROXIES: '127.0.0.1' } });
    const hrefOf = async (headers: Record<string, string>) =>
      (await exchange(url, '/v1', { headers })).json.version.links[0].href;
    assert.equal(await hrefOf({ host: 'cloud.example.org' }), 'http://cloud.example.org/v1');
    const secure = { host: 'cloud.example.org:8443', 'x-forwarded-proto': 'https' };
    assert.equal(await hrefOf(secure), 'https://cloud.example.org:8443/v1');
    assert.equal(await hrefOf({ host: '127.0.0.1:8700' }), 'http://127.0.0.1:8700/v1');
    assert.equal((await exchange(url, '/v1', { headers: { host: 'evil"host' } })).status, 400);
  });

  test('a missing token answers 401 before a missing role answers 403, and both before input is read', async () => {
    const { ask, member, owner } = await openOffice(open);
    const unauthenticated = errors('Credentials incorrect or none given.');
    for (const [method, path, roles] of GATED) {
      const body = method === 'GET' ? undefined : '{"no json';
      says(await ask(null, method, path, body), 401, unauthenticated);
      says(await ask({ ...owner, token: 'unknown-token' }, method, path, body), 401, unauthenticated);
      if (roles === null) continue;
      const refused = errors(`Must have one of the following roles: ${roles}`);
      says(await ask(member, method, path, body), 403, refused);
      if (roles === ADMINS) says(await ask(owner, method, path, body), 403, refused);
    }
  });

  test('an expired token, and a token of an inactive account, answer 401', async () => {
    const { ask, domain, clock, owner } = await openOffice(open);
    const path = '/v1/openstack/users';
    assert.equal((await ask(owner, 'GET', path)).status, 200);
    const { secret } = await domain.tokens.issue(owner.uuid, {
      name: 'short',
      project: owner.project,
      expiresAt: clock.now() + 1000,
    });
    const short = { ...owner, token: secret };
    assert.equal((await ask(short, 'GET', path)).status, 200);
    clock.advance(1001);
    assert.equal((await ask(short, 'GET', path)).status, 401);
    await domain.accounts.deactivate(owner.uuid, 'gone');
    assert.equal((await ask(owner, 'GET', path)).status, 401);
  });

  test('roles are those of the project that the token acts on', async () => {
    const { ask, domain, owner, stranger, backends, project } = await openOffice(open);
    await backends.identity.addRole(stranger.uuid, 'project_mod', project);
    const { secret } = await domain.tokens.issue(stranger.uuid, { name: 'whole' });
    const whole = { ...stranger, token: secret };
    // The user's own project is the default, and no user has a role there.
    assert.equal((await ask(whole, 'GET', '/v1/openstack/roles')).status, 403);
    await domain.projects.setDefault(stranger.uuid, project);
    const { users } = (await ask(whole, 'GET', '/v1/openstack/users')).json;
    assert.deepEqual(users.map(({ id }: { id: string }) => id).includes(owner.uuid), true);
    const { roles } = (await ask(whole, 'GET', '/v1/openstack/roles')).json;
    assert.deepEqual(roles.map(({ name }: { name: string }) => name).sort(), [
      'heat_stack_owner',
      'member',
      'project_mod',
    ]);
  });

  test('unknown routes and ids answer 404, and so do ids with characters other than letters and digits', async () => {
    const { ask } = await openOffice(open);
    const dashed = '0d7ab1c5-5b5a-4b5e-8f9e-6c9f1f6f2b11';
    for (const path of [
      '/v1/nothing',
      '/v1/nothing/',
      `/v1/tasks/${dashed}`,
      `/v1/tasks/${UNKNOWN}/x`,
      `/v1/notifications/${dashed}`,
      '/v1/tokens/-',
      '/v1/openstack',
      '/v1//tasks',
      '/v1/task',
      '/v1/tasks/%',
    ]) {
      says(await ask('admin', 'GET', path), 404, errors('Not found.'));
    }
  });

  test('unsupported methods answer 405 with the allowed ones, before a token is checked', async () => {
    const { ask } = await openOffice(open);
    const cases: [string, string, string][] = [
      ['DELETE', '/v1', 'GET, HEAD, OPTIONS'],
      ['POST', '/v1/status', 'GET, HEAD, OPTIONS'],
      ['POST', '/v1/tasks/', 'GET, HEAD, OPTIONS'],
      ['PATCH', `/v1/tasks/${UNKNOWN}`, 'GET, HEAD, PUT, POST, DELETE, OPTIONS'],
      ['PUT', '/v1/tokens', 'GET, HEAD, POST, DELETE, OPTIONS'],
      ['DELETE', `/v1/token/${UNKNOWN}`, 'GET, HEAD, POST, OPTIONS'],
      ['DELETE', '/v1/notification', 'GET, HEAD, POST, OPTIONS'],
      ['GET', '/v1/openstack/sign-up', 'POST, OPTIONS'],
      ['GET', '/v1/actions/InviteUser', 'POST, OPTIONS'],
      ['GET', '/v1/openstack/users/password-reset', 'POST, OPTIONS'],
    ];
    for (const [method, path, allow] of cases) {
      const answer = await ask(null, method, path);
      says(answer, 405, errors(`Method "${method}" not allowed.`));
      assert.equal(answer.headers.allow, allow, path);
      const options = await ask(null, 'OPTIONS', path);
      assert.equal(options.status, 200);
      assert.equal(options.headers.allow, allow, path);
    }
  });

  test('HEAD is GET without the body; a trailing slash and an empty query change nothing', async () => {
    const { ask } = await openOffice(open);
    for (const path of [
      '/v1/tasks',
      '/v1/tokens',
      '/v1/notifications',
      '/v1/status',
      '/v1/openstack/roles',
    ]) {
      const plain = await ask('admin', 'GET', path);
      assert.equal(plain.status, 200, path);
      for (const same of [`${path}/`, `${path}?`, `${path}/?unknown=1`]) {
        says(await ask('admin', 'GET', same), 200, plain.json);
      }
      const head = await ask('admin', 'HEAD', path);
      assert.deepEqual([head.status, head.text], [200, '']);
      assert.equal(head.headers['content-length'], plain.headers['content-length']);
    }
    assert.equal((await ask(null, 'HEAD', '/v1/tasks')).status, 401);
    // One client sends an empty object along.
    says(await ask('admin', 'GET', '/v1/tasks', {}), 200, { tasks: [] });
  });

  test("a project token answers 401 once the project or the caller's membership has ended", async () => {
    const { ask, owner, moderator, project, domain, backends } = await openOffice(open);
    const users = (who: typeof owner) => ask(who, 'GET', '/v1/openstack/users');
    assert.equal((await users(moderator)).status, 200);
    for (const role of ['project_mod', 'member']) {
      await backends.identity.removeRole(moderator.uuid, role, project);
    }
    const unauthenticated = errors('Credentials incorrect or none given.');
    says(await users(moderator), 401, unauthenticated);
    assert.equal((await users(owner)).status, 200);
    const operator = { uuid: null, name: 'operator', address: null, operator: true };
    await domain.projectControl.act(operator, project, 'suspend', null);
    says(await users(owner), 401, unauthenticated);
    await domain.projectControl.act(operator, project, 'unsuspend', null);
    assert.equal((await users(owner)).status, 200);
    await domain.projectControl.act(operator, project, 'terminate', null);
    says(await users(owner), 401, unauthenticated);
  });

  test('every call with a body refuses one that is not a JSON object', async () => {
    const { url, ask, owner, adminToken } = await openOffice(open);
    for (const [method, path, who] of WITH_BODY) {
      const asker = who === 'owner' ? owner : who;
      const malformed = await ask(asker, method, path, '{"a":');
      assert.equal(malformed.status, 400, `${method} ${path} ${malformed.text}`);
      assert.match(malformed.json.errors?.[0] ?? '', /^JSON parse error - /);
      const token = who === 'admin' ? adminToken : asker === null ? undefined : owner.token;
      const sent = (type: string, body: string | Buffer) =>
        exchange(url, path, {
          method,
          headers: { ...(type !== '' && { 'content-type': type }), ...(token && { 'x-auth-token': token }) },
          body,
        });
      says(await sent('text/plain', '{}'), 415, errors('Unsupported media type "text/plain" in request.'));
      says(await sent('', 'a=b'), 415, errors('Unsupported media type "" in request.'));
      assert.equal((await sent('application/json', Buffer.from([0x7b, 0xff, 0x7d]))).status, 400);
      assert.equal((await sent('application/json', 'x'.repeat(1024 * 1024 + 1))).status, 413);
      assert.equal((await sent('application/json', '['.repeat(100_000))).status, 400);
      if (path === '/v1/notifications') continue;
      const expected = `Invalid data. Expected a dictionary, but got list.`;
      says(await ask(asker, method, path, [1]), 400, fieldErrors({ non_field_errors: [expected] }));
    }
  });

  test('a form content type, as curl sends by default, is read as JSON if it is JSON', async () => {
    const { url } = await openOffice(open);
    for (const type of ['application/x-www-form-urlencoded', undefined]) {
      const answer = await exchange(url, '/v1/openstack/users/password-reset', {
        method: 'POST',
        headers: type === undefined ? {} : { 'content-type': type },
        body: '{"email": "unknown@example.org"}',
      });
      says(answer, 202, notes('If user with email exists, reset token will be issued.'));
    }
  });

  test('a client that does not accept JSON gets 406', async () => {
    const { url } = await openOffice(open);
    const status = async (accept: string) => (await exchange(url, '/v1', { headers: { accept } })).status;
    const refused = await exchange(url, '/v1/tasks', { headers: { accept: 'text/csv' } });
    says(refused, 406, errors('Could not satisfy the request Accept header.'));
    assert.equal(await status('application/json;q=0, text/plain'), 406);
    for (const accept of ['', '*/*', 'application/*', 'text/html, */*;q=0.1', 'application/json; indent=4']) {
      assert.equal(await status(accept), 200, accept);
    }
  });
});
