import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { ADMIN_TOKEN } from '../../support/harness.ts';
import type { Exchange } from '../../support/http-exchange.ts';
import { appoint, type CloudV3, refused, startV3, UNKNOWN_ID } from './asking.ts';

const BASE = 'http://127.0.0.1:8700/identity/v3';

forEachEngine((_engine, open) => {
  let cloud: CloudV3;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startV3(open);
      await body();
    });
  const names = ({ json }: Exchange): string[] => json.roles.map(({ name }: { name: string }) => name);
  /** Assignments as `role user place`. */
  const lines = ({ json }: Exchange): string[] =>
    json.role_assignments.map(
      ({ role, user, scope }: Record<string, Record<string, { id?: string; name?: string }>>) =>
        [
          role?.['name'] ?? role?.['id'],
          user?.['name'] ?? user?.['id'],
          scope?.['project']?.name ?? scope?.['project']?.id ?? Object.keys(scope ?? {})[0],
        ].join(' '),
    );

  check('roles are listed, shown and created', async () => {
    const { first } = cloud;
    const built_in = ['admin', 'member', 'project_mod', 'project_admin'];
    assert.deepEqual(names(await cloud.ask('GET', '/roles', { token: first.token })), built_in);
    const created = await cloud.operate('POST', '/roles', {
      role: { name: 'auditor', description: 'Looks' },
    });
    assert.equal(created.status, 201);
    const { role } = created.json;
    assert.deepEqual([role.name, role.description, role.domain_id], ['auditor', 'Looks', null]);
    assert.deepEqual((await cloud.operate('GET', `/roles/${role.id}`)).json.role, role);
    assert.deepEqual(names(await cloud.operate('GET', '/roles?name=auditor')), ['auditor']);
    assert.deepEqual(names(await cloud.operate('GET', '/roles?name=nothing')), []);
    assert.deepEqual(names(await cloud.operate('GET', '/roles?domain_id=default')), []);
    const page = await cloud.operate('GET', '/roles?limit=4');
    assert.deepEqual(names(await cloud.operate('GET', page.json.links.next.slice(BASE.length))), ['auditor']);
    refused(await cloud.operate('POST', '/roles', { role: { name: 'auditor' } }), 409);
    for (const wrong of [{}, { name: '' }, { name: 7 }, { name: 'x', domain_id: 'default' }, []]) {
      refused(await cloud.operate('POST', '/roles', { role: wrong }), 400);
    }
    for (const id of ['0', '99', 'auditor', '9'.repeat(30)])
      refused(await cloud.operate('GET', `/roles/${id}`), 404);
    refused(await cloud.ask('POST', '/roles', { token: first.token, body: { role: { name: 'x' } } }), 403);
  });

  check('a role on a project makes its user a member, and revoking the last one ends that', async () => {
    const { first, domain } = cloud;
    const project = await cloud.project('numbers');
    const path = `/projects/${project}/users/${first.uuid}/roles`;
    const mod = await cloud.role('project_mod');
    refused(await cloud.operate('GET', `${path}/${mod}`), 404);
    for (const _again of [1, 2]) assert.equal((await cloud.operate('PUT', `${path}/${mod}`)).status, 204);
    assert.deepEqual(names(await cloud.operate('GET', path)), ['member', 'project_mod']);
    for (const method of ['GET', 'HEAD']) {
      assert.equal((await cloud.ask(method, `${path}/${mod}`, { token: first.token })).status, 204);
    }
    assert.equal((await domain.projects.get(project)).members, 1);
    assert.ok((await domain.projects.activeOf(first.uuid)).includes(project));
    for (const role of ['member', 'project_mod']) {
      assert.equal((await cloud.operate('DELETE', `${path}/${await cloud.role(role)}`)).status, 204);
    }
    assert.deepEqual(names(await cloud.operate('GET', path)), []);
    assert.equal((await domain.projects.get(project)).members, 0);
    refused(await cloud.operate('DELETE', `${path}/${mod}`), 404);
  });

  check('roles on the whole cloud are granted through the system or the domain', async () => {
    const { first } = cloud;
    const admin = await cloud.role('admin');
    for (const place of ['/system', '/domains/default']) {
      const path = `${place}/users/${first.uuid}/roles`;
      assert.equal((await cloud.operate('PUT', `${path}/${admin}`)).status, 204);
      assert.deepEqual(names(await cloud.operate('GET', path)), ['admin']);
      assert.equal((await cloud.ask('GET', '/users', { token: first.token })).status, 200);
      assert.equal((await cloud.operate('DELETE', `${path}/${admin}`)).status, 204);
      refused(await cloud.ask('GET', '/users', { token: first.token }), 403);
    }
    const [{ id }] = (await cloud.operate('GET', '/users?name=admin@example.org')).json.users;
    refused(await cloud.operate('DELETE', `/system/users/${id}/roles/${admin}`), 409);
    refused(await cloud.operate('PUT', `/domains/other/users/${first.uuid}/roles/${admin}`), 404);
  });

  check('only operators grant roles, and only existing ones', async () => {
    const { first, second } = cloud;
    const project = await cloud.project('numbers');
    const member = await cloud.role('member');
    const place = (of: string, user: string, role: string) => `/projects/${of}/users/${user}/roles/${role}`;
    for (const method of ['PUT', 'DELETE']) {
      refused(await cloud.ask(method, place(project, first.uuid, member)), 401);
      refused(await cloud.ask(method, place(project, first.uuid, member), { token: first.token }), 403);
      refused(await cloud.operate(method, place(UNKNOWN_ID, first.uuid, member)), 404);
      refused(await cloud.operate(method, place(project, UNKNOWN_ID, member)), 404);
      refused(await cloud.operate(method, place(project, first.uuid, '99')), 404);
    }
    refused(
      await cloud.ask('GET', `/projects/${project}/users/${second.uuid}/roles`, { token: first.token }),
      403,
    );
    // On a project, it is a role only for the services of that project.
    const admin = place(project, first.uuid, await cloud.role('admin'));
    for (const method of ['PUT', 'DELETE']) assert.equal((await cloud.operate(method, admin)).status, 204);
    refused(await cloud.operate('PUT', place(second.uuid, first.uuid, member)), 409);
    const [owner] = (await cloud.operate('GET', '/users?name=admin@example.org')).json.users;
    const ownership = place(project, owner.id, await cloud.role('project_admin'));
    refused(await cloud.operate('DELETE', ownership), 409, /owner/);
    await cloud.domain.accounts.deactivate(second.uuid, 'test');
    refused(await cloud.operate('PUT', place(project, second.uuid, member)), 409);
  });

  check('assignments are those in force, with names on request', async () => {
    const { first, second } = cloud;
    const project = await cloud.project('numbers');
    await appoint(cloud, project, first, 'project_mod');
    const all = await cloud.operate('GET', '/role_assignments?include_names=True&effective');
    const own = (uuid: string) => `system:${uuid}`;
    const [admin] = (await cloud.operate('GET', '/users?name=admin@example.org')).json.users;
    assert.deepEqual(lines(all), [
      'admin admin@example.org system',
      `member admin@example.org ${own(admin.id)}`,
      'project_admin admin@example.org numbers',
      ...[`member ${first.email} ${own(first.uuid)}`, `member ${first.email} numbers`].toSorted((a, b) => {
        // The places of one role come in the order of the projects' ids.
        const id = (line: string) => (line.endsWith(' numbers') ? project : first.uuid);
        return id(a) < id(b) ? -1 : 1;
      }),
      `project_mod ${first.email} numbers`,
      `member ${second.email} ${own(second.uuid)}`,
    ]);
    const mod = await cloud.role('project_mod');
    const plain = await cloud.operate('GET', `/role_assignments?user.id=${first.uuid}&role.id=${mod}`);
    assert.deepEqual(plain.json.role_assignments, [
      {
        role: { id: mod },
        user: { id: first.uuid },
        scope: { project: { id: project } },
        links: { assignment: `${BASE}/projects/${project}/users/${first.uuid}/roles/${mod}` },
      },
    ]);
    const named = await cloud.operate('GET', `/role_assignments?role.id=${mod}&include_names`);
    assert.deepEqual(named.json.role_assignments[0].scope.project, {
      id: project,
      name: 'numbers',
      domain: { id: 'default', name: 'Default' },
    });
  });

  check('assignments are filtered, and come in pages', async () => {
    const { first } = cloud;
    const project = await cloud.project('numbers');
    await appoint(cloud, project, first, 'project_mod');
    const list = async (query: string) =>
      lines(await cloud.operate('GET', `/role_assignments?include_names&${query}`));
    assert.deepEqual(await list(`scope.project.id=${project}`), [
      'project_admin admin@example.org numbers',
      `member ${first.email} numbers`,
      `project_mod ${first.email} numbers`,
    ]);
    assert.deepEqual(await list('scope.system=all'), ['admin admin@example.org system']);
    assert.deepEqual(await list('scope.domain.id=default'), ['admin admin@example.org domain']);
    for (const none of [
      'group.id=x',
      'scope.domain.id=x',
      `user.id=${UNKNOWN_ID}`,
      'role.id=99',
      'user.id=%00',
    ]) {
      assert.deepEqual(await list(none), []);
    }
    refused(
      await cloud.operate('GET', `/role_assignments?scope.system=all&scope.project.id=${project}`),
      400,
    );
    refused(await cloud.operate('GET', '/role_assignments?marker=x'), 400);
    refused(await cloud.operate('GET', '/role_assignments?include_names=perhaps'), 400);
    const seen: string[] = [];
    for (let path: string | null = '/role_assignments?include_names&limit=2'; path !== null; ) {
      const page: Exchange = await cloud.operate('GET', path);
      assert.ok(page.json.role_assignments.length <= 2);
      seen.push(...lines(page));
      path = page.json.links.next?.slice(BASE.length) ?? null;
    }
    assert.deepEqual(seen, await list(''));
  });

  check(
    'assignments are visible to operators, to the user, and to administrators of the project',
    async () => {
      const { first, second } = cloud;
      const project = await cloud.project('numbers');
      await appoint(cloud, project, first, 'project_admin');
      await appoint(cloud, project, second, 'member');
      const get = (query: string, token: string) => cloud.ask('GET', `/role_assignments${query}`, { token });
      refused(await get('', first.token), 403);
      refused(await get(`?user.id=${second.uuid}`, first.token), 403);
      refused(await get(`?scope.project.id=${project}`, second.token), 403);
      assert.equal((await get(`?scope.project.id=${project}`, first.token)).status, 200);
      assert.equal((await get(`?user.id=${second.uuid}`, second.token)).json.role_assignments.length, 2);
    },
  );

  check('limits are those of the ledger, with exact values', async () => {
    const { first, second, domain } = cloud;
    const [resource] = (await domain.resources.all()).filter(({ name }) => name === 'service1.disk');
    await domain.resources.modify('service1.disk', { projectDefault: 9007199254740993n });
    const project = await cloud.project('numbers');
    const query = '/registered_limits?resource_name=service1.disk';
    const answer = await cloud.ask('GET', query, { token: first.token });
    assert.match(answer.text, /"default_limit":9007199254740993,/);
    const [registered] = answer.json.registered_limits;
    const [service] = (await cloud.operate('GET', '/services?name=service1')).json.services;
    assert.equal(registered.service_id, service.id);
    assert.equal(registered.region_id, null);
    const one = await cloud.operate('GET', `/registered_limits/${registered.id}`);
    assert.equal(one.json.registered_limit.resource_name, 'service1.disk');

    const limits = await cloud.operate('GET', `/limits?project_id=${project}&resource_name=service1.disk`);
    assert.match(limits.text, /"resource_limit":9007199254740993,/);
    const [limit] = limits.json.limits;
    assert.equal(limit.id, `${project}.${resource?.id}`);
    assert.deepEqual((await cloud.operate('GET', `/limits/${limit.id}`)).json.limit, limit);
    const by = { uuid: null, name: 'test', address: null, operator: true };
    const pool = { resource: 'service1.disk', capacity: 7n, memberCapacity: 5n };
    await domain.projectControl.modify(by, project, { resources: [pool] });
    assert.equal((await cloud.operate('GET', `/limits/${limit.id}`)).json.limit.resource_limit, 7);
    const model = await cloud.ask('GET', '/limits/model', { token: first.token });
    assert.equal(model.json.model.name, 'flat');

    await appoint(cloud, project, first, 'member');
    const scoped = await cloud.tokenOf(first, { project: { id: project } });
    const own = (await cloud.ask('GET', '/limits', { token: scoped })).json.limits;
    assert.ok(own.length > 0);
    assert.ok(own.every(({ project_id }: { project_id: string }) => project_id === project));
    refused(await cloud.ask('GET', `/limits?project_id=${project}`, { token: second.token }), 403);
    for (const none of ['region_id=x', 'domain_id=default', 'service_id=0']) {
      assert.deepEqual((await cloud.operate('GET', `/limits?${none}`)).json.limits, []);
    }
    for (const path of [
      '/limits/x',
      `/limits/${project}`,
      '/registered_limits/x',
      `/limits/${UNKNOWN_ID}.1`,
    ]) {
      refused(await cloud.operate('GET', path), 404);
    }
  });

  check('the limits of all projects come in pages of projects', async () => {
    const seen = new Set<string>();
    let pages = 0;
    for (let path: string | null = '/limits?limit=1'; path !== null; pages += 1) {
      const page: Exchange = await cloud.ask('GET', path, { token: ADMIN_TOKEN });
      for (const { id } of page.json.limits) seen.add(id);
      path = page.json.links.next?.slice(BASE.length) ?? null;
    }
    assert.equal(pages, 3);
    assert.equal(seen.size, 3 * (await cloud.domain.resources.all()).length);
    refused(await cloud.operate('GET', '/limits?limit=0'), 400);
    refused(await cloud.operate('GET', '/limits?marker=x'), 400);
  });
});
