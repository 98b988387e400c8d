import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { ADMIN_PASSWORD } from '../../support/harness.ts';
import { type Cloud, startCloud } from '../cloud.ts';
import { ask, byPassword, enrol, logIn, onProject, projectOf } from './bearers.ts';

/** Requests for operators of the cloud only, in every dialect. */
const FOR_OPERATORS: readonly [method: string, path: string][] = [
  ['GET', '/v1/status'],
  ['GET', '/v1/tasks'],
  ['PUT', '/v1/tasks/e8b3f57f5da64bf3a6bf4f9bbd3a40b5'],
  ['POST', '/v1/tasks/e8b3f57f5da64bf3a6bf4f9bbd3a40b5'],
  ['GET', '/v1/tokens'],
  ['DELETE', '/v1/tokens'],
  ['GET', '/v1/notifications'],
  ['POST', '/v1/openstack/users/password-set'],
  ['GET', '/api/users'],
  ['GET', '/api/approvals'],
  ['GET', '/api/audit'],
  ['GET', '/api/task-tokens'],
  ['GET', '/api/commissions'],
  ['POST', '/api/quotas/reconciliation'],
  ['GET', '/identity/v3/users'],
  ['POST', '/identity/v3/projects'],
  ['POST', '/identity/v3/roles'],
  ['GET', '/identity/v2.0/users'],
  ['GET', '/admin/stats/detail'],
];
/** Requests for moderators of the project. */
const FOR_MODERATORS: readonly [method: string, path: string][] = [
  ['GET', '/v1/openstack/users'],
  ['GET', '/v1/openstack/roles'],
  ['GET', '/v1/openstack/quotas'],
  ['POST', '/v1/openstack/users'],
];

forEachEngine((engine, open) => {
  const start = () => startCloud(open, { PURSER_ADMIN_API: 'true' });
  const refusesAll = async (
    cloud: Cloud,
    token: string,
    calls: readonly [string, string][],
    whose: string,
  ): Promise<void> => {
    for (const [method, path] of calls) {
      const { status, text } = await ask(cloud, token, method, path);
      assert.equal(status, 403, `${engine}: ${whose}: ${method} ${path}: ${status} ${text}`);
    }
  };

  test('the role admin on a project gives no rights in the service, by any grantor and with any token', async () => {
    const cloud = await start();
    const { first, second, admin } = cloud;
    const byNative = await projectOf(cloud, 'by native');
    const native = await admin('PUT', `/api/users/${first.uuid}/roles/admin?project=${byNative}`);
    assert.equal(native.status, 204);
    const byKeystone = await projectOf(cloud, 'by keystone');
    const { roles } = (await ask(cloud, cloud.adminToken, 'GET', '/identity/v3/roles?name=admin')).json;
    const place = `/identity/v3/projects/${byKeystone}/users/${second.uuid}/roles/${roles[0].id}`;
    assert.equal((await ask(cloud, cloud.adminToken, 'PUT', place)).status, 204);
    for (const [person, project] of [
      [first, byNative],
      [second, byKeystone],
    ] as const) {
      const bound = await cloud.domain.tokens.issue(person.uuid, { name: 'bound', project });
      const login = await logIn(cloud, byPassword(person.email), onProject(project));
      for (const [whose, token] of [
        ['bound', bound.secret],
        ['scoped login', login],
        ['whole', person.token],
      ] as const) {
        await refusesAll(cloud, token, [...FOR_OPERATORS, ...FOR_MODERATORS], whose);
        const delegate = { method: 'POST', input: { email: 'x@example.org' }, project };
        const asked = await ask(cloud, token, 'POST', '/api/delegates/UserSetPassword', delegate);
        assert.equal(asked.status, 403, `${whose}: ${asked.text}`);
      }
      const { groups } = (await ask(cloud, person.token, 'GET', '/account/v1.0/authenticate')).json;
      assert.ok(!groups.includes('admin'));
      // For the services of the project it is a role like any other.
      const { token } = (
        await cloud.send('/identity/v3/auth/tokens', {
          headers: { 'x-auth-token': login, 'x-subject-token': login },
        })
      ).json;
      assert.ok(token.roles.some(({ name }: { name: string }) => name === 'admin'));
    }
  });

  test('a project role that is granted on the whole cloud, or on another project, does not make a moderator', async () => {
    const cloud = await start();
    const { first, second, admin, domain } = cloud;
    const project = await projectOf(cloud, 'lab');
    await enrol(cloud, project, first.uuid);
    for (const role of ['project_admin', 'project_mod']) {
      assert.equal((await admin('PUT', `/api/users/${first.uuid}/roles/${role}`)).status, 204);
    }
    await domain.projects.setDefault(first.uuid, project);
    await refusesAll(cloud, first.token, FOR_MODERATORS, 'on the cloud');
    await refusesAll(
      cloud,
      await logIn(cloud, byPassword(first.email), onProject(project)),
      FOR_MODERATORS,
      'login',
    );

    const other = await projectOf(cloud, 'other');
    await enrol(cloud, project, second.uuid);
    await enrol(cloud, other, second.uuid, ['project_admin', 'project_mod']);
    await domain.projects.setDefault(second.uuid, project);
    await refusesAll(cloud, second.token, FOR_MODERATORS, 'elsewhere');
    const delegate = { method: 'GET', project };
    const asked = await ask(cloud, second.token, 'POST', '/api/delegates/UserList', delegate);
    assert.equal(asked.status, 403, asked.text);
  });

  test("an operator's own login for a project keeps cloud roles in the OpenStack dialects only", async () => {
    const cloud = await start();
    const project = await projectOf(cloud, 'lab', 'admin@example.org');
    const login = await logIn(cloud, byPassword('admin@example.org', ADMIN_PASSWORD), onProject(project));
    const status = async (token: string, path: string) => (await ask(cloud, token, 'GET', path)).status;
    assert.equal(await status(login, '/identity/v3/users'), 200);
    assert.equal(await status(login, '/v1/tasks'), 200);
    assert.equal(await status(login, '/api/users'), 403);
    assert.equal(await status(login, '/identity/v2.0/users'), 403);
    const { account } = await cloud.domain.tokens.authenticate(login);
    const bound = (await cloud.domain.tokens.issue(account.uuid, { name: 'bound', project })).secret;
    for (const path of ['/identity/v3/users', '/v1/tasks', '/api/users', '/identity/v2.0/users']) {
      assert.equal(await status(bound, path), 403, path);
    }
  });
});
