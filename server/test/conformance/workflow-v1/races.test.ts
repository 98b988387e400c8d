import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { until } from '../../support/until.ts';
import { errors, notes, type Office, openOffice, says } from './office.ts';
import { TroubleMaker } from './trouble-maker.ts';

const BUSY = errors('A stage of this task is running. Try again when it has ended.');
const RUNNING = notes('The task is still running.');

async function troubled(
  open: Parameters<typeof openOffice>[0],
  config: object = {},
): Promise<Office & { trouble: TroubleMaker; path: string }> {
  const trouble = new TroubleMaker();
  const office = await openOffice(open, { featureSets: [trouble.features], config });
  const { task } = await office.told(null, 'POST', '/v1/trouble', { text: 'a' });
  return { ...office, trouble, path: `/v1/tasks/${task}` };
}

forEachEngine((_engine, open) => {
  test('of two concurrent approvals one runs, and the other answers that the task is busy', async () => {
    const { ask, trouble, path } = await troubled(open);
    const { reached, release } = trouble.holdIn('approve');
    const first = ask('admin', 'POST', path, { approved: true });
    await reached;
    says(await ask('admin', 'POST', path, { approved: true }), 409, BUSY);
    says(await ask('admin', 'DELETE', path), 409, BUSY);
    release();
    says(await first, 202, notes('created token'));
    assert.equal(trouble.runs.approve, 1);
    says(await ask('admin', 'DELETE', path), 200, notes('Task cancelled successfully.'));
  });

  test('a task that is cancelled first cannot be approved, however close the requests are', async () => {
    const { ask, trouble, path, told } = await troubled(open);
    const [cancelled, approved] = await Promise.all([
      ask('admin', 'DELETE', path),
      ask('admin', 'POST', path, { approved: true }),
    ]);
    const task = await told('admin', 'GET', path);
    if (cancelled.status === 200) {
      // Either cancelling came first, or the approval was over by then.
      assert.equal(task.cancelled, true);
      assert.ok([202, 400].includes(approved.status), approved.text);
      assert.equal(trouble.runs.approve, approved.status === 202 ? 1 : 0);
    } else {
      says(cancelled, 409, BUSY);
      says(approved, 202, notes('created token'));
      assert.deepEqual([task.cancelled, task.approved], [false, true]);
    }
  });

  test('a token that is submitted twice concurrently takes effect once', async () => {
    const { ask, trouble, path, told, tokenOf } = await troubled(open);
    await told('admin', 'POST', path, { approved: true });
    const token = `/v1/tokens/${await tokenOf('trouble@example.org')}`;
    const { reached, release } = trouble.holdIn('submit');
    const first = ask(null, 'POST', token, { confirm: true });
    await reached;
    says(await ask(null, 'POST', token, { confirm: true }), 409, BUSY);
    release();
    says(await first, 200, notes('Token submitted successfully.'));
    says(
      await ask(null, 'POST', token, { confirm: true }),
      404,
      errors('This token does not exist or has expired.'),
    );
    assert.equal(trouble.runs.submit, 1);
  });

  test('of many concurrent submissions of one token one succeeds', async () => {
    const { ask, trouble, path, told, tokenOf } = await troubled(open);
    await told('admin', 'POST', path, { approved: true });
    const token = `/v1/tokens/${await tokenOf('trouble@example.org')}`;
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => ask(null, 'POST', token, { confirm: true })),
    );
    const statuses = answers.map(({ status }) => status);
    assert.equal(statuses.filter((status) => status === 200).length, 1, String(statuses));
    assert.ok(
      statuses.every((status) => [200, 400, 404, 409].includes(status)),
      String(statuses),
    );
    assert.equal(trouble.runs.submit, 1);
  });

  test('of many concurrent equal sign-ups one is accepted', async () => {
    const { signUp, told } = await openOffice(open);
    const answers = await Promise.all(Array.from({ length: 6 }, () => signUp('plan', 'new@example.org')));
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [202, 409, 409, 409, 409, 409]);
    assert.equal((await told('admin', 'GET', '/v1/tasks')).tasks.length, 1);
  });

  test('of many concurrent resets one token stays valid', async () => {
    const { resetPassword, owner, told } = await openOffice(open);
    const answers = await Promise.all(Array.from({ length: 5 }, () => resetPassword(owner.email)));
    assert.ok(answers.every(({ status }) => status === 202));
    assert.equal((await told('admin', 'GET', '/v1/tokens')).tokens.length, 1);
  });

  test('a slow stage continues in the background, and the task shows it', async () => {
    const { ask, trouble, path, told, tokenOf } = await troubled(open, {
      workflow: { background_after_ms: 1 },
    });
    /** Asks until no stage is running. */
    const settled = async () => {
      let task: Awaited<ReturnType<typeof told>>;
      await until('no stage is running', async () => {
        task = await told('admin', 'GET', path);
        return task.running === undefined;
      });
      return task;
    };
    await settled();
    const approving = trouble.holdIn('approve');
    says(await ask('admin', 'POST', path, { approved: true }), 202, RUNNING);
    await approving.reached;
    const { running } = await told('admin', 'GET', path);
    assert.deepEqual(running, {
      stage: 'approve',
      action: running.action,
      actions: 2,
      since: '2026-01-15T12:00:00Z',
    });
    assert.deepEqual((await told('admin', 'GET', '/v1/tasks')).tasks[0].running, running);
    says(await ask('admin', 'POST', path, { approved: true }), 409, BUSY);
    approving.release();
    assert.equal((await settled()).approved, true);
    const submitting = trouble.holdIn('submit');
    const token = await tokenOf('trouble@example.org');
    says(await ask(null, 'POST', `/v1/tokens/${token}`, { confirm: true }), 202, RUNNING);
    await submitting.reached;
    submitting.release();
    assert.equal((await settled()).completed, true);
  });
});
