import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { END_DATE, expect, refused, startProjectCloud } from './project-cloud.ts';

forEachEngine((_engine, open) => {
  test('a pending project is applied for again by the older form', async () => {
    const { call, apply, owner, plain, project, decide, admin } = await startProjectCloud(open);
    const first = await apply({ name: 'first.example.org', description: 'kept' });
    const form = { name: 'second.example.org', end_date: END_DATE, max_members: 5 };
    const renew = (body: object, token = owner.token) => call('POST', `/projects/${first.id}`, token, body);
    refused(409, await renew({ name: 'second.example.org' }));
    refused(409, await renew({ name: 'second.example.org', end_date: END_DATE }));
    refused(409, await call('PUT', `/projects/${first.id}`, owner.token, form));
    refused(403, await renew(form, plain.token));
    const second = expect(201, await renew(form));
    assert.equal(second.id, first.id);
    assert.ok(second.application > first.application);
    const old = expect(200, await call('GET', `/projects/apps/${first.application}`, owner.token));
    assert.equal(old.state, 'replaced');
    const waiting = await project(first.id);
    assert.deepEqual(
      [waiting.name, waiting.description, waiting.max_members, waiting.application],
      ['second.example.org', 'kept', 5, second.application],
    );
    // Denied, dismissed and cancelled projects can be applied for again in the same way.
    expect(200, await decide(first.id, 'deny', second.application));
    const third = expect(201, await renew(form)).application;
    expect(200, await decide(first.id, 'cancel', third, owner.token));
    // A caller that uses the older forms gets the older names from then on.
    assert.equal((await project(first.id)).state, 'cancelled');
    assert.equal((await project(first.id, admin)).state, 'deleted');
    const fourth = expect(201, await renew(form)).application;
    assert.equal((await project(first.id)).state, 'pending');
    expect(200, await call('POST', `/projects/apps/${fourth}/action`, admin, { approve: 'at last' }));
    assert.equal((await project(first.id)).state, 'active');
    const chain = await call('GET', `/projects/apps?project=${first.id}`, owner.token);
    assert.deepEqual(
      chain.json.map(({ state }: { state: string }) => state),
      ['replaced', 'denied', 'cancelled', 'approved'],
    );
  });

  test('an active project is modified by POST as by PUT', async () => {
    const { call, active, owner, project, decide } = await startProjectCloud(open);
    const id = await active();
    const before = await project(id);
    const changed = expect(
      201,
      await call('POST', `/projects/${id}/`, owner.token, { homepage: 'new.page' }),
    );
    assert.equal(changed.id, id);
    expect(200, await decide(id, 'approve', changed.application));
    const after = await project(id);
    assert.deepEqual([after.homepage, after.name], ['new.page', before.name]);
    const form = { name: 'renamed.example.org', end_date: END_DATE, max_members: 3 };
    expect(201, await call('POST', `/projects/${id}`, owner.token, form));
    assert.equal((await project(id)).last_application.name, 'renamed.example.org');
    refused(404, await call('POST', '/projects/nosuchproject', owner.token, form));
  });

  test('a filter in the older form gets a response with the older names', async () => {
    const cloud = await startProjectCloud(open);
    const { call, getWithBody, active, act, apply, decide, owner, plain, modify } = cloud;
    const running = await active();
    const stopped = await active();
    expect(200, await act(stopped, 'suspend'));
    const cancelled = await apply({ name: 'cancelled.example.org' });
    expect(200, await decide(cancelled.id, 'cancel', cancelled.application, owner.token));
    const denied = await apply();
    expect(200, await decide(denied.id, 'deny', denied.application));
    const pending = await apply();
    const change = await modify(running, { description: 'new' });
    type Shown = { id: string; state: string; pending_application?: number | null };
    const ask = async (body: object, token = owner.token): Promise<Shown[]> => {
      const text = JSON.stringify(body);
      const sent = expect(200, await getWithBody('/projects', token, text));
      const inQuery = expect(200, await call('GET', `/projects?body=${encodeURIComponent(text)}`, token));
      assert.deepEqual(inQuery, sent);
      return sent;
    };
    const states = async (filter: object) => (await ask({ filter })).map(({ id, state }) => [id, state]);
    assert.deepEqual(await states({ state: ['active', 'cancelled'] }), [
      [owner.uuid, 'active'],
      [running, 'active'],
      [cancelled.id, 'cancelled'],
    ]);
    assert.deepEqual(await states({ state: 'pending' }), [[pending.id, 'pending']]);
    assert.deepEqual(await states({ state: 'denied' }), [[denied.id, 'denied']]);
    assert.deepEqual(await states({ state: 'suspended', owner: [owner.uuid] }), [[stopped, 'suspended']]);
    assert.deepEqual(await states({ state: ['uninitialized', 'deleted'] }), [
      [cancelled.id, 'cancelled'],
      [denied.id, 'denied'],
      [pending.id, 'pending'],
    ]);
    assert.deepEqual(await states({ name: 'cancelled.example.org' }), [[cancelled.id, 'cancelled']]);
    assert.deepEqual(await states({ name: ['x', 'cancelled.example.org'], state: 'active' }), []);
    assert.deepEqual(await states({ state: [] }), []);
    assert.deepEqual(await states({ name: [] }), []);
    assert.deepEqual(await states({ name: ['a\0b'], owner: '\ud800' }), []);
    assert.deepEqual((await ask({})).length, 6);
    const byId = new Map((await ask({ filter: {} })).map((item) => [item.id, item]));
    assert.equal(byId.get(running)?.pending_application, change);
    assert.equal(byId.get(stopped)?.pending_application, null);
    const newer = expect(200, await call('GET', `/projects?name=cancelled.example.org`, owner.token));
    assert.equal(newer[0].state, 'deleted');

    const applied = await apply({ owner: owner.uuid }, plain.token);
    const seen = (await ask({ filter: { state: 'pending' } }, plain.token)).map(({ id }) => id);
    assert.deepEqual(seen, [applied.id], 'what one has applied for');
  });

  test('an invalid older filter is refused', async () => {
    const { call, getWithBody, owner } = await startProjectCloud(open);
    const wrong = [
      '{"filter": {"state": "nonex"}}',
      '{"filter": {"state": ["active", "nonex"]}}',
      '{"filter": {"state": null}}',
      '{"filter": {"state": 1}}',
      '{"filter": {"state": [["active"]]}}',
      '{"filter": {"state": {"a": 1}}}',
      '{"filter": {"name": 1.5}}',
      '{"filter": {"owner": true}}',
      '{"filter": {"mode": "member"}}',
      '{"filter": []}',
      '{"filter": "active"}',
      `{"filter": {"name": [${'"a",'.repeat(2000)}"a"]}}`,
      '[]',
      'null',
      '7',
      '"text"',
      '{',
      `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
    ];
    for (const text of wrong) {
      refused(400, await getWithBody('/projects', owner.token, text), text.slice(0, 60));
      if (text.length < 5000) {
        refused(400, await call('GET', `/projects?body=${encodeURIComponent(text)}`, owner.token), text);
      }
    }
    const bytes = Buffer.from([0x7b, 0xff, 0x7d]).toString('latin1');
    assert.equal((await getWithBody('/projects', owner.token, bytes)).status, 400);
    const large = await getWithBody('/projects', owner.token, `{"x": "${'x'.repeat(1024 * 1024)}"}`);
    refused(413, large);
    assert.equal(large.headers.get('connection'), 'close');
    expect(200, await call('GET', '/projects', owner.token));
  });

  test('projects are found by their numbers too, if the caller may see them', async () => {
    const { call, active, apply, owner, plain, admin, purser, decide } = await startProjectCloud(open);
    const id = await active();
    const hidden = await active({ private: true });
    const waiting = await apply();
    const numberOf = async (uuid: string) => (await purser.domain.projects.get(uuid)).id;
    const number = await numberOf(id);
    assert.equal(expect(200, await call('GET', `/projects/${number}`, plain.token)).id, id);
    for (const unseen of [
      await numberOf(hidden),
      await numberOf(waiting.id),
      0,
      999_999,
      '99999999999999999999',
    ]) {
      refused(404, await call('GET', `/projects/${unseen}`, plain.token));
      refused(404, await call('POST', '/projects/memberships', plain.token, { join: { project: unseen } }));
    }
    const { application } = expect(201, await call('PUT', `/projects/${number}`, owner.token, {}));
    expect(200, await decide(number, 'approve', application));
    expect(200, await call('POST', `/projects/${number}/action`, admin, { suspend: null }));
    expect(200, await call('POST', `/projects/${number}/action`, admin, { unsuspend: 'again' }));
    expect(200, await call('POST', '/projects/memberships', plain.token, { join: { project: number } }));
  });
});
