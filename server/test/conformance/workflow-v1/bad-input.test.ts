import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { type Asker, openOffice } from './office.ts';

/** Values of all kinds, as JSON texts: some cannot be written otherwise. */
const VALUES = [
  'null',
  'true',
  '0',
  '-1',
  '1.5',
  '1e400',
  '9223372036854775808',
  '""',
  '"  "',
  '"\\u0000"',
  '"\\ud800"',
  '"a\\nb@example.org"',
  `"${'x'.repeat(5000)}"`,
  `"${'x'.repeat(300)}@example.org"`,
  '[]',
  '[null]',
  '[[]]',
  '[1, "member"]',
  '["\\u0000"]',
  '["__proto__"]',
  '{}',
  '{"a": {"b": []}}',
  '{"__proto__": 1}',
];

forEachEngine((_engine, open) => {
  test('no value of any field of any call makes the service fail', async () => {
    const patient = '1000000';
    const env = {
      PURSER_ANONYMOUS_REQUESTS_PER_ADDRESS: patient,
      PURSER_ANONYMOUS_REQUESTS: patient,
      PURSER_MAILS_PER_RECIPIENT: patient,
      PURSER_REQUESTS_PER_ACCOUNT: patient,
    };
    const { ask, owner, member, signUp, newestTask, told } = await openOffice(open, { env });
    await signUp('plan', 'new@example.org');
    const task = `/v1/tasks/${(await newestTask()).uuid}`;
    const notification = (await told('admin', 'GET', '/v1/notifications')).notifications[0].uuid;
    const user = `/v1/openstack/users/${member.uuid}/roles`;
    const calls: [Asker, string, string, Record<string, unknown>][] = [
      [
        'admin',
        'PUT',
        task,
        {
          project_name: 'x',
          email: 'x@example.org',
          domain_id: 'default',
          parent_id: null,
          region: 'RegionOne',
        },
      ],
      ['admin', 'POST', task, { approved: false }],
      ['admin', 'POST', '/v1/tokens', { task: 'x' }],
      ['admin', 'POST', '/v1/notifications', { notifications: ['x'] }],
      ['admin', 'POST', `/v1/notifications/${notification}`, { acknowledged: false }],
      [
        null,
        'POST',
        '/v1/openstack/sign-up',
        { project_name: 'lab', email: 'boss@example.org', username: 'x' },
      ],
      [
        null,
        'POST',
        '/v1/openstack/users/password-reset',
        { email: 'unknown@example.org', username: 'x', domain_name: 'Default' },
      ],
      ['admin', 'POST', '/v1/openstack/users/password-set', { email: 'unknown@example.org' }],
      [
        owner,
        'POST',
        '/v1/openstack/users',
        {
          email: 'boss@example.org',
          roles: ['member'],
          inherited_roles: [],
          project_id: owner.project,
          domain_id: 'default',
        },
      ],
      [owner, 'PUT', user, { roles: ['member'], inherited_roles: [], project_id: owner.project }],
      [owner, 'DELETE', user, { roles: ['project_mod'], inherited_roles: [] }],
      [
        owner,
        'POST',
        '/v1/actions/EditUser',
        { user_id: member.uuid, roles: ['member'], project_id: owner.project, remove: false },
      ],
      [
        owner,
        'POST',
        '/v1/openstack/users/email-update',
        { new_email: 'boss@example.org', email: 'boss@example.org' },
      ],
      [owner, 'POST', '/v1/openstack/quotas', { size: 'large', regions: ['RegionOne'], region: 'RegionOne' }],
    ];
    for (const [who, method, path, good] of calls) {
      for (const field of Object.keys(good)) {
        for (const value of VALUES) {
          const fields = Object.entries(good).map(
            ([key, own]) => `${JSON.stringify(key)}: ${key === field ? value : JSON.stringify(own)}`,
          );
          const answer = await ask(who, method, path, `{${fields.join(', ')}}`);
          const what = `${method} ${path} ${field}: ${value.slice(0, 60)} gave ${answer.status} ${answer.text.slice(0, 200)}`;
          assert.ok(answer.status < 500, what);
          assert.ok(JSON.parse(answer.text), what);
        }
      }
    }
    assert.deepEqual((await told('admin', 'GET', '/v1/status')).error_notifications, []);
  });

  test('no parameter of a path or a query makes the service fail', async () => {
    const { ask, owner } = await openOffice(open);
    const odd = [
      '%00',
      '%ff',
      '%ud800',
      '%',
      '..%2f',
      '%2e%2e',
      "'",
      '"',
      '%F0%9F%98%80',
      'x'.repeat(900),
      'x'.repeat(2000),
      '{}',
      '*',
      ':a',
      '%20',
    ];
    for (const text of odd) {
      for (const path of [
        `/v1/tasks/${text}`,
        `/v1/tokens/${text}`,
        `/v1/notification/${text}`,
        `/v1/${text}`,
      ]) {
        for (const method of ['GET', 'POST', 'DELETE', 'PUT']) {
          const { status } = await ask('admin', method, path, method === 'GET' ? undefined : '{}');
          assert.ok(status < 500, `${method} ${path} ${status}`);
        }
      }
      for (const path of [`/v1/openstack/users/${text}`, `/v1/openstack/users/${text}/roles`]) {
        for (const method of ['GET', 'DELETE', 'PUT']) {
          const { status } = await ask(
            owner,
            method,
            path,
            method === 'GET' ? undefined : '{"roles": ["member"]}',
          );
          assert.ok(status < 500, `${method} ${path} ${status}`);
        }
      }
      for (const query of [
        'filters',
        'page',
        'tasks_per_page',
        'notifications_per_page',
        'expired',
        'regions',
        'include_usage',
      ]) {
        for (const path of ['tasks', 'tokens', 'notifications', 'openstack/quotas', 'openstack/users']) {
          const who = path.startsWith('openstack') ? owner : 'admin';
          const { status } = await ask(who, 'GET', `/v1/${path}?${query}=${text}&${query}=${text}`);
          assert.ok(status < 500, `${path} ${query}=${text} ${status}`);
        }
      }
    }
  });
});
