import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixedClock, forEachEngine, START_MS } from '../../../test/support/engines.ts';
import { refusal } from '../../../test/support/parts.ts';
import { ADA, ADMIN, gate, workflowOver } from '../../../test/support/workflow-parts.ts';
import { migrate } from '../../storage/migrate.ts';
import { openStorage } from '../../storage/open.ts';
import type { Storage } from '../../storage/storage.ts';
import { ANONYMOUS } from '../engine/caller.ts';
import type { ActionRun, Submission } from '../features/action.ts';

const INPUT = { what: 'x', email: 'ada@example.org' };
const DAY_MS = 86_400_000;

/** A workflow in which the first action wants a password, and one task of it that has a token. */
async function withToken(
  storage: Storage,
  options: Parameters<typeof workflowOver>[1] = {},
  type = 'mailing',
) {
  const workflow = workflowOver(storage, options);
  workflow.script.on['First.approve'] = (run: ActionRun) => {
    run.needToken = true;
    run.tokenFields = ['password', 'confirm'];
  };
  workflow.script.on['Second.approve'] = (run: ActionRun) => {
    run.tokenFields = ['password'];
  };
  const { uuid } = await workflow.tasks.create(type, ADA, INPUT);
  const task = await workflow.tasks.approve(ADMIN, uuid);
  return { ...workflow, uuid, task, token: await workflow.secret() };
}

