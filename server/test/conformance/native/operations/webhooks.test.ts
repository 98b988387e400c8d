import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { after, test } from 'node:test';
import { stringifyExact } from '../../../../src/lib/text/json.ts';
import { forEachEngine } from '../../../support/engines.ts';
import { type Office, openOffice } from '../../workflow-v1/office.ts';
import { TroubleMaker } from '../../workflow-v1/trouble-maker.ts';
import { type Ask, asker, assertProblem, fieldsOf, items } from '../asking.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: assertions reach into events of every shape
  readonly event: any;
}

/** A server that receives events; `answer` is the status of its response, and where it redirects. */
async function receiver() {
  const received: Received[] = [];
  const answer: { status: number; location?: string } = { status: 204 };
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    request.on('end', () => {
      received.push({ headers: request.headers, text, event: JSON.parse(text) });
      response
        .writeHead(answer.status, answer.location === undefined ? {} : { location: answer.location })
        .end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.address() as { port: number };
  return { received, answer, url: `http://127.0.0.1:${port}/hook` };
}

forEachEngine((_engine, open) => {
  let office: Office;
  let trouble: TroubleMaker;
  let operator: Ask;
  let target: Awaited<ReturnType<typeof receiver>>;

  const check = (
    guarantee: string,
    body: () => Promise<void>,
    config: object = { webhooks_private_addresses: true },
  ) =>
    test(guarantee, async () => {
      trouble = new TroubleMaker();
      target = await receiver();
      office = await openOffice(open, { featureSets: [trouble.features], config });
      operator = asker(office);
      await body();
    });

  const added = async (...events: string[]) => {
    const answer = await operator('POST', '/webhooks', { url: target.url, events });
    assert.equal(answer.status, 201, stringifyExact(answer.body));
    return answer.body as { id: number; secret: string };
  };
  const delivered = async () => {
    while ((await office.domain.webhooks.deliverDue()) > 0);
  };
  const types = () => target.received.map(({ event }) => event.type);
  const calls = async (id: number, query = '') =>
    items(await operator('GET', `/webhooks/${id}/deliveries${query}`));

  check(
    'each step of a task and each change of projects is delivered, signed so that standard libraries verify it',
    async () => {
      const { id, secret } = await added('task.*', 'application.*', 'project.create');
      assert.equal((await office.signUp('plan', 'new@example.org')).status, 202);
      const { uuid } = await office.newestTask();
      await operator('POST', `/tasks/${uuid}/action`, { action: 'approve' });
      await office.told(null, 'POST', `/v1/tokens/${await office.tokenOf('new@example.org')}`, {
        password: 'a password of some length',
      });
      await office.signUp('other', 'other@example.org');
      await operator('POST', `/tasks/${(await office.newestTask()).uuid}/action`, {
        action: 'cancel',
        reason: 'No',
      });
      trouble.failIn('prepare', 'no luck');
      await office.ask(null, 'POST', '/v1/trouble', { text: 'x' });
      await asker(office, office.owner.token)('POST', '/projects', {
        name: 'a.example.org',
        end_date: '2031-05-30',
      });
      await delivered();
      assert.deepEqual(types().sort(), [
        'application.submit',
        'project.create',
        'task.approved',
        'task.cancelled',
        'task.completed',
        'task.created',
        'task.created',
        'task.created',
        'task.failed',
      ]);
      const approved = target.received.find(({ event }) => event.type === 'task.approved');
      assert.deepEqual(approved?.event, {
        type: 'task.approved',
        timestamp: '2026-01-15T12:00:00.000Z',
        data: {
          action: 'task.approve',
          subject: uuid,
          actor: { id: approved?.event.data.actor.id, name: 'admin@example.org' },
          before: null,
          after: { taskType: 'create_project_and_user', projectId: null },
          reason: null,
        },
      });
      const cancelled = target.received.find(({ event }) => event.type === 'task.cancelled');
      assert.equal(cancelled?.event.data.reason, 'No');
      for (const { headers, text } of target.received) {
        const content = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`;
        const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
        const expected = createHmac('sha256', key).update(content).digest('base64');
        assert.equal(headers['webhook-signature'], `v1,${expected}`);
        assert.equal(headers['webhook-timestamp'], String(Date.UTC(2026, 0, 15, 12) / 1000));
      }
      const log = await calls(id, '?state=delivered');
      assert.equal(log.length, 9);
      assert.deepEqual([log[0]?.['status'], log[0]?.['attempts'], log[0]?.['error']], [204, 1, null]);
      const ids = target.received.map(({ headers }) => headers['webhook-id']);
      assert.deepEqual(ids.sort(), log.map(({ message }) => message).sort());
    },
  );

  check('only requested events that have happened are delivered', async () => {
    await added('task.cancelled', 'membership.*');
    await office.signUp('plan', 'new@example.org');
    const { uuid } = await office.newestTask();
    const { tasks } = office.domain.workflow;
    const { storage, audit } = office.domain;
    await assert.rejects(
      storage.transaction(async (tx) => {
        const who = { actor: null, actorName: 'test', address: null };
        await audit.record(tx, { ...who, action: 'task.cancel', subject: uuid });
        throw new Error('not after all');
      }),
    );
    await delivered();
    assert.deepEqual(types(), []);
    await tasks.cancel({}, uuid);
    await delivered();
    assert.deepEqual(types(), ['task.cancelled']);
  });

  check(
    'a failed delivery is retried with growing delays, then given up; other events of the address wait',
    async () => {
      const { id } = await added('task.created');
      target.answer.status = 503;
      await office.signUp('one', 'one@example.org');
      await delivered();
      const [first] = await calls(id);
      assert.deepEqual(
        [first?.['state'], first?.['attempts'], first?.['status'], first?.['error']],
        ['waiting', 1, 503, 'answered with status 503'],
      );
      target.answer.status = 200;
      office.clock.advance(20_000);
      await delivered();
      assert.deepEqual(
        (await calls(id)).map(({ state, attempts }) => [state, attempts]),
        [['delivered', 2]],
      );
      const message = target.received.map(({ headers }) => headers['webhook-id']);
      assert.equal(new Set(message).size, 1);
      target.answer.status = 500;
      await office.signUp('two', 'two@example.org');
      for (let hour = 0; hour < 60; hour += 1) {
        await delivered();
        office.clock.advance(3_600_000);
      }
      const [given] = await calls(id, '?state=failed');
      assert.equal(given?.['next_at'], null);
      assert.ok(Number(given?.['attempts']) > 10);
      target.answer.status = 410;
      await office.signUp('three', 'three@example.org');
      await delivered();
      assert.equal((await calls(id))[0]?.['state'], 'failed');
    },
  );

  check('redirects are not followed', async () => {
    const elsewhere = await receiver();
    const { id } = await added('task.created');
    Object.assign(target.answer, { status: 307, location: elsewhere.url });
    const tested = await operator('POST', `/webhooks/${id}/test`);
    assert.deepEqual(
      [tested.body['state'], tested.body['error'], elsewhere.received.length],
      ['failed', 'answered with status 307, and redirections are not followed', 0],
    );
  });

  check(
    'webhooks are listed without secrets, tested on request, and deleted with their deliveries',
    async () => {
      const { id } = await added('*');
      const shown = (await operator('GET', `/webhooks/${id}`)).body;
      assert.deepEqual(items(await operator('GET', '/webhooks')), [shown]);
      assert.deepEqual(Object.keys(shown).sort(), [
        'created_at',
        'created_by',
        'description',
        'events',
        'id',
        'url',
      ]);
      const tested = await operator('POST', `/webhooks/${id}/test`);
      assert.deepEqual([tested.body['state'], tested.body['status']], ['delivered', 204]);
      assert.deepEqual(types(), ['webhook.test']);
      assert.equal((await operator('DELETE', `/webhooks/${id}`)).status, 204);
      assertProblem(await operator('GET', `/webhooks/${id}`), 404, 'webhook_not_found');
      assertProblem(await operator('GET', `/webhooks/${id}/deliveries`), 404, 'webhook_not_found');
      assertProblem(await operator('POST', `/webhooks/${id}/test`), 404, 'webhook_not_found');
      const [removed] = items(await operator('GET', '/audit?action=webhook.remove'));
      assert.equal(removed?.['subject'], String(id));
      const owner = asker(office, office.owner.token);
      assertProblem(await owner('POST', '/webhooks', { url: target.url, events: ['*'] }), 403, 'forbidden');
    },
  );

  check(
    'loopback and private addresses are refused',
    async () => {
      const { port } = new URL(target.url);
      for (const host of [
        ...[
          '127.0.0.1',
          'localhost',
          '10.1.2.3',
          '169.254.169.254',
          '192.168.0.1',
          '172.16.0.1',
          '100.64.0.1',
        ],
        ...['0.0.0.0', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]', '[fe80::1]', '[fd00::1]'],
        ...['[64:ff9b::7f00:1]', '[2002:7f00:1::]'],
      ]) {
        const answer = await operator('POST', '/webhooks', { url: `http://${host}:${port}/`, events: ['*'] });
        assertProblem(answer, 400, 'invalid_field');
        assert.deepEqual(fieldsOf(answer), ['url'], host);
      }
      for (const url of [
        'ftp://example.org/',
        'https://user:pw@8.8.8.8/',
        'https://8.8.8.8/#x',
        'https://',
      ]) {
        assert.equal((await operator('POST', '/webhooks', { url, events: ['*'] })).status, 400, url);
      }
      for (const events of [[], ['odd'], ['task.odd'], ['audit.*']]) {
        const answer = await operator('POST', '/webhooks', { url: 'https://8.8.8.8/', events });
        assertProblem(answer, 400, answer.body['code'] as string);
        assert.deepEqual(fieldsOf(answer), ['events']);
      }
    },
    {},
  );
});
