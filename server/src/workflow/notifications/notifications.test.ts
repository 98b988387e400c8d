import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine, START_MS } from '../../../test/support/engines.ts';
import { refusal } from '../../../test/support/parts.ts';
import { smtpServer } from '../../../test/support/smtp-server.ts';
import { ADA, ADMIN, callerOf, testFeatures, workflowOver } from '../../../test/support/workflow-parts.ts';
import type { JsonObject } from '../../lib/text/json.ts';
import { openMailer } from '../../mail/mailer.ts';
import { ANONYMOUS } from '../engine/caller.ts';
import type { ActionRun } from '../features/action.ts';

const TO_OPERATORS = {
  notificationHandlerDefaults: {
    EmailNotification: {
      emails: ['ops@example.org', 'two@example.org'],
      reply: 'help@example.org',
      from: 'bounce+%(task_uuid)s@example.org',
    },
  },
};
const FROM = 'Cloud <cloud@example.org>';

forEachEngine((_engine, open) => {
  test('a notification stays until it is acknowledged, one by one or many at once', async () => {
    const { tasks, taskReads, notifications, clock } = workflowOver(await open());
    const { uuid } = await tasks.create('block', ADA, { what: 'x' });
    const error = await notifications.create(uuid, { errors: ['e'] }, { error: true });
    clock.advance(1);
    const third = await notifications.create(uuid, { notes: ['n'] });
    assert.deepEqual(third, {
      uuid: third.uuid,
      task: uuid,
      notes: { notes: ['n'] },
      error: false,
      acknowledged: false,
      createdOn: START_MS + 1,
    });
    assert.deepEqual(await notifications.get(error.uuid), error);
    assert.equal((await taskReads.troubleOf(await taskReads.get(uuid))).failed, true);
    assert.equal(await notifications.acknowledge(error.uuid), true);
    assert.equal(await notifications.acknowledge(error.uuid), false);
    const open_ = await notifications.list({ acknowledged: false, at: 'all' });
    assert.equal(open_.items.length, 2);
    assert.equal(open_.items[0]?.uuid, third.uuid);
    const uuids = [...open_.items.map((each) => each.uuid), error.uuid, '0'.repeat(32), 'nonsense\0'];
    assert.equal(await notifications.acknowledgeAll(uuids), 2);
    assert.equal((await notifications.list({ acknowledged: true, at: { limit: 2 } })).hasMore, true);
    for (const unknown of ['0'.repeat(32), "x' OR 1", '\0']) {
      await assert.rejects(notifications.get(unknown), refusal('notification_not_found'));
      await assert.rejects(notifications.acknowledge(unknown), refusal('notification_not_found'));
    }
    await assert.rejects(notifications.create('0'.repeat(32), {}), refusal('task_not_found'));
  });

  test('operators with addresses get one mail, and the notification counts as acknowledged', async () => {
    const server = await smtpServer();
    const { tasks, notifications, outbox } = workflowOver(await open(), {
      mailer: openMailer(server.url, FROM, () => undefined),
      settings: TO_OPERATORS,
    });
    const { uuid } = await tasks.create('block', ADA, { what: 'x' });
    const [notification] = (await notifications.list({ at: 'all' })).items;
    assert.equal(notification?.acknowledged, true);
    await outbox.deliverDue();
    assert.equal(server.received.length, 1);
    const [mail] = server.received;
    assert.deepEqual(mail?.to, ['ops@example.org', 'two@example.org']);
    assert.equal(mail?.from, `bounce+${uuid}@example.org`);
    assert.match(mail?.message ?? '', /^Subject: \[Purser\] A task needs your attention: block\r$/m);
    assert.match(mail?.message ?? '', /^From: help@example\.org\r$/m);
    assert.match(mail?.message ?? '', /^Reply-To: help@example\.org\r$/m);
    assert.match(mail?.message ?? '', new RegExp(`^X-Adjutant-Task-UUID: ${uuid}\\r$`, 'm'));
    assert.match(mail?.message ?? '', /'block' task needs approval\./);
    assert.match(mail?.message ?? '', new RegExp(`purser task show ${uuid}`));
  });

  test('the mail links to the configured console, and to none if none is configured', async () => {
    const texts: string[] = [];
    const mailer = openMailer('console', FROM, (text) => void texts.push(text));
    for (const workflow of [{ horizonUrl: 'https://horizon.example.org' }, {}]) {
      const { tasks, outbox } = workflowOver(await open(), {
        mailer,
        settings: { ...TO_OPERATORS, workflow },
      });
      await tasks.create('block', ADA, { what: 'x' });
      await outbox.deliverDue();
    }
    assert.match(texts[0] ?? '', /https:\/\/horizon\.example\.org\/management\/tasks\/[0-9a-f]{32}/);
    assert.doesNotMatch(texts[1] ?? '', /https?:/);
  });

  test('a notification whose mail is given up is no longer acknowledged, and causes an error notification', async () => {
    const server = await smtpServer({ refuse: () => ({ status: 550, words: 'no such mailbox' }) });
    const { tasks, notifications, outbox } = workflowOver(await open(), {
      mailer: openMailer(server.url, FROM, () => undefined),
      settings: TO_OPERATORS,
    });
    await tasks.create('block', ADA, { what: 'x' });
    await outbox.deliverDue();
    const { items } = await notifications.list({ at: 'all' });
    assert.deepEqual(
      items.map(({ error, acknowledged }) => [error, acknowledged]),
      [
        [true, false],
        [false, false],
      ],
    );
    const [told] = (items[0]?.notes['errors'] ?? []) as string[];
    assert.match(told ?? '', /^Error: '.*no such mailbox.*' while sending email notification$/);
  });

  test('a failing handler stops neither the task nor the other handlers', async () => {
    const notified: string[] = [];
    const script = { on: {}, ran: [] };
    const handlers = ['Broken', 'Working'].map((name) => ({
      name,
      config: { to: 'a' },
      notify: async (_notification: unknown, _task: unknown, { config }: { config: JsonObject }) => {
        if (name === 'Broken') throw new Error('out of order');
        notified.push(JSON.stringify(config));
        return true;
      },
    }));
    const features = { ...testFeatures(script), notificationHandlers: handlers };
    const { tasks, notifications, complaints } = workflowOver(await open(), {
      script,
      features,
      settings: {
        notificationHandlerDefaults: { Working: { to: 'b' } },
        workflow: {
          tasks: {
            block: {
              notifications: {
                standard_handlers: ['Broken', 'Working'],
                standard_handler_config: { Working: { to: 'c' } },
              },
            },
          },
        },
      },
    });
    await tasks.create('block', ADA, { what: 'x' });
    assert.deepEqual(notified, ['{"to":"c"}']);
    assert.deepEqual(complaints, ['a notification could not be handed on']);
    const { items } = await notifications.list({ error: true, at: 'all' });
    assert.deepEqual(items[0]?.notes, { errors: ["Error: 'out of order' while sending email notification"] });
  });

  test('a task sends mails when it is prepared, has a token and is completed, over a real mail server', async () => {
    const server = await smtpServer();
    const stage = (subject: string, more: JsonObject = {}) => ({
      subject,
      from: 'bounce+%(task_uuid)s@example.org',
      reply: 'no-reply@example.org',
      ...more,
    });
    const { tasks, script, outbox } = workflowOver(await open(), {
      mailer: openMailer(server.url, FROM, () => undefined),
      settings: {
        workflow: {
          horizonUrl: 'https://cloud.example.org/dash',
          tasks: {
            mailing: {
              emails: {
                initial: stage('Got it'),
                token: stage('Your turn'),
                completed: stage('Done', { emails: [{}, { to: 'boss@example.org', subject: 'Told' }] }),
              },
            },
          },
        },
      },
    });
    script.on['First.approve'] = (run: ActionRun) => {
      run.needToken = true;
    };
    const { uuid } = await tasks.create('mailing', ANONYMOUS, { what: 'x', email: 'ada@example.org' });
    await tasks.approve(ADMIN, uuid);
    while ((await outbox.deliverDue()) > 0);
    const token = server.received
      .map(
        ({ message }) =>
          /https:\/\/cloud\.example\.org\/dash\/token\/([0-9a-f]{32})\//.exec(
            message.replaceAll('=\r\n', ''),
          )?.[1],
      )
      .find(Boolean);
    assert.ok(token);
    const waiting = await outbox.list({ limit: 10 });
    assert.deepEqual(
      waiting.map(({ state }) => state),
      ['sent', 'sent'],
    );
    await tasks.submitToken(token, {}, ANONYMOUS);
    while ((await outbox.deliverDue()) > 0);
    const subjects = server.received.map(
      ({ to, message }) => `${to} ${/^Subject: (.*)\r$/m.exec(message)?.[1]}`,
    );
    assert.deepEqual(subjects.sort(), [
      'ada@example.org Done',
      'ada@example.org Got it',
      'ada@example.org Your turn',
      'boss@example.org Told',
    ]);
    for (const { from, message } of server.received) {
      assert.equal(from, `bounce+${uuid}@example.org`);
      assert.match(message, /^From: no-reply@example\.org\r$/m);
      assert.match(message, /^Reply-To: no-reply@example\.org\r$/m);
    }
  });

  test('a mail goes to the configured address, the requester or the address of the actions; several are an error', async () => {
    const { tasks, script, notifications, waiting } = workflowOver(await open(), {
      settings: {
        workflow: {
          tasks: { mailing: { emails: { initial: { email_current_user: true }, completed: null } } },
        },
      },
    });
    await tasks.create('mailing', callerOf('ada'), { what: '1', email: 'other@example.org' });
    assert.deepEqual(
      (await waiting()).map(({ to }) => to),
      [['ada@example.org']],
    );
    const anonymous = await tasks.create('mailing', ANONYMOUS, { what: '2', email: 'other@example.org' });
    const errors = async () =>
      (await notifications.list({ error: true, at: 'all' })).items.map(({ notes }) => notes['errors']);
    assert.deepEqual(await errors(), [
      `Error: Unable to send update, task email is configured to send to current user but no username or user ID found in task: ${anonymous.uuid}`,
    ]);
    assert.equal((await waiting()).length, 1);
    script.on['First.approve'] = (run: ActionRun) => {
      run.needToken = true;
    };
    const features = testFeatures(script);
    const [first, second] = features.actions ?? [];
    assert.ok(first && second);
    const twoAddresses = workflowOver(await open(), {
      script,
      features: { ...features, actions: [first, { ...second, email: () => 'second@example.org' }] },
    });
    const { uuid } = await twoAddresses.tasks.create('mailing', ADA, {
      what: '3',
      email: 'first@example.org',
    });
    const told = (await twoAddresses.notifications.list({ error: true, at: 'all' })).items;
    assert.deepEqual(
      told.map(({ notes }) => notes),
      [{ errors: `Error: Unable to send update, more than one email for task: ${uuid}` }],
    );
    assert.deepEqual(await twoAddresses.waiting(), []);
  });

  test("a task's mail that is given up causes an error notification, acknowledged if the settings call it safe", async () => {
    const server = await smtpServer({ refuse: () => ({ status: 550, words: 'no such mailbox' }) });
    for (const safe of [true, false]) {
      const { tasks, notifications, outbox } = workflowOver(await open(), {
        mailer: openMailer(server.url, FROM, () => undefined),
        settings: safe ? {} : { workflow: { taskDefaults: { notifications: { safe_errors: [] } } } },
      });
      const { uuid } = await tasks.create('mailing', ADA, { what: 'x', email: 'gone@example.org' });
      await outbox.deliverDue();
      const [told] = (await notifications.list({ error: true, at: 'all' })).items;
      assert.equal(told?.acknowledged, safe);
      const text = told?.notes['errors'] as string;
      assert.match(text, /^Error: '.*no such mailbox.*' while emailing update for task: /);
      assert.ok(text.endsWith(uuid));
    }
  });

  test('a token whose mail cannot be written is not stored, and operators are notified', async () => {
    const { tasks, taskReads, script, notifications } = workflowOver(await open(), {
      settings: { workflow: { tasks: { mailing: { emails: { token: { template: null } } } } } },
    });
    script.on['First.approve'] = (run: ActionRun) => {
      run.needToken = true;
    };
    const { uuid } = await tasks.create('mailing', ADA, { what: 'x', email: 'ada@example.org' });
    const failed = { code: 'task_failed' };
    await assert.rejects(tasks.approve(ADMIN, uuid), failed);
    await assert.rejects(tasks.reissueToken(ADMIN, uuid), failed);
    assert.deepEqual(await taskReads.listTokens(), []);
    const told = (await notifications.list({ error: true, at: 'all' })).items.map(({ notes }) => notes);
    const text =
      "Error: Error('There is no template for the token.') while sending token. See task itself for details.";
    assert.deepEqual(told, [{ errors: [text] }, { errors: [text] }]);
  });

  test('an action sends a mail of its own to several people together', async () => {
    const { tasks, script, waiting, notifications } = workflowOver(await open());
    const mail = {
      to: ['a@example.org', 'b@example.org'],
      subject: 'Heard',
      from: null,
      reply: null,
      htmlTemplate: null,
    };
    const failures: unknown[] = [];
    script.on['First.prepare'] = async (run: ActionRun) => {
      await run.mail({ ...mail, template: 'completed.txt' });
      await run.mail({ ...mail, template: 'nowhere.txt' }).catch((error) => failures.push(error));
    };
    const { uuid } = await tasks.create('block', ADA, { what: 'x' });
    const sent = await waiting();
    assert.deepEqual(
      sent.map(({ to, subject, kind }) => [to, subject, kind]),
      [[mail.to, 'Heard', 'workflow-additional']],
    );
    assert.equal(failures.length, 1);
    const [told] = (await notifications.list({ error: true, at: 'all' })).items;
    assert.match(
      String(told?.notes['errors']),
      new RegExp(`while sending additional email for task: ${uuid}$`),
    );
  });
});
