import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  type Office,
  openOffice,
  PASSWORD,
  UNKNOWN,
} from '../../../server/test/conformance/workflow-v1/office.ts';
import { forEachEngine } from '../../../server/test/support/engines.ts';
import {
  BadRequest,
  BadValue,
  Conflict,
  Forbidden,
  fetchTransport,
  NotFound,
  Purser,
  type PurserError,
  path,
  type TransportRequest,
  Unauthorized,
} from '../../src/index.ts';
import type { WorkflowClient } from '../../src/workflow/workflow-client.ts';

const DAY_MS = 86_400_000;

forEachEngine((_engine, open) => {
  let office: Office;
  let admin: WorkflowClient;
  let owner: WorkflowClient;
  let member: WorkflowClient;
  let anonymous: WorkflowClient;
  let sent: TransportRequest[];
  /** Number of responses to lose after the service has processed their requests. */
  let losing: number;

  const client = (token?: string): WorkflowClient => {
    const carry = fetchTransport();
    const purser = new Purser({
      url: office.url,
      ...(token !== undefined && { token }),
      transport: async (request) => {
        sent.push(request);
        const answer = await carry(request);
        losing -= 1;
        if (losing >= 0) throw new Error('the line is cut');
        return answer;
      },
      timing: { now: Date.now, random: () => 0, wait: async () => undefined },
    });
    after(() => purser.close());
    return purser.workflow;
  };

  const check = (guarantee: string, body: () => Promise<void>, config: object = {}) =>
    test(guarantee, async () => {
      sent = [];
      losing = 0;
      office = await openOffice(open, { config });
      admin = client(office.adminToken);
      owner = client(office.owner.token);
      member = client(office.member.token);
      anonymous = client();
      await body();
    });

  /** Signs up a user; returns the uuid of the task. */
  const signedUp = async (name: string): Promise<string> => {
    const { task } = await admin.signUp({ email: `${name}@example.org`, project_name: name });
    assert.ok(task);
    return task;
  };

  /** The error that a call rejects with. */
  const refusal = async (call: Promise<unknown>): Promise<PurserError> => {
    const answer = await call.then(
      () => undefined,
      (error: PurserError) => error,
    );
    assert.ok(answer, 'it was not refused');
    return answer;
  };

  check('a user signs up without a token, is approved, and finishes with the token of the mail', async () => {
    const asked = await anonymous.signUp({ email: 'new@example.org', project_name: 'plan' });
    assert.deepEqual(asked, { notes: ['task created'] });
    const { last_created_task } = await admin.status();
    const uuid = last_created_task?.uuid ?? '';
    assert.equal(last_created_task?.task_type, 'create_project_and_user');
    assert.deepEqual((await admin.tasks.approve(uuid)).notes, ['created token']);
    const token = await office.tokenOf('new@example.org');
    assert.deepEqual(await anonymous.tokens.get(token), {
      actions: ['NewProjectWithUserAction'],
      required_fields: ['password'],
      task_type: 'create_project_and_user',
      requires_authentication: false,
    });
    assert.deepEqual((await anonymous.tokens.submit(token, PASSWORD)).notes, [
      'Token submitted successfully.',
    ]);
    const task = await admin.tasks.get(uuid);
    assert.deepEqual([task.completed, task.actions[0]?.valid], [true, true]);
    assert.equal((await admin.status()).last_completed_task?.uuid, uuid);
  });

  check('tasks are listed whole, by page, and one after the other, filtered by what is asked', async () => {
    const uuids: string[] = [];
    for (const name of ['one', 'two', 'three']) {
      uuids.unshift(await signedUp(name));
      office.clock.advance(1000);
    }
    const whole = await admin.tasks.list();
    assert.deepEqual([whole.tasks.map(({ uuid }) => uuid), whole.has_more], [uuids, undefined]);
    const page = await admin.tasks.list({ page: 2, pageSize: 2 });
    assert.deepEqual(
      [page.tasks.map(({ uuid }) => uuid), page.pages, page.has_more, page.has_prev],
      [[uuids[2]], 2, false, true],
    );
    const all: string[] = [];
    sent = [];
    for await (const { uuid } of admin.tasks.all({}, { pageSize: 1 })) {
      all.push(uuid);
      assert.equal(sent.length, all.length);
    }
    assert.deepEqual(all, uuids);
    sent = [];
    for await (const _task of admin.tasks.all(undefined, { pageSize: 2 })) break;
    assert.equal(sent.length, 1);
    await admin.tasks.cancel(uuids[0] ?? '');
    const found = await admin.tasks.list({
      filters: { cancelled: { exact: false }, task_type: { in: ['create_project_and_user'] } },
    });
    assert.deepEqual(
      found.tasks.map(({ uuid }) => uuid),
      uuids.slice(1),
    );
    for await (const task of admin.tasks.all({ filters: { cancelled: { exact: true } } })) {
      assert.equal(task.uuid, uuids[0]);
    }
  });

  check('the input of a task is replaced until it is approved', async () => {
    const uuid = await signedUp('draft');
    const data = { email: 'draft@example.org', project_name: 'final' };
    assert.deepEqual((await admin.tasks.update(uuid, data)).notes, ['Task successfully updated.']);
    assert.equal((await admin.tasks.get(uuid)).actions[0]?.data['project_name'], 'final');
    const incomplete = await refusal(admin.tasks.update(uuid, { email: 'draft@example.org' }));
    assert.ok(incomplete instanceof BadRequest);
    assert.equal(incomplete.message, 'project_name: This field is required.');
    await admin.tasks.approve(uuid);
    assert.ok((await refusal(admin.tasks.update(uuid, data))) instanceof BadRequest);
  });

  check('tokens are listed, sent anew, and cleared when they have expired', async () => {
    const uuid = await signedUp('late');
    await admin.tasks.approve(uuid);
    const first = await office.tokenOf('late@example.org');
    assert.deepEqual((await admin.tokens.reissue(uuid)).notes, ['Token reissued.']);
    const listed = await admin.tokens.list({ filters: { task_id: { exact: uuid } } });
    assert.deepEqual(
      listed.map(({ task, task_type }) => [task, task_type]),
      [[uuid, 'create_project_and_user']],
    );
    assert.ok((await refusal(anonymous.tokens.get(first))) instanceof NotFound);
    office.clock.advance(2 * DAY_MS);
    assert.deepEqual((await admin.tokens.clearExpired()).notes, ['Deleted all expired tokens.']);
    assert.deepEqual(await admin.tokens.list(), []);
  });

  check('notifications are listed, and acknowledged one by one or together', async () => {
    for (const name of ['one', 'two', 'three']) await signedUp(name);
    const { notifications } = await admin.notifications.list();
    const [one = '', two = '', three = ''] = notifications.map(({ uuid }) => uuid);
    assert.equal(notifications.length, 3);
    const page = await admin.notifications.list({ pageSize: 2 });
    assert.deepEqual([page.notifications.length, page.has_more], [2, true]);
    assert.deepEqual((await admin.notifications.acknowledge(one)).notes, ['Notification acknowledged.']);
    const again = await admin.notifications.acknowledge(one);
    assert.deepEqual(again.notes, ['Notification already acknowledged.']);
    const both = await admin.notifications.acknowledge([two, UNKNOWN]);
    assert.deepEqual(both.notes, ['Notifications acknowledged.']);
    assert.equal((await admin.notifications.get(two)).acknowledged, true);
    const left: string[] = [];
    const filters = { acknowledged: { exact: false } } as const;
    for await (const { uuid } of admin.notifications.all({ filters }, { pageSize: 1 })) left.push(uuid);
    assert.deepEqual(left, [three]);
  });

  check('people are invited to the caller’s project, found there, and uninvited', async () => {
    const invited = await owner.users.invite({ email: 'guest@example.org', roles: ['member'] });
    assert.deepEqual(invited.notes, ['task created']);
    const guest = await owner.users.find('guest@example.org');
    assert.deepEqual([guest.cohort, guest.status, guest.manageable], ['Invited', 'Invited', undefined]);
    assert.equal((await owner.users.find(guest.id)).name, 'guest@example.org');
    assert.equal(await owner.users.cancelInvite(guest.id), 'Cancelled pending invite task!');
    const gone = await refusal(owner.users.find(guest.id));
    assert.ok(gone instanceof NotFound);
    assert.match(gone.message, new RegExp(guest.id));
    const users = await owner.users.list();
    assert.deepEqual(users.map(({ name }) => name).sort(), [
      'boss@example.org',
      'member@example.org',
      'mod@example.org',
    ]);
    const known = await owner.users.get(office.member.uuid);
    assert.deepEqual([known.username, known.roles], ['member@example.org', ['member']]);
  });

  check('roles are given and taken', async () => {
    const { uuid } = office.member;
    const managed = (await owner.managedRoles.list()).map(({ name }) => name);
    assert.ok(managed.includes('project_mod') && managed.includes('heat_stack_owner'));
    await owner.roles.add(uuid, { roles: ['project_mod'] });
    assert.deepEqual([...(await owner.roles.list(uuid)).roles].sort(), ['member', 'project_mod']);
    await owner.roles.remove(uuid, { roles: ['project_mod'] });
    assert.deepEqual((await owner.roles.list(uuid)).roles, ['member']);
  });

  check('quotas are exact integers, and another size is requested', async () => {
    const small = office.domain.settings.quota.sizes['small'] as never;
    await office.backends.quota.setQuota(office.project, 'RegionOne', small);
    const quotas = await owner.quotas.get();
    assert.deepEqual(
      quotas.regions.map(({ region, current_quota_size }) => [region, current_quota_size]),
      [
        ['RegionOne', 'small'],
        ['RegionTwo', 'small'],
      ],
    );
    assert.equal(quotas.regions[0]?.current_quota['nova']?.['instances'], 10n);
    assert.equal(quotas.regions[0]?.current_usage['nova']?.['instances'], 0n);
    assert.equal(quotas.quota_sizes['medium']?.['nova']?.['instances'], 50n);
    const one = await owner.quotas.get({ regions: ['RegionTwo'], includeUsage: false });
    assert.deepEqual(
      one.regions.map(({ region, current_usage }) => [region, current_usage]),
      [['RegionTwo', {}]],
    );
    await owner.quotas.update({ size: 'large', regions: ['RegionOne'] });
    const [waiting] = (await owner.quotas.get()).active_quota_tasks;
    assert.deepEqual(
      [waiting?.size, waiting?.regions, waiting?.status],
      ['large', ['RegionOne'], 'Awaiting Approval'],
    );
  });

  check('a limit beyond 2^53 is exact', async () => {
    const instances = 2n ** 53n + 1n;
    await office.backends.quota.setQuota(office.project, 'RegionOne', { nova: { instances } } as never);
    assert.equal((await owner.quotas.get()).regions[0]?.current_quota['nova']?.['instances'], instances);
  });

  check('a password is forgotten, or an operator has another one set', async () => {
    const generic = ['If user with email exists, reset token will be issued.'];
    for (const email of ['member@example.org', 'unknown@example.org']) {
      assert.deepEqual((await anonymous.passwordForgot({ email })).notes, generic);
    }
    const first = await office.tokenOf('member@example.org');
    await anonymous.tokens.submit(first, PASSWORD);
    await admin.passwordForceReset({ email: 'member@example.org' });
    assert.notEqual(await office.tokenOf('member@example.org'), first);
  });

  check('an address is changed once the new one confirms it', async () => {
    assert.deepEqual((await member.updateEmail('renamed@example.org')).notes, ['task created']);
    await anonymous.tokens.submit(await office.tokenOf('renamed@example.org'), { confirm: true });
    assert.equal((await owner.users.get(office.member.uuid)).email, 'renamed@example.org');
    const wrong = await refusal(member.updateEmail('nonsense'));
    assert.equal(wrong.message, 'new_email: Enter a valid email address.');
  });

  check('tasks are asked for by the name of their API, with a token or without', async () => {
    const { notes } = await owner.submit('InviteUser', { email: 'guest@example.org', roles: ['member'] });
    assert.deepEqual(notes, ['task created']);
    await anonymous.submit('CreateProjectAndUser', { email: 'new@example.org', project_name: 'plan' });
    assert.ok((await refusal(owner.submit('NoSuchThing', {}))) instanceof NotFound);
    const { data } = await owner.call({ method: 'GET', path: path`/openstack/roles` });
    assert.ok(Array.isArray((data as { roles: unknown }).roles));
  });

  check('only what can do nothing twice is sent again when its answer is lost', async () => {
    const uuid = await signedUp('once');
    const [notification] = (await admin.notifications.list()).notifications;
    const requests = async (call: () => Promise<unknown>): Promise<number> => {
      sent = [];
      losing = 1;
      await call().catch(() => undefined);
      losing = 0;
      return sent.length;
    };
    const data = { email: 'once@example.org', project_name: 'twice' };
    assert.deepEqual(
      [
        await requests(() => admin.status()),
        await requests(() => admin.notifications.acknowledge(notification?.uuid ?? '')),
        await requests(() => admin.tokens.clearExpired()),
        await requests(() => admin.tasks.update(uuid, data)),
        await requests(() => admin.tasks.approve(uuid)),
        await requests(() => admin.tokens.reissue(uuid)),
        await requests(() => admin.tasks.cancel(uuid)),
        await requests(() => owner.roles.add(office.member.uuid, { roles: ['project_mod'] })),
        await requests(() => owner.users.invite({ email: 'guest@example.org', roles: ['member'] })),
      ],
      [2, 2, 2, 1, 1, 1, 1, 1, 1],
    );
    assert.equal((await admin.tasks.get(uuid)).cancelled, true);
  });

  check('without a token nothing is sent that needs one', async () => {
    for (const call of [
      anonymous.status(),
      anonymous.tasks.list(),
      anonymous.tasks.all().next(),
      anonymous.users.list(),
      anonymous.tokens.list(),
      anonymous.updateEmail('a@example.org'),
    ]) {
      assert.ok((await refusal(call)) instanceof BadValue);
    }
    assert.equal(sent.length, 0);
  });

  check('every envelope of an error becomes one sentence and an error of its kind', async () => {
    const errorOf = async (call: Promise<unknown>): Promise<[string, string, number]> => {
      const { name, message, status } = await refusal(call);
      return [name, message, status];
    };
    assert.deepEqual(await errorOf(admin.tasks.get(UNKNOWN)), ['NotFound', 'No task with this id.', 404]);
    assert.deepEqual(await errorOf(owner.status()), [
      'Forbidden',
      "Must have one of the following roles: ['admin']",
      403,
    ]);
    const wrong = client('no-such-token');
    assert.deepEqual(await errorOf(wrong.status()), [
      'Unauthorized',
      'Credentials incorrect or none given.',
      401,
    ]);
    assert.ok((await refusal(wrong.users.list())) instanceof Unauthorized);
    assert.ok((await refusal(member.users.list())) instanceof Forbidden);
    // By field.
    const fields = await errorOf(owner.users.invite({ email: 'nonsense', roles: ['nothing'] }));
    assert.deepEqual(fields[0], 'BadRequest');
    assert.match(fields[1], /email: Enter a valid email address\./);
    assert.match(fields[1], /roles: "nothing" is not a valid choice\./);
    // Lists without a name around them, and a name in capitals.
    const [waiting] = (await admin.notifications.list()).notifications;
    assert.equal(waiting, undefined);
    assert.deepEqual(await errorOf(admin.notifications.acknowledge([])), [
      'BadRequest',
      'notifications: this field is required and needs to be a list.',
      400,
    ]);
    assert.deepEqual(await errorOf(owner.quotas.get({ regions: ['Nowhere'] })), [
      'BadRequest',
      'Region: Nowhere is not valid',
      400,
    ]);
    // Bare texts.
    assert.deepEqual(await errorOf(owner.users.cancelInvite(UNKNOWN)), ['NotFound', 'Not found.', 404]);
    const [name, message, status] = await errorOf(owner.users.cancelInvite(office.member.uuid));
    assert.deepEqual([name, status], ['PurserError', 501]);
    assert.match(message, /^Revoking keystone users not implemented\./);
    // An equal request is open.
    const wanted = { email: 'new@example.org', project_name: 'plan' };
    await anonymous.signUp(wanted);
    const twice = await refusal(anonymous.signUp(wanted));
    assert.ok(twice instanceof Conflict);
    assert.equal(twice.message, 'This Task already exists.');
  });
});
