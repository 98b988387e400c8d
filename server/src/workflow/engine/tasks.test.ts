import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { after, test } from 'node:test';
import { forEachEngine, makeDatabase, START_MS } from '../../../test/support/engines.ts';
import { refusal } from '../../../test/support/parts.ts';
import { until } from '../../../test/support/until.ts';
import {
  ADA,
  ADMIN,
  callerOf,
  gate,
  testFeatures,
  workflowOver,
} from '../../../test/support/workflow-parts.ts';
import { Audit } from '../../audit/audit.ts';
import { migrate } from '../../storage/migrate.ts';
import { openStorage } from '../../storage/open.ts';
import type { ActionRun } from '../features/action.ts';
import { ANONYMOUS } from './caller.ts';

const AT = '(2030-01-01 00:00:00+00:00)';
const needsToken = (run: ActionRun): void => {
  run.needToken = true;
  run.tokenFields = ['password'];
};
const WITH_MAIL = { what: 'x', email: 'ada@example.org' };
const state = (reason: string) => ({ code: 'task_state', message: reason });
const COMPLETED = state('This task has already been completed.');
const CANCELLED = state('This task has been cancelled.');

forEachEngine((engine, open) => {
  test('a task is stored with all its actions, prepared, approved by an operator and then completed', async () => {
    const { tasks, script, audit, notifications } = workflowOver(await open());
    script.on['First.prepare'] = (run) => run.note('looked at');
    const task = await tasks.create('block', ADA, { what: 'x', unknown: 1 });
    assert.deepEqual(script.ran, ['First.prepare', 'Second.prepare']);
    assert.match(task.uuid, /^[0-9a-f]{32}$/);
    assert.deepEqual(task, {
      uuid: task.uuid,
      taskType: 'block',
      caller: ADA,
      projectId: 'p1',
      approvedBy: {},
      actions: ['First', 'Second'].map((name) => ({
        name,
        data: { what: 'x' },
        cache: {},
        state: 'default',
        valid: true,
        needToken: false,
        tokenFields: [],
        autoApprove: null,
      })),
      taskNotes: [],
      actionNotes: { First: [`looked at - ${AT}`], Second: [] },
      cancelled: false,
      approved: false,
      completed: false,
      createdOn: START_MS,
      approvedOn: null,
      completedOn: null,
      running: null,
    });
    const approved = await tasks.approve(ADMIN, task.uuid, { address: '192.0.2.1' });
    assert.deepEqual(script.ran.slice(2), [
      'First.approve',
      'Second.approve',
      'First.submit',
      'Second.submit',
    ]);
    assert.equal(approved.completed, true);
    assert.deepEqual(approved.approvedBy, ADMIN);
    assert.deepEqual([approved.approvedOn, approved.completedOn], [START_MS, START_MS]);
    const { items } = await notifications.list({ at: 'all' });
    assert.deepEqual(
      items.map(({ notes, error, acknowledged }) => ({ notes, error, acknowledged })),
      [{ notes: { notes: ["'block' task needs approval."] }, error: false, acknowledged: false }],
    );
    const records = await audit.list({ limit: 10, subject: task.uuid });
    assert.deepEqual(
      records.map(({ action, actor, actorName, address }) => [action, actor, actorName, address]),
      [
        ['task.complete', 'id-of-admin', 'admin@example.org', '192.0.2.1'],
        ['task.approve', 'id-of-admin', 'admin@example.org', '192.0.2.1'],
        ['task.create', 'id-of-ada', 'ada@example.org', null],
      ],
    );
  });

  test('input is checked by every action before anything is stored', async () => {
    const { tasks, taskReads } = workflowOver(await open());
    const error = await tasks.create('block', ADA, {}).catch((caught) => caught);
    assert.equal(error.code, 'task_input');
    assert.deepEqual(error.data.errors, { what: ['This field is required.'] });
    await assert.rejects(tasks.create('nonsense', ADA, {}), {
      code: 'task_type_unknown',
      message: "Unknown task type: 'nonsense'",
    });
    assert.deepEqual((await taskReads.list({ at: 'all' })).items, []);
  });

  test('a completed or cancelled state is reported before a missing approval, and a cancellation is final', async () => {
    const { tasks } = workflowOver(await open());
    const one = await tasks.create('block', ADA, { what: '1' });
    await assert.rejects(tasks.reissueToken(ADMIN, one.uuid), state('This task has not been approved.'));
    assert.equal((await tasks.cancel(ADA, one.uuid)).cancelled, true);
    for (const operation of ['cancel', 'approve', 'reissueToken'] as const) {
      await assert.rejects(tasks[operation](ADMIN, one.uuid), CANCELLED);
    }
    await assert.rejects(tasks.update(ADMIN, one.uuid, { what: '2' }), CANCELLED);
    const two = await tasks.create('block', ADA, { what: '2' });
    await tasks.approve(ADMIN, two.uuid);
    for (const operation of ['cancel', 'approve', 'reissueToken'] as const) {
      await assert.rejects(tasks[operation](ADMIN, two.uuid), COMPLETED);
    }
    await assert.rejects(tasks.update(ADMIN, two.uuid, { what: '2' }), COMPLETED);
  });

  test('a task of another project, or an unknown one, is not found', async () => {
    const { tasks, taskReads } = workflowOver(await open());
    const { uuid } = await tasks.create('block', ADA, { what: 'x' });
    const anonymous = await tasks.create('block', ANONYMOUS, { what: 'y' });
    assert.equal(anonymous.projectId, null);
    assert.equal((await taskReads.get(uuid, { project: 'p1' })).uuid, uuid);
    for (const [id, project] of [
      [uuid, 'p2'],
      [anonymous.uuid, 'p1'],
      ['0'.repeat(32), undefined],
      ["'\0", undefined],
    ] as const) {
      await assert.rejects(taskReads.get(id, { project }), refusal('task_not_found'));
      await assert.rejects(tasks.update(ADA, id, { what: 'z' }, { project }), refusal('task_not_found'));
      await assert.rejects(tasks.cancel(ADA, id, { project }), refusal('task_not_found'));
      await assert.rejects(tasks.reissueToken(ADA, id, { project }), refusal('task_not_found'));
    }
  });

  test('a task approves itself if an action asks for it, none objects, and its type permits it', async () => {
    const { tasks, script, notifications, audit } = workflowOver(await open(), {
      tasks: [
        { name: 'manual', allowAutoApprove: false },
        { name: 'quiet', sendApprovalNotification: false },
      ],
    });
    script.on['First.prepare'] = (run) => run.approveAutomatically();
    const itself = await tasks.create('block', ADA, { what: '1' });
    assert.equal(itself.completed, true);
    assert.equal(itself.approvedBy, 'system');
    assert.deepEqual(itself.taskNotes, [`Action allow auto approval. Auto approving. - ${AT}`]);
    assert.deepEqual(itself.actionNotes['First'], [`Auto approve set to True. - ${AT}`]);
    assert.equal((await audit.list({ limit: 1, action: 'task.approve' }))[0]?.actorName, 'purser');
    const manual = await tasks.create('manual', ADA, { what: '1' });
    assert.deepEqual(manual.taskNotes, [`Actions allow auto aproval, but task does not. - ${AT}`]);
    assert.equal(manual.approved, false);
    script.on['Second.prepare'] = (run) => run.approveAutomatically(false);
    const against = await tasks.create('block', ADA, { what: '2' });
    assert.deepEqual([against.approved, against.taskNotes], [false, []]);
    assert.deepEqual(against.actionNotes['Second'], [`Auto approve set to False. - ${AT}`]);
    await tasks.create('quiet', ADA, { what: '3' });
    const { items } = await notifications.list({ at: 'all' });
    assert.deepEqual(items.map(({ task }) => task).sort(), [manual.uuid, against.uuid].sort());
  });

  test('an invalid task is not approved; if it would approve itself, the error comes at once', async () => {
    const { tasks, taskReads, script } = workflowOver(await open());
    script.on['Second.prepare'] = (run) => {
      run.valid = false;
    };
    const { uuid } = await tasks.create('block', ADA, { what: 'x' });
    const error = await tasks.approve(ADMIN, uuid).catch((caught) => caught);
    assert.deepEqual(
      [error.code, error.message, error.data.actions],
      ['task_actions_invalid', 'actions invalid', ['Second']],
    );
    assert.equal((await taskReads.get(uuid)).approved, false);
    script.on['First.prepare'] = (run) => run.approveAutomatically();
    const second = await tasks.create('block', ADA, { what: 'y' }).catch((caught) => caught);
    assert.equal(second.code, 'task_actions_invalid');
    const stored = await taskReads.get(second.data.task);
    assert.deepEqual([stored.approved, stored.running], [false, null]);
  });

  test('a task that is no longer valid after a stage keeps its state and its token', async () => {
    const { tasks, taskReads, script, secret } = workflowOver(await open(), {
      tasks: [{ name: 'mails', config: {} }],
    });
    script.on['First.approve'] = (run) => {
      run.valid = false;
    };
    const one = await tasks.create('block', ADA, { what: 'x' });
    await assert.rejects(tasks.approve(ADMIN, one.uuid), refusal('task_actions_invalid'));
    const { approved, completed, running } = await taskReads.get(one.uuid);
    assert.deepEqual([approved, completed, running], [true, false, null]);
    script.on['First.approve'] = needsToken;
    script.on['First.submit'] = (run) => {
      run.valid = false;
    };
    const two = await tasks.create('mails', ADA, WITH_MAIL);
    await tasks.approve(ADMIN, two.uuid);
    await assert.rejects(
      tasks.submitToken(await secret(), { password: 'p' }, ANONYMOUS),
      refusal('task_actions_invalid'),
    );
    assert.equal((await taskReads.get(two.uuid)).completed, false);
    assert.equal((await taskReads.listTokens()).length, 1);
  });

  test('an update replaces all input, resets the actions, and prepares again', async () => {
    const { tasks, script, audit } = workflowOver(await open());
    script.on['First.prepare'] = (run) => {
      if (run.data['what'] !== 'old') return;
      needsToken(run);
      run.state = 'existing';
      run.cache['id'] = 1;
      run.approveAutomatically(false);
    };
    const { uuid } = await tasks.create('block', ADA, { what: 'old', roles: ['a'] });
    await assert.rejects(tasks.update(ADMIN, uuid, {}), refusal('task_input'));
    const updated = await tasks.update(ADMIN, uuid, { what: 'new' });
    assert.deepEqual(updated.actions[0], {
      name: 'First',
      data: { what: 'new' },
      cache: {},
      state: 'default',
      valid: true,
      needToken: false,
      tokenFields: [],
      autoApprove: null,
    });
    assert.equal((await audit.list({ limit: 1, action: 'task.update' }))[0]?.subject, uuid);
    // Nothing has changed: the task is not a duplicate of itself.
    await tasks.update(ADMIN, uuid, { what: 'new' });
    await tasks.create('block', ADA, { what: 'old', roles: ['a'] });
    await assert.rejects(tasks.update(ADMIN, uuid, { what: 'old', roles: ['a'] }), refusal('task_duplicate'));
    await tasks.approve(ADMIN, uuid);
    await assert.rejects(tasks.update(ADMIN, uuid, { what: 'x' }), COMPLETED);
  });

  test('an open equal task blocks a new one or is cancelled, whatever the order of lists in the input', async () => {
    const { tasks, taskReads, script } = workflowOver(await open());
    const first = await tasks.create('block', ADA, { what: 'x', roles: ['a', 'b'] });
    const again = tasks.create('block', callerOf('bob', 'p2'), { roles: ['b', 'a'], what: 'x' });
    await assert.rejects(again, { code: 'task_duplicate', message: 'This Task already exists.' });
    await tasks.create('block', ADA, { what: 'x', roles: ['a'] });
    await tasks.cancel(ADA, first.uuid);
    await tasks.create('block', ADA, { what: 'x', roles: ['b', 'a'] });
    script.on['First.approve'] = needsToken;
    const old = await tasks.create('give_way', ADA, { what: 'x' });
    assert.equal(old.taskType, 'cancel');
    await tasks.approve(ADMIN, old.uuid);
    assert.equal((await taskReads.listTokens()).length, 1);
    await tasks.create('cancel', ADA, { what: 'x' });
    const given = await taskReads.get(old.uuid);
    assert.equal(given.cancelled, true);
    assert.deepEqual(given.taskNotes.slice(-1), [`Task cancelled because was an old duplicate. - ${AT}`]);
    assert.deepEqual(await taskReads.listTokens(), []);
  });

  test('of concurrent equal tasks one stays open', async () => {
    const { tasks, taskReads } = workflowOver(await open());
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => tasks.create('block', ADA, { what: 'x' })),
    );
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'task_duplicate');
    }
    const giving = await Promise.allSettled(
      Array.from({ length: 8 }, () => tasks.create('cancel', ADA, { what: 'x' })),
    );
    for (const outcome of giving) {
      if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'task_busy');
    }
    const filters = { task_type: { exact: 'cancel' }, cancelled: { exact: false } };
    assert.equal((await taskReads.list({ filters, at: 'all' })).items.length, 1);
  });

  test('a stage that throws notifies operators in the exact wording, and can be run again from where it stopped', async () => {
    const { tasks, taskReads, script, notifications } = workflowOver(await open());
    class KeyError extends Error {
      override readonly name = 'KeyError';
    }
    const crash = () => {
      throw new KeyError('Forced key error for testing.');
    };
    const errors = async () =>
      (await notifications.list({ error: true, at: 'all' })).items.map(({ notes }) => notes['errors']);
    const failed = {
      code: 'task_failed',
      message: 'Service temporarily unavailable, try again later.',
    };
    script.on['First.prepare'] = crash;
    const error = await tasks.create('block', ADA, { what: 'x' }).catch((caught) => caught);
    assert.equal(error.code, 'task_failed');
    const uuid = error.data.task as string;
    assert.deepEqual(script.ran, ['First.prepare']);
    const task = await taskReads.get(uuid);
    assert.deepEqual(
      task.actions.map(({ name }) => name),
      ['First', 'Second'],
    );
    const told = (doing: string) => [
      `Error: KeyError('Forced key error for testing.') ${doing}. See task itself for details.`,
    ];
    assert.deepEqual(await errors(), [told('while setting up task')]);
    delete script.on['First.prepare'];
    await tasks.update(ADMIN, uuid, { what: 'x' });
    script.on['First.approve'] = (run) => {
      run.cache['user_id'] ??= 'made once';
      run.note('made');
    };
    script.on['Second.approve'] = crash;
    await assert.rejects(tasks.approve(ADMIN, uuid), failed);
    const half = await taskReads.get(uuid);
    assert.deepEqual([half.approved, half.completed, half.running], [true, false, null]);
    assert.deepEqual(half.actions[0]?.cache, { user_id: 'made once' });
    assert.deepEqual((await errors())[0], told('while approving task'));
    delete script.on['Second.approve'];
    script.on['Second.submit'] = crash;
    await assert.rejects(tasks.approve(ADMIN, uuid), failed);
    assert.deepEqual((await errors())[0], told('while submiting task'));
    delete script.on['Second.submit'];
    assert.equal((await tasks.approve(ADMIN, uuid)).completed, true);
  });

  test('the changes of an action before it throws are stored', async () => {
    const { tasks, taskReads, script } = workflowOver(await open());
    script.on['First.approve'] = (run) => {
      run.cache['id'] = 7;
      run.note('created');
      throw new Error('later');
    };
    const { uuid } = await tasks.create('block', ADA, { what: 'x' });
    await assert.rejects(tasks.approve(ADMIN, uuid), refusal('task_failed'));
    const { actions, actionNotes } = await taskReads.get(uuid);
    assert.deepEqual(actions[0]?.cache, { id: 7 });
    assert.deepEqual(actionNotes['First'], [`created - ${AT}`]);
  });

  test('an action that times out fails, and changes nothing afterwards', async () => {
    const storage = await open();
    const script = { on: {} as Record<string, (run: ActionRun) => Promise<void>>, ran: [] };
    const features = testFeatures(script);
    const hasty = {
      ...features,
      actions: features.actions?.map((action) => ({ ...action, timeout_ms: 5 })) ?? [],
    };
    const calls: string[] = [];
    const identity = { getUser: async (id: string) => void calls.push(id) } as never;
    const { tasks, notifications } = workflowOver(storage, {
      script,
      features: hasty,
      backends: { identity },
    });
    const late = gate();
    const ended = gate();
    let afterwards: unknown;
    const { uuid } = await tasks.create('block', ADA, { what: 'x' });
    script.on['First.approve'] = async (run) => {
      await run.backends.identity.getUser('in time');
      await late.opened;
      try {
        await run.backends.identity.getUser('too late');
      } catch (error) {
        afterwards = error;
      }
      ended.open();
    };
    await assert.rejects(tasks.approve(ADMIN, uuid), refusal('task_failed'));
    late.open();
    await ended.opened;
    assert.deepEqual(calls, ['in time']);
    assert.equal((afterwards as { code: string }).code, 'task_busy');
    const [first] = (await notifications.list({ error: true, at: 'all' })).items;
    assert.deepEqual(first?.notes['errors'], [
      "Error: TimeoutError('First took longer than 5 ms') while approving task. See task itself for details.",
    ]);
  });

  test('while a stage runs, approval, cancellation, update and reissue answer task_busy', async () => {
    const { tasks, taskReads, script } = workflowOver(await open());
    const { uuid } = await tasks.create('block', ADA, { what: 'x' });
    const inside = gate();
    const go = gate();
    script.on['Second.approve'] = async () => {
      inside.open();
      await go.opened;
    };
    const first = tasks.approve(ADMIN, uuid);
    await inside.opened;
    assert.deepEqual((await taskReads.get(uuid)).running, { stage: 'approve', action: 1, since: START_MS });
    await assert.rejects(tasks.approve(ADMIN, uuid), refusal('task_busy'));
    await assert.rejects(tasks.cancel(ADA, uuid), refusal('task_busy'));
    await assert.rejects(tasks.reissueToken(ADA, uuid), refusal('task_busy'));
    go.open();
    assert.equal((await first).completed, true);
    assert.equal(script.ran.filter((run) => run === 'First.approve').length, 1);
  });

  test('of concurrent approvals and cancellations exactly one succeeds', async () => {
    const { tasks, taskReads, script } = workflowOver(await open());
    for (let round = 0; round < 5; round += 1) {
      script.ran.length = 0;
      const { uuid } = await tasks.create('block', ADA, { what: `round ${round}` });
      const outcomes = await Promise.allSettled([
        tasks.approve(ADMIN, uuid),
        tasks.cancel(ADA, uuid),
        tasks.approve(ADMIN, uuid),
        tasks.cancel(ADA, uuid),
      ]);
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') assert.match(outcome.reason.code, /^task_(?:busy|state)$/);
      }
      const { completed, cancelled } = await taskReads.get(uuid);
      assert.notEqual(completed, cancelled);
      const submits = script.ran.filter((run) => run === 'First.submit').length;
      assert.equal(submits, completed ? 1 : 0);
    }
  });

  test('a stage of a crashed node can be run again when its lease has expired, and the old node writes no more', async () => {
    const storage = await open();
    const script = { on: {} as Record<string, (run: ActionRun) => Promise<void>>, ran: [] as string[] };
    const dead = workflowOver(storage, { script, seed: 'dead' });
    const alive = workflowOver(storage, { clock: dead.clock, seed: 'alive' });
    for (const stage of ['prepare', 'approve', 'submit'] as const) {
      const inside = gate();
      const never = gate();
      const what = `dies in ${stage}`;
      script.on = {
        [`Second.${stage}`]: async (run) => {
          run.cache['by'] = 'the dead';
          inside.open();
          await never.opened;
        },
      };
      let dying: Promise<unknown>;
      if (stage === 'prepare') dying = dead.tasks.create('block', ADA, { what });
      else {
        const { uuid } = await dead.tasks.create('block', ADA, { what });
        dying = dead.tasks.approve(ADMIN, uuid);
      }
      await inside.opened;
      const [task] = (await alive.taskReads.list({ at: { limit: 1 } })).items;
      const uuid = task?.uuid ?? '';
      const again = () =>
        stage === 'prepare' ? alive.tasks.update(ADMIN, uuid, { what }) : alive.tasks.approve(ADMIN, uuid);
      await assert.rejects(again(), refusal('task_busy'));
      dead.clock.advance(60_001);
      assert.equal((await alive.taskReads.get(uuid)).running, null);
      await again();
      never.open();
      await assert.rejects(dying, refusal('task_busy'));
      const after = await alive.taskReads.get(uuid);
      assert.deepEqual(after.actions[1]?.cache, {});
      assert.equal(after.completed, stage !== 'prepare');
    }
  });

  test('a stage that was cut off is recorded as failed when its lease expires, and can be run again', async () => {
    const storage = await open();
    const dead = workflowOver(storage, { seed: 'dead' });
    const alive = workflowOver(storage, { clock: dead.clock, seed: 'alive' });
    const { uuid } = await dead.tasks.create('block', ADA, { what: 'x' });
    const inside = gate();
    const never = gate();
    dead.script.on['Second.approve'] = () => {
      inside.open();
      return never.opened;
    };
    const dying = dead.tasks.approve(ADMIN, uuid);
    await inside.opened;
    assert.equal(await alive.tasks.failAbandoned(), 0, 'its lease holds');
    dead.clock.advance(60_000);
    assert.equal(await alive.tasks.failAbandoned(), 1);
    assert.equal(await dead.tasks.failAbandoned(), 0, 'once');
    const [notification] = (await alive.notifications.list({ error: true, at: 'all' })).items;
    const error =
      "Error: Interrupted('The node that ran the stage stopped, or lost the database.') while approving task. " +
      'See task itself for details.';
    assert.deepEqual(notification?.notes['errors'], [error]);
    const [entry] = await new Audit({ storage, clock: dead.clock }).list({ subject: uuid, limit: 1 });
    assert.equal(entry?.action, 'task.fail');
    assert.ok(JSON.stringify(entry?.after).includes('Interrupted'));
    assert.equal((await alive.taskReads.get(uuid)).running, null);
    never.open();
    await assert.rejects(dying, refusal('task_busy'));
    assert.equal((await alive.tasks.approve(ADMIN, uuid)).completed, true);
  });

  if (engine === 'sqlite') {
    test('a stage during which the database goes away is recorded as failed once it is back', async () => {
      const { url, remove } = await makeDatabase(engine);
      const storage = openStorage(url, 1);
      after(async () => {
        await storage.close();
        await remove();
      });
      await migrate(storage, START_MS);
      const { tasks, taskReads, notifications, script, clock } = workflowOver(storage);
      const { uuid } = await tasks.create('block', ADA, { what: 'x' });
      const file = url.slice('sqlite:'.length);
      script.on['Second.approve'] = () => renameSync(file, `${file}.away`);
      await assert.rejects(tasks.approve(ADMIN, uuid), { code: 'database_unavailable' });
      renameSync(`${file}.away`, file);
      delete script.on['Second.approve'];
      clock.advance(60_000);
      assert.equal(await tasks.failAbandoned(), 1);
      const errors = (await notifications.list({ error: true, at: 'all' })).items.map(
        ({ notes }) => notes['errors'],
      );
      assert.match(String(errors[0]), /while approving task/);
      assert.equal((await taskReads.get(uuid)).running, null);
      assert.equal((await tasks.approve(ADMIN, uuid)).completed, true);
    });
  }

  test('a lease is renewed while its stage runs, and a node that has lost it stops waiting for its action', async (context) => {
    context.mock.timers.enable({ apis: ['setInterval'] });
    const storage = await open();
    const one = workflowOver(storage, { seed: 'one' });
    const two = workflowOver(storage, { clock: one.clock, seed: 'two' });
    const inside = gate();
    const never = gate();
    const { uuid } = await one.tasks.create('block', ADA, { what: 'x' });
    one.script.on['First.approve'] = () => {
      inside.open();
      return never.opened;
    };
    const leaseEnd = async () =>
      (await storage.db.selectFrom('tasks').select('lease_until').executeTakeFirstOrThrow()).lease_until;
    const first = one.tasks.approve(ADMIN, uuid);
    await inside.opened;
    one.clock.advance(50_000);
    context.mock.timers.tick(20_000);
    await until('the lease is renewed', async () => (await leaseEnd()) === START_MS + 110_000);
    one.clock.advance(50_000);
    await assert.rejects(two.tasks.approve(ADMIN, uuid), refusal('task_busy'));
    one.clock.advance(10_001);
    assert.equal((await two.tasks.approve(ADMIN, uuid)).completed, true);
    context.mock.timers.tick(20_000);
    await assert.rejects(first, refusal('task_busy'));
    assert.deepEqual(one.script.ran, ['First.prepare', 'Second.prepare', 'First.approve']);
  });

  test('what an action keeps is stored even if its node crashes', async () => {
    const storage = await open();
    const { tasks, taskReads, script } = workflowOver(storage);
    const inside = gate();
    const never = gate();
    const { uuid } = await tasks.create('block', ADA, { what: 'x' });
    script.on['First.approve'] = async (run) => {
      run.cache['user_id'] = 'u1';
      run.note('user made');
      await run.keep();
      inside.open();
      await never.opened;
    };
    const dying = tasks.approve(ADMIN, uuid);
    await inside.opened;
    const { actions, actionNotes } = await taskReads.get(uuid);
    assert.deepEqual(actions[0]?.cache, { user_id: 'u1' });
    assert.deepEqual(actionNotes['First'], [`user made - ${AT}`]);
    never.open();
    assert.deepEqual((await dying).actionNotes['First'], [`user made - ${AT}`]);
  });

  test('a request waits for a stage no longer than configured, and the stage continues', async () => {
    const { tasks, taskReads, script, close } = workflowOver(await open(), {
      settings: { workflow: { backgroundAfter_ms: 1 } },
    });
    const go = gate();
    script.on['First.prepare'] = () => go.opened;
    const task = await tasks.create('block', ADA, { what: 'x' });
    assert.deepEqual(task.running, { stage: 'prepare', action: 0, since: START_MS });
    go.open();
    await close();
    const after = await taskReads.get(task.uuid);
    assert.equal(after.running, null);
    assert.deepEqual(
      after.actions.map(({ valid }) => valid),
      [true, true],
    );
  });

  test("actions share values within one run, and see one another's validity and earlier tasks of their project", async () => {
    const { tasks, script, clock } = workflowOver(await open());
    const seen: unknown[] = [];
    await tasks.approve(ADMIN, (await tasks.create('block', ADA, { what: 'past' })).uuid);
    await tasks.approve(ADMIN, (await tasks.create('block', callerOf('bob', 'p2'), { what: 'other' })).uuid);
    clock.advance(1000);
    script.on['First.prepare'] = (run) => {
      run.taskCache['project_id'] = 'made';
      run.data['what'] = 'narrowed';
      run.cache['seen'] = run.config;
    };
    script.on['Second.prepare'] = async (run) => {
      run.valid = false;
      const past = await run.completedSince(START_MS);
      const none = await run.completedSince(START_MS + 1);
      seen.push(
        run.taskCache,
        run.data['what'],
        run.validities,
        past.map(({ actions }) => actions[0]?.data['what']),
        none.length,
      );
    };
    const task = await tasks.create('block', ADA, { what: 'now' });
    assert.deepEqual(seen, [{ project_id: 'made' }, 'now', [true, false], ['past'], 0]);
    assert.deepEqual(task.actions[0]?.data, { what: 'now' });
    assert.deepEqual(task.actions[0]?.cache, { seen: { limit: 1, deep: { a: 1, b: 2 } } });
  });

  test('delegate APIs create, find and cancel tasks, and can delay an answer so that its time reveals nothing', async () => {
    const waited: number[] = [];
    const { taskReads, clock, delegateContexts, audit } = workflowOver(await open(), {
      wait: async (ms) => void waited.push(ms),
    });
    const context = delegateContexts.for('Any', { caller: ADA, address: '192.0.2.7' });
    const { uuid } = await context.createTask('block', ADA, { what: 'x' });
    clock.advance(1000);
    await context.takeAtLeast(3000);
    clock.advance(3000);
    await context.takeAtLeast(3000);
    assert.deepEqual(waited, [2000]);
    const query = { taskTypes: ['block'], projectId: 'p1', cancelled: false, limit: 5 };
    assert.deepEqual(
      (await context.findTasks(query)).map((task) => task.uuid),
      [uuid],
    );
    assert.deepEqual(await context.troubleOf(await taskReads.get(uuid)), { expired: false, failed: false });
    assert.equal((await context.cancelTask(uuid)).cancelled, true);
    const [cancelled] = await audit.list({ limit: 1, action: 'task.cancel' });
    assert.deepEqual([cancelled?.actor, cancelled?.address], ['id-of-ada', '192.0.2.7']);
    assert.deepEqual(context.manageableRoles(['project_mod', 'toString']), [
      'project_mod',
      'heat_stack_owner',
      'member',
    ]);
    assert.equal(context.manageableRoles().length, 4);
    assert.deepEqual(context.quotaSizeOrder, ['small', 'medium', 'large']);
  });

  test('the status has the newest task that is not completed and the last completed one', async () => {
    const { tasks, taskReads, clock } = workflowOver(await open());
    assert.deepEqual(await taskReads.status(), { lastCreated: undefined, lastCompleted: undefined });
    const first = await tasks.create('block', ADA, { what: '1' });
    clock.advance(1);
    const second = await tasks.create('block', ADA, { what: '2' });
    clock.advance(1);
    await tasks.approve(ADMIN, first.uuid);
    await tasks.cancel(ADMIN, second.uuid);
    const { lastCreated, lastCompleted } = await taskReads.status();
    assert.deepEqual([lastCreated?.uuid, lastCompleted?.uuid], [second.uuid, first.uuid]);
  });
});
