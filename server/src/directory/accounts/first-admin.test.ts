import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../../test/support/engines.ts';
import { partsOver, person, refusal } from '../../../test/support/parts.ts';
import { ensureFirstAdmin } from './first-admin.ts';

forEachEngine((_engine, open) => {
  test('the generated secrets of the first administrator are answered once', async () => {
    const parts = partsOver(await open());
    await parts.roles.ensureBuiltIn();
    const made = await ensureFirstAdmin(parts, {});
    assert.equal(made?.email, 'admin@localhost');
    const [admin] = await parts.roles.holders('admin');
    assert.deepEqual(
      [admin?.fullName, admin?.state, admin?.acceptedPolicy, admin?.passwordSet],
      ['Cloud Administrator', 'active', 'manual', false],
    );
    assert.equal((await parts.tokens.authenticate(made?.token ?? '')).token.expiresAt, null);
    assert.equal(await ensureFirstAdmin(parts, {}), undefined);
    assert.equal(await ensureFirstAdmin(parts, { email: 'other@example.org' }), undefined);
  });

  test('configured secrets are used and not answered', async () => {
    const parts = partsOver(await open());
    await parts.roles.ensureBuiltIn();
    const given = { email: 'Root@Example.org', password: 'correct horse', token: 'a-token-from-outside' };
    const made = await ensureFirstAdmin(parts, given);
    assert.deepEqual([made?.email, made?.token], ['Root@Example.org', undefined]);
    assert.equal((await parts.accounts.verifyPassword(given.email, given.password))?.passwordOnce, false);
    assert.equal((await parts.tokens.authenticate(given.token)).account.email, given.email);
  });

  test('of nodes that start together one creates the administrator', async () => {
    const storage = await open();
    const nodes = ['one', 'two', 'three'].map((seed) => partsOver(storage, { seed }));
    await nodes[0]?.roles.ensureBuiltIn();
    const made = await Promise.all(nodes.map((node) => ensureFirstAdmin(node, {})));
    assert.equal(made.filter((outcome) => outcome !== undefined).length, 1);
    assert.equal((await nodes[0]?.roles.holders('admin'))?.length, 1);
  });

  test('an existing account is not made an administrator', async () => {
    const parts = partsOver(await open());
    await parts.roles.ensureBuiltIn();
    await parts.accounts.createActive(person('admin@localhost'));
    await assert.rejects(ensureFirstAdmin(parts, {}), refusal('email_taken'));
    assert.deepEqual(await parts.roles.holders('admin'), []);
  });
});
