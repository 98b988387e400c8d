import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../../support/engines.ts';
import { FOREIGN, HIDDEN, ROOMY, VISIBLE } from '../../account-v1/cloud.ts';
import { assertProblem, fieldsOf, items } from '../asking.ts';
import { END, type ProjectsCloud, startProjects, succeeded } from './projects-cloud.ts';

const UNLIMITED = 9223372036854775807n;
const DAY_MS = 86_400_000;

forEachEngine((_engine, open) => {
  let cloud: ProjectsCloud;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startProjects(open);
      await body();
    });

  check('a project is applied for and approved, and each caller sees the permitted properties', async () => {
    const { owner, member, operator, apply } = cloud;
    const application = await apply({
      description: 'Where we try things',
      max_members: '20',
      comments: 'For the course',
      resources: {
        [VISIBLE]: { project_capacity: 'inf', member_capacity: '9007199254740993' },
        [ROOMY]: { project_capacity: '1.5TiB', member_capacity: 0 },
      },
    });
    assert.deepEqual(
      [application.project_name, application['state'], application['creates'], application['comments']],
      ['lab.example.org', 'pending', true, 'For the course'],
    );
    assert.deepEqual(
      [application['applicant'], application['applicant_name'], application['owner_name']],
      [owner.uuid, owner.email, owner.email],
    );
    const path = `/projects/${application.project}`;
    const pending = succeeded(await owner.ask('GET', path));
    assert.deepEqual(
      [pending['state'], pending['status'], pending['managed']],
      ['uninitialized', 'pending', true],
    );
    assert.deepEqual(pending['last_application'], { ...application });
    assertProblem(await member.ask('GET', path), 403, 'forbidden');
    assertProblem(await member.ask('GET', `/projects/${pending['number']}`), 404, 'project_not_found');

    const approve = { action: 'approve', reason: 'Have fun' };
    const approved = succeeded(await operator('POST', `/applications/${application.id}/action`, approve));
    assert.deepEqual([approved['state'], approved['response']], ['approved', 'Have fun']);
    const seen = succeeded(await member.ask('GET', path));
    assert.deepEqual(seen, {
      id: application.project,
      number: pending['number'],
      name: 'lab.example.org',
      owner: owner.uuid,
      owner_name: owner.email,
      state: 'active',
      status: 'active',
      homepage: '',
      description: 'Where we try things',
      start_date: null,
      end_date: '2031-05-30T00:00:00.000Z',
      join_policy: 'moderated',
      leave_policy: 'auto',
      max_members: 20,
      members: 0,
      private: false,
      system_project: false,
      created_at: '2026-01-15T12:00:00.000Z',
      managed: false,
      state_reason: null,
      activated_at: null,
      deactivated_at: null,
      resources: {
        [VISIBLE]: { unit: null, project_capacity: UNLIMITED, member_capacity: 9007199254740993n },
        [ROOMY]: { unit: 'bytes', project_capacity: 1649267441664, member_capacity: 0 },
        [FOREIGN]: { unit: null, project_capacity: 0, member_capacity: 0 },
      },
      last_application: null,
    });
    const full = succeeded(await operator('GET', `/projects/${pending['number']}`));
    assert.deepEqual([full['state_reason'], full['activated_at']], ['Have fun', '2026-01-15T12:00:00.000Z']);
    assert.ok(HIDDEN in (full['resources'] as object));
    assert.equal((full['last_application'] as { id: number }).id, application.id);
  });

  check('projects are listed page by page, with every filter', async () => {
    const { owner, member, stranger, operator, active, apply, purser } = cloud;
    const lab = await active();
    const secret = await active({ name: 'secret', private: true, end_date: '2030-01-01' });
    const waiting = (await apply({ name: 'waiting', end_date: '2032-01-01' })).project;
    succeeded(await operator('POST', `/projects/${secret}/memberships`, { user: member.email }), 201);
    const ids = async (query: string, ask = operator) =>
      items(await ask('GET', `/projects?${query}`)).map(({ id }) => id);
    const own = 'system=false&';
    assert.deepEqual(await ids(own), [lab, secret, waiting]);
    assert.deepEqual(await ids(`${own}name=secret`), [secret]);
    assert.deepEqual(await ids(`${own}search=EXAMPLE`), [lab]);
    assert.deepEqual(await ids(`${own}search=%25`), []);
    assert.deepEqual(await ids('owner=owner@example.org'), [lab, secret, waiting]);
    assert.deepEqual(await ids(`owner=${stranger.uuid}`), []);
    assert.deepEqual(await ids(`${own}state=uninitialized`), [waiting]);
    assert.deepEqual(await ids(`${own}status=pending,suspended`), [waiting]);
    assert.deepEqual(await ids('pending=true'), [waiting]);
    assert.deepEqual(await ids(`${own}pending=false`), [lab, secret]);
    assert.deepEqual(await ids('ends_before=2030-01-02'), [secret]);
    assert.deepEqual(await ids(`${own}member=member@example.org`), [secret]);
    assert.deepEqual(await ids('system=true&member=member@example.org'), [member.uuid]);
    assert.deepEqual(await ids('', member.ask), [member.uuid, lab, secret]);
    assert.deepEqual(await ids('mode=related', member.ask), [member.uuid, secret]);
    assert.deepEqual(await ids('mode=active', member.ask), [lab]);
    assert.deepEqual(await ids(`mode=member&member=${member.uuid}`, member.ask), [member.uuid, secret]);
    assert.deepEqual(await ids('mode=related', owner.ask), [owner.uuid, lab, secret, waiting]);
    assertProblem(await member.ask('GET', `/projects?member=${owner.uuid}`), 403, 'forbidden');
    assertProblem(await operator('GET', '/projects?owner=unknown@example.org'), 404, 'account_not_found');
    for (const [query, field] of [
      ['state=alive', 'state'],
      ['status=active,', 'status'],
      ['mode=all', 'mode'],
      ['system=perhaps', 'system'],
      ['ends_before=soon', 'ends_before'],
      ['after=x', 'after'],
      ['limit=0', 'limit'],
      ['colour=red', 'colour'],
    ]) {
      const answer = await operator('GET', `/projects?${query}`);
      assert.equal(answer.status, 400, query);
      assert.deepEqual(fieldsOf(answer), [field]);
    }
    const all = await ids('');
    const paged: unknown[] = [];
    for (let after = ''; ; ) {
      const { body } = await operator('GET', `/projects?limit=2${after}`);
      paged.push(...(body['items'] as { id: string }[]).map(({ id }) => id));
      if (body['next'] === null) break;
      after = `&after=${body['next']}`;
    }
    assert.deepEqual(paged, all);
    assert.equal(all.length, (await purser.domain.accounts.list({ limit: 100 })).length + 3);
  });

  check('operators change a project directly, including hidden resources', async () => {
    const { operator, owner, active, stranger } = cloud;
    const project = await active();
    const changed = succeeded(
      await operator('PATCH', `/projects/${project}`, {
        name: 'renamed',
        owner: stranger.email,
        homepage: 'https://lab.example.org',
        start_date: '2030-01-01T10:00:00Z',
        end_date: '2032-01-01',
        join_policy: 'auto',
        leave_policy: 'closed',
        max_members: 'inf',
        private: true,
        resources: { [HIDDEN]: { project_capacity: 'inf', member_capacity: 3 } },
        reason: 'As agreed',
      }),
    );
    assert.deepEqual(
      ['name', 'owner', 'start_date', 'end_date', 'join_policy', 'max_members', 'private'].map(
        (field) => changed[field],
      ),
      [
        'renamed',
        stranger.uuid,
        '2030-01-01T10:00:00.000Z',
        '2032-01-01T00:00:00.000Z',
        'auto',
        UNLIMITED,
        true,
      ],
    );
    assert.deepEqual((changed['resources'] as Record<string, object>)[HIDDEN], {
      unit: null,
      project_capacity: UNLIMITED,
      member_capacity: 3,
    });
    assert.deepEqual((changed['resources'] as Record<string, object>)[VISIBLE], {
      unit: null,
      project_capacity: 10,
      member_capacity: 2,
    });
    assertProblem(await owner.ask('GET', `/projects/${project}/history`), 403, 'forbidden');
    assertProblem(await owner.ask('PATCH', `/projects/${project}`, { private: false }), 403, 'forbidden');
    assertProblem(await stranger.ask('PATCH', `/projects/${project}`, { private: false }), 403, 'forbidden');
    const system = await operator('PATCH', `/projects/${owner.uuid}`, { description: 'Mine' });
    assertProblem(system, 409, 'project_locked_fields');
  });

  check('operators suspend, resume, terminate and reinstate; every other transition is refused', async () => {
    const { operator, owner, member, joined } = cloud;
    const { project } = await joined();
    const act = (action: string, reason?: string) =>
      operator('POST', `/projects/${project}/action`, { action, ...(reason !== undefined && { reason }) });
    const limit = async () =>
      (await member.ask('GET', `/quotas?project=${project}&resource=${VISIBLE}`)).body['items'];
    assertProblem(
      await owner.ask('POST', `/projects/${project}/action`, { action: 'suspend' }),
      403,
      'forbidden',
    );
    assertProblem(await act('unsuspend'), 409, 'project_state');
    const suspended = succeeded(await act('suspend', 'The bill is open'));
    assert.deepEqual([suspended['state'], suspended['state_reason']], ['suspended', 'The bill is open']);
    assert.equal(((await limit()) as { limit: number }[])[0]?.limit, 0);
    assertProblem(await act('suspend'), 409, 'project_state');
    assert.equal(succeeded(await act('unsuspend'))['state'], 'active');
    assert.equal(((await limit()) as { limit: number }[])[0]?.limit, 2);
    assert.equal(succeeded(await act('terminate'))['state'], 'terminated');
    const other = await cloud.active();
    assertProblem(await act('reinstate'), 409, 'project_name_taken');
    succeeded(await operator('POST', `/projects/${other}/action`, { action: 'terminate' }));
    assert.equal(succeeded(await act('reinstate'))['state'], 'active');
    const own = await operator('POST', `/projects/${owner.uuid}/action`, { action: 'terminate' });
    assertProblem(own, 409, 'project_is_system');
    assertProblem(
      await operator('POST', '/projects/nothing/action', { action: 'suspend' }),
      404,
      'project_not_found',
    );
  });

  check('its history has actor, action, time and reason, with the values before and after', async () => {
    const { operator, owner, member, joined, purser } = cloud;
    const { project } = await joined();
    purser.clock.advance(DAY_MS);
    const resources = { [VISIBLE]: { project_capacity: 'inf', member_capacity: 3 } };
    const change = { resources, end_date: '2032-01-01', reason: 'More machines' };
    succeeded(await operator('PATCH', `/projects/${project}`, change));
    const [newest, ...older] = items(await owner.ask('GET', `/projects/${project}/history`));
    const admin = await purser.domain.accounts.find('admin@example.org');
    assert.deepEqual(newest, {
      id: newest?.['id'],
      at: '2026-01-16T12:00:00.000Z',
      action: 'project.modify',
      actor: admin.uuid,
      actor_name: 'admin@example.org',
      before: {
        end_date: '2031-05-30T00:00:00.000Z',
        resources: { [VISIBLE]: { project_capacity: 10, member_capacity: 2 } },
      },
      after: {
        end_date: '2032-01-01T00:00:00.000Z',
        resources: { [VISIBLE]: { project_capacity: UNLIMITED, member_capacity: 3 } },
      },
      reason: 'More machines',
    });
    const hidden = { resources: { [HIDDEN]: { project_capacity: 1, member_capacity: 1 } } };
    succeeded(await operator('PATCH', `/projects/${project}`, hidden));
    const last = async (ask: typeof operator) => items(await ask('GET', `/projects/${project}/history`))[0];
    assert.deepEqual((await last(operator))?.['after'], hidden);
    assert.deepEqual((await last(owner.ask))?.['after'], { resources: {} });
    const actions = older.map(({ action }) => action);
    assert.ok(
      actions.includes('application.submit') && actions.includes('membership.enroll'),
      String(actions),
    );
    assert.equal(items(await operator('GET', `/projects/${project}/history?limit=1`)).length, 1);
    assertProblem(await member.ask('GET', `/projects/${project}/history`), 403, 'forbidden');
  });

  check('its members and managers see its limits and usage', async () => {
    const { operator, owner, member, stranger, joined, call, service } = cloud;
    const { project } = await joined();
    const provisions = [
      { holder: `user:${member.uuid}`, source: `project:${project}`, resource: VISIBLE, quantity: 2 },
      { holder: `project:${project}`, source: null, resource: VISIBLE, quantity: 2 },
    ];
    assert.equal((await call('POST', '/commissions', service, { provisions })).status, 201);
    for (const { ask } of [owner, member, { ask: operator }]) {
      const found = items(await ask('GET', `/projects/${project}/resources`));
      assert.deepEqual(
        found.find(({ resource }) => resource === VISIBLE),
        { resource: VISIBLE, unit: null, project_capacity: 10, member_capacity: 2, usage: 2, pending: 2 },
      );
      assert.equal(
        found.some(({ resource }) => resource === HIDDEN),
        ask === operator,
      );
    }
    assertProblem(await stranger.ask('GET', `/projects/${project}/resources`), 403, 'forbidden');
  });

  check('invalid input is refused with the field', async () => {
    const { owner, operator, active } = cloud;
    const project = await active();
    const limits = (value: unknown) => ({ resources: { [VISIBLE]: value } });
    const cases: [object, string[]][] = [
      [{ name: '' }, ['name']],
      [{ name: 'x'.repeat(254) }, ['name']],
      [{ name: 'a\nb' }, ['name']],
      [{ name: 5 }, ['name']],
      [{ owner: 'unknown@example.org' }, ['owner']],
      [{ homepage: 'x'.repeat(256) }, ['homepage']],
      [{ description: 'x'.repeat(4097) }, ['description']],
      [{ start_date: 'soon' }, ['start_date']],
      [{ end_date: '2031-02-30' }, ['end_date']],
      [{ end_date: null }, ['end_date']],
      [{ join_policy: 'open' }, ['join_policy']],
      [{ leave_policy: null }, ['leave_policy']],
      [{ max_members: -1 }, ['max_members']],
      [{ max_members: 'many' }, ['max_members']],
      [{ max_members: 1.5 }, ['max_members']],
      [{ private: 'yes' }, ['private']],
      [{ resources: [] }, ['resources']],
      [{ resources: { nothing: { project_capacity: 1, member_capacity: 1 } } }, ['resources.nothing']],
      [limits({ project_capacity: 1 }), [`resources.${VISIBLE}.member_capacity`]],
      [limits({ project_capacity: 1, member_capacity: 'x' }), [`resources.${VISIBLE}.member_capacity`]],
      [limits({ project_capacity: 1, member_capacity: 2 }), [`resources.${VISIBLE}.project_capacity`]],
      [limits({ project_capacity: 1, member_capacity: 1, more: 1 }), [`resources.${VISIBLE}.more`]],
      [{ colour: 'red' }, ['colour']],
    ];
    const common = { name: 'a', end_date: END };
    for (const [body, fields] of cases) {
      for (const [path, method, ask, rest] of [
        ['/projects', 'POST', owner.ask, common],
        [`/projects/${project}/applications`, 'POST', owner.ask, {}],
        [`/projects/${project}`, 'PATCH', operator, {}],
      ] as const) {
        const answer = await ask(method, path, { ...rest, ...body });
        assert.equal(answer.status, 400, `${method} ${path} ${JSON.stringify(body)}`);
        assert.deepEqual(fieldsOf(answer), fields, `${method} ${path}`);
      }
    }
    const hidden = { resources: { [HIDDEN]: { project_capacity: 1, member_capacity: 1 } } };
    assert.deepEqual(fieldsOf(await owner.ask('POST', '/projects', { ...common, ...hidden })), [
      `resources.${HIDDEN}`,
    ]);
    assert.deepEqual(fieldsOf(await owner.ask('POST', '/projects', {})), ['end_date', 'name']);
    const past = { name: 'a', end_date: '2026-01-15' };
    assert.deepEqual(fieldsOf(await owner.ask('POST', '/projects', past)), ['end_date']);
    assert.deepEqual(fieldsOf(await operator('PATCH', `/projects/${project}`, {})), ['body']);
    assert.deepEqual(fieldsOf(await operator('POST', `/projects/${project}/action`, { action: 'freeze' })), [
      'action',
    ]);
    assert.deepEqual(fieldsOf(await operator('POST', `/projects/${project}/action`, {})), ['action']);
    assertProblem(await owner.ask('GET', '/projects/99999999999999999999'), 404, 'project_not_found');
    assert.equal(await applicationsOf(cloud), 1);
  });

  check('no input causes an internal error', async () => {
    const { operator, owner, active } = cloud;
    const project = await active();
    const names = [
      '0',
      '-1',
      '9007199254740991',
      '9007199254740993',
      '9'.repeat(400),
      'x'.repeat(900),
      '%00',
      '%F0%9F%98%80',
    ];
    const bodies = [
      {},
      [],
      null,
      'x',
      1,
      { action: 'approve' },
      { action: 'accept', reason: null },
      { user: '' },
    ];
    const odd = [
      { user: "'; DROP TABLE projects; --" },
      { end_date: '9999-12-31' },
      { end_date: '0000-01-01' },
    ];
    const resources = JSON.parse('{"__proto__": {"project_capacity": 1, "member_capacity": 1}}') as object;
    const paths = [
      '',
      '/applications',
      '/renewal',
      '/memberships',
      '/action',
      '/members',
      '/history',
      '/resources',
    ];
    for (const name of [project, ...names]) {
      const known = paths.map((path) => `/projects/${name}${path}`);
      const roles = [
        `/projects/${project}/members/${name}/roles/project_mod`,
        `/users/${name}/default_project`,
      ];
      const numbered = [`/applications/${name}`, `/applications/${name}/action`, `/memberships/${name}`];
      const lists = [
        `/projects?name=${name}&search=${name}`,
        `/applications?project=${name}`,
        `/memberships?project=${name}`,
      ];
      for (const path of [...known, ...roles, ...numbered, `/memberships/${name}/action`, ...lists]) {
        for (const [method, body] of [
          ['GET'],
          ...[...bodies, ...odd, { resources }].map((one) => ['POST', one]),
        ]) {
          const { status } = await (method === 'GET' ? operator : owner.ask)(method as string, path, body);
          assert.ok(status < 500, `${method} ${path} ${JSON.stringify(body)}: ${status}`);
        }
        for (const method of ['PUT', 'PATCH', 'DELETE']) {
          const { status } = await operator(
            method,
            path,
            method === 'DELETE' ? undefined : { project: name, resources },
          );
          assert.ok(status < 500, `${method} ${path}: ${status}`);
        }
      }
    }
  });

  check("all users' system projects are changed at once, except the excluded ones", async () => {
    const { operator, owner, member, stranger } = cloud;
    const resources = { [VISIBLE]: { project_capacity: '1K', member_capacity: 7 } };
    const body = { resources, exclude: [member.email, stranger.uuid], reason: 'More for all' };
    const exception = { resources: { [VISIBLE]: { project_capacity: 5, member_capacity: 5 } } };
    succeeded(await operator('PATCH', `/projects/${owner.uuid}`, exception));
    const { changed, replaced } = succeeded(await operator('POST', '/projects/system/limits', body));
    // Of the user with the exception, of another user, and of the administrator, who was there before the resource.
    const had = [5, 100, 9223372036854775807n].map((limit) => ({
      resource: VISIBLE,
      project_capacity: limit,
      member_capacity: limit,
      projects: 1,
    }));
    assert.deepEqual(replaced, had, 'also the limits that were set for one user');
    const limitOf = async (user: string) => {
      const found = succeeded(await operator('GET', `/projects/${user}`))['resources'];
      return (found as Record<string, object>)[VISIBLE];
    };
    assert.equal(changed, 3);
    assert.deepEqual(await limitOf(owner.uuid), { unit: null, project_capacity: 1024, member_capacity: 7 });
    for (const { uuid } of [member, stranger]) {
      assert.deepEqual(await limitOf(uuid), { unit: null, project_capacity: 100, member_capacity: 100 });
    }
    for (const [wrong, field] of [
      [{ resources, exclude: ['unknown@example.org'] }, 'exclude'],
      [{ name: 'all' }, 'name'],
      [{}, 'body'],
    ] as [object, string][]) {
      assert.deepEqual(fieldsOf(await operator('POST', '/projects/system/limits', wrong)), [field]);
    }
    assertProblem(await owner.ask('POST', '/projects/system/limits', { resources }), 403, 'forbidden');
    const [entry] = items(await operator('GET', '/audit?action=project.modify_all'));
    assert.equal(entry?.['reason'], 'More for all');
    assert.deepEqual(entry?.['before'], { replaced });
  });

  check('expired projects are listed and terminated, each with its own result', async () => {
    const { operator, owner, active, purser } = cloud;
    const late = await active({ name: 'late', end_date: '2026-02-01' });
    const later = await active({ name: 'later', end_date: '2026-03-01' });
    await active();
    assert.deepEqual(items(await operator('GET', '/projects/expired')), []);
    assertProblem(await owner.ask('GET', '/projects/expired'), 403, 'forbidden');
    assertProblem(await owner.ask('POST', '/projects/expired/termination', {}), 403, 'forbidden');
    purser.clock.advance(60 * DAY_MS);
    const expired = items(await operator('GET', '/projects/expired'));
    assert.deepEqual(
      expired.map(({ id }) => id),
      [late, later],
    );
    const verdicts = items(await operator('POST', '/projects/expired/termination', {}));
    assert.deepEqual(verdicts, [
      { project: late, name: 'late', end_date: '2026-02-01T00:00:00.000Z', terminated: true, error: null },
      { project: later, name: 'later', end_date: '2026-03-01T00:00:00.000Z', terminated: true, error: null },
    ]);
    assert.equal(succeeded(await operator('GET', `/projects/${late}`))['state'], 'terminated');
    assert.deepEqual(succeeded(await operator('POST', '/projects/expired/termination', {})), { items: [] });
  });

  check('a user draws from the chosen default project unless a request names one', async () => {
    const { operator, member, stranger, joined, purser } = cloud;
    const { project } = await joined();
    const chosen = succeeded(await member.ask('PUT', '/me/default_project', { project }));
    assert.deepEqual([chosen['id'], chosen['default_project']], [member.uuid, project]);
    const back = { project: member.uuid };
    const set = succeeded(await operator('PUT', `/users/${member.email}/default_project`, back));
    assert.equal(set['default_project'], member.uuid);
    assertProblem(await stranger.ask('PUT', '/me/default_project', { project }), 404, 'membership_not_found');
    assertProblem(await stranger.ask('PUT', `/users/${member.uuid}/default_project`, back), 403, 'forbidden');
    const nowhere = { project: '6f0c2c0e-8f5b-4a53-9d0b-7a1d2f0f3a11' };
    assertProblem(await member.ask('PUT', '/me/default_project', nowhere), 404, 'project_not_found');
    assert.deepEqual(fieldsOf(await member.ask('PUT', '/me/default_project', { project: 'mine' })), [
      'project',
    ]);
    await purser.domain.accounts.deactivate(member.uuid, 'left');
    const gone = await operator('PUT', `/users/${member.uuid}/default_project`, back);
    assertProblem(gone, 409, 'account_not_accepted');
  });
});

async function applicationsOf({ operator }: ProjectsCloud): Promise<number> {
  return items(await operator('GET', '/applications')).length;
}
