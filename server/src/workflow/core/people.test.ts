import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  altered,
  callerOf,
  type WorkflowOptions,
  workflowOver,
} from '../../../test/support/core-workflow.ts';
import { forEachEngine } from '../../../test/support/engines.ts';
import { person } from '../../../test/support/parts.ts';
import type { JsonObject } from '../../lib/text/json.ts';
import { ANONYMOUS } from '../engine/caller.ts';

const PASSWORD = { password: 'correct horse' };
const invalid = { code: 'task_actions_invalid', message: 'actions invalid' };
const inputErrors = (errors: Record<string, string[]>) => ({ code: 'task_input', data: { errors } });

forEachEngine((_engine, open) => {
  async function prepared(options: WorkflowOptions = {}) {
    const parts = await workflowOver(await open(), options);
    const admin = await parts.newUser('boss@example.org');
    const project = await parts.projectOf(admin);
    const boss = callerOf(admin, project, 'project_admin', 'member', 'project_mod');
    const { tasks, identity } = parts;
    const invite = (email: string, more: JsonObject = {}) =>
      tasks.create('invite_user_to_project', boss, {
        email,
        roles: ['member'],
        project_id: project,
        ...more,
      });
    const rolesOf = async (email: string) => {
      const user = await identity.findUser(email, 'default');
      return user && identity.getRoles(user.id, project);
    };
    return { ...parts, admin, project, boss, invite, rolesOf };
  }

  test('an invited user without an account sets a password, and becomes a member with an account', async () => {
    const { tasks, invite, rolesOf, accounts, project } = await prepared();
    const task = await invite('new@example.org');
    assert.deepEqual([task.approved, task.completed], [true, false]);
    assert.deepEqual(tasks.required(task.uuid), ['password']);
    const done = await tasks.submit(task.uuid, PASSWORD);
    assert.equal(done.completed, true);
    assert.deepEqual(await rolesOf('new@example.org'), ['member']);
    assert.ok(await accounts.verifyPassword('new@example.org', 'correct horse'));
    assert.deepEqual(tasks.notes(task.uuid, 'NewUserAction').slice(0, 3), [
      `Project with id ${project} exists.`,
      "No user present with username 'new@example.org'. Need to create new user.",
      'Auto approve set to True.',
    ]);
    assert.equal(
      tasks.notes(task.uuid, 'NewUserAction').at(-1),
      `User new@example.org has been created, with roles ['member'] in project ${project}.`,
    );
  });

  test('an invited user with an account only confirms, with any truthy value', async () => {
    const { tasks, invite, rolesOf, newUser } = await prepared();
    await newUser('old@example.org');
    const task = await invite('old@example.org', { roles: ['project_mod', 'member'] });
    assert.deepEqual(tasks.required(task.uuid), ['confirm']);
    await tasks.submit(task.uuid, { confirm: false });
    assert.deepEqual(await rolesOf('old@example.org'), ['member', 'project_mod']);
    assert.match(
      tasks.notes(task.uuid, 'NewUserAction').at(-1) ?? '',
      /^Existing user old@example.org has been given roles \['member', 'project_mod'\] in project /,
    );
  });

  test('an invited member has nothing to confirm', async () => {
    const { tasks, invite, admin, identity, project } = await prepared();
    await identity.addRole(admin.uuid, 'member', project);
    const task = await invite(admin.name);
    assert.equal(task.completed, true);
    assert.match(tasks.notes(task.uuid, 'NewUserAction').at(-1) ?? '', / already had roles \['member'\] /);
  });

  test('an invited user who is disabled or was never accepted sets a new password and is enabled', async () => {
    const { tasks, invite, rolesOf, newUser, identity, accounts } = await prepared();
    const { uuid } = await newUser('gone@example.org');
    await identity.disableUser(uuid);
    await accounts.create({ ...person('waiting@example.org'), password: 'another password' });
    for (const email of ['gone@example.org', 'waiting@example.org']) {
      const task = await invite(email);
      assert.equal(task.actions[0]?.state, 'disabled');
      assert.deepEqual(tasks.required(task.uuid), ['password']);
      await tasks.submit(task.uuid, PASSWORD);
      assert.deepEqual(await rolesOf(email), ['member']);
      assert.equal((await accounts.verifyPassword(email, 'correct horse'))?.active, true);
      assert.match(
        tasks.notes(task.uuid, 'NewUserAction').at(-1) ?? '',
        /has been re-enabled and given roles/,
      );
    }
  });

  test('where users cannot be edited, only existing enabled users can be invited', async () => {
    const { invite, newUser, tasks } = await prepared({
      replace: ({ identity }) => ({ identity: altered(identity, { canEditUsers: false }) }),
    });
    await newUser('old@example.org');
    await assert.rejects(invite('new@example.org'), invalid);
    const task = await invite('old@example.org');
    assert.equal(task.actions[0]?.valid, true);
    assert.deepEqual(tasks.required(task.uuid), ['confirm']);
  });

  test('where names are not addresses, an account of another address is not invited by its name', async () => {
    const { invite, newUser } = await prepared({
      replace: ({ identity }) => ({ identity: altered(identity, { usernameIsEmail: false }) }),
    });
    await newUser('old@example.org');
    await assert.rejects(invite('old@example.org'), inputErrors({ username: ['This field is required.'] }));
    await assert.rejects(invite('x@example.org', { username: 'old@example.org' }), invalid);
    const task = await invite('old@example.org', { username: 'old@example.org' });
    assert.equal(task.actions[0]?.valid, true);
  });

  test("the fields of an invitation's token follow the state of the user at the time of the answer", async () => {
    const { tasks, invite, rolesOf, newUser, identity, project } = await prepared();
    const task = await invite('late@example.org');
    const { uuid } = await newUser('late@example.org');
    await tasks.approve(task.uuid);
    assert.deepEqual(tasks.required(task.uuid), ['confirm']);
    await identity.addRole(uuid, 'member', project);
    assert.equal((await tasks.approve(task.uuid)).completed, true);
    assert.deepEqual(tasks.required(task.uuid), []);
    assert.deepEqual(await rolesOf('late@example.org'), ['member']);
    const other = await invite('two@example.org');
    await identity.disableUser((await newUser('two@example.org')).uuid);
    await assert.rejects(tasks.submit(other.uuid, { confirm: true }), { code: 'workflow_token_fields' });
    assert.equal(await rolesOf('two@example.org').then((roles) => roles?.length), 0);
  });

  test('an unacceptable password is refused with a message, and the token stays valid', async () => {
    const { tasks, invite, rolesOf, workflow } = await prepared();
    const { uuid } = await invite('new@example.org');
    await assert.rejects(tasks.submit(uuid, { password: '12345' }), {
      code: 'workflow_token_fields',
      data: { errors: { password: ['shorter than 8 characters'] } },
    });
    await assert.rejects(tasks.submit(uuid, { password: null }), { code: 'workflow_token_fields' });
    const { items } = await workflow.notifications.list({ at: 'all' });
    assert.deepEqual(items, []);
    assert.equal((await tasks.submit(uuid, PASSWORD)).completed, true);
    assert.deepEqual(await rolesOf('new@example.org'), ['member']);
  });

  test('an address that was taken, or a project name, between request and end makes the task invalid', async () => {
    const { tasks, boss, admin, newUser, identity } = await prepared();
    const { uuid } = await tasks.create('update_user_email', boss, {
      user_id: admin.uuid,
      new_email: 'new@example.org',
    });
    await newUser('new@example.org');
    await assert.rejects(tasks.submit(uuid, { confirm: true }), invalid);
    assert.equal((await identity.getUser(admin.uuid))?.name, 'boss@example.org');
    const signUp = (email: string) =>
      tasks.create('create_project_and_user', ANONYMOUS, { project_name: 'fresh', email });
    const [one, two] = [await signUp('one@example.org'), await signUp('two@example.org')];
    await tasks.approve(one.uuid);
    await assert.rejects(tasks.approve(two.uuid), invalid);
    assert.equal(await identity.findUser('two@example.org', 'default'), undefined);
  });

  test('invitations to another project, with unmanageable roles, without roles, or with inherited roles are invalid', async () => {
    const { tasks, invite, project, admin, boss } = await prepared();
    await assert.rejects(invite('a@example.org', { project_id: admin.uuid }), invalid);
    await assert.rejects(invite('a@example.org', { domain_id: 'other' }), invalid);
    await assert.rejects(invite('a@example.org', { roles: ['nowhere'] }), invalid);
    await assert.rejects(invite('a@example.org', { roles: [], inherited_roles: ['member'] }), invalid);
    await assert.rejects(
      invite('not_a_valid_email', { roles: ['not_a_valid_role'] }),
      inputErrors({
        email: ['Enter a valid email address.'],
        roles: ['"not_a_valid_role" is not a valid choice.'],
      }),
    );
    await assert.rejects(
      invite('a@example.org', { roles: [] }),
      inputErrors({ non_field_errors: ["Must supply either 'roles' or 'inherited_roles', or both."] }),
    );
    const mod = { ...boss, roles: ['project_mod'] };
    const input = { email: 'a@example.org', roles: ['project_admin'], project_id: project };
    await assert.rejects(tasks.create('invite_user_to_project', mod, input), invalid);
  });

  test('a sign-up waits for approval, which creates a project and its administrator, who then sets a password', async () => {
    const { tasks, identity, accounts, projects, rolesOf } = await prepared();
    const input = {
      project_name: 'fresh',
      email: 'first@example.org',
      domain_id: 'default',
      parent_id: null,
    };
    const task = await tasks.create('create_project_and_user', ANONYMOUS, input);
    assert.deepEqual([task.approved, task.actions[0]?.valid], [false, true]);
    assert.equal(await identity.findProject('fresh', 'default'), undefined);
    await tasks.approve(task.uuid);
    assert.deepEqual(tasks.required(task.uuid), ['password']);
    const project = await identity.findProject('fresh', 'default');
    const user = await identity.findUser('first@example.org', 'default');
    assert.ok(project && user);
    assert.equal((await projects.get(project.id)).owner, user.id);
    assert.deepEqual(await identity.getRoles(user.id, project.id), ['member', 'project_admin']);
    await tasks.submit(task.uuid, PASSWORD);
    assert.ok(await accounts.verifyPassword('first@example.org', 'correct horse'));
    assert.deepEqual(tasks.notes(task.uuid, 'NewProjectWithUserAction'), [
      "No existing project with name 'fresh'.",
      "No user present with username 'first@example.org'. Need to create new user.",
      "No existing project with name 'fresh'.",
      "New project 'fresh' created.",
      "No user present with username 'first@example.org'. Need to create new user.",
      `New user 'first@example.org' created for project ${project.id} with roles: ['member', 'project_admin']`,
      `Project with id ${project.id} exists.`,
      'User first@example.org password has been changed.',
    ]);
    assert.deepEqual(await rolesOf('first@example.org'), []);
    await assert.rejects(
      tasks.approve((await tasks.create('create_project_and_user', ANONYMOUS, input)).uuid),
      invalid,
    );
  });

  test('a sign-up by a user with an account needs no token; a disabled account is enabled and sets a password', async () => {
    const { tasks, identity, newUser } = await prepared();
    await newUser('old@example.org');
    const gone = await newUser('gone@example.org');
    const signUp = (project_name: string, email: string) =>
      tasks.create('create_project_and_user', ANONYMOUS, { project_name, email });
    const old = await tasks.approve((await signUp('one', 'old@example.org')).uuid);
    assert.equal(old.completed, true);
    assert.match(
      tasks.notes(old.uuid, 'NewProjectWithUserAction').at(-3) ?? '',
      /^Existing user 'old@example.org' setup on project .* {2}with roles: \['member', 'project_admin'\]$/,
    );
    const task = await signUp('two', 'gone@example.org');
    await identity.disableUser(gone.uuid);
    await tasks.approve(task.uuid);
    assert.equal(tasks.get(task.uuid).actions[0]?.state, 'disabled');
    assert.equal((await identity.getUser(gone.uuid))?.enabled, true);
    await tasks.submit(task.uuid, PASSWORD);
    const changed = tasks
      .notes(task.uuid, 'NewProjectWithUserAction')
      .filter((note) => note === 'User gone@example.org password has been changed.');
    assert.equal(changed.length, 2);
  });

  test('a failed sign-up continues where it stopped, with one project and one user', async () => {
    let broken = true;
    const { tasks, identity } = await prepared({
      replace: ({ identity: builtIn }) => ({
        identity: altered(builtIn, {
          addRole: async (...given) => {
            if (broken) throw new Error('out of order');
            await builtIn.addRole(...given);
          },
        }),
      }),
    });
    const input = { project_name: 'fresh', email: 'first@example.org' };
    const { uuid } = await tasks.create('create_project_and_user', ANONYMOUS, input);
    await assert.rejects(tasks.approve(uuid), { code: 'task_failed' });
    const { cache } = tasks.get(uuid).actions[0] ?? {};
    assert.deepEqual(Object.keys(cache ?? {}), ['project_id', 'user_id']);
    assert.ok(
      tasks
        .notes(uuid, 'NewProjectWithUserAction')
        .includes(
          "Error: 'out of order' while granting the roles: ['member', 'project_admin'] on user: first@example.org ",
        ),
    );
    broken = false;
    await tasks.approve(uuid);
    assert.deepEqual(tasks.required(uuid), ['password']);
    const user = await identity.findUser('first@example.org', 'default');
    assert.equal(tasks.get(uuid).actions[0]?.cache['user_id'], user?.id);
    await tasks.approve(uuid);
    assert.equal(tasks.notes(uuid, 'NewProjectWithUserAction').at(-1), 'User already setup.');
    assert.equal((await tasks.submit(uuid, PASSWORD)).completed, true);
  });

  test('a sign-up is invalid if its project or user is gone at the end', async () => {
    let gone = false;
    const { tasks } = await prepared({
      replace: ({ identity }) => ({
        identity: altered(identity, {
          getProject: async (id) => (gone ? undefined : identity.getProject(id)),
        }),
      }),
    });
    const input = { project_name: 'fresh', email: 'first@example.org' };
    const { uuid } = await tasks.create('create_project_and_user', ANONYMOUS, input);
    await tasks.approve(uuid);
    gone = true;
    await assert.rejects(tasks.submit(uuid, PASSWORD), invalid);
  });

  test('the holder of the token sets a new password; protected and unknown users get no token', async () => {
    const { tasks, accounts, newUser, roles } = await prepared({
      actionConfig: { ResetUserPasswordAction: { blacklisted_roles: ['admin'] } },
    });
    await newUser('old@example.org');
    const task = await tasks.create('reset_user_password', ANONYMOUS, { email: 'OLD@example.org' });
    assert.deepEqual(tasks.required(task.uuid), ['password']);
    await tasks.submit(task.uuid, PASSWORD);
    assert.ok(await accounts.verifyPassword('old@example.org', 'correct horse'));
    const { uuid } = await newUser('root@example.org');
    await roles.grant(uuid, 'admin');
    for (const email of ['root@example.org', 'unknown@example.org']) {
      await assert.rejects(tasks.create('reset_user_password', ANONYMOUS, { email }), invalid);
    }
    const elsewhere = { email: 'old@example.org', domain_name: 'Elsewhere' };
    await assert.rejects(tasks.create('reset_user_password', ANONYMOUS, elsewhere), invalid);
  });

  test('roles are granted and revoked without approval, each once', async () => {
    const { tasks, boss, project, newUser, identity } = await prepared();
    const { uuid: user_id } = await newUser('old@example.org');
    await identity.addRole(user_id, 'member', project);
    const edit = (roles: string[], remove = false) =>
      tasks.create('edit_user_roles', boss, { user_id, project_id: project, roles, remove });
    const given = await edit(['member', 'project_mod']);
    assert.equal(given.completed, true);
    assert.deepEqual(await identity.getRoles(user_id, project), ['member', 'project_mod']);
    const last = ({ uuid }: { uuid: string }) => tasks.notes(uuid, 'EditUserRolesAction').at(-1);
    assert.equal(
      last(given),
      `User old@example.org has been given roles ['project_mod'] in project ${project}.`,
    );
    const again = await edit(['project_mod']);
    assert.equal(again.actions[0]?.state, 'complete');
    assert.equal(
      last(again),
      `User old@example.org already had roles ['project_mod'] in project ${project}.`,
    );
    const taken = await edit(['member', 'project_mod'], true);
    assert.deepEqual(await identity.getRoles(user_id, project), []);
    assert.equal(
      last(taken),
      `User old@example.org has had roles ['member', 'project_mod'] removed from project ${project}.`,
    );
    const none = await edit(['member'], true);
    assert.equal(last(none), `User old@example.org didn't have roles ['member'] in project ${project}.`);
  });

  test('a user with unmanageable roles, an unknown user, and a user of another project cannot be edited', async () => {
    const { tasks, boss, admin, project, newUser, identity } = await prepared();
    const { uuid: user_id } = await newUser('old@example.org');
    await identity.addRole(user_id, 'project_admin', project);
    const mod = { ...boss, roles: ['project_mod'] };
    const input = { user_id, project_id: project, roles: ['member'] };
    await assert.rejects(tasks.create('edit_user_roles', mod, input), invalid);
    await assert.rejects(tasks.create('edit_user_roles', boss, { ...input, user_id: 'none' }), invalid);
    await assert.rejects(
      tasks.create('edit_user_roles', boss, { ...input, project_id: admin.uuid }),
      invalid,
    );
    assert.deepEqual(await identity.getRoles(user_id, project), ['member', 'project_admin']);
  });

  test('an address changes once the new one is confirmed; the old one is notified first', async () => {
    const { tasks, boss, admin, identity, newUser } = await prepared();
    await newUser('taken@example.org');
    const change = (new_email: string, user_id = admin.uuid) =>
      tasks.create('update_user_email', boss, { user_id, new_email });
    const task = await change('new@example.org');
    assert.deepEqual(tasks.required(task.uuid), ['confirm']);
    assert.deepEqual(
      (await tasks.mailsOf(task.uuid)).map(({ to, subject }) => [to, subject]),
      [
        [['boss@example.org'], '[Purser] A change of your e-mail address was requested'],
        [['new@example.org'], '[Purser] Confirm your e-mail address'],
      ],
    );
    assert.equal((await tasks.submit(task.uuid, { confirm: true })).completed, true);
    const { name, email } = (await identity.getUser(admin.uuid)) ?? {};
    assert.deepEqual([name, email], ['new@example.org', 'new@example.org']);
    assert.equal(
      tasks.notes(task.uuid, 'UpdateUserEmailAction').at(-1),
      'The email for user boss@example.org has been changed to new@example.org.',
    );
    const unconfirmed = await change('other@example.org');
    assert.equal((await tasks.submit(unconfirmed.uuid, { confirm: false })).completed, true);
    assert.equal((await identity.getUser(admin.uuid))?.name, 'new@example.org');
    await assert.rejects(change('taken@example.org'), invalid);
    await assert.rejects(change('x@example.org', 'none'), invalid);
    await assert.rejects(
      change('new_test@examplecom'),
      inputErrors({ new_email: ['Enter a valid email address.'] }),
    );
  });
});
