import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../../test/support/engines.ts';
import { partsOver, person, refusal } from '../../../test/support/parts.ts';

forEachEngine((_engine, open) => {
  async function prepared() {
    const parts = partsOver(await open());
    await parts.roles.ensureBuiltIn();
    await parts.roles.ensureBuiltIn();
    const a = await parts.accounts.createActive(person('a@example.org'));
    const b = await parts.accounts.createActive(person('b@example.org'));
    return { ...parts, a, b };
  }

  test('the built-in roles exist once, and others can be added', async () => {
    const { roles } = await prepared();
    const role = await roles.create('auditor', 'Reads everything.');
    await assert.rejects(roles.create('auditor', 'again'), refusal('role_exists'));
    await assert.rejects(roles.create('', 'nameless'), refusal('invalid_field'));
    const listed = await roles.list();
    assert.deepEqual(
      listed.map(({ name }) => name),
      ['admin', 'member', 'project_mod', 'project_admin', 'auditor'],
    );
    assert.deepEqual(listed.at(-1), role);
  });

  test('a role counts where it was granted, and nowhere else', async () => {
    const { roles, a, b } = await prepared();
    await roles.grant(a.uuid, 'member', 'p-1');
    await roles.grant(a.uuid, 'member', 'p-1');
    await roles.grant(a.uuid, 'admin');
    await roles.grant(b.uuid, 'member', 'p-2');
    const of = async (uuid: string) =>
      (await roles.grantsOf(uuid)).map(({ role, project }) => [role.name, project]);
    assert.deepEqual(await of(a.uuid), [
      ['admin', null],
      ['member', 'p-1'],
    ]);
    assert.deepEqual(await of(b.uuid), [['member', 'p-2']]);
    assert.deepEqual(await of('unknown'), []);
    assert.deepEqual(await roles.holders('member', 'p-1'), [a]);
    assert.deepEqual(await roles.holders('member'), []);
    assert.deepEqual(await roles.holders('admin'), [a]);
    await roles.revoke(a.uuid, 'member', 'p-1');
    await roles.revoke(a.uuid, 'member', 'p-1');
    assert.deepEqual(await of(a.uuid), [['admin', null]]);
  });

  test('unknown roles and accounts are refused by name', async () => {
    const { roles, a } = await prepared();
    await assert.rejects(roles.grant(a.uuid, 'king'), refusal('role_not_found'));
    await assert.rejects(roles.grant('unknown', 'admin'), refusal('account_not_found'));
    await assert.rejects(roles.revoke(a.uuid, 'a\0b'), refusal('role_not_found'));
    await assert.rejects(roles.grant(a.uuid, 'member', ''), refusal('invalid_field'));
  });

  test('the last administrator can neither lose the role nor be deactivated', async () => {
    const { roles, accounts, a, b } = await prepared();
    await roles.grant(a.uuid, 'admin');
    await assert.rejects(roles.revoke(a.uuid, 'admin'), refusal('last_admin'));
    await assert.rejects(accounts.deactivate(a.uuid, 'bye'), refusal('last_admin'));
    assert.equal((await accounts.get(a.uuid)).active, true);
    await roles.grant(b.uuid, 'admin');
    await accounts.deactivate(b.uuid, 'bye');
    await assert.rejects(accounts.deactivate(a.uuid, 'bye'), refusal('last_admin'));
    await roles.revoke(b.uuid, 'admin');
    await accounts.activate(b.uuid);
    await roles.grant(b.uuid, 'admin');
    await roles.revoke(a.uuid, 'admin');
    assert.deepEqual(await roles.holders('admin'), [await accounts.get(b.uuid)]);
  });

  test('administrators who remove each other at the same moment leave one', async () => {
    const { roles, a, b } = await prepared();
    await roles.grant(a.uuid, 'admin');
    await roles.grant(b.uuid, 'admin');
    const outcomes = await Promise.allSettled([roles.revoke(a.uuid, 'admin'), roles.revoke(b.uuid, 'admin')]);
    assert.deepEqual(outcomes.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
    assert.equal((await roles.holders('admin')).length, 1);
  });
});
