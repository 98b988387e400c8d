import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../../support/engines.ts';
import { startPurser, type TestPurser } from '../../../support/harness.ts';
import { type Ask, addUser, asker, assertProblem, fieldsOf, items } from '../asking.ts';

forEachEngine((_name, open) => {
  let purser: TestPurser;
  let ask: Ask;
  const check = (guarantee: string, body: () => Promise<void> | void) =>
    test(guarantee, async () => {
      purser = await startPurser(open);
      ask = asker(purser);
      await body();
    });

  check('users create, list and revoke their own tokens', async () => {
    const { id, token } = await addUser(ask, 'own@example.org');
    const self = asker(purser, token);
    const made = await self('POST', `/users/${id}/tokens`, { name: 'laptop', expires_at: null });
    assert.equal(made.status, 201);
    assert.equal(made.body['expires_at'], null);
    const second = asker(purser, String(made.body['token']));
    assert.equal((await second('GET', '/me')).status, 200);
    const list = await self('GET', `/users/${id}/tokens`);
    assert.deepEqual(
      items(list).map(({ name }) => name),
      ['first', 'laptop'],
    );
    assert.ok(items(list).every((one) => !('token' in one)));
    assert.equal((await self('DELETE', `/users/${id}/tokens/${made.body['id']}`)).status, 204);
    assertProblem(await second('GET', '/me'), 401, 'token_unknown');
    assertProblem(await self('DELETE', `/users/${id}/tokens/${made.body['id']}`), 404, 'token_not_found');
  });

  check("users cannot list, create or revoke another user's tokens", async () => {
    const one = await addUser(ask, 'one@example.org');
    const two = await addUser(ask, 'two@example.org');
    const self = asker(purser, one.token);
    const theirs = items(await ask('GET', `/users/${two.id}/tokens`))[0]?.['id'];
    assertProblem(await self('GET', `/users/${two.id}/tokens`), 403, 'forbidden');
    assertProblem(await self('POST', `/users/${two.id}/tokens`, { name: 'x' }), 403, 'forbidden');
    assertProblem(await self('DELETE', `/users/${two.id}/tokens/${theirs}`), 403, 'forbidden');
    assertProblem(await self('DELETE', `/users/${one.id}/tokens/${theirs}`), 404, 'token_not_found');
  });

  check('a token expires at its stated time', async () => {
    const { id } = await addUser(ask, 'shortlived@example.org');
    const expires_at = new Date(purser.clock.now() + 60_000).toISOString();
    const { body } = await ask('POST', `/users/${id}/tokens`, { name: 'short', expires_at });
    assert.equal(body['expires_at'], expires_at);
    const self = asker(purser, String(body['token']));
    assert.equal((await self('GET', '/me')).status, 200);
    purser.clock.advance(60_001);
    const expired = await self('GET', '/me');
    assertProblem(expired, 401, 'token_expired');
    assert.match(expired.headers.get('www-authenticate') ?? '', /^Bearer /);
  });

  check('a renewed token replaces all others', async () => {
    const { id, token } = await addUser(ask, 'renewed@example.org');
    const laptop = await ask('POST', `/users/${id}/tokens`, { name: 'laptop' });
    assert.deepEqual(laptop.body['replaced'], []);
    const before = items(await ask('GET', `/users/${id}/tokens`)).map(({ id, name }) => ({ id, name }));
    const { body } = await ask('POST', `/users/${id}/tokens`, { name: 'renewed', replace: true });
    assert.deepEqual(body['replaced'], before, 'the answer names those that it replaces');
    assertProblem(await asker(purser, token)('GET', '/me'), 401, 'token_unknown');
    assert.equal((await asker(purser, String(body['token']))('GET', '/me')).status, 200);
  });

  check('a token with fewer rights than its user can neither operate nor create a better one', async () => {
    const { id } = await addUser(ask, 'narrow@example.org');
    await ask('PUT', `/users/${id}/roles/admin`);
    const bindings = [{ project: id }, { roles: ['member'] }, { roles: [] }];
    for (const binding of bindings) {
      const { body } = await ask('POST', `/users/${id}/tokens`, { name: 'narrow', ...binding });
      const narrow = asker(purser, String(body['token']));
      assert.equal((await narrow('GET', '/me')).body['operator'], false);
      assertProblem(await narrow('GET', '/users'), 403, 'forbidden');
      assertProblem(await narrow('POST', `/users/${id}/tokens`, { name: 'better' }), 403, 'forbidden');
      assertProblem(await narrow('DELETE', `/users/${id}/tokens/1`), 403, 'forbidden');
    }
    const { body } = await ask('POST', `/users/${id}/tokens`, { name: 'admin only', roles: ['admin'] });
    const operator = asker(purser, String(body['token']));
    assert.equal((await operator('GET', '/users')).status, 200);
    assertProblem(await operator('POST', `/users/${id}/tokens`, { name: 'better' }), 403, 'forbidden');
  });

  check('invalid requests are refused with the field', async () => {
    const { id } = await addUser(ask, 'wrong@example.org');
    const cases: [unknown, string[]][] = [
      [{}, ['name']],
      [{ name: '' }, ['name']],
      [{ name: 'x', expires_at: 'tomorrow' }, ['expires_at']],
      [{ name: 'x', expires_at: 5 }, ['expires_at']],
      [{ name: 'x', expires_at: '2031-06-30T23:59:60Z' }, ['expires_at']],
      [{ name: 'x', project: 'mine' }, ['project']],
      [{ name: 'x', roles: 'admin' }, ['roles']],
      [{ name: 'x', roles: [1] }, ['roles.0']],
      [{ name: 'x', secret: 'abc' }, ['secret']],
    ];
    for (const [body, fields] of cases) {
      const answer = await ask('POST', `/users/${id}/tokens`, body);
      assert.equal(answer.status, 400, JSON.stringify(body));
      assert.deepEqual(fieldsOf(answer), fields, JSON.stringify(answer.body));
    }
  });
});
