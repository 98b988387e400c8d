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

  check('a new user is active at once, and the token in the response works', async () => {
    const { status, body, headers } = await ask('POST', '/users', {
      email: 'Ada@Example.org',
      first_name: 'Ada',
      last_name: 'Lovelace',
      password: 'analytical engine',
    });
    assert.equal(status, 201);
    assert.equal(headers.get('location'), `/api/users/${body['id']}`);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.equal(body['email'], 'Ada@Example.org');
    assert.equal(body['username'], 'ada@example.org');
    assert.equal(body['full_name'], 'Ada Lovelace');
    assert.equal(body['state'], 'active');
    assert.equal(body['accepted_policy'], 'manual');
    assert.equal(body['password_set'], true);
    assert.equal('password' in body, false);
    assert.match(String(body['created_at']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    const me = await asker(purser, String(body['token']))('GET', '/me');
    assert.equal(me.status, 200);
    assert.equal((me.body['user'] as { id: string }).id, body['id']);
    assert.equal(me.body['operator'], false);
    assert.deepEqual(me.body['projects'], [body['id']]);
  });

  check('a password is generated only on request, and never together with a given one', async () => {
    const names = { first_name: 'A', last_name: 'B' };
    const made = await ask('POST', '/users', {
      ...names,
      email: 'made@example.org',
      generate_password: true,
    });
    assert.equal(made.status, 201);
    assert.match(String(made.body['password']), /^\S{16,}$/);
    assert.equal(made.body['password_once'], true);
    const both = await ask('POST', '/users', {
      ...names,
      email: 'both@example.org',
      generate_password: true,
      password: 'given by hand',
    });
    assertProblem(both, 400, 'invalid_field');
    assert.deepEqual(fieldsOf(both), ['generate_password']);
  });

  check('an e-mail address can be used once, in any letter case', async () => {
    await addUser(ask, 'twice@example.org');
    const again = await ask('POST', '/users', {
      email: 'TWICE@example.org',
      first_name: 'A',
      last_name: 'B',
    });
    assertProblem(again, 409, 'email_taken');
  });

  check('a user is found by uuid, number and e-mail address', async () => {
    const { id, number } = await addUser(ask, 'findme@example.org');
    for (const reference of [id, number, 'findme@example.org', 'FindMe@Example.org']) {
      const { status, body } = await ask('GET', `/users/${encodeURIComponent(String(reference))}`);
      assert.equal(status, 200);
      assert.equal(body['id'], id);
    }
    assertProblem(await ask('GET', '/users/unknown@example.org'), 404, 'account_not_found');
    assertProblem(await ask('GET', '/users/999999999999999999999'), 404, 'account_not_found');
  });

  check('pages of a list have no gaps and no repetitions', async () => {
    for (let n = 0; n < 5; n += 1) await addUser(ask, `paged${n}@example.org`);
    const seen: unknown[] = [];
    let path: string | null = '/users?limit=2&search=paged';
    while (path !== null) {
      const answer = await ask('GET', path);
      assert.ok(items(answer).length <= 2);
      seen.push(...items(answer).map((user) => user['email']));
      const next = answer.body['next'] as string | null;
      path = next === null ? null : `/users?limit=2&search=paged&after=${next}`;
    }
    assert.deepEqual(
      seen,
      [0, 1, 2, 3, 4].map((n) => `paged${n}@example.org`),
    );
    const exact = await ask('GET', '/users?limit=5&search=paged');
    assert.equal(exact.body['next'], null);
    const largest = await ask('GET', '/users?limit=1000&search=paged');
    assert.equal(largest.body['next'], null);
  });

  check('lists are filtered by state and by whether the user may log in', async () => {
    const { id } = await addUser(ask, 'filtered@example.org');
    await ask('POST', `/users/${id}/action`, { action: 'deactivate', reason: 'gone' });
    const found = async (query: string) => items(await ask('GET', `/users?search=filtered&${query}`)).length;
    assert.equal(await found('active=false'), 1);
    assert.equal(await found('active=true'), 0);
    assert.equal(await found('state=inactive'), 1);
    assert.equal(await found('state=active'), 0);
    const wrong = await ask('GET', '/users?state=sleeping&active=maybe&limit=0&colour=red');
    assertProblem(wrong, 400, 'invalid_request');
    assert.deepEqual(fieldsOf(wrong), ['active', 'colour', 'limit', 'state']);
  });

  check('a change affects only the given properties', async () => {
    const { id } = await addUser(ask, 'before@example.org');
    const { status, body } = await ask('PATCH', `/users/${id}`, {
      email: 'After@example.org',
      last_name: 'Other',
    });
    assert.equal(status, 200);
    assert.equal(body['username'], 'after@example.org');
    assert.equal(body['full_name'], 'Test Other');
    const nothing = await ask('PATCH', `/users/${id}`, {});
    assertProblem(nothing, 400, 'invalid_request');
    assertProblem(await ask('PATCH', `/users/${id}`, { email: 'no address' }), 400, 'email_invalid');
    const unknown = await ask('PATCH', `/users/${id}`, { state: 'active' });
    assert.deepEqual(fieldsOf(unknown), ['state']);
  });

  check('a deactivated user is refused, and has none of the old tokens when activated again', async () => {
    const { id, token } = await addUser(ask, 'sleeper@example.org');
    const self = asker(purser, token);
    const off = await ask('POST', `/users/${id}/action`, { action: 'deactivate', reason: 'on leave' });
    assert.equal(off.body['state'], 'inactive');
    assert.equal(off.body['deactivated_reason'], 'on leave');
    assertProblem(await self('GET', '/me'), 401, 'account_inactive');
    const on = await ask('POST', `/users/${id}/action`, { action: 'activate' });
    assert.equal(on.body['state'], 'active');
    assertProblem(await self('GET', '/me'), 401, 'token_unknown');
    const next = await ask('POST', `/users/${id}/tokens`, { name: 'next' });
    assert.equal((await asker(purser, String(next.body['token']))('GET', '/me')).status, 200);
  });

  check('a transition that the state does not allow is a conflict', async () => {
    const { id } = await addUser(ask, 'steady@example.org');
    const refused = { verify: 'account_already_verified', activate: 'account_already_active' };
    for (const [action, code] of Object.entries(refused)) {
      assertProblem(await ask('POST', `/users/${id}/action`, { action }), 409, code);
    }
    const unknown = await ask('POST', `/users/${id}/action`, { action: 'promote' });
    assertProblem(unknown, 400, 'invalid_request');
    assert.deepEqual(fieldsOf(unknown), ['action']);
  });

  check('moderation covers registration, rejection and acceptance', async () => {
    const { uuid } = await purser.domain.accounts.create({
      email: 'applicant@example.org',
      firstName: 'App',
      lastName: 'Licant',
    });
    const act = (action: string, reason?: string) =>
      ask('POST', `/users/${uuid}/action`, { action, ...(reason !== undefined && { reason }) });
    assertProblem(await act('accept'), 409, 'account_not_verified');
    assert.equal((await act('verify')).body['state'], 'pending_moderation');
    const rejected = await act('reject', 'who is this?');
    assert.equal(rejected.body['state'], 'rejected');
    assert.equal(rejected.body['rejected_reason'], 'who is this?');
    assert.equal((await act('accept')).body['state'], 'active');
  });

  check('users can read only themselves', async () => {
    const { id, number, token } = await addUser(ask, 'self@example.org');
    const other = await addUser(ask, 'other@example.org');
    const self = asker(purser, token);
    for (const reference of [id, number, 'SELF@example.org']) {
      assert.equal((await self('GET', `/users/${reference}`)).status, 200);
    }
    assertProblem(await self('GET', `/users/${other.id}`), 403, 'forbidden');
    assertProblem(await self('GET', '/users/unknown@example.org'), 403, 'forbidden');
    assertProblem(await self('GET', '/users'), 403, 'forbidden');
    assertProblem(await self('PATCH', `/users/${id}`, { last_name: 'X' }), 403, 'forbidden');
    assertProblem(await self('POST', `/users/${id}/action`, { action: 'sign_terms' }), 403, 'forbidden');
    assertProblem(await self('POST', '/users', {}), 403, 'forbidden');
  });
});
