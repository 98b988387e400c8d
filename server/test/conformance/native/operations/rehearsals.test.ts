import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../../src/lib/text/json.ts';
import { forEachEngine } from '../../../support/engines.ts';
import { dumpTables } from '../../../support/table-dump.ts';
import { HIDDEN, ROOMY, VISIBLE } from '../../account-v1/cloud.ts';
import { assertProblem, items } from '../asking.ts';
import { type ProjectsCloud, startProjects, succeeded } from '../projects/projects-cloud.ts';

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

const PERSON = { firstName: 'Test', lastName: 'User' };
const EMPTY_DOCUMENT = {
  service1: {
    component: 'component1',
    type: 'service1',
    endpoints: [{ versionId: 'v2.0', publicURL: 'http://one.example.org/service1/v2.0' }],
    resources: {
      r11: { name: VISIBLE, desc: 'Renamed', service_type: 'service1', service_origin: 'service1' },
      r99: { name: 'service1.r99', unit: 'bytes', service_type: 'service1', service_origin: 'service1' },
    },
  },
};

/** Every kind of change that operators want to preview. */
const CHANGES: Record<string, (cloud: ProjectsCloud) => Promise<Request> | Request> = {
  'a change of a project': async ({ active }) => ({
    method: 'PATCH',
    path: `/projects/${await active()}`,
    body: {
      name: 'renamed.example.org',
      resources: { [VISIBLE]: { project_capacity: 20, member_capacity: 4 } },
      reason: 'grown',
    },
  }),
  'the end of a project': async ({ joined }) => ({
    method: 'POST',
    path: `/projects/${(await joined()).project}/action`,
    body: { action: 'terminate', reason: 'over' },
  }),
  'a change of all system projects': () => ({
    method: 'POST',
    path: '/projects/system/limits',
    body: { resources: { [VISIBLE]: { project_capacity: 7, member_capacity: 7 } } },
  }),
  'the end of expired projects': async ({ active, purser }) => {
    await active({ end_date: '2026-01-20' });
    await active({ end_date: '2026-01-20', name: 'other.example.org' });
    purser.clock.advance(10 * 86_400_000);
    return { method: 'POST', path: '/projects/expired/termination', body: {} };
  },
  'new defaults of a resource': () => ({
    method: 'PATCH',
    path: `/resources/${ROOMY}`,
    body: { system_default: '10GiB', ui_visible: false },
  }),
  'an import of services': () => ({ method: 'POST', path: '/services/import', body: EMPTY_DOCUMENT }),
  'the removal of a component': () => ({ method: 'DELETE', path: '/components/component1' }),
  'the purge of a component': () => ({
    method: 'PATCH',
    path: '/components/component1',
    body: { purge_services: true, renew_token: true },
  }),
  'the rejection of a user': async ({ purser: { domain } }) => {
    const { uuid } = await domain.accounts.create({ email: 'new@example.org', ...PERSON });
    await domain.accounts.verify(uuid);
    return { method: 'POST', path: `/users/${uuid}/action`, body: { action: 'reject', reason: 'spam' } };
  },
  'the acceptance of a user': async ({ purser: { domain } }) => {
    const { uuid } = await domain.accounts.create({ email: 'new@example.org', ...PERSON });
    await domain.accounts.verify(uuid);
    return { method: 'POST', path: `/users/${uuid}/action`, body: { action: 'accept' } };
  },
  'the deactivation of an owner': async ({ joined, owner }) => {
    await joined();
    return {
      method: 'POST',
      path: `/users/${owner.uuid}/action`,
      body: { action: 'deactivate', reason: 'x' },
    };
  },
  'the deletion of a user': async ({ purser: { domain } }) => {
    const { uuid } = await domain.accounts.create({ email: 'new@example.org', ...PERSON });
    return { method: 'DELETE', path: `/users/${uuid}` };
  },
  'a new e-mail address': ({ stranger }) => ({
    method: 'PATCH',
    path: `/users/${stranger.uuid}`,
    body: { email: 'other@example.org' },
  }),
  'the approval of an application': async ({ apply }) => ({
    method: 'POST',
    path: `/applications/${(await apply()).id}/action`,
    body: { action: 'approve' },
  }),
  'the removal of a member': async ({ joined }) => ({
    method: 'POST',
    path: `/memberships/${(await joined()).membership}/action`,
    body: { action: 'remove', reason: 'left' },
  }),
  'a grant of a role': ({ stranger }) => ({ method: 'PUT', path: `/users/${stranger.uuid}/roles/admin` }),
};

/** The content of an audit entry without actor, time and origin. */
const told = ({ action, subject, before, after, reason }: JsonObject) => ({
  action,
  subject,
  before,
  after,
  reason,
});

