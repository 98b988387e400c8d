import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { HIDDEN, VISIBLE } from './cloud.ts';
import {
  END_DATE_SHOWN,
  expect,
  refused,
  resourcesOf,
  startProjectCloud,
  UNLIMITED,
} from './project-cloud.ts';

forEachEngine((_engine, open) => {
  test('users see the applications that concern them', async () => {
    const { call, apply, modify, decide, owner, plain, admin } = await startProjectCloud(open);
    const { id, application } = await apply({
      owner: plain.uuid,
      name: 'lab.example.org',
      comments: 'please',
      resources: resourcesOf(10, 2),
    });
    const show = (number: number | string, token: string) => call('GET', `/projects/apps/${number}`, token);
    const shown = expect(200, await show(application, owner.token));
    assert.deepEqual(shown, {
      id: application,
      project: id,
      state: 'pending',
      name: 'lab.example.org',
      owner: plain.uuid,
      applicant: owner.uuid,
      homepage: '',
      description: '',
      start_date: null,
      end_date: END_DATE_SHOWN,
      comments: 'please',
      join_policy: 'moderated',
      leave_policy: 'auto',
      max_members: UNLIMITED,
      private: false,
      resources: { [VISIBLE]: { member_capacity: 2, project_capacity: 10 } },
      response: null,
    });
    assert.deepEqual(expect(200, await show(`${application}/`, plain.token)), shown);
    assert.deepEqual(expect(200, await show(application, admin)), shown);
    expect(200, await decide(id, 'approve', application));
    const change = await modify(id, { max_members: 7 }, plain.token);
    const changed = expect(200, await show(change, plain.token));
    assert.deepEqual(
      [changed.owner, changed.max_members, changed.name, changed.comments, changed.resources],
      [plain.uuid, 7, null, null, {}],
    );
    for (const missing of ['0', '999999', '99999999999999999999']) refused(404, await show(missing, admin));
  });

  test('strangers see no applications', async () => {
    const { call, apply, owner, plain, admin } = await startProjectCloud(open);
    const mine = await apply();
    const theirs = await apply({}, admin);
    refused(403, await call('GET', `/projects/apps/${mine.application}`, plain.token));
    refused(403, await call('GET', `/projects/apps/${theirs.application}`, owner.token));
    assert.deepEqual(expect(200, await call('GET', '/projects/apps', plain.token)), []);
  });

  test('applications are decided on, with a text as the reason', async () => {
    const { call, apply, owner, plain, admin, project, modify } = await startProjectCloud(open);
    const decide = (application: number | string, body: unknown, token = admin) =>
      call('POST', `/projects/apps/${application}/action`, token, body);
    const first = await apply();
    refused(403, await decide(first.application, { approve: '' }, owner.token));
    refused(403, await decide(first.application, { cancel: '' }, plain.token));
    refused(409, await decide(first.application, { dismiss: '' }, owner.token));
    const denied = await decide(first.application, { deny: 'too large' });
    assert.deepEqual([denied.status, denied.text], [200, '']);
    const shown = expect(200, await call('GET', `/projects/apps/${first.application}`, owner.token));
    assert.deepEqual([shown.state, shown.response], ['denied', 'too large']);
    refused(409, await decide(first.application, { deny: '' }));
    expect(200, await decide(first.application, { dismiss: null }, owner.token));
    const second = await apply();
    expect(200, await decide(second.application, { approve: { reason: 'fine' } }));
    assert.equal((await project(second.id)).state, 'active');
    const older = await modify(second.id, { description: 'older' });
    const newer = await modify(second.id, { description: 'newer' });
    refused(409, await decide(older, { approve: '' }));
    expect(200, await decide(newer, { cancel: '' }, owner.token));
    const wrong: unknown[] = [
      {},
      { nonex: '' },
      { suspend: '' },
      { approve: '', deny: '' },
      [],
      null,
      '"approve"',
      { approve: 7 },
      { approve: false },
      { approve: [] },
      { approve: { reason: 7 } },
      { approve: 'a\0b' },
      { deny: 'x'.repeat(5000) },
    ];
    for (const body of wrong) refused(400, await decide(newer, body), JSON.stringify(body));
    for (const missing of ['0', '999999', '99999999999999999999']) {
      refused(404, await decide(missing, { approve: '' }));
    }
  });

  test('the applications of one project are listed, on request in pages', async () => {
    const { call, active, apply, modify, getWithBody, owner, admin, purser } = await startProjectCloud(open);
    const id = await active();
    const other = await apply();
    const [one, two] = [await modify(id, {}), await modify(id, {})];
    const ids = async (query: string, token = owner.token) =>
      expect(200, await call('GET', `/projects/apps${query}`, token)).map((item: { id: number }) => item.id);
    const all = await ids('');
    assert.equal(all.length, 4);
    assert.deepEqual(
      all,
      [...all].sort((a, b) => a - b),
    );
    assert.deepEqual(await ids(`?project=${id}`), [all[0], one, two]);
    assert.deepEqual(await ids(`?project=${other.id}`, admin), [other.application]);
    const number = (await purser.domain.projects.get(id)).id;
    for (const body of [{ project: id }, { project: number }, { project: String(number), other: 1 }]) {
      const text = JSON.stringify(body);
      assert.deepEqual(await ids(`/?body=${encodeURIComponent(text)}`), [all[0], one, two], text);
      const answer = expect(200, await getWithBody('/projects/apps', owner.token, text));
      assert.equal(answer.length, 3, text);
    }
    assert.deepEqual(await ids('?project=nosuch'), []);
    assert.deepEqual(await ids('?project=a%00b'), []);
    assert.deepEqual(await ids('?body={}'), all);
    for (const wrong of ['{"project": null}', '{"project": []}', '{"project": 1.5}', '[]', '"x"', '{']) {
      refused(400, await call('GET', `/projects/apps?body=${encodeURIComponent(wrong)}`, owner.token), wrong);
      refused(400, await getWithBody('/projects/apps', owner.token, wrong), wrong);
    }
    const page = await call('GET', '/projects/apps?limit=3', owner.token);
    assert.deepEqual([page.json.length, page.headers.get('x-purser-next-marker')], [3, String(all[2])]);
    assert.deepEqual(await ids(`?limit=3&marker=${all[2]}`), [all[3]]);
    for (const wrong of ['limit=0', 'limit=1e3', 'marker=x', 'marker=']) {
      refused(400, await call('GET', `/projects/apps?${wrong}`, owner.token), wrong);
    }
  });

  test('resources hidden since then are not shown, and cannot be applied for', async () => {
    const { call, apply, owner, purser } = await startProjectCloud(open);
    const { application } = await apply({ resources: resourcesOf(10, 2) });
    const shown = async () => expect(200, await call('GET', `/projects/apps/${application}`, owner.token));
    assert.deepEqual(Object.keys((await shown()).resources), [VISIBLE]);
    await purser.domain.resources.modify(VISIBLE, { apiVisible: false });
    assert.deepEqual((await shown()).resources, {});
    for (const resource of [VISIBLE, HIDDEN]) {
      const body = {
        name: 'a.example.org',
        end_date: END_DATE_SHOWN,
        resources: { [resource]: { project_capacity: 1, member_capacity: 1 } },
      };
      refused(400, await call('POST', '/projects', owner.token, body));
    }
  });
});
