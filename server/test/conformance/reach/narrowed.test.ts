import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine, type OpenStorage } from '../../support/engines.ts';
import { type Cloud, startCloud } from '../cloud.ts';
import { ask, byCredential, byPassword, enrol, logIn, onProject, projectOf } from './bearers.ts';

/** A user who owns two projects, is a member of a third and has applied for a fourth, with tokens of all kinds. */
interface Scene extends Cloud {
  /** The project that narrowed tokens are bound to and act in. */
  readonly lab: string;
  readonly annex: string;
  readonly club: string;
  readonly application: number;
  /** Memberships of the user, by project. */
  readonly memberships: Readonly<Record<string, number>>;
  readonly narrowed: Readonly<Record<string, string>>;
  /** A token of an operator, narrowed to the role of operators. */
  readonly operatorByRole: string;
  readonly login: string;
}

async function open(engine: OpenStorage): Promise<Scene> {
  const cloud = await startCloud(engine, { PURSER_ADMIN_API: 'true', PURSER_ADMIN_API_GROUPS: 'admin' });
  const { first, second, domain, adminToken } = cloud;
  const lab = await projectOf(cloud, 'lab', first.uuid);
  const annex = await projectOf(cloud, 'annex', first.uuid);
  const club = await projectOf(cloud, 'club', second.uuid);
  for (const project of [lab, annex, club]) await enrol(cloud, project, first.uuid);
  await domain.projects.setDefault(first.uuid, lab);
  const wanted = { name: 'wanted', end_date: '2027-01-01T00:00:00Z', resources: {} };
  const applied = await ask(cloud, first.token, 'POST', '/api/projects', wanted);
  assert.equal(applied.status, 201, applied.text);
  const listed = await ask(cloud, first.token, 'GET', '/api/memberships');
  const memberships = Object.fromEntries(
    listed.json.items.map(({ project, id }: { project: string; id: number }) => [project, id]),
  );
  const issue = async (user: string, more: object) =>
    (await domain.tokens.issue(user, { name: 'narrowed', ...more })).secret;
  const login = await logIn(cloud, byPassword(first.email), onProject(lab));
  const path = `/identity/v3/users/${first.uuid}/application_credentials`;
  const made = await ask(cloud, login, 'POST', path, { application_credential: { name: 'robot' } });
  assert.equal(made.status, 201, made.text);
  const { account: admin } = await domain.tokens.authenticate(adminToken);
  return {
    ...cloud,
    lab,
    annex,
    club,
    application: applied.json.id,
    memberships,
    narrowed: {
      'by roles': await issue(first.uuid, { roles: ['project_admin', 'member'] }),
      'by project': await issue(first.uuid, { project: lab }),
      credential: await logIn(cloud, byCredential(made.json.application_credential)),
    },
    operatorByRole: await issue(admin.uuid, { roles: ['admin'] }),
    login,
  };
}

type Call = readonly [method: string, path: string, body?: unknown];