/** Each new task has a different id. */
const withoutTaskIds = (changes: unknown): unknown[] =>
  (changes as { action: string; subject: string }[]).map((change) =>
    change.action === 'task.create' ? { ...change, subject: 'a task' } : change,
  );

forEachEngine((_engine, open) => {
  for (const [what, prepare] of Object.entries(CHANGES)) {
    test(`${what} supports a dry run: nothing changes, and the real change equals the preview`, async () => {
      const cloud = await startProjects(open);
      const { operator, purser, stranger } = cloud;
      const request = await prepare(cloud);
      await purser.delivered();
      const quotas = await stranger.ask('GET', '/quotas');
      const stored = await dumpTables(purser.domain);

      const preview = succeeded(await operator('POST', '/rehearsals', request));
      assert.ok((preview['changes'] as unknown[]).length > 0);
      assert.deepEqual(await dumpTables(purser.domain), stored);
      assert.deepEqual((await stranger.ask('GET', '/quotas')).body, quotas.body);
      await purser.delivered();
      const sent = purser.mails().length;

      const [last] = items(await operator('GET', '/audit?limit=1'));
      const done = await operator(request.method, request.path, request.body);
      assert.ok(done.status < 300, JSON.stringify(done.status));
      const entries = items(await operator('GET', '/audit?limit=200'));
      const made = entries.slice(0, last ? entries.findIndex(({ id }) => id === last['id']) : undefined);
      assert.deepEqual(withoutTaskIds(preview['changes']), withoutTaskIds(made.map(told).reverse()));
      await purser.delivered();
      const mails = preview['mails'] as { to: string[] }[];
      assert.equal(purser.mails().length - sent, mails.flatMap(({ to }) => to).length);
    });
  }

  test('a request that would be refused gets the status and the text of the real request', async () => {
    const { operator, stranger, active } = await startProjects(open);
    const project = await active();
    const rehearse = (request: Request, ask = operator) => ask('POST', '/rehearsals', request);
    const act = { method: 'POST', path: `/projects/${project}/action` };
    const missing = { method: 'PATCH', path: '/resources/none', body: { api_visible: true } };
    assertProblem(await rehearse({ ...act, body: { action: 'unsuspend' } }), 409, 'project_state');
    assertProblem(await rehearse(missing), 404, 'resource_not_found');
    assertProblem(await rehearse({ ...act, body: { action: 'dance' } }), 400, 'invalid_request');
    assertProblem(await rehearse({ ...act, body: { action: 'suspend' } }, stranger.ask), 403, 'forbidden');
    for (const path of [
      '/nowhere',
      '/../identity/v3/users',
      '/%2e%2e/account/v1.0/feedback',
      '/users/../..',
    ]) {
      assertProblem(await rehearse({ method: 'DELETE', path }), 404, 'path_unknown');
    }
    for (const name of ['%zz', '%ff', '%', 'a%2']) {
      const unknown = { method: 'POST', path: `/projects/${name}/action`, body: { action: 'suspend' } };
      assertProblem(await rehearse(unknown), 404, 'project_not_found');
    }
  });

  test('an operation that cannot be rolled back does not support a dry run', async () => {
    const { operator, purser } = await startProjects(open);
    const stored = await dumpTables(purser.domain);
    for (const [method, path, body] of [
      ['POST', '/commissions/1/accept', {}],
      ['POST', '/quotas/verification', { fix: true }],
      ['POST', '/terms', { text: 'Be kind.' }],
      ['POST', '/rehearsals', { method: 'DELETE', path: '/components/component1' }],
    ] as const) {
      const answer = await operator('POST', '/rehearsals', { method, path, body });
      assertProblem(answer, 409, 'not_rehearsable');
    }
    assert.deepEqual(await dumpTables(purser.domain), stored);
  });

  test('a limit of a dry run has no effect on simultaneous charges', async () => {
    const cloud = await startProjects(open);
    const { operator, issue, user } = cloud;
    assert.equal((await issue({ [HIDDEN]: 5 }, { auto_accept: true })).status, 201);
    const body = { resources: { [HIDDEN]: { project_capacity: 0, member_capacity: 0 } } };
    const rehearse = () =>
      operator('POST', '/rehearsals', { method: 'PATCH', path: `/projects/${user.uuid}`, body });
    const [preview, charged] = await Promise.all([
      rehearse(),
      issue({ [VISIBLE]: 1 }, { auto_accept: true }),
    ]);
    assert.deepEqual([preview.status, charged.status], [200, 201]);
    assert.equal((await issue({ [HIDDEN]: -1 }, { auto_accept: true })).status, 201);
    assert.equal((await issue({ [HIDDEN]: 1 }, { auto_accept: true })).status, 201);
    assert.equal((await issue({ [HIDDEN]: 1 }, { auto_accept: true })).status, 413);
  });
});
