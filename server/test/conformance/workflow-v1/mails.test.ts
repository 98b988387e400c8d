import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMailer } from '../../../src/mail/mailer.ts';
import { forEachEngine } from '../../engines.ts';
import { smtpServer } from '../../smtp-server.ts';
import { openOffice } from './office.ts';

forEachEngine((_engine, open) => {
  test('mails of tasks come from an address that names the task, and answers go where they should', async () => {
    const server = await smtpServer();
    const from = 'bounce+%(task_uuid)s@example.com';
    const emails = {
      initial: { from, reply: 'no-reply@example.com' },
      token: { from, reply: 'Cloud <no-reply@example.com>' },
    };
    const { signUp, newestTask, delivered, told } = await openOffice(open, {
      config: { workflow: { tasks: { create_project_and_user: { emails } } } },
      mailer: openMailer(server.url, 'Cloud <cloud@example.org>', () => {}),
    });
    await signUp('plan', 'new@example.org');
    const { uuid } = await newestTask();
    await told('admin', 'POST', `/v1/tasks/${uuid}`, { approved: true });
    await delivered();
    assert.deepEqual(
      server.received.map(({ to }) => to),
      [['new@example.org'], ['new@example.org']],
    );
    for (const { from, message } of server.received) {
      assert.equal(from, `bounce+${uuid}@example.com`);
      assert.match(message, new RegExp(`^X-Adjutant-Task-UUID: ${uuid}\\r$`, 'm'));
    }
    const header = (name: string) =>
      server.received.map(({ message }) => new RegExp(`^${name}: (.*)\\r$`, 'm').exec(message)?.[1]);
    assert.deepEqual(header('From'), ['no-reply@example.com', 'Cloud <no-reply@example.com>']);
    assert.deepEqual(header('Reply-To'), header('From'));
    assert.deepEqual(header('Subject'), ['signup received', 'signup approved']);
  });

  test('a mail that no server takes is told to operators', async () => {
    const server = await smtpServer({ refuse: () => ({ status: 550, words: 'no such person' }) });
    const config = { workflow: { task_defaults: { notifications: { safe_errors: [] } } } };
    const { signUp, newestTask, delivered, told } = await openOffice(open, {
      config,
      mailer: openMailer(server.url, 'Cloud <cloud@example.org>', () => {}),
    });
    await signUp('plan', 'new@example.org');
    const { uuid } = await newestTask();
    await delivered();
    const [notification] = (await told('admin', 'GET', '/v1/status')).error_notifications;
    assert.equal(notification.task, uuid);
    assert.match(
      notification.notes.errors,
      new RegExp(`^Error: '.*' while emailing update for task: ${uuid}$`),
    );
  });
});
