import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import { forEachEngine } from '../../../support/engines.ts';
import { type Office, openOffice, PASSWORD, UNKNOWN } from '../../workflow-v1/office.ts';
import { TroubleMaker } from '../../workflow-v1/trouble-maker.ts';
import { type Ask, asker, assertProblem, fieldsOf, items } from '../asking.ts';

const MINUTE_MS = 60_000;

forEachEngine((_engine, open) => {
  let office: Office;
  let trouble: TroubleMaker;
  let operator: Ask;
  let owner: Ask;
  let anonymous: Ask;

  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      trouble = new TroubleMaker();
      office = await openOffice(open, { featureSets: [trouble.features] });
      operator = asker(office);
      owner = asker(office, office.owner.token);
      anonymous = asker(office, null);
      await body();
    });

  /** A task that waits for an approval; returns its id. */
  const signedUp = async (project: string): Promise<string> => {
    assert.equal((await office.signUp(project, `${project}@example.org`)).status, 202);
    return (await office.newestTask()).uuid;
  };
  const wanted = async (size: string): Promise<string> => {
    const body = { project_id: office.project, size };
    const answer = await office.told(office.owner, 'POST', '/v1/openstack/quotas', body);
    return answer.task;
  };
  const ids = async (query: string, ask = operator) => {
    const answer = await ask('GET', `/tasks${query}`);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return items(answer).map(({ id }) => id);
  };

  check('tasks are listed newest first, page by page, with every filter', async () => {
    const first = await signedUp('one');
    office.clock.advance(MINUTE_MS);
    const second = await signedUp('two');
    const third = await signedUp('three');
    await operator('POST', `/tasks/${second}/action`, { action: 'cancel' });
    await operator('POST', `/tasks/${third}/action`, { action: 'approve' });
    assert.deepEqual(await ids(''), [third, second, first]);
    const page = await operator('GET', '/tasks?limit=2');
    assert.deepEqual(
      items(page).map(({ id }) => id),
      [third, second],
    );
    assert.deepEqual(await ids(`?limit=2&after=${page.body['next']}`), [first]);
    assert.deepEqual(await ids('?state=awaiting'), [first]);
    assert.deepEqual(await ids('?state=cancelled,approved'), [third, second]);
    assert.deepEqual(await ids('?type=signup'), [third, second, first]);
    assert.deepEqual(await ids('?type=update_quota'), []);
    assert.deepEqual(await ids('?since=2026-01-15T12:01:00Z'), [third, second]);
    assert.deepEqual(await ids('?until=2026-01-15T12:01Z'), [first]);
    const invalid = await signedUp('lab');
    assert.deepEqual(await ids('?valid=false'), [invalid]);
    assert.deepEqual(await ids('?valid=true&state=awaiting'), [first]);
    assertProblem(await operator('GET', '/tasks?state=odd'), 400, 'invalid_field');
    assertProblem(await operator('GET', '/tasks?after=odd'), 400, 'invalid_field');
  });

  check('a task is shown with actions, notes, requester, reasons of invalidity and effects', async () => {
    const shown = (await operator('GET', `/tasks/${await wanted('large')}`)).body;
    assert.equal(shown['asked_by'], office.owner.uuid);
    assert.equal(shown['asked_by_name'], 'boss@example.org');
    assert.deepEqual([shown['state'], shown['valid'], shown['running']], ['awaiting', true, null]);
    assert.equal(shown['created_at'], '2026-01-15T12:00:00.000Z');
    const [action] = shown['actions'] as Record<string, unknown>[];
    assert.equal(action?.['name'], 'UpdateProjectQuotasAction');
    assert.equal((action?.['data'] as { size: string } | undefined)?.size, 'large');
    const { limits } = shown['outlook'] as { limits: Record<string, unknown>[] };
    const vm = limits.find(({ resource }) => resource === 'cyclades.vm');
    assert.deepEqual(vm?.['after'], { project_capacity: 100, member_capacity: 100 });
    assert.equal(limits.filter(({ resource }) => resource === 'cyclades.vm').length, 1);
    const invalid = (await operator('GET', `/tasks/${await signedUp('lab')}`)).body;
    assert.deepEqual([invalid['valid'], invalid['asked_by'], invalid['asked_by_name']], [false, null, null]);
    assert.deepEqual(invalid['reasons'], ["Existing project with name 'lab'."]);
    const { projects, users } = invalid['outlook'] as { projects: string[]; users: object[] };
    assert.deepEqual(projects, ['lab']);
    assert.deepEqual(users, [{ name: 'lab@example.org', gains: [], loses: [] }]);
    assertProblem(await operator('GET', `/tasks/${UNKNOWN}`), 404, 'task_not_found');
    assertProblem(await operator('GET', '/tasks/odd'), 400, 'invalid_request');
  });

  check('managers of a project see only its tasks, and neither approve nor change them', async () => {
    const own = await wanted('large');
    const foreign = await signedUp('one');
    assert.deepEqual(await ids('', owner), [own]);
    assert.deepEqual(await ids('', asker(office, office.moderator.token)), [own]);
    assert.deepEqual(await ids('', asker(office, office.stranger.token)), []);
    assertProblem(await asker(office, office.member.token)('GET', '/tasks'), 403, 'forbidden');
    assertProblem(await anonymous('GET', '/tasks'), 401, 'token_missing');
    assertProblem(await owner('GET', `/tasks/${foreign}`), 404, 'task_not_found');
    for (const task of [own, foreign]) {
      assertProblem(await owner('PATCH', `/tasks/${task}`, { email: 'x' }), 403, 'forbidden');
    }
    const approval = await owner('POST', `/tasks/${own}/action`, { action: 'approve' });
    assertProblem(approval, 403, 'forbidden');
    const cancelled = await owner('POST', `/tasks/${own}/action`, { action: 'cancel', reason: 'Too much' });
    assert.equal(cancelled.body['state'], 'cancelled');
    assert.match(String((cancelled.body['notes'] as string[]).at(-1)), /^Cancelled: Too much - \(/);
  });

  check('a task can be changed until it is approved; errors name the field', async () => {
    const task = await signedUp('lab');
    const wrong = await operator('PATCH', `/tasks/${task}`, { project_name: 'plan', email: 'odd' });
    assertProblem(wrong, 400, 'task_input');
    assert.deepEqual(fieldsOf(wrong), ['email']);
    const changed = await operator('PATCH', `/tasks/${task}`, {
      project_name: 'plan',
      email: 'new@example.org',
    });
    assert.deepEqual([changed.status, changed.body['valid']], [200, true]);
    const approved = await operator('POST', `/tasks/${task}/action`, { action: 'approve', reason: 'Fine' });
    assert.equal(approved.body['state'], 'approved');
    assert.equal(approved.body['approved_by_name'], 'admin@example.org');
    assert.ok((approved.body['notes'] as string[]).some((note) => note.startsWith('Approved: Fine - (')));
    const late = await operator('PATCH', `/tasks/${task}`, { project_name: 'a', email: 'b@example.org' });
    assertProblem(late, 409, 'task_state');
  });

  check('tokens are listed without their secrets, described, submitted, reissued and deleted', async () => {
    const task = await signedUp('plan');
    const early = await operator('POST', `/tasks/${task}/action`, { action: 'reissue_token' });
    assertProblem(early, 409, 'task_state');
    await operator('POST', `/tasks/${task}/action`, { action: 'approve' });
    const old = await office.tokenOf('plan@example.org');
    await operator('POST', `/tasks/${task}/action`, { action: 'reissue_token' });
    const secret = await office.tokenOf('plan@example.org');
    assert.notEqual(secret, old);
    assertProblem(await anonymous('GET', `/task-tokens/${old}`), 404, 'workflow_token_not_found');
    const [listed] = items(await operator('GET', '/task-tokens'));
    assert.equal(listed?.['task'], task);
    assertProblem(await anonymous('GET', `/task-tokens/${listed?.['id']}`), 404, 'workflow_token_not_found');
    const described = await anonymous('GET', `/task-tokens/${secret}`);
    assert.deepEqual(described.body, {
      task_type: 'create_project_and_user',
      actions: ['NewProjectWithUserAction'],
      required_fields: ['password'],
      requires_authentication: false,
    });
    const empty = await anonymous('POST', `/task-tokens/${secret}`, {});
    assertProblem(empty, 400, 'workflow_token_fields');
    assert.deepEqual(fieldsOf(empty), ['password']);
    const bad = await asker(office, 'nonsense')('POST', `/task-tokens/${secret}`, PASSWORD);
    assertProblem(bad, 401, 'token_unknown');
    const submitted = await anonymous('POST', `/task-tokens/${secret}`, PASSWORD);
    assert.deepEqual(submitted.body, { task, state: 'completed', running: false });
    assert.deepEqual(items(await operator('GET', '/task-tokens')), []);
    await office.resetPassword('plan@example.org');
    office.clock.advance(2 * 86_400_000);
    assert.equal(items(await operator('GET', '/task-tokens?expired=true')).length, 1);
    assertProblem(await operator('DELETE', '/task-tokens'), 400, 'invalid_request');
    assert.deepEqual((await operator('DELETE', '/task-tokens?expired=true')).body, { deleted: 1 });
    assertProblem(await owner('GET', '/task-tokens'), 403, 'forbidden');
  });

  test('the secret of a token is never logged', async () => {
    const lines: string[] = [];
    const logger = pino({ level: 'debug' }, { write: (line: string) => lines.push(line) });
    const { fetch } = await openOffice(open, { logger });
    for (const method of ['GET', 'POST']) {
      const answer = await fetch(`/api/task-tokens/${UNKNOWN}`, { method });
      await answer.arrayBuffer();
    }
    const logged = lines.join('');
    assert.match(logged, /"route":"\/api\/task-tokens\/:secret"/);
    assert.doesNotMatch(logged, new RegExp(UNKNOWN));
  });

  check('notifications are listed, filtered and acknowledged, one by one and all', async () => {
    const task = await signedUp('one');
    await signedUp('two');
    trouble.failIn('prepare', 'no luck');
    await office.ask(null, 'POST', '/v1/trouble', { text: 'x' });
    const all = items(await operator('GET', '/notifications'));
    assert.equal(all.length, 3);
    const [error] = items(await operator('GET', '/notifications?error=true'));
    assert.match(JSON.stringify(error?.['notes']), /KeyError\('no luck'\)/);
    const [about] = items(await operator('GET', `/notifications?task=${task}`));
    assert.deepEqual(about, {
      id: about?.['id'],
      task,
      error: false,
      acknowledged: false,
      notes: { notes: ["'create_project_and_user' task needs approval."] },
      created_at: '2026-01-15T12:00:00.000Z',
    });
    assert.deepEqual((await operator('GET', `/notifications/${about?.['id']}`)).body, about);
    const one = await operator('POST', '/notifications/acknowledge', { ids: [about?.['id'], UNKNOWN] });
    assert.deepEqual(one.body, { acknowledged: 1 });
    assert.equal(items(await operator('GET', '/notifications?acknowledged=false')).length, 2);
    assert.deepEqual((await operator('POST', '/notifications/acknowledge', { all: true })).body, {
      acknowledged: 2,
    });
    assertProblem(await operator('POST', '/notifications/acknowledge', {}), 400, 'invalid_field');
    assertProblem(await operator('GET', `/notifications/${UNKNOWN}`), 404, 'notification_not_found');
    assertProblem(await owner('GET', '/notifications'), 403, 'forbidden');
    const page = await operator('GET', '/notifications?limit=2');
    assert.equal(items(await operator('GET', `/notifications?after=${page.body['next']}`)).length, 1);
  });

  check('a task whose stage fails can be approved again', async () => {
    trouble.failIn('approve', 'not now');
    await office.ask(null, 'POST', '/v1/trouble', { text: 'x' });
    const [task] = await ids('');
    assertProblem(await operator('POST', `/tasks/${task}/action`, { action: 'approve' }), 503, 'task_failed');
    trouble.failIn(undefined);
    const again = await operator('POST', `/tasks/${task}/action`, { action: 'approve' });
    assert.equal(again.body['state'], 'approved');
    const audit = items(await operator('GET', `/audit?subject=${task}`)).map(({ action }) => action);
    assert.deepEqual(audit, ['task.approve', 'task.fail', 'task.approve', 'task.create']);
  });
});
