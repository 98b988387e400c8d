import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import {
  assertEnvelope,
  badRequest,
  type Cloud,
  notAllowed,
  notFound,
  person,
  startCloud,
  unauthorized,
} from '../cloud.ts';

const USERS = '/identity/v2.0/users';

forEachEngine((_engine, open) => {
  let cloud: Cloud;
  let manager: string;
  const ask = (method: string, path: string, body?: unknown, token = manager) =>
    cloud.send(USERS + path, {
      method,
      headers: { 'x-auth-token': token, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  const forbidden = { forbidden: { code: 403, message: '', details: '' } };
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startCloud(open, { PURSER_ADMIN_API: 'true' });
      const { uuid, token } = await person(cloud, 'manager@example.org', 'M', 'M');
      await cloud.domain.roles.create('admin-api', '');
      await cloud.domain.roles.grant(uuid, 'admin-api');
      manager = token;
      await body();
    });

  test('without the setting the address does not exist', async () => {
    const closed = await startCloud(open);
    const headers = { 'x-auth-token': closed.adminToken };
    badRequest(await closed.send(USERS, { headers }), 'API endpoint not found');
  });

  check('the method is checked first, then the token, then the role', async () => {
    notAllowed(await cloud.send(USERS, { method: 'PUT' }), 'GET,POST');
    notAllowed(await cloud.send(`${USERS}/detail`, { method: 'POST' }), 'GET');
    notAllowed(await cloud.send(`${USERS}/x/action`), 'POST');
    for (const path of [
      '',
      '/',
      '.json',
      '/detail',
      '/detail/',
      '/detail.xml',
      `/${cloud.first.uuid}.json`,
    ]) {
      unauthorized(await cloud.send(USERS + path), 'Access denied. No authentication token');
      assert.deepEqual((await ask('GET', path, undefined, cloud.first.token)).json, forbidden, path);
      const answer = await ask('GET', path);
      assert.equal(answer.status, 200, path);
      assert.equal(answer.headers['content-type'], 'application/json; charset=UTF-8');
      assertEnvelope(answer);
    }
  });

  check('users are shown with roles and methods, in detail with their dates', async () => {
    const { first } = cloud;
    const short = {
      id: first.uuid,
      first_name: 'Ada',
      last_name: 'Löve',
      email: 'Test1@Example.org',
      is_active: true,
      is_rejected: false,
      deactivated_reason: null,
      accepted_policy: 'manual',
      rejected_reason: null,
      roles: [],
      authentication_methods: [
        {
          identifier: 'Test1@Example.org',
          active: true,
          affiliation: null,
          backend: 'astakos',
          metadata: {},
        },
      ],
    };
    const now = '2026-01-15T12:00:00+00:00';
    const long = {
      ...short,
      date_joined: now,
      moderated_at: now,
      verified_at: now,
      auth_token_expires: '2026-02-14T12:00:00+00:00',
    };
    const { users } = (await ask('GET', '')).json;
    assert.equal(users.length, 4);
    assert.deepEqual(users[1], short);
    assert.deepEqual(users[3].roles, ['admin-api']);
    assert.deepEqual((await ask('GET', '/detail')).json.users[1], long);
    assert.deepEqual((await ask('GET', `/${first.uuid}`)).json, { user: long });
    notFound(await ask('GET', '/unknown'), 'User not found');
    notFound(await ask('GET', `/${'x'.repeat(2000)}.xml`), 'User not found');
  });

  check('all users are listed, whatever their number', async () => {
    for (let n = 0; n < 251; n += 1) {
      await cloud.domain.accounts.create({
        email: `many${n}@example.org`,
        firstName: 'M',
        lastName: String(n),
      });
    }
    const ids = (await ask('GET', '')).json.users.map(({ id }: { id: string }) => id);
    assert.equal(new Set(ids).size, 255);
    assert.equal((await ask('GET', '/detail')).json.users.length, 255);
  });

  check('a user who is created is active, has signed the terms and gets a token', async () => {
    await cloud.domain.terms.add('<p>Be kind.</p>');
    for (const { account } of [cloud.first, cloud.second])
      await cloud.domain.accounts.signTerms(account.uuid);
    const holder = (await cloud.domain.accounts.find('manager@example.org')).uuid;
    await cloud.domain.accounts.signTerms(holder);
    const names = { first_name: 'New', last_name: 'User' };
    const { user } = (await ask('POST', '', { user: { username: 'New@Example.org', ...names } })).json;
    assert.deepEqual(Object.keys(user), ['id', 'password', 'auth_token']);
    const byPassword = { passwordCredentials: { username: 'new@example.org', password: user.password } };
    for (const auth of [{ token: { id: user.auth_token } }, byPassword]) {
      assert.equal((await cloud.post('/identity/v2.0/tokens', { auth })).json.access.user.id, user.id);
    }
    const again = await ask('POST', '', { user: { username: 'NEW@example.org', ...names } });
    assert.equal(again.status, 409);
    assert.equal(again.json.conflict.message, "User 'NEW@example.org' already exists");
    const chosen = { username: 'c@example.org', ...names, password: 'of their own choice', metadata: {} };
    assert.equal((await ask('POST', '', { user: chosen })).json.user.password, 'of their own choice');
  });

  check('an invalid user is refused with the reason, and changes nothing', async () => {
    const user = { username: 'n@example.org', first_name: 'N', last_name: 'N' };
    const invalid = 'Invalid username (email format required)';
    for (const username of [undefined, null, 1, '', 'x', 'a@b', 'a@b.org\n']) {
      badRequest(await ask('POST', '', { user: { ...user, username } }), invalid);
    }
    for (const name of [undefined, null, 1, '', ' ']) {
      badRequest(await ask('POST', '', { user: { ...user, first_name: name } }), 'Invalid first_name');
      badRequest(await ask('POST', '', { user: { ...user, last_name: name } }), 'Invalid last_name');
    }
    for (const password of [1, '', 'short', [], 'x'.repeat(5000)])
      badRequest(await ask('POST', '', { user: { ...user, password } }), /./);
    badRequest(await ask('POST', '', { user: { ...user, metadata: { a: 1 } } }), /^Invalid metadata/);
    badRequest(await ask('POST', '', { user: { ...user, affiliation: 1 } }), 'Invalid affiliation');
    for (const body of ['', '{', 'null', '[]', '{}', '{"user": null}', '{"user": []}']) {
      badRequest(await ask('POST', '', body), /./);
      badRequest(await ask('PUT', `/${cloud.first.uuid}`, body), /./);
      badRequest(await ask('POST', `/${cloud.first.uuid}/action`, body), /./);
    }
    assert.equal((await ask('GET', '')).json.users.length, 4);
  });

  check('a user is changed in the given properties, and the display name follows the address', async () => {
    const path = `/${cloud.first.uuid}`;
    const { user } = (
      await ask('PUT', path, { user: { username: 'Ada@Example.org', first_name: 'Augusta' } })
    ).json;
    assert.deepEqual([user.email, user.first_name, user.last_name], ['Ada@Example.org', 'Augusta', 'Löve']);
    const catalog = await cloud.post(
      '/account/v1.0/user_catalogs',
      { uuids: [cloud.first.uuid] },
      { 'x-auth-token': manager },
    );
    assert.deepEqual(catalog.json.uuid_catalog, { [cloud.first.uuid]: 'ada@example.org' });
    const taken = await ask('PUT', path, { user: { username: cloud.second.email } });
    assert.equal(taken.json.conflict.message, "User 'test2@example.org' already exists");
    badRequest(
      await ask('PUT', path, { user: { username: 'x' } }),
      'Invalid username (email format required)',
    );
    const affiliated = await ask('PUT', path, { user: { affiliation: 'GRNET', metadata: {} } });
    assert.equal(affiliated.json.user.authentication_methods[0].affiliation, 'GRNET');
    notFound(await ask('PUT', '/unknown', { user: {} }), 'User not found');
  });

  check('actions return the changed user', async () => {
    const { uuid, token } = cloud.first;
    const act = async (body: object, user = uuid) => (await ask('POST', `/${user}/action`, body)).json;
    const flag = (is_active: boolean) => ({ user: { id: uuid, is_active } });
    assert.deepEqual(await act({ deactivate: { reason: 'away' } }), flag(false));
    assert.equal((await ask('GET', `/${uuid}`)).json.user.deactivated_reason, 'away');
    assert.deepEqual(await act({ activate: {} }), flag(true));
    assert.deepEqual(await act({ activate: {} }), flag(true));
    const { uuid: pending } = await cloud.domain.accounts.create({
      email: 'p@example.org',
      firstName: 'P',
      lastName: 'P',
    });
    assert.deepEqual(await act({ activate: {} }, pending), { user: { id: pending, is_active: false } });
    assert.equal((await act({ deactivate: {} }, pending)).notAllowed.code, 405);
    assert.deepEqual(await act({ signTerms: {} }), { user: { id: uuid, has_signed_terms: true } });
    const { user } = await act({ renewToken: {} });
    const asks = (id: string) => cloud.post('/identity/v2.0/tokens', { auth: { token: { id } } });
    assert.equal((await asks(user.auth_token)).status, 200);
    unauthorized(await asks(token), 'Invalid token');
    assert.deepEqual(await act({ setDefaultProject: uuid }), { user: { id: uuid, default_project: uuid } });
    const strangers = await ask('POST', `/${uuid}/action`, { setDefaultProject: cloud.second.uuid });
    notFound(strangers, 'This is not a valid membership request.');
    for (const body of [{}, { dance: {} }, { activate: {}, signTerms: {} }, { constructor: {} }]) {
      badRequest(await ask('POST', `/${uuid}/action`, body), 'Invalid action');
    }
    notFound(await ask('POST', '/unknown/action', { activate: {} }), 'User not found');
  });

  check('only operators can change operators', async () => {
    const { uuid } = await cloud.domain.accounts.find('admin@example.org');
    for (const body of [{ renewToken: {} }, { deactivate: {} }, { signTerms: {} }]) {
      assert.deepEqual((await ask('POST', `/${uuid}/action`, body)).json, forbidden);
    }
    assert.deepEqual(
      (await ask('PUT', `/${uuid}`, { user: { password: 'taken over now' } })).json,
      forbidden,
    );
    await cloud.domain.roles.grant(uuid, 'admin-api');
    const renamed = { user: { first_name: 'Root' } };
    assert.equal((await ask('PUT', `/${uuid}`, renamed, cloud.adminToken)).json.user.first_name, 'Root');
  });
});