forEachEngine((engine, open, freshUrl) => {
  test('a token states its fields, runs the last stage once with those alone, and ends', async () => {
    const { tasks, taskReads, script, uuid, task, token } = await withToken(await open());
    assert.equal(task.completed, false);
    assert.deepEqual(task.taskNotes, ['Token created for task. - (2030-01-01 00:00:00+00:00)']);
    assert.deepEqual(await taskReads.describeToken(token), {
      actions: ['First', 'Second'],
      requiredFields: ['password', 'confirm'],
      taskType: 'mailing',
      requiresAuthentication: false,
    });
    const given: Submission[] = [];
    script.on['First.submit'] = (_run: ActionRun, submission: Submission) => void given.push(submission);
    const missing = await tasks.submitToken(token, { password: 'p' }, ANONYMOUS).catch((error) => error);
    assert.equal(missing.code, 'workflow_token_fields');
    assert.deepEqual(missing.data.errors, { confirm: ['This field is required.'] });
    const data = { password: 'p', confirm: false, other: 1 };
    const done = await tasks.submitToken(token, data, ANONYMOUS);
    assert.equal(done.completed, true);
    assert.deepEqual(given, [{ data: { password: 'p', confirm: false }, submitter: ANONYMOUS }]);
    assert.deepEqual(await taskReads.listTokens(), []);
    const gone = { code: 'workflow_token_not_found', message: 'This token does not exist or has expired.' };
    await assert.rejects(tasks.submitToken(token, data, ANONYMOUS), gone);
    await assert.rejects(taskReads.describeToken('0'.repeat(32)), gone);
    assert.equal((await taskReads.get(uuid)).completed, true);
  });

  test('no list and no row has the secret; the listed handle cannot be submitted', async () => {
    const { taskReads, storage, uuid, token } = await withToken(await open());
    const [listed] = await taskReads.listTokens();
    assert.deepEqual(listed, {
      handle: listed?.handle,
      task: uuid,
      taskType: 'mailing',
      createdOn: START_MS,
      expires: START_MS + DAY_MS,
    });
    assert.match(listed?.handle ?? '', /^[0-9a-f]{32}$/);
    assert.notEqual(listed?.handle, token);
    await assert.rejects(taskReads.describeToken(listed?.handle ?? ''), refusal('workflow_token_not_found'));
    const rows = await storage.db.selectFrom('workflow_tokens').selectAll().execute();
    assert.doesNotMatch(JSON.stringify(rows), new RegExp(token));
    const { rows: audit } = { rows: await storage.db.selectFrom('audit').selectAll().execute() };
    assert.doesNotMatch(JSON.stringify(audit), new RegExp(token));
  });

  test('an expired token is not found, and reading it deletes it', async () => {
    const { tasks, taskReads, clock, task, token } = await withToken(await open(), {
      tasks: [{ name: 'hasty', config: {}, tokenExpiry_s: 60 }],
    });
    const hasty = await tasks.create('hasty', ADA, INPUT);
    await tasks.approve(ADMIN, hasty.uuid);
    clock.advance(60_000);
    assert.deepEqual(
      (await taskReads.listTokens()).map((each) => each.task),
      [task.uuid],
    );
    assert.deepEqual(
      (await taskReads.listTokens({ expired: true })).map((each) => each.task),
      [hasty.uuid],
    );
    assert.equal((await taskReads.troubleOf(hasty)).expired, true);
    assert.equal((await taskReads.troubleOf(task)).expired, false);
    assert.equal(await tasks.deleteExpiredTokens(), 1);
    assert.equal(await tasks.deleteExpiredTokens(), 0);
    clock.advance(DAY_MS);
    await assert.rejects(tasks.submitToken(token, {}, ANONYMOUS), refusal('workflow_token_not_found'));
    assert.deepEqual(await taskReads.listTokens({ expired: true }), []);
  });

  test('a new token replaces the old one; a task that needs none gets none', async () => {
    const { tasks, taskReads, token, uuid, secret, audit } = await withToken(await open());
    assert.equal(await tasks.reissueToken(ADMIN, uuid), true);
    const second = await secret();
    assert.notEqual(second, token);
    assert.equal((await taskReads.listTokens()).length, 1);
    await assert.rejects(taskReads.describeToken(token), refusal('workflow_token_not_found'));
    assert.equal((await audit.list({ limit: 1, action: 'task.reissue_token' }))[0]?.subject, uuid);
    await tasks.approve(ADMIN, uuid);
    await assert.rejects(taskReads.describeToken(second), refusal('workflow_token_not_found'));
    assert.equal((await taskReads.listTokens()).length, 1);
    await tasks.cancel(ADMIN, uuid);
    assert.deepEqual(await taskReads.listTokens(), []);
    await assert.rejects(taskReads.describeToken(await secret()), refusal('workflow_token_not_found'));
    const plain = workflowOver(await open());
    plain.script.on['First.approve'] = (run: ActionRun) => {
      run.valid = false;
    };
    const stuck = await plain.tasks.create('mailing', ADA, INPUT);
    await assert.rejects(plain.tasks.approve(ADMIN, stuck.uuid), refusal('task_actions_invalid'));
    assert.equal(await plain.tasks.reissueToken(ADMIN, stuck.uuid), false);
    assert.deepEqual(await plain.taskReads.listTokens(), []);
  });

  test('the fields of a token that is no longer needed are not required', async () => {
    const { tasks, script, uuid } = await withToken(await open());
    script.on['First.approve'] = (run: ActionRun) => {
      run.needToken = false;
    };
    script.on['Second.approve'] = (run: ActionRun) => {
      run.tokenFields = [];
    };
    const task = await tasks.approve(ADMIN, uuid);
    assert.equal(task.completed, true);
    assert.deepEqual(task.actions[0]?.tokenFields, []);
  });

  test('a type of task can require an authenticated submitter, which is checked first', async () => {
    const { tasks, taskReads, token, script } = await withToken(
      await open(),
      { tasks: [{ name: 'known', config: {}, tokenRequiresAuthentication: true }] },
      'known',
    );
    assert.equal((await taskReads.describeToken(token)).requiresAuthentication, true);
    await assert.rejects(tasks.submitToken(token, {}, ANONYMOUS), {
      code: 'workflow_token_authentication',
      message: 'This token requires authentication to submit.',
    });
    let by: unknown;
    script.on['First.submit'] = (_run: ActionRun, { submitter }: Submission) => {
      by = submitter;
    };
    await tasks.submitToken(token, { password: 'p', confirm: true }, ADA);
    assert.deepEqual(by, ADA);
  });

  test('a token that is replaced while it is being submitted does nothing', async () => {
    const storage = await open();
    let meanwhile: (() => Promise<unknown>) | undefined;
    // Another node acts after the token was found and before its task is locked.
    const interrupted: Storage = {
      ...storage,
      transaction: async (body) => {
        const act = meanwhile;
        meanwhile = undefined;
        await act?.();
        return storage.transaction(body);
      },
    };
    const { tasks, script, uuid, token, secret } = await withToken(interrupted);
    let submitted = 0;
    script.on['First.submit'] = () => {
      submitted += 1;
    };
    const data = { password: 'p', confirm: true };
    meanwhile = () => tasks.reissueToken(ADMIN, uuid);
    await assert.rejects(tasks.submitToken(token, data, ANONYMOUS), refusal('workflow_token_not_found'));
    assert.equal(submitted, 0);
    assert.equal((await tasks.submitToken(await secret(), data, ANONYMOUS)).completed, true);
    assert.equal(submitted, 1);
  });

  test('a token that is submitted many times concurrently runs its task once', async () => {
    const { tasks, script, token } = await withToken(await open());
    const effects: string[] = [];
    script.on['First.submit'] = () => void effects.push('done');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, () => tasks.submitToken(token, { password: 'p', confirm: true }, ANONYMOUS)),
    );
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    assert.deepEqual(effects, ['done']);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        assert.match(outcome.reason.code, /^(?:task_busy|task_state|workflow_token_not_found)$/);
      }
    }
  });

  test('a submission that failed can be sent again with the same token', async () => {
    const { tasks, script, token } = await withToken(await open());
    script.on['Second.submit'] = () => {
      throw new Error('not now');
    };
    const data = { password: 'p', confirm: true };
    await assert.rejects(tasks.submitToken(token, data, ANONYMOUS), refusal('task_failed'));
    delete script.on['Second.submit'];
    assert.equal((await tasks.submitToken(token, data, ANONYMOUS)).completed, true);
  });

  test('a task whose type or action is not registered answers a fault of the service', async () => {
    const storage = await open();
    const { token, uuid } = await withToken(storage);
    const without = { name: 'other', actions: [], tasks: [] };
    const { tasks, taskReads } = workflowOver(storage, { features: without, seed: 'other' });
    await assert.rejects(taskReads.describeToken(token), {
      code: 'task_type_unknown',
      message: "Task type 'mailing' not registered, and used for existing task.",
    });
    await assert.rejects(tasks.approve(ADMIN, uuid), refusal('task_type_unknown'));
    assert.equal((await taskReads.get(uuid)).taskType, 'mailing');
    assert.equal((await tasks.cancel(ADMIN, uuid)).cancelled, true);
  });

  if (engine === 'postgres') {
    test('of two nodes on one database only one runs a stage', async () => {
      const url = await freshUrl();
      const storages = [openStorage(url, 4), openStorage(url, 4)] as const;
      await migrate(storages[0], START_MS);
      const clock = fixedClock();
      const [one, two] = storages.map((storage, index) =>
        workflowOver(storage, { clock, seed: `node ${index}` }),
      );
      assert.ok(one && two);
      try {
        const inside = gate();
        const go = gate();
        const effects: string[] = [];
        one.script.on['First.submit'] = async () => {
          effects.push('one');
          inside.open();
          await go.opened;
        };
        two.script.on['First.submit'] = () => void effects.push('two');
        const { uuid } = await one.tasks.create('block', ADA, INPUT);
        const first = one.tasks.approve(ADMIN, uuid);
        await inside.opened;
        await assert.rejects(two.tasks.approve(ADMIN, uuid), refusal('task_busy'));
        await assert.rejects(two.tasks.cancel(ADMIN, uuid), refusal('task_busy'));
        go.open();
        await first;
        await assert.rejects(two.tasks.approve(ADMIN, uuid), refusal('task_state'));
        assert.deepEqual(effects, ['one']);
        const same = { ...INPUT, what: 'same' };
        const outcomes = await Promise.allSettled(
          [one, two, one, two, one, two].map(({ tasks }) => tasks.create('block', ADA, same)),
        );
        assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'task_duplicate');
        }
      } finally {
        await Promise.all(storages.map((storage) => storage.close()));
      }
    });
  }
});