/** Requests that change the account or act in its user's name, and must be refused. */
function callsForThePerson({ first, annex, club, application, memberships }: Scene): Call[] {
  const address = { new_email: 'thief@example.org' };
  const credentials = `/identity/v3/users/${first.uuid}/application_credentials`;
  const project = { name: 'another', end_date: '2027-01-01T00:00:00Z', resources: {} };
  return [
    ['POST', '/v1/openstack/users/email-update', address],
    ['POST', '/v1/openstack/email-update', address],
    ['POST', '/v1/actions/UpdateEmail', address],
    ['POST', '/api/delegates/UserUpdateEmail', { method: 'POST', input: address }],
    ['POST', '/api/delegates/UpdateEmail', { method: 'POST', input: address }],
    ['POST', '/account/v1.0/myaccount/default_project', { project_id: annex }],
    ['PUT', '/api/me/default_project', { project: annex }],
    ['PUT', `/api/users/${first.uuid}/default_project`, { project: annex }],
    ['POST', '/api/terms/sign'],
    ['POST', '/account/v1.0/feedback', 'feedback_msg=x&feedback_data=y'],
    ['POST', '/feedback', 'feedback_msg=x&feedback_data=y'],
    ['POST', '/api/feedback', { message: 'x' }],
    ['POST', '/account/v1.0/projects/memberships', { join: { project: club } }],
    ['POST', `/api/projects/${club}/memberships`, {}],
    ['POST', `/account/v1.0/projects/memberships/${memberships[club]}/action`, { leave: '' }],
    ['POST', `/api/memberships/${memberships[club]}/action`, { action: 'leave' }],
    ['POST', `/api/memberships/${memberships[annex]}/action`, { action: 'leave' }],
    [
      'POST',
      '/account/v1.0/projects',
      { name: 'x.example.org', end_date: '2027-01-01T00:00:00Z', resources: {} },
    ],
    ['POST', '/api/projects', project],
    ['POST', `/api/applications/${application}/action`, { action: 'cancel' }],
    ['POST', `/account/v1.0/projects/apps/${application}/action`, { cancel: '' }],
    ['GET', `/api/users/${first.uuid}/tokens`],
    ['POST', `/api/users/${first.uuid}/tokens`, { name: 'better' }],
    ['DELETE', `/api/users/${first.uuid}/tokens/1`],
    ['GET', `/api/users/${first.uuid}/roles`],
    ['GET', credentials],
    ['POST', credentials, { application_credential: { name: 'better', unrestricted: true } }],
    ['DELETE', `${credentials}/x`],
    ['GET', `/identity/v3/system/users/${first.uuid}/roles`],
  ];
}

