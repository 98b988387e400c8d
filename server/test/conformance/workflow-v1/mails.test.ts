import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openMailer } from '../../../src/mail/mailer.ts';
import { forEachEngine } from '../../support/engines.ts';
import { smtpServer } from '../../support/smtp-server.ts';
import { openOffice, PASSWORD } from './office.ts';

forEachEngine((_engine, open) => {
  test("mails of tasks have an envelope sender with the task's uuid, and the configured reply address", async () => {
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
    assert.deepEqual(header('Subject'), [
      '[Purser] Your request for a project was received',
      '[Purser] Your project was approved',
    ]);
  });

  test('a mail that is given up notifies operators', async () => {
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

  test('a failing template does not prevent the mail, and no message shows file paths', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'purser-task-mails-'));
    after(() => rmSync(folder, { recursive: true }));
    writeFileSync(
      join(folder, 'broken.txt.eta'),
      "<% throw new Error('cannot read ' + '/etc/purser/secret.txt') %>",
    );
    writeFileSync(join(folder, 'unclosed.html.eta'), "<% throw new Error('no') %>");
    const { invite, resetPassword, owner, mailsTo, tokenOf, ask, told } = await openOffice(open, {
      config: {
        service_name: 'Example Cloud',
        workflow: {
          templates: folder,
          tasks: {
            reset_user_password: {
              emails: {
                token: {
                  template: 'broken.txt',
                  emails: [{}, { to: 'copy@example.org', template: 'token.txt', html_template: null }],
                },
                completed: { html_template: 'unclosed.html' },
              },
            },
            invite_user_to_project: {
              emails: { token: { template: 'create_project_and_user_token.txt', html_template: null } },
            },
          },
        },
      },
    });
    assert.equal((await resetPassword(owner.email)).status, 202);
    const token = await tokenOf(owner.email);
    assert.equal((await mailsTo('copy@example.org')).length, 1, 'the other mail of the stage');
    assert.equal((await ask(null, 'POST', `/v1/tokens/${token}`, PASSWORD)).status, 200);
    const [link, changed] = await mailsTo(owner.email);
    assert.match(link ?? '', /^Subject: \[Example Cloud\] Choose a new password$/m);
    assert.match(changed ?? '', /your password has been changed/);
    const { notifications } = await told('admin', 'GET', '/v1/notifications');
    const texts = JSON.stringify(notifications);
    assert.match(texts, /broken\.txt\.eta, line 1: cannot read secret\.txt/);
    assert.match(texts, /unclosed\.html\.eta/);
    assert.ok(!texts.includes(folder) && !texts.includes('/etc/purser'), texts);
    // A template of another task has nothing of this one to say, and says the rest.
    await invite('new@example.org');
    const [invited] = await mailsTo('new@example.org');
    assert.match(invited ?? '', /the project that was asked for with this e-mail address has been approved/);
    assert.match(invited ?? '', /\/ui\/token\/[0-9a-f]{32}\//);
    assert.doesNotMatch(invited ?? '', /undefined/);
  });

  test('operators can set subjects, which may contain the name of the cloud', async () => {
    const { invite, mailsTo } = await openOffice(open, {
      config: {
        service_name: 'Example Cloud',
        workflow: {
          tasks: { invite_user_to_project: { emails: { token: { subject: 'Come to %(service_name)s!' } } } },
        },
      },
    });
    await invite('new@example.org');
    assert.match((await mailsTo('new@example.org'))[0] ?? '', /^Subject: Come to Example Cloud!$/m);
  });

  test('mails to operators go to all administrators', async () => {
    const office = await openOffice(open, { env: { PURSER_ADMIN_EMAIL: 'first@example.org' } });
    const { domain, owner, member, mailsTo, ask } = office;
    await domain.roles.grant(member.uuid, 'admin');
    await domain.roles.grant(owner.uuid, 'admin');
    await domain.accounts.deactivate(owner.uuid, 'gone');
    const { secret } = await domain.tokens.issue(office.stranger.uuid, { name: 'unbound' });
    const stranger = { ...office.stranger, token: secret };
    const wanted = { name: 'engine', end_date: '2027-01-01T00:00:00Z' };
    assert.equal((await ask(stranger, 'POST', '/api/projects', wanted)).status, 201);
    assert.equal((await ask(stranger, 'POST', '/api/feedback', { message: 'Hello' })).status, 204);
    for (const address of ['first@example.org', member.email]) {
      const subjects = (await mailsTo(address)).map((mail) => /^Subject: (.*)$/m.exec(mail)?.[1]);
      assert.deepEqual(subjects.toSorted(), [
        'Feedback from Purser',
        '[Purser] Application 1: new project engine',
      ]);
    }
    const told = (await mailsTo(owner.email)).join('');
    assert.doesNotMatch(told, /Feedback|Application 1/, 'a deactivated administrator');
  });
});
