import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { exchange } from '../../support/http-exchange.ts';
import { errors, fieldErrors, notes, openOffice, PASSWORD, says, UNKNOWN } from './office.ts';
import { TroubleMaker } from './trouble-maker.ts';

const APPROVED_NEEDED = fieldErrors({ approved: ['this is a required boolean field.'] });
const UNAVAILABLE = errors('Service temporarily unavailable, try again later.');

forEachEngine((_engine, open) => {
  test('a task is shown completely, with dates in UTC with microseconds', async () => {
    const { clock, invite, newestTask, owner, project, told } = await openOffice(open);
    clock.advance(7);
    await invite('new@example.org');
    const { action_notes, task_notes, uuid, ...task } = await newestTask();
    assert.match(uuid, /^[0-9a-f]{32}$/);
    assert.deepEqual(task, {
      keystone_user: {
        project_domain_id: 'default',
        project_name: 'lab',
        project_id: project,
        roles: ['project_admin'],
        user_domain_id: 'default',
        username: owner.email,
        user_id: owner.uuid,
        authenticated: 'Confirmed',
      },
      approved_by: 'system',
      project_id: project,
      actions: [
        {
          action_name: 'NewUserAction',
          data: {
            domain_id: 'default',
            email: 'new@example.org',
            project_id: project,
            roles: ['member'],
            inherited_roles: [],
          },
          valid: true,
        },
      ],
      task_type: 'invite_user_to_project',
      cancelled: false,
      approved: true,
      completed: false,
      created_on: '2026-01-15T12:00:00.007000Z',
      approved_on: '2026-01-15T12:00:00.007000Z',
      completed_on: null,
    });
    assert.deepEqual(Object.keys(action_notes), ['NewUserAction']);
    assert.ok(
      task_notes.includes('Action allow auto approval. Auto approving. - (2026-01-15 12:00:00.007000+00:00)'),
    );
    assert.deepEqual(await told(owner, 'GET', `/v1/tasks/${uuid}`), await newestTask());
  });

  test('only a body with approved true approves', async () => {
    const { ask, signUp, newestTask } = await openOffice(open);
    await signUp('plan', 'new@example.org');
    const path = `/v1/tasks/${(await newestTask()).uuid}`;
    for (const body of [
      {},
      { approved: 'true' },
      { approved: 1 },
      { approved: false },
      [true],
      'null',
      '{"a"',
      undefined,
    ]) {
      says(await ask('admin', 'POST', path, body), 400, APPROVED_NEEDED);
    }
    says(await ask('admin', 'POST', `/v1/tasks/${UNKNOWN}`, {}), 400, APPROVED_NEEDED);
    assert.equal((await newestTask()).approved, false);
    const unknown = await ask('admin', 'POST', `/v1/tasks/${UNKNOWN}`, { approved: true });
    says(unknown, 404, errors(`Task not found with uuid of: '${UNKNOWN}'`));
  });

  test('an approved sign-up gets its token by mail, and is completed when the token is submitted', async () => {
    const { ask, signUp, newestTask, tokenOf, told, domain } = await openOffice(open);
    says(await signUp('plan', 'new@example.org'), 202, notes('task created'));
    const { uuid } = await newestTask();
    says(await ask('admin', 'POST', `/v1/tasks/${uuid}`, { approved: true }), 202, notes('created token'));
    const approved = await newestTask();
    assert.equal(approved.approved_by.username, 'admin@example.org');
    assert.equal(approved.approved, true);
    const token = await tokenOf('new@example.org');
    says(
      await ask(null, 'POST', `/v1/tokens/${token}`, PASSWORD),
      200,
      notes('Token submitted successfully.'),
    );
    const done = await newestTask();
    assert.deepEqual([done.completed, done.cancelled], [true, false]);
    assert.ok(await domain.accounts.verifyPassword('new@example.org', PASSWORD.password));
    assert.deepEqual((await told('admin', 'GET', '/v1/tokens')).tokens, []);
    const again = await ask('admin', 'POST', `/v1/tasks/${uuid}`, { approved: true });
    says(again, 400, errors('This task has already been completed.'));
    for (const method of ['PUT', 'DELETE']) {
      const body = { project_name: 'x', email: 'new@example.org' };
      says(
        await ask('admin', method, `/v1/tasks/${uuid}`, body),
        400,
        errors('This task has already been completed.'),
      );
    }
  });

  test('a sign-up by a user with an account needs no token: the approval completes it', async () => {
    const { ask, signUp, newestTask, newcomer, told } = await openOffice(open);
    await newcomer('old@example.org');
    await signUp('plan', 'old@example.org');
    const { uuid } = await newestTask();
    const answer = await ask('admin', 'POST', `/v1/tasks/${uuid}`, { approved: true });
    says(answer, 200, notes('Task completed successfully.'));
    assert.deepEqual((await told('admin', 'GET', '/v1/tokens')).tokens, []);
  });

  test('an invalid task cannot be approved until it is corrected', async () => {
    const { ask, signUp, newestTask } = await openOffice(open);
    says(await signUp('lab', 'new@example.org'), 202, notes('task created'));
    const { uuid } = await newestTask();
    const path = `/v1/tasks/${uuid}`;
    says(await ask('admin', 'POST', path, { approved: true }), 400, errors('actions invalid'));
    assert.equal((await newestTask()).approved, false);
    says(
      await ask('admin', 'PUT', path, {}),
      400,
      fieldErrors({
        email: ['This field is required.'],
        project_name: ['This field is required.'],
      }),
    );
    const better = { project_name: 'plan', email: 'new@example.org', region: 'RegionOne' };
    says(await ask('admin', 'PUT', path, better), 200, notes('Task successfully updated.'));
    says(await ask('admin', 'PUT', path, better), 200, notes('Task successfully updated.'));
    says(await ask('admin', 'POST', path, { approved: true }), 202, notes('created token'));
    says(await ask('admin', 'PUT', path, better), 400, errors('This task has already been approved.'));
    const unknown = await ask('admin', 'PUT', `/v1/tasks/${UNKNOWN}`, better);
    says(unknown, 404, errors(`Task not found with uuid of: '${UNKNOWN}'`));
  });

  test("a project manager cannot change a task of the project into one about another user's account", async () => {
    const { ask, owner, member, newestTask, mailsTo, url } = await openOffice(open);
    const taken = await ask(owner, 'POST', '/v1/openstack/users/email-update', { new_email: member.email });
    says(taken, 400, errors('actions invalid'));
    const { uuid } = await newestTask();
    const mine = { user_id: member.uuid, new_email: 'thief@example.org' };
    assert.equal((await ask(owner, 'PUT', `/v1/tasks/${uuid}`, mine)).status, 403);
    const native = await exchange(url, `/api/tasks/${uuid}`, {
      method: 'PATCH',
      headers: { 'x-auth-token': owner.token, 'content-type': 'application/json' },
      body: JSON.stringify(mine),
    });
    assert.equal(native.status, 403, native.text);
    assert.deepEqual(await mailsTo('thief@example.org'), []);
    assert.equal((await newestTask()).actions[0].data.user_id, owner.uuid);
  });

  test('owners and moderators see and cancel tasks of their own project only, and update none', async () => {
    const { ask, told, owner, moderator, stranger, member, newestTask, signUp, project } =
      await openOffice(open);
    await told(owner, 'POST', '/v1/openstack/quotas', { size: 'large' });
    const { uuid, project_id, approved } = await newestTask();
    assert.deepEqual([project_id, approved], [project, false]);
    const path = `/v1/tasks/${uuid}`;
    const change = { project_id: project, size: 'large', regions: ['RegionOne'] };
    says(await ask(stranger, 'GET', path), 404, errors('No task with this id.'));
    says(await ask(stranger, 'DELETE', path), 404, errors('No task with this id.'));
    says(await ask(stranger, 'POST', '/v1/tokens', { task: uuid }), 404, errors('No task with this id.'));
    assert.equal((await ask(member, 'GET', path)).status, 403);
    assert.equal((await told(moderator, 'GET', path)).uuid, uuid);
    for (const who of [owner, moderator, stranger]) {
      says(
        await ask(who, 'PUT', path, change),
        403,
        errors("Must have one of the following roles: ['admin']"),
      );
    }
    says(await ask('admin', 'PUT', path, change), 200, notes('Task successfully updated.'));
    assert.deepEqual((await newestTask()).actions[0].data.regions, ['RegionOne']);
    says(await ask(owner, 'DELETE', path), 200, notes('Task cancelled successfully.'));
    says(await ask(owner, 'DELETE', path), 400, errors('This task has been cancelled.'));
    says(await ask('admin', 'PUT', path, change), 400, errors('This task has been cancelled.'));
    says(await ask('admin', 'POST', path, { approved: true }), 400, errors('This task has been cancelled.'));
    assert.equal((await newestTask()).cancelled, true);
    // Tasks of anonymous callers have no project.
    await signUp('plan', 'new@example.org');
    says(
      await ask(owner, 'GET', `/v1/tasks/${(await newestTask()).uuid}`),
      404,
      errors('No task with this id.'),
    );
  });

  test('cancelling a task ends its token', async () => {
    const { ask, invite, newestTask, tokenOf, told } = await openOffice(open);
    await invite('new@example.org');
    const token = await tokenOf('new@example.org');
    says(
      await ask('admin', 'DELETE', `/v1/tasks/${(await newestTask()).uuid}`),
      200,
      notes('Task cancelled successfully.'),
    );
    assert.deepEqual((await told('admin', 'GET', '/v1/tokens')).tokens, []);
    const answer = await ask(null, 'POST', `/v1/tokens/${token}`, PASSWORD);
    says(answer, 404, errors('This token does not exist or has expired.'));
  });

  test('a failed action answers 503 and notifies operators; the task is intact and can be approved again', async () => {
    const trouble = new TroubleMaker();
    const { ask, told, newestTask, tokenOf } = await openOffice(open, { featureSets: [trouble.features] });
    trouble.failIn('prepare', 'Forced key error for testing.');
    says(await ask(null, 'POST', '/v1/trouble', { text: 'a' }), 503, UNAVAILABLE);
    const task = await newestTask();
    assert.deepEqual(
      task.actions.map(({ action_name }: { action_name: string }) => action_name),
      ['TroubleAction', 'AfterwardsAction'],
    );
    const path = `/v1/tasks/${task.uuid}`;
    const noted = (text: string) => ({
      errors: [
        `Error: KeyError('Forced key error for testing.') while ${text}. See task itself for details.`,
      ],
    });
    const [first] = (await told('admin', 'GET', '/v1/status')).error_notifications;
    assert.deepEqual(first.notes, noted('setting up task'));
    says(await ask('admin', 'PUT', path, { text: 'b' }), 503, UNAVAILABLE);
    trouble.failIn('approve', 'Forced key error for testing.');
    says(await ask('admin', 'PUT', path, { text: 'b' }), 200, notes('Task successfully updated.'));
    says(await ask('admin', 'POST', path, { approved: true }), 503, UNAVAILABLE);
    const halfway = await newestTask();
    assert.deepEqual([halfway.approved, halfway.completed], [true, false]);
    trouble.failIn('submit', 'Forced key error for testing.');
    says(await ask('admin', 'POST', path, { approved: true }), 202, notes('created token'));
    const token = await tokenOf('trouble@example.org');
    says(await ask(null, 'POST', `/v1/tokens/${token}`, { confirm: true }), 503, UNAVAILABLE);
    trouble.failIn(undefined);
    says(
      await ask(null, 'POST', `/v1/tokens/${token}`, { confirm: true }),
      200,
      notes('Token submitted successfully.'),
    );
    const told_ = (await told('admin', 'GET', '/v1/status')).error_notifications;
    assert.deepEqual(
      told_
        .map(({ notes }: { notes: object }) => notes)
        .filter((one: object) => JSON.stringify(one).includes('submiting')),
      [noted('submiting task')],
    );
  });

  test('the status shows the newest open task, the last completed one, and unacknowledged errors', async () => {
    const { ask, told, signUp, newestTask, newcomer, clock } = await openOffice(open);
    says(await ask('admin', 'GET', '/v1/status'), 200, {
      error_notifications: [],
      last_created_task: null,
      last_completed_task: null,
    });
    await newcomer('old@example.org');
    await signUp('one', 'old@example.org');
    const first = await newestTask();
    says(await ask('admin', 'GET', '/v1/status'), 200, {
      error_notifications: [],
      last_created_task: first,
      last_completed_task: null,
    });
    clock.advance(1000);
    await signUp('two', 'new@example.org');
    const second = await newestTask();
    await told('admin', 'POST', `/v1/tasks/${first.uuid}`, { approved: true });
    const status = await told('admin', 'GET', '/v1/status');
    assert.equal(status.last_created_task.uuid, second.uuid);
    assert.equal(status.last_completed_task.uuid, first.uuid);
  });
});