forEachEngine((_engine, storage) => {
  test('narrowed tokens cannot act in the name of their user, in any dialect, and leave no trace', async () => {
    const scene = await open(storage);
    const { first, narrowed, domain } = scene;
    const before = await domain.accounts.get(first.uuid);
    await scene.delivered();
    const mails = scene.mails().length;
    for (const [whose, token] of Object.entries(narrowed)) {
      for (const [method, path, body] of callsForThePerson(scene)) {
        const { status, text } = await ask(scene, token, method, path, body);
        assert.equal(status, 403, `${whose}: ${method} ${path}: ${status} ${text}`);
      }
      // Another token of the account is not ended with it; the token itself is, below.
      const subject = { 'x-auth-token': token, 'x-subject-token': first.token };
      const ended = await scene.send('/identity/v3/auth/tokens', { method: 'DELETE', headers: subject });
      assert.equal(ended.status, 403);
    }
    assert.deepEqual(await domain.accounts.get(first.uuid), before);
    assert.deepEqual((await ask(scene, scene.adminToken, 'GET', '/v1/tasks')).json.tasks, []);
    await scene.delivered();
    assert.equal(scene.mails().length, mails);
    const own = narrowed['by project'] as string;
    const itself = { 'x-auth-token': own, 'x-subject-token': own };
    const ended = await scene.send('/identity/v3/auth/tokens', { method: 'DELETE', headers: itself });
    assert.equal(ended.status, 204);
  });

  test("an operator's narrowed token cannot change accounts, secrets, tokens or roles", async () => {
    const scene = await open(storage);
    const { first, adminToken, operatorByRole, lab, domain } = scene;
    const { account: admin } = await domain.tokens.authenticate(adminToken);
    const task = 'e8b3f57f5da64bf3a6bf4f9bbd3a40b5';
    const role = (await ask(scene, adminToken, 'GET', '/identity/v3/roles?name=admin')).json.roles[0].id;
    for (const { uuid } of [admin, first]) {
      const calls: Call[] = [
        ['PATCH', `/api/users/${uuid}`, { email: 'thief@example.org' }],
        ['PATCH', `/api/users/${uuid}`, { password: 'a password of some length' }],
        ['POST', `/api/users/${uuid}/action`, { action: 'sign_terms' }],
        ['POST', `/api/users/${uuid}/tokens`, { name: 'better' }],
        ['PUT', `/api/users/${uuid}/default_project`, { project: uuid }],
        ['PUT', `/api/users/${uuid}/roles/project_admin?project=${lab}`],
        ['PATCH', `/identity/v3/users/${uuid}`, { user: { email: 'thief@example.org' } }],
        ['PUT', `/identity/v3/system/users/${uuid}/roles/${role}`],
        ['PUT', `/identity/v3/projects/${lab}/users/${uuid}/roles/${role}`],
        ['PUT', `/identity/v2.0/users/${uuid}`, { user: { username: 'thief@example.org' } }],
        ['POST', `/identity/v2.0/users/${uuid}/action`, { renewToken: null }],
        ['PUT', `/v1/tasks/${task}`, { user_id: uuid, new_email: 'thief@example.org' }],
        ['PATCH', `/api/tasks/${task}`, { user_id: uuid, new_email: 'thief@example.org' }],
        ['POST', '/v1/openstack/users/password-set', { email: first.email }],
        ['POST', '/v1/openstack/users/email-update', { new_email: 'thief@example.org' }],
        ['POST', '/api/components', { name: 'x', base_url: 'http://x.example.org' }],
      ];
      for (const [method, path, body] of calls) {
        const { status, text } = await ask(scene, operatorByRole, method, path, body);
        assert.equal(status, 403, `${method} ${path}: ${status} ${text}`);
      }
    }
    assert.deepEqual(await domain.accounts.get(admin.uuid), admin);
    // It has the rights of an operator otherwise.
    for (const path of ['/api/users', '/api/approvals', '/v1/tasks', '/identity/v3/users']) {
      assert.equal((await ask(scene, operatorByRole, 'GET', path)).status, 200, path);
    }
    const { application } = scene;
    const approved = await ask(scene, operatorByRole, 'POST', `/api/applications/${application}/action`, {
      action: 'approve',
    });
    assert.equal(approved.status, 200, approved.text);
  });

  test("a narrowed token sees of its account only what concerns the token's project", async () => {
    const scene = await open(storage);
    const { narrowed, lab, first, component, login } = scene;
    const projects = async (token: string): Promise<Record<string, string[]>> => {
      const get = async (path: string) => (await ask(scene, token, 'GET', path)).json;
      const { access } = (await scene.post('/identity/v2.0/tokens', { auth: { token: { id: token } } })).json;
      const ids = (list: { id: string }[]) => list.map(({ id }) => id);
      const places = (list: { project: string }[]) => list.map(({ project }) => project);
      return {
        me: (await get('/api/me')).projects,
        'native quotas': [...new Set(places((await get('/api/quotas?limit=1000')).items))],
        'native projects': ids((await get('/api/projects?mode=related')).items),
        'native memberships': [...new Set(places((await get('/api/memberships')).items))],
        'account quotas': Object.keys(await get('/account/v1.0/quotas')),
        'account projects': ids(await get('/account/v1.0/projects?mode=related')),
        tenants: ids((await get('/identity/v2.0/tenants')).tenants),
        access: access.user['projects'],
        'v3 auth': ids((await get('/identity/v3/auth/projects')).projects),
        'v3 projects': ids((await get('/identity/v3/projects')).projects),
        'v3 of user': ids((await get(`/identity/v3/users/${first.uuid}/projects`)).projects),
        applications: places((await get('/api/applications')).items),
        'account applications': places(await get('/account/v1.0/projects/apps')),
      };
    };
    for (const [list, whole] of Object.entries(await projects(login))) {
      assert.ok(
        whole.some((project) => project !== lab),
        `${list}: ${whole}`,
      );
    }
    for (const whose of ['by project', 'credential']) {
      const seen = await projects(narrowed[whose] as string);
      for (const [list, found] of Object.entries(seen)) {
        assert.deepEqual(
          found.filter((project) => project !== lab),
          [],
          `${whose}: ${list}`,
        );
      }
      for (const list of ['me', 'account quotas', 'native projects', 'tenants', 'v3 auth']) {
        assert.deepEqual(seen[list], [lab], `${whose}: ${list}`);
      }
    }
    const byRoles = await projects(narrowed['by roles'] as string);
    for (const list of ['me', 'account quotas', 'native quotas', 'tenants', 'access', 'v3 auth']) {
      assert.deepEqual(
        byRoles[list]?.filter((project) => project !== lab),
        [],
        `by roles: ${list}`,
      );
    }
    assert.equal(component.name, 'testing');
  });

  test('a narrowed token acts with its roles in its project, and in no other', async () => {
    const scene = await open(storage);
    const { narrowed, lab, annex, second, login } = scene;
    const roles = (project: string) => `/api/projects/${project}/members/${second.uuid}/roles/project_mod`;
    for (const project of [lab, annex]) await enrol(scene, project, second.uuid);
    for (const whose of ['by project', 'credential']) {
      const token = narrowed[whose] as string;
      for (const method of ['PUT', 'DELETE']) {
        assert.equal((await ask(scene, token, method, roles(lab))).status, 204, whose);
        assert.equal((await ask(scene, token, method, roles(annex))).status, 403, whose);
      }
      const users = { method: 'GET' };
      assert.equal((await ask(scene, token, 'GET', '/v1/openstack/users')).status, 200, whose);
      assert.equal((await ask(scene, token, 'POST', '/api/delegates/UserList', users)).status, 200);
      const elsewhere = await ask(scene, token, 'POST', '/api/delegates/UserList', {
        ...users,
        project: annex,
      });
      assert.equal(elsewhere.status, 403);
      const change = { comments: 'more', max_members: 7 };
      assert.equal(
        (await ask(scene, token, 'POST', `/api/projects/${lab}/applications`, change)).status,
        201,
      );
      assert.equal(
        (await ask(scene, token, 'POST', `/api/projects/${annex}/applications`, change)).status,
        403,
      );
    }
    const moderating = await scene.domain.tokens.issue(scene.first.uuid, { name: 'mod', roles: ['member'] });
    assert.equal((await ask(scene, moderating.secret, 'PUT', roles(lab))).status, 403);
    // A login of the user for one project has all rights of the user: clients have no other token.
    assert.equal((await ask(scene, login, 'PUT', roles(annex))).status, 204);
  });

  test("a project's token from the user's own login has all rights of the user", async () => {
    const scene = await open(storage);
    const { login, first, annex, club, application, memberships } = scene;
    const calls: [Call, number][] = [
      [['POST', '/v1/openstack/users/email-update', { new_email: 'new@example.org' }], 202],
      [['POST', '/account/v1.0/myaccount/default_project', { project_id: annex }], 200],
      [['POST', `/api/users/${first.uuid}/tokens`, { name: 'more' }], 201],
      [['POST', `/api/applications/${application}/action`, { action: 'cancel' }], 200],
      [['POST', `/api/memberships/${memberships[club]}/action`, { action: 'leave' }], 200],
      [['POST', `/api/projects/${annex}/renewal`, { end_date: '2040-01-01T00:00:00Z' }], 201],
      [['GET', `/identity/v3/users/${first.uuid}/application_credentials`], 200],
      [['GET', `/api/users/${first.uuid}/tokens`], 200],
    ];
    for (const [[method, path, body], expected] of calls) {
      const { status, text } = await ask(scene, login, method, path, body);
      assert.equal(status, expected, `${method} ${path}: ${status} ${text}`);
    }
  });

  test('a narrowed token confirms nothing: where authentication is required it counts as none', async () => {
    const scene = await open(storage);
    const { narrowed, first } = scene;
    const asked = await ask(scene, narrowed['by project'], 'POST', '/v1/openstack/users/password-reset', {
      email: first.email,
    });
    assert.equal(asked.status, 202);
    const { tasks } = (await ask(scene, scene.adminToken, 'GET', '/v1/tasks')).json;
    assert.deepEqual(tasks[0].keystone_user, {});
  });
});
