import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  callerOf,
  SIZES,
  type WorkflowOptions,
  workflowOver,
} from '../../../../test/support/core-workflow.ts';
import { forEachEngine } from '../../../../test/support/engines.ts';
import type { JsonObject } from '../../../lib/text/json.ts';
import type { Caller, KnownCaller } from '../../engine/caller.ts';
import { quotaOf } from '../quota-sizes.ts';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

forEachEngine((_engine, open) => {
  async function prepared(options: WorkflowOptions = {}) {
    const parts = await workflowOver(await open(), options);
    const owner = await parts.newUser('owner@example.org');
    const project = await parts.projectOf(owner);
    await parts.identity.addRole(owner.uuid, 'member', project);
    const admin = callerOf(owner, project, 'project_admin', 'member');
    const { registry, delegateContexts } = parts.workflow;
    const call = async (
      name: string,
      method: Method,
      caller: Caller,
      {
        body = {},
        params = {},
        query = {},
        address = '192.0.2.1',
      }: {
        body?: JsonObject;
        params?: Record<string, string>;
        query?: Record<string, string>;
        address?: string | null;
      } = {},
    ) => {
      const found = registry.delegateApis.find(({ api }) => api.name === name);
      const handler = found?.api.methods[method];
      assert.ok(handler, `${name} has no ${method}`);
      const context = delegateContexts.for(name, { caller, address });
      const { status, body: answer } = await handler.handle(
        { caller, params, query, body, address },
        context,
      );
      return { status, body: answer as JsonObject };
    };
    return { ...parts, owner, project, admin, call };
  }

  test('a project lists its members and invitations, and which of them the caller can change', async () => {
    const { call, admin, owner, newUser, identity, project } = await prepared();
    const mod = await newUser('mod@example.org');
    await identity.addRole(mod.uuid, 'project_mod', project);
    const invited = await call('UserList', 'POST', admin, {
      body: { email: 'new@example.org', roles: ['member'], username: null, project_id: null },
    });
    assert.equal(invited.status, 202);
    assert.deepEqual(invited.body['notes'], ['task created']);
    const asMod = { ...admin, roles: ['project_mod'] };
    const { body } = await call('UserList', 'GET', asMod);
    const common = { cohort: 'Member', status: 'Active', inherited_roles: [] };
    assert.deepEqual(body['users'], [
      {
        id: owner.uuid,
        name: 'owner@example.org',
        email: 'owner@example.org',
        roles: ['member', 'project_admin'],
        ...common,
        manageable: false,
      },
      {
        id: mod.uuid,
        name: 'mod@example.org',
        email: 'mod@example.org',
        roles: ['member', 'project_mod'],
        ...common,
        manageable: true,
      },
      {
        id: invited.body['task'],
        name: 'new@example.org',
        email: 'new@example.org',
        roles: ['member'],
        inherited_roles: [],
        cohort: 'Invited',
        status: 'Invited',
      },
    ]);
  });

  test('an invitation shows its status and can be cancelled; users cannot be deleted', async () => {
    const { call, admin, clock, newUser, identity, projectOf, owner } = await prepared();
    const invite = async (email: string, more: JsonObject = {}) =>
      call('InviteUser', 'POST', admin, { body: { email, roles: ['member'], ...more } });
    const statuses = async () =>
      ((await call('UserList', 'GET', admin)).body['users'] as JsonObject[])
        .filter(({ cohort }) => cohort === 'Invited')
        .map(({ email, status }) => [email, status]);
    const { body } = await invite('new@example.org');
    await assert.rejects(invite('bad@example.org', { project_id: 'another' }), {
      code: 'task_actions_invalid',
    });
    clock.advance(86_400_001);
    assert.deepEqual(await statuses(), [
      ['bad@example.org', 'Invalid'],
      ['new@example.org', 'Expired'],
    ]);
    const withdraw = (user_id: string, caller: KnownCaller = admin) =>
      call('UserDetail', 'DELETE', caller, { params: { user_id } });
    const elsewhere = callerOf(owner, await projectOf(owner, 'other'), 'project_admin');
    assert.deepEqual(await withdraw(String(body['task']), elsewhere), { status: 404, body: 'Not found.' });
    assert.deepEqual(await withdraw(String(body['task'])), {
      status: 200,
      body: 'Cancelled pending invite task!',
    });
    assert.deepEqual(await withdraw(String(body['task'])), { status: 404, body: 'Not found.' });
    assert.equal((await withdraw(owner.uuid)).status, 501);
    const stranger = await newUser('stranger@example.org');
    const show = (user_id: string) => call('UserDetail', 'GET', admin, { params: { user_id } });
    for (const id of [stranger.uuid, 'none']) {
      assert.deepEqual(await show(id), { status: 404, body: { errors: ['No user with this id.'] } });
    }
    assert.deepEqual(await show(owner.uuid), {
      status: 200,
      body: {
        id: owner.uuid,
        username: 'owner@example.org',
        email: 'owner@example.org',
        roles: ['member', 'project_admin'],
        inherited_roles: [],
      },
    });
    void identity;
  });

  test('holders of roles that the operator hides are not shown', async () => {
    const { call, admin, owner } = await prepared({
      apis: {
        UserList: { blacklisted_roles: ['project_admin'] },
        UserDetail: { blacklisted_roles: ['project_admin'] },
        UserRoles: { blacklisted_roles: ['project_admin'] },
      },
    });
    assert.deepEqual((await call('UserList', 'GET', admin)).body, { users: [] });
    const params = { user_id: owner.uuid };
    assert.equal((await call('UserDetail', 'GET', admin, { params })).status, 404);
    assert.equal((await call('UserRoles', 'GET', admin, { params })).status, 404);
  });

  test('roles are listed, granted and revoked by path; the body cannot name another role or user', async () => {
    const { call, admin, newUser, identity, project } = await prepared();
    const { uuid: user_id } = await newUser('mod@example.org');
    await identity.addRole(user_id, 'member', project);
    const params = { user_id };
    const change = (method: Method, roles: string[]) =>
      call('UserRoles', method, admin, { params, body: { roles, remove: method === 'PUT', user_id: 'x' } });
    assert.equal((await change('PUT', ['project_mod'])).status, 202);
    assert.deepEqual((await call('UserRoles', 'GET', admin, { params })).body, {
      roles: ['member', 'project_mod'],
      inherited_roles: [],
    });
    assert.equal((await change('DELETE', ['member', 'project_mod'])).status, 202);
    assert.equal((await call('UserRoles', 'GET', admin, { params })).status, 404);
    const body = { user_id, project_id: project, roles: ['member'] };
    assert.equal((await call('EditUser', 'POST', admin, { body })).status, 202);
    const asMod = { ...admin, roles: ['project_mod'] };
    const { body: roles } = await call('RoleList', 'GET', asMod);
    assert.deepEqual(
      (roles['roles'] as JsonObject[]).map(({ name }) => name),
      ['project_mod', 'member'],
    );
  });

  test('neither the answer nor its time reveals whether a user with an address exists', async () => {
    const { call, owner, waits, tasks, admin } = await prepared();
    const reset = (email: string, caller: Caller = {}) =>
      call('UserResetPassword', 'POST', caller, { body: { email } });
    const generic = { notes: ['If user with email exists, reset token will be issued.'] };
    for (const email of [owner.name, 'unknown@example.org']) {
      assert.deepEqual(await reset(email, admin), { status: 202, body: generic });
    }
    assert.deepEqual(waits, [3000, 3000]);
    await assert.rejects(reset('not_a_valid_email'), {
      data: { errors: { email: ['Enter a valid email address.'] } },
    });
    const asOperator = { ...admin, roles: ['admin'] };
    const { body } = await call('UserSetPassword', 'POST', asOperator, {
      body: { email: { email: owner.name } },
    });
    const uuid = String(body['task']);
    assert.match(await tasks.secret(uuid), /^[0-9a-f]{32}$/);
    assert.equal(waits.length, 2);
  });

  test('password requests are limited per client address and, silently, per e-mail address', async () => {
    const { call, owner, storage, clock } = await prepared({
      allowances: { anonymousRequestsPerAddress: 6, mailsPerRecipient: 2 },
    });
    const reset = (address: string) =>
      call('UserResetPassword', 'POST', {}, { body: { email: owner.name }, address });
    for (let count = 0; count < 3; count += 1) assert.equal((await reset('192.0.2.1')).status, 202);
    await assert.rejects(reset('192.0.2.1'), { code: 'too_many_requests' });
    assert.equal((await reset('192.0.2.2')).status, 202);
    const sent = () => storage.db.selectFrom('outbox').select('id').execute();
    assert.equal((await sent()).length, 2);
    clock.advance(3_600_000);
    assert.equal((await reset('192.0.2.1')).status, 202);
    assert.equal((await sent()).length, 3);
  });

  test("the caller's address is changed, by the new and by the old name of the field", async () => {
    const { call, admin, tasks, owner } = await prepared();
    for (const body of [{ new_email: 'a@example.org', user_id: 'x' }, { email: 'b@example.org' }]) {
      const { body: answer } = await call('UserUpdateEmail', 'POST', admin, { body });
      const mails = await tasks.mailsOf(String(answer['task']), 'workflow-stage');
      assert.deepEqual(mails[0]?.to, [body.new_email ?? body.email]);
    }
    assert.equal(admin.user_id, owner.uuid);
  });

  test('a sign-up cannot choose the place of the project, and its answer names no task', async () => {
    const { call, workflow } = await prepared();
    const answer = await call(
      'SignUp',
      'POST',
      {},
      {
        body: { project_name: 'fresh', email: 'x@example.org', domain_id: 'x', parent_id: 'x', region: 'x' },
      },
    );
    assert.deepEqual(answer, { status: 202, body: { notes: ['task created'] } });
    const { items } = await workflow.taskReads.list({ at: 'all' });
    const [action] = items[0]?.actions ?? [];
    assert.deepEqual([action?.data['domain_id'], action?.data['parent_id']], ['default', null]);
    await assert.rejects(
      call('CreateProjectAndUser', 'POST', {}, { body: { project_name: 'fresh', email: 'x@example.org' } }),
      { code: 'task_duplicate' },
    );
  });

  test('quotas are shown by region with their options and the open requests', async () => {
    const { call, admin, quota, project } = await prepared();
    await quota.setQuota(project, 'RegionOne', quotaOf(SIZES['small'] ?? {}));
    const post = await call('UpdateProjectQuotas', 'POST', admin, {
      body: { size: 'large', regions: null, project_id: 'another' },
    });
    assert.equal(post.status, 202);
    const { body } = await call('UpdateProjectQuotas', 'GET', admin);
    assert.deepEqual(
      (body['regions'] as JsonObject[]).map(({ region, current_quota_size, quota_change_options }) => [
        region,
        current_quota_size,
        quota_change_options,
      ]),
      [
        ['RegionOne', 'small', ['medium']],
        ['RegionTwo', 'small', ['medium']],
      ],
    );
    const tasks = body['active_quota_tasks'] as JsonObject[];
    assert.deepEqual(tasks, [
      {
        id: post.body['task'],
        regions: ['RegionOne', 'RegionTwo'],
        size: 'large',
        request_user: 'owner@example.org',
        task_created: tasks[0]?.['task_created'],
        valid: true,
        status: 'Awaiting Approval',
      },
    ]);
    const one = await call('UpdateProjectQuotas', 'GET', admin, {
      query: { region: 'RegionTwo', include_usage: 'false' },
    });
    assert.deepEqual(one.body['regions'], [
      {
        region: 'RegionTwo',
        current_quota: { cinder: { gigabytes: 5000 }, nova: { instances: 10, cores: 20, ram: 65536 } },
        current_quota_size: 'small',
        quota_change_options: ['medium'],
        current_usage: { cinder: { gigabytes: 0 }, nova: { instances: 0, cores: 0, ram: 0 } },
      },
    ]);
    assert.deepEqual(await call('UpdateProjectQuotas', 'GET', admin, { query: { regions: 'X' } }), {
      status: 400,
      body: { ERROR: ['Region: X is not valid'] },
    });
  });

  test('quotas change in known regions with managed quotas; one region can be given by the old field', async () => {
    const { call, admin } = await prepared({ services: { '*': ['nova'], RegionTwo: [] } });
    const post = (body: JsonObject) => call('UpdateProjectQuotas', 'POST', admin, { body });
    assert.deepEqual(await post({ size: 'small', regions: ['RegionTwo'] }), {
      status: 400,
      body: { errors: ['Unable to update the quotas for the given regions'] },
    });
    assert.deepEqual(await post({ size: 'small', regions: ['A', 'RegionOne', 'B', 'A'] }), {
      status: 400,
      body: { errors: ['Invalid regions: A, B'] },
    });
    assert.equal((await post({ size: 'small', region: 'RegionOne' })).status, 202);
    const { body } = await call('UpdateProjectQuotas', 'GET', admin);
    const [shown] = body['active_quota_tasks'] as JsonObject[];
    assert.deepEqual(shown?.['regions'], ['RegionOne']);
    await assert.rejects(post({ size: 'small', regions: 'RegionOne' }), { code: 'task_input' });
    await assert.rejects(post({ regions: [] }), { code: 'task_input' });
  });
});
