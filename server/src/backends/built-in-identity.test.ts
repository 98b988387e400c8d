import assert from 'node:assert/strict';
import { test } from 'node:test';
import { workflowOver } from '../../test/support/core-workflow.ts';
import { forEachEngine, START_MS } from '../../test/support/engines.ts';
import { person, refusal } from '../../test/support/parts.ts';

forEachEngine((_engine, open) => {
  test('users are accounts: found by their address in any letter case, and disabled unless active', async () => {
    const { identity, accounts, newUser } = await workflowOver(await open());
    const ada = await newUser('Ada@example.org');
    const found = await identity.findUser('ADA@example.ORG', 'default');
    const expected = {
      id: ada.uuid,
      name: 'ada@example.org',
      email: 'Ada@example.org',
      enabled: true,
      domainId: 'default',
    };
    assert.deepEqual(found, expected);
    assert.deepEqual(await identity.getUser(ada.uuid), expected);
    assert.equal(await identity.findUser('ada@example.org', 'other'), undefined);
    assert.equal(await identity.findUser('1', 'default'), undefined);
    assert.equal(await identity.getUser('unknown'), undefined);
    const { uuid } = await accounts.create(person('bob@example.org'));
    assert.equal((await identity.findUser('bob@example.org', 'default'))?.enabled, false);

    await identity.enableUser(uuid);
    assert.equal((await accounts.get(uuid)).state, 'active');
    await identity.disableUser(uuid);
    assert.equal((await identity.getUser(uuid))?.enabled, false);
    await identity.enableUser(uuid);
    await identity.enableUser(uuid);
    assert.equal((await identity.getUser(uuid))?.enabled, true);
    const waiting = await accounts.create(person('carol@example.org'));
    await accounts.verify(waiting.uuid);
    await identity.enableUser(waiting.uuid);
    assert.equal((await accounts.get(waiting.uuid)).state, 'active');
  });

  test('an account ended by an operator or its owner is marked and stays ended; one ended by a task can be enabled', async () => {
    const { identity, accounts, newUser } = await workflowOver(await open());
    const { uuid } = await newUser('ada@example.org');
    const owner = { uuid, name: 'ada@example.org', address: null };
    const ends = {
      owner: () => accounts.deactivate(uuid, 'leaving', owner),
      operator: () => accounts.deactivate(uuid, 'abuse'),
      deletion: () => accounts.delete(uuid, 'asked for it'),
    };
    for (const [who, end] of Object.entries(ends)) {
      // The decision of a task is weaker and does not replace it.
      await end();
      await identity.disableUser(uuid);
      assert.equal((await identity.findUser('ada@example.org', 'default'))?.closed, true, who);
      await assert.rejects(identity.enableUser(uuid), refusal('account_ended'), who);
      assert.equal((await accounts.activate(uuid)).endedBy, null);
    }
    await identity.disableUser(uuid);
    assert.equal((await identity.getUser(uuid))?.closed, undefined);
    // The decision of an operator is stronger and does.
    assert.equal((await accounts.deactivate(uuid, 'abuse')).endedBy, 'operator');
    await assert.rejects(identity.enableUser(uuid), refusal('account_ended'));

    const waiting = await accounts.create(person('bob@example.org'));
    await accounts.verify(waiting.uuid);
    await accounts.reject(waiting.uuid, 'no');
    await assert.rejects(identity.enableUser(waiting.uuid), refusal('account_ended'));
    assert.equal((await accounts.get(waiting.uuid)).state, 'rejected');
  });

  test('a created user can log in at once; a change of address changes the user name', async () => {
    const { identity, accounts } = await workflowOver(await open());
    const wanted = { password: 'correct horse', domainId: 'default' };
    const { id } = await identity.createUser({ name: 'x@example.org', email: 'x@example.org', ...wanted });
    assert.equal((await accounts.verifyPassword('x@example.org', 'correct horse'))?.uuid, id);
    await identity.updatePassword(id, 'battery staple');
    assert.equal((await accounts.verifyPassword('x@example.org', 'battery staple'))?.uuid, id);
    await identity.updateEmail(id, 'y@example.org');
    await identity.updateName(id, 'y@example.org');
    assert.equal((await identity.getUser(id))?.name, 'y@example.org');
    await assert.rejects(
      identity.createUser({ name: 'nick', email: 'z@example.org', ...wanted }),
      refusal('invalid_field'),
    );
  });

  test('a created project is active and private for ten years, and its first administrator owns it', async () => {
    const { identity, projects, newUser } = await workflowOver(await open());
    const wanted = { name: 'My lab', description: 'mine', domainId: 'default', parentId: null };
    const { id } = await identity.createProject(wanted);
    const project = await projects.get(id);
    assert.deepEqual(
      [project.state, project.owner, project.private, project.endDate],
      ['active', null, true, Date.UTC(2040, 0, 1)],
    );
    assert.equal(START_MS, Date.UTC(2030, 0, 1));
    assert.deepEqual(await identity.findProject('My lab', 'default'), { id, ...wanted, enabled: true });
    assert.deepEqual(await identity.getProject(id), { id, ...wanted, enabled: true });
    assert.equal(await identity.getProject(String(project.id)), undefined);
    assert.equal(await identity.findProject('my LAB', 'default'), undefined);
    const { uuid } = await newUser('carol@example.org');
    assert.equal((await identity.findProject(`system:${uuid}`, 'default'))?.id, uuid);
    await assert.rejects(identity.createProject(wanted), refusal('project_name_taken'));
    await assert.rejects(
      identity.createProject({ ...wanted, name: 'below', parentId: id }),
      refusal('not_available_here'),
    );

    const ada = await newUser('ada@example.org');
    const bob = await newUser('bob@example.org');
    await identity.addRole(ada.uuid, 'member', id);
    assert.equal((await projects.get(id)).owner, null);
    await identity.addRole(ada.uuid, 'project_admin', id);
    await identity.addRole(bob.uuid, 'project_admin', id);
    assert.equal((await projects.get(id)).owner, ada.uuid);
    const asked = await identity.createProject({ ...wanted, name: 'other', requestedBy: bob.uuid });
    assert.equal((await projects.get(asked.id)).owner, bob.uuid);
    assert.deepEqual(
      (await identity.listUsers(asked.id)).map(({ id: user, roles }) => [user, roles]),
      [[bob.uuid, ['project_admin']]],
    );
  });

  test('the first role adds a membership with a seat, revoking the last removes both; the owner stays administrator', async () => {
    const { identity, projects, newUser, projectOf, limitsOf, memberships } = await workflowOver(
      await open(),
    );
    const owner = await newUser('owner@example.org');
    const ada = await newUser('ada@example.org');
    const project = await projectOf(owner);
    await identity.addRole(ada.uuid, 'project_mod', project);
    await identity.addRole(ada.uuid, 'project_mod', project);
    assert.deepEqual(await identity.getRoles(ada.uuid, project), ['member', 'project_mod']);
    assert.deepEqual(await identity.getRoles(ada.uuid, project, true), []);
    assert.deepEqual(await limitsOf(ada.uuid, project, 'hidden_ip'), [
      9223372036854775807n,
      9223372036854775807n,
    ]);
    assert.equal((await projects.get(project)).members, 1);

    await identity.removeRole(ada.uuid, 'member', project);
    assert.equal((await projects.get(project)).members, 1);
    await identity.removeRole(ada.uuid, 'project_mod', project);
    await identity.removeRole(ada.uuid, 'project_mod', project);
    assert.equal((await projects.get(project)).members, 0);
    assert.deepEqual(await limitsOf(ada.uuid, project, 'hidden_ip'), [0n, 9223372036854775807n]);
    assert.deepEqual(await identity.getRoles(ada.uuid, project), []);
    const [left] = await memberships.list(
      { ...owner, operator: true },
      { limit: 10, user: ada.uuid, project },
    );
    assert.equal(left?.membership.state, 'removed');
    await identity.addRole(ada.uuid, 'member', project);
    assert.equal((await projects.get(project)).members, 1);

    await identity.addRole(owner.uuid, 'member', project);
    await identity.removeRole(owner.uuid, 'project_admin', project);
    await identity.removeRole(owner.uuid, 'member', project);
    assert.deepEqual(await identity.getRoles(owner.uuid, project), ['project_admin']);
    assert.equal((await projects.get(project)).members, 1);
  });

  test('tasks grant no cloud-wide admin role, and no role on system or unknown projects or to disabled users', async () => {
    const { identity, newUser, projectOf } = await workflowOver(await open());
    const owner = await newUser('owner@example.org');
    const ada = await newUser('ada@example.org');
    const project = await projectOf(owner);
    await assert.rejects(identity.addRole(ada.uuid, 'admin', project), refusal('forbidden'));
    await assert.rejects(identity.addRole(ada.uuid, 'king', project), refusal('role_not_found'));
    await assert.rejects(identity.addRole(ada.uuid, 'member', owner.uuid), refusal('project_is_system'));
    await assert.rejects(identity.addRole(ada.uuid, 'member', 'none'), refusal('project_not_found'));
    await assert.rejects(identity.addRole(ada.uuid, 'member', '1'), refusal('project_not_found'));
    await assert.rejects(identity.addRole('none', 'member', project), refusal('account_not_found'));
    await assert.rejects(identity.addRole(ada.uuid, 'member', project, true), refusal('not_available_here'));
    await identity.disableUser(ada.uuid);
    await assert.rejects(identity.addRole(ada.uuid, 'member', project), refusal('account_not_accepted'));
  });

  test('roles are found by name, and all roles of a user by project', async () => {
    const { identity, roles, newUser, projectOf } = await workflowOver(await open());
    const ada = await newUser('ada@example.org');
    const project = await projectOf(ada);
    await roles.grant(ada.uuid, 'admin');
    assert.equal((await identity.findRole('project_mod'))?.name, 'project_mod');
    assert.equal(await identity.findRole('king'), undefined);
    assert.deepEqual(
      await identity.getAllRoles(ada.uuid),
      new Map([
        ['', ['admin']],
        [project, ['project_admin']],
      ]),
    );
    assert.equal((await identity.findDomain('default'))?.id, 'default');
    assert.equal(await identity.getRegion('RegionThree'), undefined);
  });
});
