import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { forEachEngine } from '../../support/engines.ts';
import { HIDDEN, ROOMY, VISIBLE } from './cloud.ts';
import {
  END_DATE,
  END_DATE_SHOWN,
  expect,
  refused,
  resourcesOf,
  startProjectCloud,
  UNLIMITED,
} from './project-cloud.ts';

forEachEngine((_engine, open) => {
  test('a list of any length is ASCII throughout', async () => {
    const { addUser, apply, call, purser } = await startProjectCloud(open);
    await purser.domain.resources.modify('astakos.pending_app', { systemDefault: 100n });
    const owner = await addUser('busy@example.org');
    const description = 'größer '.repeat(580);
    for (let count = 0; count < 40; count += 1) await apply({ description }, owner.token);
    const answer = await call('GET', '/projects', owner.token);
    assert.ok(answer.text.length > 300 * 1024);
    assert.match(answer.text, /^[\0-\x7f]+$/);
    assert.equal(expect(200, answer).at(-1).description, description);
  });

  test('a project is applied for, approved, and shown to its owner in the form of both generations', async () => {
    const { call, owner, apply, decide, project } = await startProjectCloud(open);
    const { id, application } = await apply({
      name: 'lab.Example.org',
      description: 'shared lab',
      comments: 'please',
      start_date: '2020-01-01 02:00+02:00',
      max_members: '1K',
      resources: resourcesOf(10, 2),
    });
    const asked = {
      name: 'lab.Example.org',
      homepage: '',
      description: 'shared lab',
      start_date: '2020-01-01T00:00:00+00:00',
      end_date: END_DATE_SHOWN,
      join_policy: 'moderated',
      leave_policy: 'auto',
      max_members: 1024,
      private: false,
      resources: { [VISIBLE]: { member_capacity: 2, project_capacity: 10 } },
    };
    const last = {
      ...asked,
      id: application,
      owner: owner.uuid,
      applicant: owner.uuid,
      comments: 'please',
      response: null,
    };
    const shown = {
      ...asked,
      id,
      creation_date: '2026-01-15T12:00:00+00:00',
      owner: owner.uuid,
      system_project: false,
      application,
      applicant: owner.uuid,
      comments: 'please',
    };
    assert.deepEqual(await project(id), {
      ...shown,
      state: 'uninitialized',
      pending_application: application,
      last_application: { ...last, state: 'pending' },
    });
    const approved = await decide(id, 'approve', application);
    assert.deepEqual([approved.status, approved.text], [200, '']);
    assert.match(approved.headers.get('content-type') ?? '', /^application\/json/);
    const after = await project(id);
    assert.deepEqual(after, {
      ...shown,
      state: 'active',
      pending_application: null,
      last_application: { ...last, state: 'approved', response: 'because of approve' },
      resources: {
        ...asked.resources,
        [ROOMY]: { member_capacity: 0, project_capacity: 0 },
        'service2.r21': { member_capacity: 0, project_capacity: 0 },
      },
    });
    const listed = expect(200, await call('GET', '/projects?name=lab.Example.org', owner.token));
    assert.deepEqual(listed, [after]);
  });

  test('pending applications are limited for users and not for operators', async () => {
    const { call, owner, admin, apply, decide } = await startProjectCloud(open);
    const name = 'same.example.org';
    const first = await apply({ name });
    await apply({ name });
    await apply();
    const fourth = { name: 'fourth.example.org', end_date: END_DATE };
    refused(409, await call('POST', '/projects', owner.token, fourth));
    expect(200, await decide(first.id, 'cancel', first.application, owner.token));
    expect(201, await call('POST', '/projects', owner.token, fourth));
    for (let n = 0; n < 5; n += 1) await apply({}, admin);
  });

  test('an application that replaces an own one does not count again, whatever the limit is by then', async () => {
    const { call, owner, active, apply, modify, purser, admin } = await startProjectCloud(open);
    const id = await active();
    const change = (homepage: string) => call('PUT', `/projects/${id}`, owner.token, { homepage });
    for (let n = 0; n < 2; n += 1) await apply();
    expect(201, await change('1'));
    for (const limit of [1, 0]) {
      const limits = { 'astakos.pending_app': { project_capacity: limit, member_capacity: limit } };
      const set = await purser.admin('PATCH', `/api/projects/${owner.uuid}`, { resources: limits });
      assert.equal(set.status, 200);
      expect(201, await change(`limit ${limit}`));
    }
    await modify(id, { homepage: 'an operator takes its place' }, admin);
    refused(409, await change('and this would be one more'));
  });

  test('a user without quota at present cannot apply for projects', async () => {
    const { call, owner, act } = await startProjectCloud(open);
    const wanted = { name: 'lab.example.org', end_date: END_DATE };
    expect(200, await act(owner.uuid, 'suspend'));
    refused(409, await call('POST', '/projects', owner.token, wanted));
    expect(200, await act(owner.uuid, 'unsuspend'));
    expect(201, await call('POST', '/projects', owner.token, wanted));
  });

  test('a project that is not approved cannot be modified; its application is denied, dismissed, cancelled', async () => {
    const { call, owner, plain, apply, decide, project } = await startProjectCloud(open);
    const { id, application } = await apply();
    refused(409, await call('PUT', `/projects/${id}`, owner.token, { description: 'x' }));
    refused(409, await decide(id, 'dismiss', application, owner.token));
    refused(403, await decide(id, 'approve', application, owner.token));
    refused(403, await decide(id, 'deny', application, owner.token));
    refused(403, await decide(id, 'cancel', application, plain.token));
    expect(200, await decide(id, 'deny', application));
    const denied = await project(id);
    assert.equal(denied.state, 'uninitialized');
    assert.equal(denied.last_application.state, 'denied');
    assert.equal(denied.last_application.response, 'because of deny');
    assert.equal(denied.pending_application, null);
    refused(409, await decide(id, 'approve', application));
    for (const method of ['PUT', 'POST']) {
      refused(409, await call(method, `/projects/${id}`, owner.token, { description: 'x' }), method);
    }
    expect(200, await decide(id, 'dismiss', application, owner.token));
    const dismissed = await project(id);
    assert.deepEqual([dismissed.state, dismissed.last_application.state], ['deleted', 'dismissed']);
    refused(409, await call('PUT', `/projects/${id}`, owner.token, { description: 'x' }));

    const forAnother = await apply({ owner: owner.uuid }, plain.token);
    refused(403, await call('PUT', `/projects/${forAnother.id}`, plain.token, { description: 'x' }));
    refused(409, await call('PUT', `/projects/${forAnother.id}`, owner.token, { description: 'x' }));

    const other = await apply();
    expect(200, await decide(other.id, 'cancel', other.application, owner.token));
    const cancelled = await project(other.id);
    assert.deepEqual([cancelled.state, cancelled.last_application.state], ['deleted', 'cancelled']);
  });

  test('of two projects with the same name, only one can be alive', async () => {
    const { apply, decide, act, project } = await startProjectCloud(open);
    const name = 'one.example.org';
    const [first, second] = [await apply({ name }), await apply({ name })];
    expect(200, await decide(first.id, 'approve', first.application));
    refused(409, await decide(second.id, 'approve', second.application));
    expect(200, await act(first.id, 'terminate'));
    expect(200, await decide(second.id, 'approve', second.application));
    refused(409, await act(first.id, 'reinstate'));
    assert.equal((await project(first.id)).name, name);
    expect(200, await act(second.id, 'terminate'));
    expect(200, await act(first.id, 'reinstate'));
  });

  test('operators suspend, terminate and reinstate projects; other users cannot', async () => {
    const { active, act, owner, plain, project } = await startProjectCloud(open);
    const id = await active();
    for (const action of ['suspend', 'unsuspend', 'terminate', 'reinstate']) {
      refused(403, await act(id, action, owner.token));
      refused(403, await act(id, action, plain.token));
      refused(404, await act('nosuchproject', action, plain.token));
    }
    refused(409, await act(id, 'unsuspend'));
    refused(409, await act(id, 'reinstate'));
    expect(200, await act(id, 'suspend', undefined, { reason: 'a reason' }));
    refused(409, await act(id, 'suspend', undefined, null));
    const suspended = await project(id);
    assert.deepEqual(
      [suspended.state, suspended.deactivation_date],
      ['suspended', '2026-01-15T12:00:00+00:00'],
    );
    expect(200, await act(id, 'unsuspend'));
    expect(200, await act(id, 'terminate', undefined, 'as the older generation says it'));
    refused(409, await act(id, 'suspend'));
    refused(409, await act(id, 'terminate'));
    expect(200, await act(id, 'reinstate'));
    const { state, deactivation_date } = await project(id);
    assert.deepEqual([state, deactivation_date], ['active', '2026-01-15T12:00:00+00:00']);
  });

  test('who may see a project depends on its state, its privacy, and the caller', async () => {
    const { active, act, apply, call, member, plain, owner, addUser } = await startProjectCloud(open);
    const insider = await addUser('insider@example.org');
    const shown = await active();
    const hidden = await active({ private: true });
    const waiting = await apply();
    const see = async (id: string, token: string) => (await call('GET', `/projects/${id}`, token)).status;
    await member(shown, insider);
    expect(200, await call('POST', '/projects/memberships', owner.token, enrolling(hidden)));
    assert.deepEqual(
      [await see(shown, plain.token), await see(hidden, plain.token), await see(waiting.id, plain.token)],
      [200, 403, 403],
    );
    assert.equal(await see(hidden, insider.token), 200);
    refused(404, await call('GET', '/projects/nosuchproject', plain.token));
    refused(404, await call('GET', '/projects/a%00b', plain.token));
    for (const name of ['x'.repeat(12_000), '%F0%9F%A6%89'.repeat(1000), '9'.repeat(12_000)]) {
      refused(404, await call('GET', `/projects/${name}`, plain.token));
      refused(404, await act(name, 'suspend'));
    }
    for (const action of ['suspend', 'terminate']) {
      expect(200, await act(shown, action));
      assert.equal(await see(shown, plain.token), 403);
      assert.equal(await see(shown, insider.token), 200);
      assert.equal(await see(shown, owner.token), 200);
    }
    function enrolling(project: string) {
      return { enroll: { project, user: 'insider@example.org' } };
    }
  });

  test('members do not see applications, nor when the project was suspended', async () => {
    const { active, act, call, member, modify, plain, owner, project, admin } = await startProjectCloud(open);
    const id = await active();
    await member(id, plain);
    await modify(id, { description: 'new' });
    expect(200, await act(id, 'suspend'));
    const PRIVATE = ['last_application', 'deactivation_date', 'pending_application', 'application'];
    const keys = async (token: string) => Object.keys(await project(id, token));
    for (const key of [...PRIVATE, 'comments', 'applicant']) {
      assert.ok(!(await keys(plain.token)).includes(key), key);
      assert.ok((await keys(owner.token)).includes(key), key);
      assert.ok((await keys(admin)).includes(key), key);
    }
    const listed = expect(200, await call('GET', '/projects?mode=related&state=suspended', plain.token));
    assert.deepEqual(listed, [await project(id, plain.token)]);
  });

  test('a modification contains only the changes, and takes effect when approved', async () => {
    const { active, modify, decide, project } = await startProjectCloud(open);
    const id = await active({ homepage: 'old.page', resources: resourcesOf(10, 2) });
    const before = await project(id);
    const application = await modify(id, { homepage: 'new.page', description: null, name: null });
    const pending = await project(id);
    assert.equal(pending.homepage, 'old.page');
    const { id: number, state, applicant, homepage, resources, ...unchanged } = pending.last_application;
    assert.deepEqual(
      [number, state, applicant, homepage, resources],
      [application, 'pending', before.owner, 'new.page', {}],
    );
    for (const [key, value] of Object.entries(unchanged)) assert.equal(value, null, key);
    assert.equal(pending.pending_application, application);
    expect(200, await decide(id, 'approve', application));
    const after = await project(id);
    assert.equal(after.homepage, 'new.page');
    assert.deepEqual(
      [after.name, after.end_date, after.resources],
      [before.name, before.end_date, before.resources],
    );
    const empty = await modify(id, { whatever: 1, '': null });
    expect(200, await decide(id, 'approve', empty));
    assert.deepEqual({ ...(await project(id)), ...applicationOf(after) }, after);
    function applicationOf({ application, last_application, comments }: Record<string, unknown>) {
      return { application, last_application, comments };
    }
  });

  test('an approved modification reactivates a stopped project, under its new name', async () => {
    const { active, act, modify, decide, project } = await startProjectCloud(open);
    const id = await active();
    expect(200, await act(id, 'terminate'));
    const application = await modify(id, { name: 'renamed.example.org' });
    const terminated = await project(id);
    assert.equal(terminated.state, 'terminated');
    assert.ok(terminated.deactivation_date);
    assert.equal(terminated.last_application.name, 'renamed.example.org');
    expect(200, await decide(id, 'approve', application));
    const { state, name } = await project(id);
    assert.deepEqual([state, name], ['active', 'renamed.example.org']);
    expect(200, await act(id, 'suspend'));
    expect(200, await decide(id, 'approve', await modify(id, {})));
    assert.equal((await project(id)).state, 'active');
  });

  test('only the newest application of the named project can be decided on', async () => {
    const { active, modify, decide, admin, owner, project } = await startProjectCloud(open);
    const [id, other] = [await active(), await active()];
    const older = await modify(id, { description: 'older' });
    const newer = await modify(id, { description: 'newer' });
    refused(409, await decide(id, 'approve', older));
    refused(409, await decide(other, 'approve', newer));
    refused(409, await decide('nosuchproject', 'approve', newer));
    refused(404, await decide(id, 'approve', 1_000_000));
    refused(404, await decide(id, 'approve', UNLIMITED * 1000n));
    refused(404, await decide(id, 'approve', -1));
    expect(200, await decide(id, 'approve', String(newer)));
    assert.equal((await project(id)).description, 'newer');
    const byOperator = await modify(id, { description: 'operator' }, admin);
    refused(403, await decide(id, 'cancel', byOperator, owner.token));
    expect(200, await decide(id, 'cancel', byOperator));
  });

  test('a project gets the owner that an approved modification names', async () => {
    const { active, modify, decide, call, owner, plain, project } = await startProjectCloud(open);
    const id = await active();
    expect(200, await decide(id, 'approve', await modify(id, { owner: plain.uuid })));
    refused(403, await call('PUT', `/projects/${id}`, owner.token, { description: 'mine' }));
    await modify(id, { description: 'mine now' }, plain.token);
    assert.equal((await project(id, plain.token)).owner, plain.uuid);
    const memberships = expect(200, await call('GET', `/projects/memberships?project=${id}`, plain.token));
    assert.deepEqual(memberships, []);
  });

  test('an action must be known, alone and valid, for any object', async () => {
    const { active, call, owner, admin } = await startProjectCloud(open);
    const id = await active();
    const wrong: unknown[] = [
      { nonex: '' },
      { suspend: '', unsuspend: '' },
      {},
      [],
      null,
      7,
      '"nondict"',
      { suspend: 1 },
      { suspend: true },
      { suspend: [] },
      { suspend: { reason: 1 } },
      { suspend: { reason: { text: 'x' } } },
      { toString: '' },
      { approve: '' },
      { approve: null },
      { approve: {} },
      { approve: { app_id: null } },
      { approve: { app_id: true } },
      { approve: { app_id: 'x' } },
      { approve: { app_id: '' } },
      '{"approve": {"app_id": 1.0}}',
      '{"approve": {"app_id": 1e3}}',
      '{',
      '',
      Buffer.from([0x22, 0xff, 0x22]),
    ];
    for (const path of [`/projects/${id}/action`, '/projects/nosuchproject/action/']) {
      for (const body of wrong) {
        refused(400, await call('POST', path, admin, body), inspect(body));
        refused(400, await call('POST', path, owner.token, body), inspect(body));
      }
    }
    const tooLong = await call('POST', `/projects/${id}/action`, admin, { suspend: 'x'.repeat(5000) });
    refused(400, tooLong);
    refused(400, await call('POST', `/projects/${id}/action`, admin, { suspend: 'a\0b' }));
    refused(400, await call('POST', `/projects/${id}/action`, admin, '{"suspend": "\\ud800"}'));
    expect(200, await call('POST', `/projects/${id}/action`, admin, { suspend: { reasons: 'why' }, x: 1 }));
  });

  test('a body of an application is validated, and errors name the field', async () => {
    const { call, owner, project, active, act } = await startProjectCloud(open);
    const rejectedOwner = '00000000-0000-4000-8000-000000000000';
    const good = { name: 'good.example.org', end_date: END_DATE };
    const capacities = (value: unknown) => ({ resources: { [VISIBLE]: value } });
    const both = (project_capacity: unknown, member_capacity: unknown) =>
      capacities({ project_capacity, member_capacity });
    /** Invalid in new projects and in modifications. */
    const wrong: Record<string, object[]> = {
      'User does not exist\\.': [rejectedOwner, 'a\0b'].map((value) => ({ owner: value })),
      owner: [7, true, [], {}].map((value) => ({ owner: value })),
      name: [
        'non_domain_name',
        'nodot',
        '.org',
        'a..org',
        'a.org\n',
        '-a.org',
        'a-.org',
        'a.o',
        'a.b1',
        'ä.org',
        'a.org.',
        `${'a'.repeat(64)}.org`,
        `${'a.'.repeat(40)}org`,
        '',
        7,
        true,
        [],
        {},
      ].map((value) => ({ name: value })),
      join_policy: ['nonex', '', 7, {}].map((value) => ({ join_policy: value })),
      leave_policy: ['nonex', '', 7, {}].map((value) => ({ leave_policy: value })),
      end_date: [
        '2000-01-01T00:00:00Z',
        '2113-05-05',
        '2113-05-05T00:00:00',
        'garbage',
        '',
        7,
        true,
        [],
        '2113-02-30T00:00Z',
      ].map((value) => ({ end_date: value })),
      start_date: ['garbage', '2000-01-01', 7, false, {}].map((value) => ({ start_date: value })),
      max_members: ['abc', '', '-1', '1.5', '99999999999999999999', 'K', -1, true, [], UNLIMITED + 1n].map(
        (value) => ({ max_members: value }),
      ),
      private: ['true', 1, [], {}].map((value) => ({ private: value })),
      homepage: ['x'.repeat(400), 7, true, {}, 'a\0b'].map((value) => ({ homepage: value })),
      description: ['x'.repeat(4097), 7, [], 'a\0b'].map((value) => ({ description: value })),
      comments: ['x'.repeat(4097), 7, {}, 'a\0b'].map((value) => ({ comments: value })),
      resource: [
        { resources: { 42: 42 } },
        { resources: { [HIDDEN]: { project_capacity: 1, member_capacity: 1 } } },
        { resources: { __proto__x: { project_capacity: 1, member_capacity: 1 } } },
        { resources: null },
        { resources: [] },
        { resources: 'all' },
        { resources: 7 },
        capacities(7),
        capacities(null),
        capacities([1, 2]),
      ],
      capacity: [
        capacities({}),
        capacities({ member_capacity: 5 }),
        capacities({ project_capacity: 5 }),
        both(10, -1),
        both(4, 5),
        both('10', '5'),
        both(true, true),
        both(UNLIMITED + 1n, 1),
        both(10n ** 200n, 1),
      ],
    };
    const id = await active();
    for (const [part, bodies] of Object.entries(wrong)) {
      for (const body of bodies) {
        const about = `${part} ${inspect(body, { depth: 4 })}`.slice(0, 200);
        const created = await call('POST', '/projects', owner.token, { ...good, ...body });
        assert.match(refused(400, created, about), new RegExp(part), about);
        refused(400, await call('PUT', `/projects/${id}`, owner.token, body), about);
        refused(400, await call('POST', `/projects/${id}`, owner.token, body), about);
      }
    }
    for (const raw of [
      '{"name": "good.example.org", "end_date": "2113-5-5T20:20:20Z", "max_members": 1.0}',
      '{"name": "good.example.org", "end_date": "2113-5-5T20:20:20Z", "max_members": 1e2}',
      '{"name": "good.example.org", "end_date": "2113-5-5T20:20:20Z", "description": "\\udfff"}',
      '{"name": "good.example.org", "end_date": "2113-5-5T20:20:20Z", "owner": "\\udfff"}',
      '{"name": "good.example.org", "end_date": "2113-5-5T20:20:20Z", "resources": {"\\ud800": {}}}',
      `{"name": "good.example.org", "end_date": "2113-5-5T20:20:20Z", "resources": {"${VISIBLE}": {"member_capacity": 1.0, "project_capacity": 2}}}`,
    ]) {
      refused(400, await call('POST', '/projects', owner.token, raw), raw);
    }
    /** Invalid in new projects only: a modification then changes nothing. */
    for (const body of [
      { name: undefined },
      { name: null },
      { end_date: undefined },
      { end_date: null },
      { join_policy: null },
      { leave_policy: null },
      { max_members: null },
    ]) {
      refused(400, await call('POST', '/projects', owner.token, { ...good, ...body }), JSON.stringify(body));
      if (Object.values(body)[0] === null) {
        expect(201, await call('PUT', `/projects/${id}`, owner.token, body));
      }
    }
    expect(200, await act(id, 'terminate'));
    assert.equal((await project(id)).state, 'terminated');
  });

  test('older spellings of values are accepted', async () => {
    const { apply, project, owner, decide } = await startProjectCloud(open);
    const cancelled = async (changes: object) => {
      const { id, application } = await apply(changes);
      const shown = await project(id);
      expect(200, await decide(id, 'cancel', application, owner.token));
      return shown;
    };
    const max = async (max_members: unknown) => (await cancelled({ max_members })).max_members;
    assert.deepEqual(
      [
        await max('1K'),
        await max('1.5K'),
        await max('12'),
        await max('inf'),
        await max(UNLIMITED),
        await max(0),
      ],
      [1024, 1536, 12, UNLIMITED, UNLIMITED, 0],
    );
    const end = async (end_date: string) => (await cancelled({ end_date })).end_date;
    assert.equal(await end('2114-01-01T0:0Z'), '2114-01-01T00:00:00+00:00');
    assert.equal(await end('2114-01-01 01:00:00.5+02:00'), '2113-12-31T23:00:00.500000+00:00');
    // The limit counts characters; a character of two code units counts once.
    const emoji = { homepage: '🦉'.repeat(255), description: '🦉'.repeat(4096), comments: '🦉'.repeat(4096) };
    const long = await cancelled(emoji);
    const { homepage, description, comments } = long;
    assert.deepEqual({ homepage, description, comments }, emoji);
    const nulls = await cancelled({
      owner: null,
      private: null,
      homepage: null,
      description: null,
      comments: null,
      start_date: null,
    });
    assert.deepEqual(
      [nulls.owner, nulls.private, nulls.homepage, nulls.description, nulls.comments, nulls.start_date],
      [owner.uuid, false, '', '', '', null],
    );
    for (const name of [
      'a.b.museum',
      'X.Y.ORG',
      `${'a'.repeat(63)}.international`,
      'a.photography',
      '1.example.org',
    ]) {
      assert.equal((await cancelled({ name })).name, name);
    }
    const equal = await cancelled({ resources: resourcesOf(UNLIMITED, UNLIMITED) });
    assert.deepEqual(equal.resources[VISIBLE], {
      member_capacity: UNLIMITED,
      project_capacity: UNLIMITED,
    });
    const exact = await cancelled({ resources: resourcesOf(9007199254740993n, 9007199254740993n) });
    assert.equal(exact.resources[VISIBLE].project_capacity, 9007199254740993n);
  });

  test('refusals of modifications come in the order of the wire', async () => {
    const { call, active, apply, owner, plain, admin } = await startProjectCloud(open);
    const [id, waiting] = [await active(), await apply()];
    const put = async (project: string, token: string, body: object) =>
      (await call('PUT', `/projects/${project}`, token, body)).status;
    const early = { join_policy: 'nonex' };
    const late = { end_date: 'garbage', name: 'nodot', resources: { nonex: 1 }, max_members: -1 };
    assert.equal(await put('nosuchproject', plain.token, early), 400);
    assert.equal(await put('nosuchproject', plain.token, { owner: plain.uuid.replace(/^./, 'x') }), 400);
    assert.equal(await put('nosuchproject', plain.token, late), 404);
    assert.equal(await put(id, plain.token, early), 400);
    assert.equal(await put(id, plain.token, late), 403);
    assert.equal(await put(waiting.id, owner.token, early), 400);
    assert.equal(await put(waiting.id, owner.token, late), 409);
    assert.equal(await put(id, owner.token, late), 400);
    assert.equal(await put(plain.uuid, plain.token, { max_members: 5 }), 403);
    assert.equal(await put(plain.uuid, admin, { name: 'nodot' }), 400);
    for (const locked of [
      { name: 'a.example.org' },
      { owner: plain.uuid },
      { homepage: 'x' },
      { description: 'x' },
    ]) {
      assert.equal(await put(plain.uuid, admin, locked), 409, JSON.stringify(locked));
    }
    assert.equal(await put(plain.uuid, admin, { max_members: 5 }), 201);
  });

  test("a user's system project can be suspended but not terminated, and is marked as one", async () => {
    const { plain, act, call, project } = await startProjectCloud(open);
    const shown = await project(plain.uuid, plain.token);
    const { state, owner, system_project, join_policy, leave_policy, max_members, name } = shown;
    assert.deepEqual(
      [state, owner, system_project, shown.private, join_policy, leave_policy, max_members, name],
      ['active', null, true, true, 'closed', 'closed', 1, `system:${plain.uuid}`],
    );
    assert.equal(shown.last_application, undefined);
    const memberships = expect(200, await call('GET', '/projects/memberships', plain.token));
    assert.equal(memberships.length, 1);
    assert.deepEqual([memberships[0].project, memberships[0].state], [plain.uuid, 'accepted']);
    refused(409, await act(plain.uuid, 'terminate'));
    expect(200, await act(plain.uuid, 'suspend'));
    const quotas = expect(200, await call('GET', '/quotas', plain.token));
    assert.deepEqual([quotas[plain.uuid][VISIBLE].limit, quotas[plain.uuid][VISIBLE].project_limit], [0, 0]);
    expect(200, await act(plain.uuid, 'unsuspend'));
  });

  test('lists are filtered by name, owner, state and mode', async () => {
    const cloud = await startProjectCloud(open);
    const { call, active, act, apply, member, owner, plain, admin } = cloud;
    const mine = await active({ name: 'mine.example.org' });
    const open_ = await active();
    const hidden = await active({ private: true });
    const stopped = await active();
    const waiting = await apply();
    expect(200, await act(stopped, 'suspend'));
    await member(mine, plain);
    const ids = async (query: string, token = plain.token) =>
      expect(200, await call('GET', `/projects${query}`, token)).map(({ id }: { id: string }) => id);
    const all = await ids('', admin);
    for (const known of [mine, open_, hidden, stopped, waiting.id, plain.uuid]) {
      assert.ok(all.includes(known));
    }
    assert.deepEqual(await ids(''), [plain.uuid, mine, open_]);
    assert.deepEqual(await ids('/'), [plain.uuid, mine, open_]);
    assert.deepEqual(await ids('?mode=default'), [plain.uuid, mine, open_]);
    assert.deepEqual(await ids('?mode=related'), [plain.uuid, mine]);
    assert.deepEqual(await ids('?mode=member'), [plain.uuid, mine]);
    assert.deepEqual(await ids('?mode=active'), [mine, open_]);
    assert.deepEqual(await ids('?mode=member', owner.token), [owner.uuid]);
    assert.deepEqual(await ids('', owner.token), [owner.uuid, mine, open_, hidden, stopped, waiting.id]);
    assert.deepEqual(await ids('?state=suspended', owner.token), [stopped]);
    assert.deepEqual(await ids('?state=uninitialized', owner.token), [waiting.id]);
    assert.deepEqual(await ids('?state=terminated', owner.token), []);
    assert.deepEqual(await ids(`?owner=${owner.uuid}`), [mine, open_]);
    assert.deepEqual(await ids('?owner=00000000-0000-4000-8000-000000000000'), []);
    assert.deepEqual(await ids('?name=mine.example.org'), [mine]);
    assert.deepEqual(await ids('?name=Mine.example.org'), []);
    assert.deepEqual(await ids('?name=x&name=mine.example.org&state=active'), [mine]);
    for (const unknown of ['name=', 'owner=', 'name=a%00b', 'owner=a%00b', 'name=%ED%A0%80']) {
      assert.deepEqual(await ids(`?${unknown}`), [], unknown);
    }
    for (const wrong of [
      'state=pending',
      'state=',
      'state=Active',
      'mode=',
      'mode=all',
      'state=active,suspended',
    ]) {
      refused(400, await call('GET', `/projects?${wrong}`, plain.token), wrong);
    }
  });

  test('a list of any length is complete, and paged on request', async () => {
    const { call, purser, plain, admin } = await startProjectCloud(open);
    const COUNT = 1200;
    const { db } = purser.domain.storage;
    await purser.domain.storage.transaction(async (tx) => {
      for (let from = 0; from < COUNT; from += 200) {
        await tx.db
          .insertInto('projects')
          .values(Array.from({ length: 200 }, (_, index) => rowOf(from + index)))
          .execute();
      }
    });
    const { total } = await db
      .selectFrom('projects')
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .executeTakeFirstOrThrow();
    const whole = await call('GET', '/projects', admin);
    assert.equal(whole.status, 200);
    assert.match(whole.headers.get('content-type') ?? '', /^application\/json/);
    const ids = whole.json.map(({ id }: { id: string }) => id);
    assert.deepEqual([ids.length, new Set(ids).size], [Number(total), Number(total)]);
    const paged: string[] = [];
    for (let marker = ''; ; ) {
      const page = await call('GET', `/projects?limit=1000${marker && `&marker=${marker}`}`, admin);
      paged.push(...expect(200, page).map(({ id }: { id: string }) => id));
      const next = page.headers.get('x-purser-next-marker');
      assert.equal(next, page.json.length === 1000 ? paged.at(-1) : null);
      if (next === null) break;
      marker = next;
    }
    assert.deepEqual(paged, ids);
    const few = await call('GET', `/projects?limit=2&marker=${ids[5]}`, admin);
    assert.deepEqual(
      few.json.map(({ id }: { id: string }) => id),
      ids.slice(6, 8),
    );
    const last = await call('GET', `/projects?limit=1&marker=${ids.at(-2)}`, admin);
    assert.deepEqual([last.json.length, last.headers.get('x-purser-next-marker')], [1, null]);
    for (const wrong of ['limit=0', 'limit=1001', 'limit=x', 'limit=', 'marker=nosuch', 'marker=a%00b']) {
      refused(400, await call('GET', `/projects?${wrong}`, plain.token), wrong);
    }
    function rowOf(index: number) {
      return {
        uuid: `many-${index}`,
        state: 'uninitialized',
        name: `many${index}`,
        owner: null,
        homepage: '',
        description: '',
        created_at: 0,
        end_date: 1,
        join_policy: 'auto',
        leave_policy: 'auto',
        max_members: 1,
        private: 0,
        system_project: 0,
      } as const;
    }
  });

  test('an expired project keeps working until it is terminated', async () => {
    const { active, project, purser, call, plain, join } = await startProjectCloud(open);
    const id = await active({ end_date: '2026-02-01T00:00:00Z', join_policy: 'auto' });
    purser.clock.advance(20 * 86_400_000);
    assert.equal((await project(id)).state, 'active');
    expect(200, await join(id, plain.token));
    expect(200, await call('GET', '/quotas', plain.token));
  });

  test('addresses, methods and callers are checked before everything else', async () => {
    const { call, owner, service, active, admin } = await startProjectCloud(open);
    const id = await active();
    const allowed: [string, string][] = [
      ['/projects', 'GET,POST'],
      [`/projects/${id}`, 'GET,PUT,POST'],
      [`/projects/${id}/action`, 'POST'],
      ['/projects/memberships', 'GET,POST'],
      ['/projects/memberships/1', 'GET'],
      ['/projects/memberships/1/action', 'POST'],
      ['/projects/apps', 'GET'],
      ['/projects/apps/1', 'GET'],
      ['/projects/apps/1/action', 'POST'],
      ['/myaccount/default_project', 'POST'],
    ];
    for (const [path, allow] of allowed) {
      for (const url of [path, `${path}/`]) {
        const wrong = await call('DELETE', url);
        refused(405, wrong, url);
        assert.equal(wrong.headers.get('allow'), allow, url);
        assert.equal((await call('HEAD', url)).status, 405);
        for (const method of allow.split(',')) {
          refused(401, await call(method, url), url);
          refused(401, await call(method, url, 'nonsense'), url);
          refused(401, await call(method, url, service), url);
        }
      }
    }
    for (const [method, path, allow] of [
      ['PUT', '/projects', 'GET,POST'],
      ['PUT', '/projects/memberships', 'GET,POST'],
      ['PUT', '/projects/apps', 'GET'],
      ['POST', '/projects/apps', 'GET'],
    ] as const) {
      for (const url of [path, `${path}/`]) {
        const wrong = await call(method, url, admin, {});
        refused(405, wrong, `${method} ${url}`);
        assert.equal(wrong.headers.get('allow'), allow, `${method} ${url}`);
      }
    }
    for (const path of [
      '/projects//',
      '/projects//action',
      '/projects/memberships/abc',
      '/projects/apps/abc',
      '/projects/memberships/1/nonex',
      `/projects/${id}/nonex`,
      `/projects/${id}//`,
      '/myaccount',
    ]) {
      refused(400, await call('GET', path, admin), path);
    }
    for (const [method, path] of [
      ['POST', '/projects'],
      ['PUT', `/projects/${id}`],
      ['POST', `/projects/${id}`],
      ['POST', `/projects/${id}/action`],
      ['POST', '/projects/memberships'],
      ['POST', '/projects/memberships/1/action'],
      ['POST', '/projects/apps/1/action'],
      ['POST', '/myaccount/default_project'],
    ] as const) {
      const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
      const nested = `{"suspend":${deep},"leave":${deep},"join":${deep},"approve":${deep},"project_id":${deep},"resources":${deep}}`;
      for (const body of ['', '{', '[]', 'null', '7', '"text"', 'true', deep]) {
        refused(400, await call(method, path, admin, body), `${method} ${path} ${body.slice(0, 20)}`);
      }
      const odd = await call(method, path, admin, nested);
      assert.ok(odd.status >= 400 && odd.status < 500, `${method} ${path} ${odd.status}`);
      refused(400, await call(method, path, admin, Buffer.from([0x7b, 0xff, 0x7d])), path);
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', '']) {
        refused(400, await call(method, path, admin, '{}', { 'content-type': type }), path);
      }
    }
    refused(400, await call('GET', `/projects?body=${encodeURIComponent('[]')}`, owner.token));
  });
});
