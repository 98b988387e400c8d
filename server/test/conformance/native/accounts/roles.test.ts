import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../../support/engines.ts';
import { startPurser, type TestPurser } from '../../../support/harness.ts';
import { type Ask, addUser, asker, assertProblem, items } from '../asking.ts';

forEachEngine((_name, open) => {
  let purser: TestPurser;
  let ask: Ask;
  const check = (guarantee: string, body: () => Promise<void> | void) =>
    test(guarantee, async () => {
      purser = await startPurser(open);
      ask = asker(purser);
      await body();
    });

  check('the built-in roles exist, and others can be added', async () => {
    const names = items(await ask('GET', '/roles')).map(({ name }) => name);
    assert.deepEqual(names.sort(), ['admin', 'member', 'project_admin', 'project_mod']);
    const made = await ask('POST', '/roles', { name: 'auditor', description: 'Reads everything.' });
    assert.equal(made.status, 201);
    assert.equal(made.body['name'], 'auditor');
    assertProblem(await ask('POST', '/roles', { name: 'auditor' }), 409, 'role_exists');
  });

  check('granting admin on the whole cloud makes an operator at once; revoking it ends that', async () => {
    const { id, token } = await addUser(ask, 'rising@example.org');
    const self = asker(purser, token);
    assertProblem(await self('GET', '/users'), 403, 'forbidden');
    assert.equal((await ask('PUT', `/users/${id}/roles/admin`)).status, 204);
    assert.equal((await ask('PUT', `/users/${id}/roles/admin`)).status, 204);
    assert.equal((await self('GET', '/users')).status, 200);
    const grant = await self('GET', `/users/${id}/roles/admin`);
    assert.deepEqual(grant.body, { role: 'admin', project: null });
    assert.equal((await ask('DELETE', `/users/${id}/roles/admin`)).status, 204);
    assertProblem(await self('GET', '/users'), 403, 'forbidden');
    assertProblem(await ask('GET', `/users/${id}/roles/admin`), 404, 'role_not_found');
  });

  check('admin on one project does not make an operator', async () => {
    const { id, token } = await addUser(ask, 'local@example.org');
    assert.equal((await ask('PUT', `/users/${id}/roles/admin?project=${id}`)).status, 204);
    assertProblem(await asker(purser, token)('GET', '/users'), 403, 'forbidden');
    const { body } = await ask('GET', `/users/${id}/roles`);
    assert.deepEqual(body, { items: [{ role: 'admin', project: id }], next: null });
    assertProblem(await ask('GET', `/users/${id}/roles/admin`), 404, 'role_not_found');
  });

  check('the last administrator cannot lose the role', async () => {
    const me = await ask('GET', '/me');
    const { id } = me.body['user'] as { id: string };
    assertProblem(await ask('DELETE', `/users/${id}/roles/admin`), 409, 'last_admin');
    assertProblem(await ask('POST', `/users/${id}/action`, { action: 'deactivate' }), 409, 'last_admin');
  });

  check('users cannot promote themselves', async () => {
    const { id, token } = await addUser(ask, 'climber@example.org');
    const self = asker(purser, token);
    assertProblem(await self('PUT', `/users/${id}/roles/admin`), 403, 'forbidden');
    assertProblem(await self('DELETE', `/users/${id}/roles/admin`), 403, 'forbidden');
    assertProblem(await ask('PUT', `/users/${id}/roles/emperor`), 404, 'role_not_found');
    assertProblem(await ask('PUT', `/users/${id}/roles/admin?project=nothing`), 400, 'invalid_request');
  });
});
