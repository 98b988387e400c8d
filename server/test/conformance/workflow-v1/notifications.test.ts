import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { errors, notes, openOffice, says, UNKNOWN } from './office.ts';

/** A query for unacknowledged notifications. */
const OPEN = `filters=${encodeURIComponent('{"acknowledged": {"exact": false}}')}`;
const NOT_A_LIST = { notifications: ['this field is required and needs to be a list.'] };

forEachEngine((_engine, open) => {
  test('a task that needs approval causes a notification, which stays until it is acknowledged', async () => {
    const { ask, told, signUp, newestTask } = await openOffice(open);
    await signUp('plan', 'new@example.org');
    const { notifications } = await told('admin', 'GET', '/v1/notifications');
    const [{ uuid, ...notification }] = notifications;
    assert.deepEqual(notification, {
      notes: { notes: ["'create_project_and_user' task needs approval."] },
      task: (await newestTask()).uuid,
      error: false,
      acknowledged: false,
      created_on: '2026-01-15T12:00:00Z',
    });
    const path = `/v1/notification/${uuid}`;
    says(await ask('admin', 'GET', path), 200, notifications[0]);
    says(await ask('admin', 'GET', `/v1/notifications/${uuid}/`), 200, notifications[0]);
    for (const body of [undefined, {}, { acknowledged: false }, { acknowledged: 'true' }, [true]]) {
      says(await ask('admin', 'POST', path, body), 400, { acknowledged: ['this field is required.'] });
    }
    assert.deepEqual(await told('admin', 'GET', '/v1/notification'), { notifications });
    says(await ask('admin', 'POST', path, { acknowledged: true }), 200, notes('Notification acknowledged.'));
    for (const body of [{ acknowledged: true }, {}]) {
      says(await ask('admin', 'POST', path, body), 200, notes('Notification already acknowledged.'));
    }
    says(await ask('admin', 'GET', `/v1/notifications?${OPEN}`), 200, { notifications: [] });
    for (const list of ['/v1/notification', '/v1/notifications']) {
      assert.equal((await told('admin', 'GET', list)).notifications[0].acknowledged, true);
    }
  });

  test('an unknown notification answers 404', async () => {
    const { ask } = await openOffice(open);
    for (const id of [UNKNOWN, 'x', 'X'.repeat(32)]) {
      const none = errors('No notification with this id.');
      says(await ask('admin', 'GET', `/v1/notifications/${id}`), 404, none);
      says(await ask('admin', 'POST', `/v1/notifications/${id}`, { acknowledged: true }), 404, none);
    }
  });

  test('many notifications are acknowledged at once, and unknown ones are ignored', async () => {
    const { ask, told, signUp } = await openOffice(open);
    await signUp('one', 'one@example.org');
    await signUp('two', 'two@example.org');
    await signUp('three', 'three@example.org');
    for (const body of [
      undefined,
      {},
      { notifications: [] },
      { notifications: 'x' },
      { notifications: {} },
      ['x'],
    ]) {
      says(await ask('admin', 'POST', '/v1/notifications', body), 400, NOT_A_LIST);
    }
    const { notifications } = await told('admin', 'GET', '/v1/notification');
    const [first, second, third] = notifications.map(({ uuid }: { uuid: string }) => uuid);
    const chosen = { notifications: [first, UNKNOWN, 7, null, '\u0000', second] };
    says(await ask('admin', 'POST', '/v1/notification', chosen), 200, notes('Notifications acknowledged.'));
    const left = (await told('admin', 'GET', `/v1/notification?${OPEN}`)).notifications;
    assert.deepEqual(
      left.map(({ uuid }: { uuid: string }) => uuid),
      [third],
    );
  });

  test('configured operators get one mail, and the notification counts as acknowledged', async () => {
    const handler = {
      emails: ['ops@example.org'],
      from: 'bounce@example.org',
      reply: 'no-reply@example.org',
    };
    const config = {
      notifications: { handler_defaults: { EmailNotification: handler } },
      workflow: {
        tasks: { create_project_and_user: { emails: { initial: null, token: null, completed: null } } },
      },
    };
    const { told, signUp, mailsTo, mails } = await openOffice(open, { config });
    await signUp('plan', 'new@example.org');
    const [mail = ''] = await mailsTo('ops@example.org');
    assert.equal(mails().length, 1);
    assert.match(mail, /^Subject: \[Purser\] A task needs your attention: create_project_and_user\r?$/m);
    assert.ok(mail.includes("'create_project_and_user' task needs approval."));
    assert.match(mail, /^X-Adjutant-Task-UUID: [0-9a-f]{32}\r?$/m);
    assert.equal((await told('admin', 'GET', '/v1/notifications')).notifications[0].acknowledged, true);
  });
});
