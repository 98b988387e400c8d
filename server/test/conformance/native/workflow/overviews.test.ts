import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../../support/engines.ts';
import { ROOMY, VISIBLE } from '../../account-v1/cloud.ts';
import { asker, assertProblem, items } from '../asking.ts';
import { startProjects, succeeded } from '../projects/projects-cloud.ts';

const NAMED = { firstName: 'A', lastName: 'B' };

forEachEngine((_engine, open) => {
  test('statistics count users and projects by state, and sum the usage of all projects', async () => {
    const { operator, stranger, active, apply, issue, purser } = await startProjects(open);
    await active();
    await apply({ name: 'other.example.org' });
    await purser.domain.accounts.create({ email: 'new@example.org', ...NAMED });
    await issue({ [VISIBLE]: 3, [ROOMY]: 2n ** 62n }, { auto_accept: true });
    const { users, projects, resources } = succeeded(await operator('GET', '/statistics'));
    assert.deepEqual(users, {
      total: 6,
      pending_verification: 1,
      pending_moderation: 0,
      rejected: 0,
      active: 5,
      inactive: 0,
      deleted: 0,
    });
    assert.deepEqual(projects, {
      total: 2,
      uninitialized: 1,
      active: 1,
      suspended: 0,
      terminated: 0,
      deleted: 0,
    });
    const of = (name: string) =>
      (resources as { resource: string }[]).find(({ resource }) => resource === name);
    // The administrator's account is older than the resource's default; the others are limited to 100.
    assert.deepEqual(of(VISIBLE), { resource: VISIBLE, unit: null, usage: 3, allocated: 410, unlimited: 1 });
    assert.deepEqual(of(ROOMY), {
      resource: ROOMY,
      unit: 'bytes',
      usage: 2n ** 62n,
      allocated: 0,
      unlimited: 5,
    });
    assertProblem(await stranger.ask('GET', '/statistics'), 403, 'forbidden');
  });

  test('users find services by name and by type in any case', async () => {
    const { stranger } = await startProjects(open);
    const [one, ...others] = items(await stranger.ask('GET', '/endpoints?type=SERVICE1'));
    assert.deepEqual(others, []);
    assert.deepEqual(one, {
      service: 'service1',
      type: 'service1',
      version: 'v1.0',
      region: 'default',
      url: 'http://component1.example.org/service1/v1.0',
      ui_url: null,
    });
    assert.deepEqual(items(await stranger.ask('GET', '/endpoints?service=none')), []);
  });

  test('users are found by uuid and by name in any case; unknown ones are left out', async () => {
    const { stranger, owner, member, purser } = await startProjects(open);
    const asked = { ids: [owner.uuid, 'none'], usernames: ['Member@Example.org', 'none@example.org'] };
    assert.deepEqual(items(await stranger.ask('POST', '/users/lookup', asked)), [
      { id: owner.uuid, username: 'owner@example.org' },
      { id: member.uuid, username: 'member@example.org' },
    ]);
    assertProblem(await asker(purser, null)('POST', '/users/lookup', asked), 401, 'token_missing');
  });

  test('feedback is sent to the operators by mail', async () => {
    const { stranger, purser } = await startProjects(open);
    const sent = await stranger.ask('POST', '/feedback', { message: 'A pleasure.', data: 'console 1' });
    assert.equal(sent.status, 204);
    assert.match(purser.mails().join('\n'), /A pleasure\./);
    assertProblem(await stranger.ask('POST', '/feedback', { message: '  ' }), 400, 'invalid_field');
  });

  test('the workflow overview is empty without events', async () => {
    const { operator, stranger } = await startProjects(open);
    assert.deepEqual(succeeded(await operator('GET', '/workflow/overview')), {
      error_notifications: [],
      last_created_task: null,
      last_completed_task: null,
    });
    assertProblem(await stranger.ask('GET', '/workflow/overview'), 403, 'forbidden');
  });

  test('only accounts that were never accepted can be deleted, with their data', async () => {
    const { operator, stranger, purser } = await startProjects(open);
    const { accounts, tokens } = purser.domain;
    const { uuid } = await accounts.create({ email: 'new@example.org', ...NAMED });
    const { secret } = await tokens.issue(uuid, { name: 'early' });
    assert.equal((await operator('DELETE', `/users/${uuid}`)).status, 204);
    assertProblem(await operator('GET', `/users/${uuid}`), 404, 'account_not_found');
    assert.equal(await tokens.lookup(secret), undefined);
    const rejected = await accounts.create({ email: 'spam@example.org', ...NAMED });
    await accounts.verify(rejected.uuid);
    await accounts.reject(rejected.uuid, 'spam');
    assert.equal((await operator('DELETE', '/users/spam@example.org')).status, 204);
    assertProblem(await operator('DELETE', `/users/${stranger.uuid}`), 409, 'account_accepted');
    await accounts.deactivate(stranger.uuid, 'left');
    assertProblem(await operator('DELETE', `/users/${stranger.uuid}`), 409, 'account_accepted');
  });

  test('users are listed by their role on the whole cloud, and a generated password is shown once', async () => {
    const { operator, owner, member, active, purser } = await startProjects(open);
    await active();
    const names = async (role: string) =>
      items(await operator('GET', `/users?role=${role}`)).map(({ username }) => username);
    assert.deepEqual(await names('admin'), ['admin@example.org']);
    // The owner of a project is its administrator, only there.
    assert.deepEqual(await names('project_admin'), []);
    const changed = succeeded(await operator('PATCH', `/users/${member.uuid}`, { generate_password: true }));
    assert.deepEqual([changed['password_set'], changed['password_once']], [true, true]);
    const account = await purser.domain.accounts.verifyPassword(member.email, String(changed['password']));
    assert.equal(account?.uuid, member.uuid);
    const both = { generate_password: true, password: 'a password of some length' };
    assertProblem(await operator('PATCH', `/users/${owner.uuid}`, both), 400, 'invalid_field');
    const [entry] = items(await operator('GET', '/audit?action=account.update&limit=1'));
    assert.deepEqual(entry?.['after'], { password: 'not shown' });
  });

  test('the usage of pending applications is corrected to their number', async () => {
    const { operator, apply, owner, purser } = await startProjects(open);
    await apply();
    const reconcile = (body: object = {}) => operator('POST', '/quotas/reconciliation', body);
    assert.deepEqual(items(await reconcile()), []);
    await purser.domain.storage.transaction(({ db }) => db.deleteFrom('applications').execute());
    const line = {
      user: owner.uuid,
      applications: 0,
      charged_user: 1,
      charged_project: 1,
      fixed: false,
      problem: null,
    };
    assert.deepEqual(items(await reconcile({ user: owner.email })), [line]);
    assert.deepEqual(items(await reconcile({ fix: true })), [{ ...line, fixed: true }]);
    assert.deepEqual(items(await reconcile()), []);
    const [entry] = items(await operator('GET', '/audit?action=quota.reconcile'));
    assert.equal(entry?.['subject'], owner.uuid);
  });

  test('a correction above the limit needs force, and none is made while commissions are pending', async () => {
    const { operator, apply, owner, purser } = await startProjects(open);
    const { ledger, pendingApplications } = purser.domain;
    await apply();
    const none = { resources: { 'astakos.pending_app': { project_capacity: 0, member_capacity: 0 } } };
    succeeded(await operator('PATCH', `/projects/${owner.uuid}`, none));
    const change = async (quantity: bigint, autoAccept: boolean) => {
      const part = { resource: 'astakos.pending_app', quantity };
      const verdict = await ledger.issue({
        component: 'astakos',
        name: '',
        force: false,
        autoAccept,
        provisions: [
          { holder: `user:${owner.uuid}`, source: `project:${owner.uuid}`, ...part },
          { holder: `project:${owner.uuid}`, source: null, ...part },
        ],
      });
      assert.ok(verdict.ok);
      return verdict.serial;
    };
    const fix = async (force: boolean) =>
      items(await operator('POST', '/quotas/reconciliation', { fix: true, force }))[0];
    const serial = await change(-1n, false);
    assert.match(String((await fix(true))?.['problem']), /pending/);
    await ledger.resolve({ component: 'astakos', accept: [serial], reject: [] });
    assert.match(String((await fix(false))?.['problem']), /limit/);
    assert.equal((await fix(true))?.['fixed'], true);
    assert.deepEqual(await pendingApplications.differences(), []);
  });

  test('a component keeps its secret from an older installation, and its changes are recorded without it', async () => {
    const { operator, purser } = await startProjects(open);
    const token = 'an-older-secret+with/signs=';
    const changed = succeeded(await operator('PATCH', '/components/component1', { token }));
    assert.equal(changed['token'], undefined);
    assert.equal((await purser.domain.components.lookup(token))?.name, 'component1');
    assertProblem(
      await operator('PATCH', '/components/component1', { token: 'short' }),
      400,
      'invalid_field',
    );
    const [entry] = items(await operator('GET', '/audit?action=component.modify'));
    assert.deepEqual(entry?.['after'], {
      base_url: 'http://one.example.org',
      ui_url: null,
      commission_expiry: null,
      secret: 'not shown',
    });
  });
});
