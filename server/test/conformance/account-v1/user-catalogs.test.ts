import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import {
  assertEnvelope,
  assertFault,
  badRequest,
  type Cloud,
  notAllowed,
  startCloud,
  unauthorized,
} from '../cloud.ts';

const USER = '/account/v1.0/user_catalogs';
const SERVICE = '/account/v1.0/service/user_catalogs';

forEachEngine((_engine, open) => {
  let cloud: Cloud;
  const ask = (path: string, body: unknown, token?: string) =>
    cloud.post(path, body, token === undefined ? {} : { 'x-auth-token': token });
  const callers = (): [string, string][] => [
    [USER, cloud.first.token],
    ['/user_catalogs', cloud.first.token],
    [SERVICE, cloud.component.token],
    ['/service/api/user_catalogs', cloud.component.token],
  ];
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startCloud(open);
      await body();
    });

  check('uuids and display names are translated both ways, at old and new addresses', async () => {
    const { first, second } = cloud;
    for (const [path, token] of callers()) {
      for (const slash of ['', '/']) {
        const answer = await ask(
          path + slash,
          { uuids: [first.uuid, second.uuid], displaynames: ['test1@example.org'] },
          token,
        );
        assert.equal(answer.status, 200, answer.text);
        assertEnvelope(answer);
        assert.deepEqual(answer.json, {
          uuid_catalog: { [first.uuid]: 'test1@example.org', [second.uuid]: 'test2@example.org' },
          displayname_catalog: { 'test1@example.org': first.uuid },
        });
      }
    }
  });

  check('names match case-insensitively, and are returned as they were requested', async () => {
    const { json } = await ask(USER, { displaynames: ['TEST1@Example.Org'] }, cloud.first.token);
    assert.deepEqual(json.displayname_catalog, { 'TEST1@Example.Org': cloud.first.uuid });
    const twice = ['test1@example.org', 'test2@example.org', 'Test1@example.org'];
    assert.deepEqual((await ask(USER, { displaynames: twice }, cloud.first.token)).json.displayname_catalog, {
      'Test1@example.org': cloud.first.uuid,
      'test2@example.org': cloud.second.uuid,
    });
  });

  check('unknown names are left out, and a list that was not requested is empty', async () => {
    const empty = { uuid_catalog: {}, displayname_catalog: {} };
    for (const [path, token] of callers()) {
      const odd = [
        'unknown',
        '',
        '\u0000',
        '\ud800',
        '__proto__',
        'x'.repeat(5000),
        cloud.first.uuid.toUpperCase(),
      ];
      assert.deepEqual((await ask(path, { uuids: odd, displaynames: odd }, token)).json, empty);
      assert.deepEqual((await ask(path, {}, token)).json, empty);
      assert.deepEqual((await ask(path, { uuids: [], displaynames: [], more: 1 }, token)).json, empty);
    }
  });

  check('null means all users to a component, and none to a user', async () => {
    const all = { uuids: null, displaynames: null };
    assert.deepEqual((await ask(USER, all, cloud.first.token)).json, {
      uuid_catalog: {},
      displayname_catalog: {},
    });
    const { uuid_catalog, displayname_catalog } = (await ask(SERVICE, all, cloud.component.token)).json;
    for (const { uuid, email } of [cloud.first, cloud.second]) {
      assert.equal(uuid_catalog[uuid], email);
      assert.equal(displayname_catalog[email], uuid);
    }
    assert.ok(displayname_catalog['admin@example.org']);
    const uuidsOnly = (await ask(SERVICE, { uuids: null }, cloud.component.token)).json;
    assert.deepEqual(uuidsOnly.displayname_catalog, {});
    assert.ok(Object.keys(uuidsOnly.uuid_catalog).length >= 3);
  });

  check('accounts that cannot log in are found too', async () => {
    const pending = await cloud.domain.accounts.create({
      email: 'pending@example.org',
      firstName: 'Not',
      lastName: 'Yet',
    });
    const { json } = await ask(USER, { uuids: [pending.uuid] }, cloud.first.token);
    assert.deepEqual(json.uuid_catalog, { [pending.uuid]: 'pending@example.org' });
  });

  check('the method is checked first, then the token, then the body', async () => {
    for (const [path, token] of callers()) {
      notAllowed(await cloud.send(path), 'POST');
      unauthorized(await cloud.send(path, { method: 'POST' }), 'Access denied. No authentication token');
      unauthorized(await ask(path, 'nonsense', '1234'), 'Invalid X-Auth-Token');
      badRequest(await ask(path, 'nonsense', token), 'Request body should be json formatted.');
    }
  });

  check('a token of the other kind is unknown', async () => {
    unauthorized(await ask(USER, {}, cloud.component.token), 'Invalid X-Auth-Token');
    unauthorized(await ask(SERVICE, {}, cloud.first.token), 'Invalid X-Auth-Token');
  });

  check('the body must be a JSON object, whatever its content type', async () => {
    const headers = { 'x-auth-token': cloud.first.token };
    const raw = (body: string | Buffer, type?: string) =>
      cloud.send(USER, {
        method: 'POST',
        body,
        headers: { ...headers, ...(type && { 'content-type': type }) },
      });
    badRequest(await raw(''), 'Request body should be json formatted.');
    badRequest(await raw('{'), 'Request body should be json formatted.');
    for (const value of ['[]', 'null', '1', '"x"', '1e99', '123456789012345678901234567890']) {
      badRequest(await raw(value), 'Request body should be a json formatted dictionary');
    }
    badRequest(await raw(Buffer.from([0xc3, 0x28])), 'Could not decode request as UTF-8 string');
    assert.equal((await raw('{}', 'application/octet-stream')).status, 200);
    assert.equal((await raw('{}', 'text/x-nonsense; ;')).status, 200);
    assert.equal((await raw('{}')).status, 200);
  });

  check('lists must be lists of strings', async () => {
    for (const [path, token] of callers()) {
      badRequest(
        await ask(path, { displaynames: ['a', 1] }, token),
        "Items in 'displaynames' must be strings",
      );
      for (const value of ['text', 1, 1.5, true, {}, 12345678901234567890n]) {
        const body = `{"displaynames": ${typeof value === 'bigint' ? value : JSON.stringify(value)}}`;
        badRequest(await ask(path, body, token), /^Invalid displaynames: /);
        badRequest(await ask(path, body.replace('displaynames', 'uuids'), token), /^Invalid uuids: /);
      }
      badRequest(await ask(path, '{"displaynames": 1.50}', token), 'Invalid displaynames: 1.50');
      for (const item of [null, {}, []]) {
        badRequest(await ask(path, { uuids: [item] }, token), "Items in 'uuids' must be strings");
      }
    }
  });

  check('the number of names per request is limited', async () => {
    const many = (count: number) => ({ uuids: Array.from({ length: count }, (_, n) => `u${n}`) });
    assert.equal((await ask(USER, many(10_000), cloud.first.token)).status, 200);
    assertFault(await ask(USER, many(10_001), cloud.first.token), 413, 'overLimit', /10000/);
  });

  check('inactive users and expired components are refused', async () => {
    const own = await startCloud(open);
    await own.domain.accounts.deactivate(own.first.uuid, 'tidying up');
    unauthorized(await own.post(USER, {}, { 'x-auth-token': own.first.token }), 'User inactive');
    const headers = { 'x-auth-token': own.component.token };
    assert.equal((await own.post(SERVICE, {}, headers)).status, 200);
    await own.domain.components.modify(own.component.name, { tokenExpiresAt: own.clock.now() - 1 });
    unauthorized(await own.post(SERVICE, {}, headers), 'Authentication expired');
    own.clock.advance(800 * 3600_000);
    const expired = await own.post(USER, {}, { 'x-auth-token': own.second.token });
    assert.equal(expired.json.unauthorized.message, 'Authentication expired');
  });
});
