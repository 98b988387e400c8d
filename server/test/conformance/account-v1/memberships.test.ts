import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { expect, refused, startProjectCloud } from './project-cloud.ts';

const ALL = ['leave', 'cancel', 'accept', 'reject', 'remove', 'deny_leave', 'cancel_leave'] as const;

forEachEngine((_engine, open) => {
  test('a membership is requested, accepted, left; each state has its date', async () => {
    const cloud = await startProjectCloud(open);
    const { active, join, membership, actOnMembership, call, owner, plain, admin, purser } = cloud;
    const id = await active();
    const joined = expect(200, await join(id, plain.token));
    assert.deepEqual(Object.keys(joined), ['id']);
    const asked = await membership(joined.id, plain.token);
    assert.deepEqual(asked, {
      id: joined.id,
      user: plain.uuid,
      project: id,
      state: 'requested',
      requested: '2026-01-15T12:00:00+00:00',
      allowed_actions: ['cancel'],
    });
    assert.deepEqual((await membership(joined.id, owner.token)).allowed_actions.sort(), ['accept', 'reject']);
    const theirs = (await membership(joined.id, admin)).allowed_actions.sort();
    assert.deepEqual(theirs, ['accept', 'cancel', 'reject']);
    purser.clock.advance(60_000);
    const accepted = await actOnMembership(joined.id, 'accept', owner.token);
    assert.deepEqual([accepted.status, accepted.text], [200, '']);
    assert.deepEqual(await membership(joined.id, plain.token), {
      ...asked,
      state: 'accepted',
      accepted: '2026-01-15T12:01:00+00:00',
      allowed_actions: ['leave'],
    });
    assert.deepEqual((await membership(joined.id, owner.token)).allowed_actions, ['remove']);
    expect(200, await actOnMembership(joined.id, 'leave', plain.token));
    purser.clock.advance(60_000);
    assert.equal(expect(200, await join(id, plain.token)).id, joined.id, 'one membership for ever');
    const again = await membership(joined.id, plain.token);
    assert.equal(again.state, 'requested');
    assert.deepEqual(
      [again.requested, again.accepted, again.removed],
      ['2026-01-15T12:02:00+00:00', '2026-01-15T12:01:00+00:00', '2026-01-15T12:01:00+00:00'],
    );
    expect(200, await actOnMembership(joined.id, 'accept', owner.token));
    assert.equal((await membership(joined.id)).accepted, '2026-01-15T12:02:00+00:00');
    refused(401, await call('GET', `/projects/memberships/${joined.id}`));
  });

  test('strangers see no membership and act on none', async () => {
    const { active, join, call, actOnMembership, owner, plain, addUser, admin } =
      await startProjectCloud(open);
    const id = await active();
    const own = expect(200, await join(id, owner.token)).id;
    const seen = expect(200, await call('GET', `/projects/memberships/${own}`, admin));
    assert.deepEqual(
      [seen.state, seen.allowed_actions.sort()],
      ['requested', ['accept', 'cancel', 'reject']],
    );
    const mine = expect(200, await call('GET', `/projects/memberships/${own}/`, owner.token));
    assert.deepEqual(mine.allowed_actions.sort(), ['accept', 'cancel', 'reject']);
    refused(403, await call('GET', `/projects/memberships/${own}`, plain.token));
    for (const action of ['accept', 'reject', 'cancel']) {
      refused(403, await actOnMembership(own, action, plain.token));
    }
    const other = await addUser('other@example.org');
    const theirs = expect(200, await join(id, other.token)).id;
    refused(403, await actOnMembership(theirs, 'accept', other.token));
    refused(403, await actOnMembership(theirs, 'cancel', owner.token));
    expect(200, await actOnMembership(theirs, 'reject', owner.token, 'no room'));
    assert.equal((await call('GET', `/projects/memberships/${theirs}`, other.token)).json.state, 'rejected');
    for (const missing of ['0', '999999', '99999999999999999999']) {
      refused(404, await call('GET', `/projects/memberships/${missing}`, admin));
      refused(404, await call('POST', `/projects/memberships/${missing}/action`, admin, { accept: '' }));
    }
  });

  test('an action is refused in a state that does not allow it, also to operators', async () => {
    const { active, join, actOnMembership, call, owner, plain, admin } = await startProjectCloud(open);
    const own = expect(200, await call('GET', `/projects/memberships?project=${owner.uuid}`, admin));
    refused(409, await actOnMembership(own[0].id, 'accept', admin));
    const id = expect(200, await join(await active(), plain.token)).id;
    for (const action of ['leave', 'remove', 'deny_leave', 'cancel_leave']) {
      refused(409, await actOnMembership(id, action, admin), action);
      refused(409, await actOnMembership(id, action, plain.token), action);
    }
    expect(200, await actOnMembership(id, 'cancel', plain.token));
    for (const action of ALL) refused(409, await actOnMembership(id, action, admin), action);
  });

  test('a leave that needs consent waits, and can be accepted, denied and withdrawn', async () => {
    const cloud = await startProjectCloud(open);
    const { active, member, membership, actOnMembership, owner, plain } = cloud;
    const id = await member(await active({ leave_policy: 'moderated' }), plain);
    const leave = async () => expect(200, await actOnMembership(id, 'leave', plain.token));
    const state = async () => (await membership(id)).state;
    await leave();
    assert.equal(await state(), 'leave_requested');
    assert.deepEqual(
      (await membership(id, plain.token)).allowed_actions,
      ['leave'],
      'only what clients know',
    );
    assert.deepEqual((await membership(id, owner.token)).allowed_actions, ['remove']);
    refused(403, await actOnMembership(id, 'cancel_leave', owner.token));
    expect(200, await actOnMembership(id, 'cancel_leave', plain.token));
    assert.equal(await state(), 'accepted');
    await leave();
    refused(403, await actOnMembership(id, 'deny_leave', plain.token));
    expect(200, await actOnMembership(id, 'deny_leave', owner.token, 'stay'));
    assert.equal(await state(), 'accepted');
    await leave();
    expect(200, await actOnMembership(id, 'remove', owner.token));
    assert.equal(await state(), 'removed');
  });

  test('users are enrolled by their address, and errors are reported as conflicts', async () => {
    const cloud = await startProjectCloud(open);
    const { active, enroll, join, membership, actOnMembership, owner, plain, purser, addUser } = cloud;
    const id = await active();
    const email = 'plain@example.org';
    refused(403, await enroll(id, email, plain.token));
    const enrolled = expect(200, await enroll(id, email));
    const { state, requested, accepted } = await membership(enrolled.id);
    assert.deepEqual([state, requested, typeof accepted], ['accepted', undefined, 'string']);
    refused(409, await enroll(id, email));
    refused(409, await join(id, plain.token));
    expect(200, await actOnMembership(enrolled.id, 'remove', owner.token));
    assert.equal(expect(200, await enroll(id, email)).id, enrolled.id);
    expect(200, await actOnMembership(enrolled.id, 'leave', plain.token));
    expect(200, await join(id, plain.token));
    assert.equal(expect(200, await enroll(id, email)).id, enrolled.id);
    assert.equal((await membership(enrolled.id)).state, 'accepted');

    const inactive = await addUser('inactive@example.org');
    await purser.domain.accounts.deactivate(inactive.uuid, 'gone');
    refused(409, await enroll(id, 'inactive@example.org'));
    refused(409, await enroll(id, 'unknown@example.org'));
    refused(409, await enroll(id, 'a\0b'));
    refused(409, await enroll(-1, email));
    refused(409, await enroll(10n ** 30n, email));
    refused(409, await enroll('nosuchproject', email));
    refused(409, await enroll('a\0b', email));
  });

  test('policies and states decide who can join and leave', async () => {
    const cloud = await startProjectCloud(open);
    const { active, apply, join, enroll, member, membership, act, actOnMembership } = cloud;
    const { owner, plain, admin, modify, decide, call } = cloud;
    const closed = await active({ join_policy: 'closed' });
    refused(409, await join(closed, plain.token));
    refused(409, await enroll(closed, 'plain@example.org'));
    refused(409, await join((await apply()).id, plain.token));
    refused(409, await join(owner.uuid, owner.token));
    refused(404, await join('nosuchproject', plain.token));
    refused(404, await join('a\0b', plain.token));
    const moderated = await active();
    const waiting = expect(200, await join(moderated, plain.token)).id;
    refused(409, await join(moderated, plain.token));
    expect(200, await decide(moderated, 'approve', await modify(moderated, { join_policy: 'closed' })));
    refused(409, await actOnMembership(waiting, 'accept', admin));
    assert.deepEqual((await membership(waiting, owner.token)).allowed_actions, ['reject']);

    const auto = await active({ join_policy: 'auto', leave_policy: 'closed' });
    const id = expect(200, await join(auto, plain.token)).id;
    assert.equal((await membership(id)).state, 'accepted');
    for (const [action, token] of [
      ['leave', plain.token],
      ['remove', owner.token],
      ['remove', admin],
    ] as const) {
      refused(409, await actOnMembership(id, action, token));
      assert.deepEqual((await membership(id, token)).allowed_actions, []);
    }

    const ended = await active();
    const left = await member(ended, plain);
    expect(200, await act(ended, 'suspend'));
    assert.deepEqual((await membership(left, plain.token)).allowed_actions, ['leave']);
    expect(200, await act(ended, 'terminate'));
    for (const action of ALL) refused(409, await actOnMembership(left, action, admin), action);
    assert.deepEqual((await membership(left)).allowed_actions, []);
    const listed = expect(200, await call('GET', `/projects/memberships?project=${ended}`, plain.token));
    assert.equal(listed[0].id, left);
    refused(409, await join(ended, owner.token));
  });

  test('a project accepts members up to its maximum', async () => {
    const cloud = await startProjectCloud(open);
    const { active, join, enroll, member, membership, actOnMembership, owner, plain, admin, addUser } = cloud;
    const full = await active({ max_members: 1, leave_policy: 'moderated' });
    const first = await member(full, plain);
    const other = await addUser('other@example.org');
    const waiting = expect(200, await join(full, other.token)).id;
    const refusedAll = async () => {
      refused(409, await actOnMembership(waiting, 'accept', owner.token));
      refused(409, await enroll(full, 'other@example.org', admin));
      assert.deepEqual((await membership(waiting, owner.token)).allowed_actions, ['reject']);
    };
    await refusedAll();
    expect(200, await actOnMembership(first, 'leave', plain.token));
    await refusedAll();
    await cloud.purser.domain.accounts.deactivate(plain.uuid, 'away');
    assert.equal((await membership(first)).state, 'suspended');
    await refusedAll();
    expect(200, await actOnMembership(first, 'remove', owner.token));
    expect(200, await actOnMembership(waiting, 'accept', owner.token));
    const none = await active({ max_members: 0, join_policy: 'auto' });
    const asked = expect(200, await join(none, other.token)).id;
    assert.equal((await membership(asked)).state, 'requested');
  });

  test('a request to join can be rejected but not accepted while its account is inactive', async () => {
    const cloud = await startProjectCloud(open);
    const { active, join, membership, actOnMembership, owner, plain, admin, purser } = cloud;
    const { id } = expect(200, await join(await active(), plain.token));
    await purser.domain.accounts.deactivate(plain.uuid, 'away');
    assert.deepEqual((await membership(id, owner.token)).allowed_actions, ['reject']);
    refused(409, await actOnMembership(id, 'accept', owner.token));
    refused(409, await actOnMembership(id, 'accept', admin));
    await purser.domain.accounts.activate(plain.uuid);
    expect(200, await actOnMembership(id, 'accept', owner.token));
  });

  test('a suspended member leaves at once, also where leaving needs consent', async () => {
    const cloud = await startProjectCloud(open);
    const { active, member, membership, actOnMembership, plain, admin, purser } = cloud;
    const id = await member(await active({ leave_policy: 'moderated' }), plain);
    await purser.domain.accounts.deactivate(plain.uuid, 'away');
    assert.equal((await membership(id)).state, 'suspended');
    expect(200, await actOnMembership(id, 'leave', admin));
    assert.equal((await membership(id)).state, 'removed');
  });

  test('a private project cannot be joined; its owner enrolls members', async () => {
    const { active, join, enroll, plain, purser } = await startProjectCloud(open);
    const id = await active({ private: true, join_policy: 'auto' });
    refused(403, await join(id, plain.token));
    const number = (await purser.domain.projects.get(id)).id;
    const byNumber = await join(String(number), plain.token);
    refused(404, byNumber);
    expect(200, await enroll(id, 'plain@example.org'));
  });

  test('users list the memberships that concern them, with filters and pages', async () => {
    const cloud = await startProjectCloud(open);
    const { active, member, join, call, getWithBody, owner, plain, admin, addUser, purser } = cloud;
    const other = await addUser('other@example.org');
    const [one, two] = [await active(), await active()];
    const [plainOne, otherOne] = [await member(one, plain), await member(one, other)];
    const plainTwo = expect(200, await join(two, plain.token)).id;
    const ids = async (query: string, token: string) =>
      expect(200, await call('GET', `/projects/memberships${query}`, token)).map(
        ({ id }: { id: number }) => id,
      );
    const own = async (token: string, uuid: string) => (await ids(`?project=${uuid}`, token))[0];
    assert.deepEqual(await ids('', plain.token), [await own(plain.token, plain.uuid), plainOne, plainTwo]);
    assert.deepEqual(await ids('', owner.token), [
      await own(owner.token, owner.uuid),
      plainOne,
      otherOne,
      plainTwo,
    ]);
    assert.deepEqual(await ids(`?project=${one}`, owner.token), [plainOne, otherOne]);
    assert.deepEqual(await ids(`?project=${one}`, plain.token), [plainOne]);
    const number = (await purser.domain.projects.get(one)).id;
    assert.deepEqual(await ids(`?project=${number}`, owner.token), [plainOne, otherOne]);
    const inBody = async (body: object, token = owner.token) =>
      expect(200, await getWithBody('/projects/memberships', token, JSON.stringify(body))).map(
        ({ id }: { id: number }) => id,
      );
    assert.deepEqual(await inBody({ project: one }), [plainOne, otherOne]);
    assert.deepEqual(await inBody({ project: number }), [plainOne, otherOne]);
    const older = `?body=${encodeURIComponent(JSON.stringify({ project: number }))}`;
    assert.deepEqual(await ids(older, plain.token), [plainOne]);
    for (const nothing of [
      'project=nosuch',
      'project=',
      'project=999999',
      'project=a%00b',
      'user=unknown',
      'user=a%00b',
    ]) {
      assert.deepEqual(await ids(`?${nothing}`, admin), [], nothing);
    }
    assert.deepEqual(await ids(`?user=${plain.uuid}&state=accepted&project=${one}`, admin), [plainOne]);
    assert.deepEqual(await ids('?state=requested', owner.token), [plainTwo]);
    assert.deepEqual(await ids(`?state=requested,accepted&user=${plain.uuid}`, owner.token), [
      plainOne,
      plainTwo,
    ]);
    assert.deepEqual(await ids(`?user=${owner.uuid}`, plain.token), []);
    const page = await call('GET', '/projects/memberships?limit=1', plain.token);
    const marker = page.headers.get('x-purser-next-marker');
    assert.equal(marker, String(page.json[0].id));
    assert.deepEqual(await ids(`?limit=5&marker=${marker}`, plain.token), [plainOne, plainTwo]);
    for (const wrong of [
      'state=nonex',
      'state=',
      'limit=0',
      'marker=x',
      'marker=-1',
      'body=[]',
      'body={',
      'body=7',
    ]) {
      refused(400, await call('GET', `/projects/memberships?${wrong}`, plain.token), wrong);
    }
    for (const wrong of [
      '[]',
      '{',
      'null',
      '{"project": null}',
      '{"project": true}',
      '{"project": [1]}',
      '{"project": 1.0}',
    ]) {
      refused(400, await getWithBody('/projects/memberships', plain.token, wrong), wrong);
    }
  });

  test('the owner of very many projects sees the members and applications of all of them, and of no others', async () => {
    const { call, owner, plain, admin, purser, active, member, apply } = await startProjectCloud(open);
    const MANY = 130;
    await purser.domain.storage.transaction(async (tx) => {
      for (const [who, uuid] of [
        ['owner', owner.uuid],
        ['unknown', null],
      ] as const) {
        const rows = Array.from({ length: MANY }, (_, index) => ({
          uuid: `${who}-${index}`,
          state: 'active',
          name: `${who}${index}`,
          owner: uuid,
          homepage: '',
          description: '',
          created_at: 0,
          end_date: 1,
          join_policy: 'auto',
          leave_policy: 'auto',
          max_members: 1,
          private: 0,
          system_project: 0,
        }));
        const made = await tx.db
          .insertInto('projects')
          .values(rows as never)
          .returning('id')
          .execute();
        const { id } = await tx.db
          .selectFrom('accounts')
          .select('id')
          .where('uuid', '=', plain.uuid)
          .executeTakeFirstOrThrow();
        await tx.db
          .insertInto('memberships')
          .values(made.map((project) => ({ project_id: project.id, account_id: id, state: 'accepted' })))
          .execute();
      }
    });
    const last = await active();
    const [newest, asked] = [await member(last, plain), await apply()];
    type Shown = { id: number; project: string };
    const projectsOf = async (path: string, token: string) =>
      expect(200, await call('GET', path, token)).map(({ project }: Shown) => project);
    const seen = await projectsOf('/projects/memberships', owner.token);
    assert.equal(seen.length, MANY + 2);
    assert.deepEqual([seen[0], seen.at(-1)], [owner.uuid, last]);
    assert.ok(!seen.some((project: string) => project.startsWith('unknown-')));
    assert.equal((await projectsOf('/projects/memberships', plain.token)).length, 2 * MANY + 2);
    assert.deepEqual(await projectsOf(`/projects/memberships?project=${last}`, owner.token), [last]);
    assert.deepEqual(await projectsOf('/projects/memberships?project=unknown-1', owner.token), []);
    const page = await call('GET', `/projects/memberships?limit=2&marker=${newest - 2}`, owner.token);
    assert.equal(page.json.at(-1).id, newest);
    assert.deepEqual(await projectsOf('/projects/apps', owner.token), [last, asked.id]);
    assert.deepEqual(await projectsOf('/projects/apps', admin), [last, asked.id]);
    assert.deepEqual(await projectsOf('/projects/apps', plain.token), []);
  });

  test('a request for memberships must have one known action with a valid value', async () => {
    const { active, join, call, owner, plain, admin, membership } = await startProjectCloud(open);
    const project = await active();
    const email = 'plain@example.org';
    const wrong: unknown[] = [
      {},
      [],
      null,
      '"text"',
      { nonex: { project } },
      { join: { project }, enroll: { project, user: email } },
      { join: null },
      { join: project },
      { join: [project] },
      { join: 7 },
      { join: {} },
      { join: { project: null } },
      { join: { project: true } },
      { join: { project: [project] } },
      { join: { project: {} } },
      '{"join": {"project": 1.5}}',
      { enroll: { project } },
      { enroll: { user: email } },
      { enroll: { project, user: null } },
      { enroll: { project, user: 7 } },
      { enroll: { project, user: [email] } },
    ];
    for (const body of wrong) {
      refused(400, await call('POST', '/projects/memberships', owner.token, body), JSON.stringify(body));
    }
    const id = expect(200, await join(project, plain.token)).id;
    const path = `/projects/memberships/${id}/action`;
    for (const body of [
      {},
      { nonex: '' },
      { accept: '', reject: '' },
      [],
      null,
      '"accept"',
      { Accept: '' },
    ]) {
      refused(400, await call('POST', path, admin, body), JSON.stringify(body));
      refused(400, await call('POST', '/projects/memberships/999999/action', admin, body));
    }
    refused(400, await call('POST', path, admin, { accept: 'x'.repeat(5000) }));
    refused(400, await call('POST', path, admin, { accept: 'a\0b' }));
    refused(400, await call('POST', path, admin, '{"accept": "\\ud800"}'));
    const states = [];
    for (const value of [{ reason: 'why' }, 7, true, [], {}, null, '']) {
      expect(200, await call('POST', path, admin, { accept: value, whatever: 1 }));
      states.push((await membership(id)).state);
      expect(200, await call('POST', path, admin, { remove: value }));
      expect(200, await join(project, plain.token));
    }
    assert.deepEqual(new Set(states), new Set(['accepted']));
  });
});
