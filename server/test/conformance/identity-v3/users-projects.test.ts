import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { ADMIN_TOKEN } from '../../support/harness.ts';
import type { Exchange } from '../../support/http-exchange.ts';
import { PASSWORD } from '../cloud.ts';
import { appoint, byPassword, type CloudV3, named, refused, startV3, UNKNOWN_ID } from './asking.ts';

const BASE = 'http://127.0.0.1:8700/identity/v3';

forEachEngine((_engine, open) => {
  let cloud: CloudV3;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startV3(open);
      await body();
    });
  const names = ({ json }: Exchange, key: string): string[] =>
    json[key].map(({ name }: { name: string }) => name);

  check('operators see all users, and each user sees their own account', async () => {
    const { first, second } = cloud;
    const all = await cloud.operate('GET', '/users');
    assert.deepEqual(names(all, 'users'), ['admin@example.org', first.email, second.email]);
    assert.deepEqual(all.json.links, { self: `${BASE}/users`, next: null, previous: null });
    const own = await cloud.ask('GET', `/users/${first.uuid}`, { token: first.token });
    assert.deepEqual(own.json.user, {
      id: first.uuid,
      name: first.email,
      email: 'Test1@Example.org',
      domain_id: 'default',
      enabled: true,
      default_project_id: first.uuid,
      first_name: 'Ada',
      last_name: 'Löve',
      password_expires_at: null,
      options: {},
      links: { self: `${BASE}/users/${first.uuid}` },
    });
    assert.deepEqual(
      names(await cloud.ask('GET', `/users?name=${first.email}`, { token: first.token }), 'users'),
      [first.email],
    );
    for (const path of [
      '/users',
      `/users?name=${second.email}`,
      `/users/${second.uuid}`,
      `/users/${UNKNOWN_ID}`,
    ]) {
      refused(await cloud.ask('GET', path, { token: first.token }), 403);
      refused(await cloud.ask('GET', path), 401);
    }
    refused(await cloud.operate('GET', `/users/${UNKNOWN_ID}`), 404);
    refused(await cloud.operate('GET', `/users/${first.email}`), 404);
    assert.equal((await cloud.ask('HEAD', `/users/${first.uuid}`, { token: first.token })).status, 200);
  });

  check('users are filtered, and come in pages', async () => {
    const { first, second } = cloud;
    await cloud.domain.accounts.deactivate(second.uuid, 'test');
    const list = async (query: string) => names(await cloud.operate('GET', `/users?${query}`), 'users');
    assert.deepEqual(await list('enabled=false'), [second.email]);
    assert.deepEqual(await list('name=TEST1@EXAMPLE.org'), [first.email]);
    assert.deepEqual(await list(`name=${second.email}&enabled=true`), []);
    assert.deepEqual(await list('name=unknown'), []);
    assert.deepEqual(await list('domain_id=other'), []);
    assert.deepEqual(await list('domain_id=default&limit=1'), ['admin@example.org']);
    const seen: string[] = [];
    for (let path: string | null = '/users?limit=1'; path !== null; ) {
      const page: Exchange = await cloud.operate('GET', path);
      seen.push(...names(page, 'users'));
      path = page.json.links.next?.slice(BASE.length) ?? null;
    }
    assert.deepEqual(seen, ['admin@example.org', first.email, second.email]);
    for (const query of [
      'limit=0',
      'limit=x',
      'limit=-1',
      `marker=${UNKNOWN_ID}`,
      'enabled=perhaps',
      'marker=1',
    ]) {
      refused(await cloud.operate('GET', `/users?${query}`), 400);
    }
  });

  check(
    'a default project that does not exist or is terminated is refused, and nothing is changed',
    async () => {
      const over = await cloud.project('over');
      await cloud.operate('DELETE', `/projects/${over}`);
      const path = `/users/${cloud.first.uuid}`;
      const before = (await cloud.operate('GET', path)).json;
      for (const default_project_id of [UNKNOWN_ID, over, 'lab']) {
        const user = { name: 'new@example.org', default_project_id };
        const words = /default_project.*there is no project/;
        refused(await cloud.operate('POST', '/users', { user }), 400, words);
        refused(
          await cloud.operate('PATCH', path, { user: { first_name: 'X', default_project_id } }),
          400,
          words,
        );
      }
      assert.deepEqual(names(await cloud.operate('GET', '/users?name=new@example.org'), 'users'), []);
      assert.deepEqual((await cloud.operate('GET', path)).json, before);
      const lab = await cloud.project('lab');
      const user = { name: 'new@example.org', default_project_id: lab };
      assert.equal((await cloud.operate('POST', '/users', { user })).json.user.default_project_id, lab);
    },
  );

  check('a user is created, changed, and deactivated', async () => {
    const user = {
      name: 'Mary@example.org',
      password: PASSWORD,
      description: 'ignored',
      default_project_id: null,
    };
    const created = await cloud.operate('POST', '/users', { user });
    assert.equal(created.status, 201, created.text);
    const { id, name, email, enabled, default_project_id } = created.json.user;
    assert.deepEqual([name, email, enabled], ['mary@example.org', 'Mary@example.org', true]);
    assert.equal(default_project_id, id);
    const logIn = async (as: string) => (await cloud.logIn(byPassword(named(as)))).status;
    assert.equal(await logIn('mary@example.org'), 201);
    refused(await cloud.operate('POST', '/users', { user }), 409);

    const changes = { email: 'mary.s@example.org', first_name: 'Mary', last_name: 'Somerville' };
    const changed = (await cloud.operate('PATCH', `/users/${id}`, { user: changes })).json.user;
    assert.deepEqual([changed.name, changed.last_name], ['mary.s@example.org', 'Somerville']);
    assert.equal(await logIn('mary@example.org'), 401);

    await cloud.operate('PATCH', `/users/${id}`, { user: { enabled: false } });
    assert.equal(await logIn('mary.s@example.org'), 401);
    const back = await cloud.operate('PATCH', `/users/${id}`, { user: { enabled: true } });
    assert.equal(back.json.user.enabled, true);
    assert.equal(await logIn('mary.s@example.org'), 201);

    const gone = await cloud.operate('DELETE', `/users/${id}`);
    assert.equal(gone.status, 204);
    assert.equal((await cloud.operate('GET', `/users/${id}`)).json.user.enabled, false);
    assert.equal(await logIn('mary.s@example.org'), 401);
    const disabled = { name: 'off@example.org', enabled: false };
    assert.equal((await cloud.operate('POST', '/users', { user: disabled })).json.user.enabled, false);
  });

  check('an invalid user is a bad request', async () => {
    const users: unknown[] = [
      {},
      { name: 'unknown' },
      { name: 7 },
      { name: 'a@example.org', email: 'b@example.org' },
      { name: 'a@example.org', password: 'short' },
      { name: 'a@example.org', domain_id: 'other' },
      { name: 'a@example.org', enabled: 'yes' },
      { name: 'a\0@example.org' },
      'a@example.org',
      null,
    ];
    for (const user of users) refused(await cloud.operate('POST', '/users', { user }), 400);
    const { first, second } = cloud;
    for (const user of [{ name: 'unknown' }, { password: 'short' }, { domain_id: 'x' }, { enabled: 1 }]) {
      refused(await cloud.operate('PATCH', `/users/${first.uuid}`, { user }), 400);
    }
    refused(await cloud.operate('PATCH', `/users/${first.uuid}`, { user: { name: second.email } }), 409);
    refused(await cloud.operate('PATCH', `/users/${UNKNOWN_ID}`, { user: {} }), 404);
    refused(await cloud.operate('DELETE', `/users/${UNKNOWN_ID}`), 404);
    for (const method of ['PATCH', 'DELETE']) {
      refused(
        await cloud.ask(method, `/users/${first.uuid}`, { token: first.token, body: { user: {} } }),
        403,
      );
    }
    refused(await cloud.ask('POST', '/users', { token: first.token, body: { user: {} } }), 403);
    const { users: all } = (await cloud.operate('GET', '/users?name=admin@example.org')).json;
    refused(await cloud.operate('DELETE', `/users/${all[0].id}`), 409);
  });

  check('a password is changed with knowledge of the old one, which ends its logins', async () => {
    const { first, second } = cloud;
    const old = await cloud.tokenOf(first);
    const change = (original_password: unknown, password: unknown, uuid = first.uuid) =>
      cloud.ask('POST', `/users/${uuid}/password`, { body: { user: { original_password, password } } });
    const next = 'another password of length';
    refused(await change('not the password', next), 401);
    refused(await change(PASSWORD, next, UNKNOWN_ID), 401);
    refused(await change(PASSWORD, next, first.email), 401);
    refused(await change(PASSWORD, 'short'), 400);
    refused(await change(PASSWORD, undefined), 400);
    refused(await change(7, next), 400);
    // Of two simultaneous changes with the old password, one succeeds.
    const both = await Promise.all([change(PASSWORD, next), change(PASSWORD, next)]);
    assert.deepEqual(both.map(({ status }) => status).toSorted(), [204, 401]);
    refused(await cloud.ask('GET', '/auth/projects', { token: old }), 401);
    assert.equal((await cloud.ask('GET', '/auth/projects', { token: first.token })).status, 200);
    refused(await cloud.logIn(byPassword(named(first.email))), 401);
    assert.equal((await cloud.logIn(byPassword(named(first.email), next))).status, 201);
    await cloud.domain.accounts.deactivate(second.uuid, 'test');
    refused(await change(PASSWORD, next, second.uuid), 401);
  });

  check('operators create projects that are active at once', async () => {
    const created = await cloud.operate('POST', '/projects', {
      project: {
        name: 'A few words',
        description: 'First',
        domain_id: 'default',
        tags: [],
        is_domain: false,
      },
    });
    assert.equal(created.status, 201, created.text);
    const { id, ...project } = created.json.project;
    assert.deepEqual(project, {
      name: 'A few words',
      description: 'First',
      domain_id: 'default',
      parent_id: 'default',
      is_domain: false,
      enabled: true,
      tags: [],
      options: {},
      links: { self: `${BASE}/projects/${id}` },
    });
    assert.equal((await cloud.domain.projects.get(id)).state, 'active');
    const limits = (await cloud.operate('GET', `/limits?project_id=${id}`)).json.limits;
    assert.ok(limits.length > 0);
    refused(await cloud.operate('POST', '/projects', { project: { name: 'A few words' } }), 409);
    const off = await cloud.operate('POST', '/projects', { project: { name: 'off', enabled: false } });
    assert.equal(off.json.project.enabled, false);
    refused(
      await cloud.ask('POST', '/projects', { token: cloud.first.token, body: { project: { name: 'x' } } }),
      403,
    );
  });

  check('a project is changed, suspended and terminated', async () => {
    const id = await cloud.project('numbers');
    const change = (project: unknown) => cloud.operate('PATCH', `/projects/${id}`, { project });
    const { json } = await change({ name: 'letters', description: 'Second', enabled: false });
    assert.deepEqual(
      [json.project.name, json.project.description, json.project.enabled],
      ['letters', 'Second', false],
    );
    assert.equal((await change({ enabled: true })).json.project.enabled, true);
    for (const wrong of [
      { name: '' },
      { name: 7 },
      { enabled: 'no' },
      { domain_id: 'x' },
      { tags: ['x'] },
      [],
    ]) {
      refused(await change(wrong), 400);
    }
    for (const method of ['PATCH', 'DELETE']) {
      refused(
        await cloud.ask(method, `/projects/${id}`, { token: cloud.first.token, body: { project: {} } }),
        403,
      );
    }
    assert.equal((await cloud.operate('DELETE', `/projects/${id}`)).status, 204);
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      refused(await cloud.operate(method, `/projects/${id}`, { project: {} }), 404);
    }
    assert.equal((await cloud.domain.projects.get(id)).state, 'terminated');
    refused(await cloud.operate('DELETE', `/projects/${cloud.first.uuid}`), 409);
    refused(
      await cloud.operate('PATCH', `/projects/${cloud.first.uuid}`, { project: { name: 'mine' } }),
      409,
    );
    for (const unknown of [UNKNOWN_ID, '1', 'letters', '%00']) {
      refused(await cloud.operate('GET', `/projects/${unknown}`), 404);
    }
  });

  check('an invalid project is a bad request', async () => {
    const projects: unknown[] = [
      {},
      { name: '' },
      { name: ' x' },
      { name: 'x'.repeat(300) },
      { name: 'x', description: 7 },
      { name: 'x', domain_id: 'other' },
      { name: 'x', parent_id: UNKNOWN_ID },
      { name: 'x', is_domain: true },
      { name: 'x', enabled: 'yes' },
      'x',
    ];
    for (const project of projects) refused(await cloud.operate('POST', '/projects', { project }), 400);
  });

  check('users list the projects that concern them', async () => {
    const { first, second } = cloud;
    const project = await cloud.project('numbers');
    await cloud.project('secrets');
    await appoint(cloud, project, first, 'member');
    const own = `system:${first.uuid}`;
    const list = async (path: string, token = first.token) =>
      names(await cloud.ask('GET', path, { token }), 'projects');
    assert.deepEqual(await list('/projects'), [own, 'numbers']);
    assert.deepEqual(await list('/auth/projects'), [own, 'numbers']);
    assert.deepEqual(await list(`/users/${first.uuid}/projects`), [own, 'numbers']);
    assert.deepEqual(await list(`/users/${first.uuid}/projects`, ADMIN_TOKEN), [own, 'numbers']);
    refused(await cloud.ask('GET', `/users/${first.uuid}/projects`, { token: second.token }), 403);
    assert.deepEqual(await list('/projects', second.token), [`system:${second.uuid}`]);
    assert.equal((await cloud.ask('GET', `/projects/${project}`, { token: first.token })).status, 200);
    refused(await cloud.ask('GET', `/projects/${project}`, { token: second.token }), 403);
    assert.equal((await list('/projects', ADMIN_TOKEN)).length, 5);
    assert.deepEqual(await list('/projects?name=secrets', ADMIN_TOKEN), ['secrets']);
    assert.deepEqual(await list('/projects?is_domain=true', ADMIN_TOKEN), []);
    assert.deepEqual(await list('/projects?domain_id=x', ADMIN_TOKEN), []);
    assert.deepEqual(await list('/projects?enabled=false', ADMIN_TOKEN), []);
    const page = await cloud.ask('GET', '/auth/projects?limit=1', { token: first.token });
    const next = page.json.links.next.slice(BASE.length);
    assert.deepEqual(await list(next), ['numbers']);
    refused(await cloud.operate('GET', '/projects?marker=7'), 400);
    await cloud.operate('PATCH', `/projects/${project}`, { project: { enabled: false } });
    assert.deepEqual(await list('/auth/projects'), [own]);
    assert.deepEqual(await list('/projects?enabled=false'), ['numbers']);
  });

  check('domains and regions are listed, and there are no groups', async () => {
    const { token } = cloud.first;
    const get = async (path: string) => cloud.ask('GET', path, { token });
    assert.deepEqual(names(await get('/domains'), 'domains'), ['Default']);
    assert.deepEqual(names(await get('/domains?name=other'), 'domains'), []);
    assert.equal((await get('/domains/default')).json.domain.name, 'Default');
    refused(await get('/domains/other'), 404);
    assert.deepEqual((await get('/auth/domains')).json.domains, []);
    assert.deepEqual((await get('/auth/system')).json.system, []);
    assert.equal((await cloud.operate('GET', '/auth/domains')).json.domains[0].id, 'default');
    assert.deepEqual((await cloud.operate('GET', '/auth/system')).json.system, [{ all: true }]);
    assert.deepEqual((await get('/groups')).json.groups, []);
    assert.deepEqual((await get(`/users/${cloud.first.uuid}/groups`)).json.groups, []);
    refused(await get(`/users/${cloud.second.uuid}/groups`), 403);
    assert.equal((await get('/regions')).json.regions[0].id, 'RegionOne');
    assert.equal((await get('/regions/RegionOne')).json.region.parent_region_id, null);
    refused(await get('/regions/RegionTwo'), 404);
    for (const path of ['/domains', '/groups', '/regions', '/services', '/endpoints', '/limits', '/roles']) {
      refused(await cloud.ask('GET', path), 401);
    }
  });

  test('the regions are those of the settings', async () => {
    cloud = await startV3(open, { PURSER_REGIONS: 'north, south' });
    const { regions } = (await cloud.operate('GET', '/regions')).json;
    assert.deepEqual(
      regions.map(({ id }: { id: string }) => id),
      ['north', 'south'],
    );
    const { endpoints } = (await cloud.operate('GET', '/endpoints?interface=public')).json;
    assert.ok(endpoints.every(({ region_id }: { region_id: string }) => region_id === 'north'));
  });

  check('services and endpoints are found by their properties', async () => {
    await cloud.domain.services.import({
      far: {
        component: cloud.component.name,
        type: 'far',
        endpoints: [
          {
            publicURL: 'http://testing.example.org/p',
            adminURL: 'http://testing.example.org/a',
            region: 'moon',
          },
          { versionId: 'no address' },
        ],
      },
    });
    const [service] = (await cloud.operate('GET', '/services?type=far')).json.services;
    assert.deepEqual([service.name, service.enabled], ['far', true]);
    assert.deepEqual(names(await cloud.operate('GET', '/services?name=far'), 'services'), ['far']);
    assert.equal((await cloud.operate('GET', `/services/${service.id}`)).json.service.type, 'far');
    refused(await cloud.operate('GET', '/services/0'), 404);
    const { endpoints } = (await cloud.operate('GET', `/endpoints?service_id=${service.id}`)).json;
    assert.deepEqual(
      endpoints.map((one: Record<string, string>) => [one['interface'], one['region'], one['url']]),
      [
        ['public', 'moon', 'http://testing.example.org/p'],
        ['internal', 'moon', 'http://testing.example.org/p'],
        ['admin', 'moon', 'http://testing.example.org/a'],
      ],
    );
    const [one] = endpoints;
    assert.deepEqual((await cloud.operate('GET', `/endpoints/${one.id}`)).json.endpoint, one);
    refused(await cloud.operate('GET', '/endpoints/x'), 404);
  });
});
