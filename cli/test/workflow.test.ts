import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { parseExact } from '@purser/text/json';
import { openOffice } from '../../server/test/conformance/workflow-v1/office.ts';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { purserHere } from './support/running.ts';

forEachEngine((_engine, open) => {
  const start = async () => {
    const office = await openOffice(open, { config: { webhooks_private_addresses: true } });
    const run = (args: readonly string[], token = office.adminToken) =>
      purserHere(args, { env: { PURSER_URL: office.url, PURSER_TOKEN: token } });
    // biome-ignore lint/suspicious/noExplicitAny: assertions reach into answers of every shape
    const json = async (args: readonly string[], token?: string): Promise<any> => {
      const { code, stdout, stderr } = await run([...args, '--output', 'json'], token);
      assert.equal(code, 0, stderr);
      return parseExact(stdout);
    };
    return { ...office, run, json };
  };

  test('what waits is listed with what it would bring about, approved and denied', async () => {
    const { run, json, told, signUp, owner, project, mailsTo, clock } = await start();
    const { task } = await told(owner, 'POST', '/v1/openstack/quotas', {
      project_id: project,
      size: 'large',
    });
    await signUp('plan', 'new@example.org');
    clock.advance(2 * 3_600_000);
    const table = await run(['approval', 'list']);
    assert.match(
      table.stdout,
      /^KIND +ID +ABOUT +ASKED BY NAME +PROJECT NAME +AGE S +VALID +OUTLOOK +REASONS$/m,
    );
    assert.match(
      table.stdout,
      new RegExp(`^task +${task} +update_quota +boss@example\\.org +lab +2h +yes`, 'm'),
    );
    assert.match(table.stdout, /cyclades\.vm \S+ \(each member \S+\) → 100 \(each member 100\)/);
    const [, signup] = await json(['approval', 'list']);
    assert.deepEqual(signup.outlook.projects, ['plan']);
    const unsure = await run(['approval', 'deny', task]);
    assert.deepEqual([unsure.code, unsure.stdout], [2, '']);
    const denied = await run(['approval', 'deny', task, '--reason', 'No racks', '--yes']);
    assert.equal(denied.stderr, `Task ${task} is cancelled.\n`);
    assert.match((await mailsTo('boss@example.org')).join(), /They say: No racks/);
    const approved = await run(['approval', 'approve', signup.id, '--output', 'json']);
    assert.deepEqual(JSON.parse(approved.stdout), { kind: 'task', id: signup.id, state: 'approved' });
    assert.deepEqual(await json(['approval', 'list']), []);
    assert.equal((await run(['approval', 'approve', 'odd'])).code, 2);
    assert.equal((await run(['approval', 'list'], owner.token)).code, 1);
  });

  test('tasks are listed, shown, changed, approved and cancelled; tokens are shown and submitted', async () => {
    const { run, json, signUp, tokenOf, owner } = await start();
    await signUp('lab', 'new@example.org');
    const [task] = await json(['task', 'list', '--state', 'awaiting', '--no-valid']);
    const shown = await run(['task', 'show', task.id]);
    assert.match(shown.stdout, /^REASONS +Existing project with name 'lab'\.$/m);
    const refused = await run(['task', 'update', task.id, 'project_name=plan']);
    assert.deepEqual(
      [refused.code, refused.stderr],
      [1, 'The input of the task is not valid: email: This field is required.\n'],
    );
    const changed = await run(['task', 'update', task.id, 'project_name=plan', 'email=new@example.org']);
    assert.equal(changed.stderr, `Task ${task.id} is changed.\n`);
    const approved = await run(['task', 'approve', task.id, '-m', 'Welcome']);
    assert.equal(approved.stderr, `Task ${task.id} is approved, and waits for its token.\n`);
    assert.equal(
      (await run(['task', 'reissue-token', task.id])).stderr,
      'A new token is on its way by mail. The link of the earlier mail is void.\n',
    );
    const [listed] = await json(['token', 'list']);
    assert.equal(listed.task, task.id);
    const secret = await tokenOf('new@example.org');
    const described = await run(['token', 'show', secret, '--field', 'required_fields']);
    assert.match(described.stdout, /password/);
    const submitted = await run(['token', 'submit', secret, 'password=a password of some length']);
    assert.equal(submitted.stderr, `Task ${task.id} is completed.\n`);
    await signUp('other', 'other@example.org');
    const [other] = await json(['task', 'list', '--state', 'awaiting']);
    assert.equal((await run(['task', 'cancel', other.id])).code, 2);
    assert.equal(
      (await run(['task', 'cancel', other.id, '--yes'])).stderr,
      `Task ${other.id} is cancelled.\n`,
    );
    const late = await run(['task', 'approve', other.id]);
    assert.deepEqual([late.code, late.stderr], [1, 'This task has been cancelled.\n']);
    assert.match((await run(['task', 'list', '--output', 'csv'])).stdout, /^id,type,state,valid,asked_by,/);
    assert.deepEqual(await json(['task', 'list'], owner.token), []);
    assert.match((await run(['task', 'approve', '--help'])).stdout, /Example:\n {2}\$ purser task approve /);
    assert.equal((await run(['token', 'clear-expired'])).code, 2);
    assert.deepEqual(await json(['token', 'clear-expired', '--yes']), { deleted: 0 });
  });

  test('messages are listed and acknowledged', async () => {
    const { run, json, signUp } = await start();
    await signUp('one', 'one@example.org');
    await signUp('two', 'two@example.org');
    const table = await run(['notification', 'list', '--no-acknowledged']);
    assert.match(table.stdout, /'create_project_and_user' task needs approval\.$/m);
    const [first] = await json(['notification', 'list']);
    assert.equal((await json(['notification', 'show', first.id])).task, first.task);
    assert.deepEqual(await json(['notification', 'acknowledge', first.id]), { acknowledged: 1 });
    assert.equal((await run(['notification', 'acknowledge'])).code, 2);
    assert.equal((await run(['notification', 'acknowledge', '--all'])).stderr, '1 message acknowledged.\n');
    assert.deepEqual(await json(['notification', 'list', '--no-acknowledged']), []);
  });

  test('webhooks are added, tested, looked at and removed', async () => {
    const { run, json, signUp, domain } = await start();
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(String(request.headers['webhook-id']));
      response.writeHead(seen.length === 1 ? 200 : 500).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    after(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/`;
    const added = await json([
      'webhook',
      'add',
      url,
      '--event',
      'task.*',
      'project.create',
      '--description',
      'Chat',
    ]);
    assert.match(added.secret, /^whsec_/);
    const id = String(added.id);
    const tested = await run(['webhook', 'test', id]);
    assert.deepEqual([tested.code, tested.stderr], [0, `Webhook ${id} answered with status 200.\n`]);
    const failed = await run(['webhook', 'test', id]);
    assert.equal(failed.code, 1);
    await signUp('one', 'one@example.org');
    await domain.webhooks.deliverDue();
    const calls = await json(['webhook', 'deliveries', id]);
    assert.deepEqual(
      calls.map((call: { event: string }) => call.event),
      ['task.created', 'webhook.test', 'webhook.test'],
    );
    assert.match(
      (await run(['webhook', 'list'])).stdout,
      new RegExp(`^${id} +${url} +task\\.\\*, project\\.create`, 'm'),
    );
    assert.equal((await json(['webhook', 'show', id])).description, 'Chat');
    assert.equal((await run(['webhook', 'remove', id])).code, 2);
    assert.deepEqual(await json(['webhook', 'remove', id, '--yes']), { removed: Number(id) });
  });
});
