import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, test } from 'node:test';
import { countedSecrets, fixedClock, forEachEngine } from '../../test/support/engines.ts';
import { THE_SERVICE } from '../audit/actor.ts';
import { Audit } from '../audit/audit.ts';
import { LIMITS } from '../lib/limits.ts';
import type { Storage } from '../storage/storage.ts';
import { isPublicAddress } from './public-address.ts';
import type { Resolve } from './webhook-call.ts';
import { Webhooks } from './webhooks.ts';

/** A server on this machine that counts what it gets; `respond` writes the answer. */
async function local(
  respond: (write: (text: string) => void, end: () => void) => void = (_write, end) => end(),
) {
  const counted = { requests: 0 };
  const server = createServer((request, response) => {
    counted.requests += 1;
    request.resume();
    respond(
      (text) => response.write(text),
      () => response.end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { counted, port: (server.address() as { port: number }).port };
}

forEachEngine((_engine, open) => {
  const webhooksOver = (storage: Storage, resolve: Resolve, privateAddresses = false, seed = 'test') => {
    const clock = fixedClock();
    const audit = new Audit({ storage, clock });
    const parts = { storage, clock, audit, secrets: countedSecrets(seed) };
    return { webhooks: new Webhooks({ ...parts, resolve, privateAddresses }), audit, clock };
  };

  test('a name that leads to this machine is refused when it is added, and when it is called', async () => {
    const storage = await open();
    const { port, counted } = await local();
    let addresses = ['127.0.0.1'];
    const { webhooks } = webhooksOver(storage, async () => addresses);
    const wanted = { url: `http://hooks.example.org:${port}/`, events: ['*'] };
    await assert.rejects(webhooks.add(THE_SERVICE, wanted), { code: 'invalid_field' });
    addresses = ['93.184.215.14', '10.0.0.1'];
    await assert.rejects(webhooks.add(THE_SERVICE, wanted), /10\.0\.0\.1, which is not a public address/);
    addresses = ['93.184.215.14'];
    const { webhook } = await webhooks.add(THE_SERVICE, wanted);
    addresses = ['127.0.0.1'];
    const { state, error } = await webhooks.test(webhook.id);
    assert.equal(state, 'failed');
    assert.equal(error, 'hooks.example.org is at 127.0.0.1, which is not a public address');
    assert.equal(counted.requests, 0);
  });

  test('the address that was judged is the one that is called: a name is looked up once', async () => {
    const { port, counted } = await local();
    let looks = 0;
    const { webhooks } = webhooksOver(
      await open(),
      async () => {
        looks += 1;
        return ['127.0.0.1'];
      },
      true,
    );
    const { webhook } = await webhooks.add(THE_SERVICE, {
      url: `http://hooks.example.org:${port}/`,
      events: ['*'],
    });
    assert.equal(looks, 1);
    const { state } = await webhooks.test(webhook.id);
    assert.deepEqual([state, looks, counted.requests], ['delivered', 2, 1]);
  });

  test('no more of an answer is read than has to be', async () => {
    const chunk = 'x'.repeat(16 * 1024);
    let written = 0;
    const { port } = await local((write) => {
      const more = (): void => {
        write(chunk);
        written += chunk.length;
        if (written < LIMITS.webhook_answer_bytes * 4) setImmediate(more);
      };
      more();
    });
    const { webhooks } = webhooksOver(await open(), async () => ['127.0.0.1'], true);
    const { webhook } = await webhooks.add(THE_SERVICE, {
      url: `http://h.example.org:${port}/`,
      events: ['*'],
    });
    const { state, status } = await webhooks.test(webhook.id);
    assert.deepEqual([state, status], ['delivered', 200]);
  });

  test('of two nodes one makes a call, and an event of any size can be sent', async () => {
    const storage = await open();
    const { port, counted } = await local();
    const one = webhooksOver(storage, async () => ['127.0.0.1'], true);
    const two = webhooksOver(storage, async () => ['127.0.0.1'], true, 'two');
    await one.webhooks.add(THE_SERVICE, { url: `http://h.example.org:${port}/`, events: ['project.*'] });
    const entry = { actor: null, actorName: 'test', address: null, action: 'project.modify', subject: 'p' };
    await storage.transaction((tx) =>
      one.audit.record(tx, [entry, { ...entry, after: { text: 'x'.repeat(LIMITS.webhook_body_bytes) } }]),
    );
    const tried = await Promise.all([one.webhooks.deliverDue(), two.webhooks.deliverDue()]);
    assert.equal(tried[0] + tried[1], 2);
    assert.equal(counted.requests, 2);
  });
});

test('addresses of the Internet at large are public, and no others', () => {
  for (const address of ['8.8.8.8', '93.184.215.14', '2606:4700::1111', '2a00:1450:4001::1']) {
    assert.ok(isPublicAddress(address), address);
  }
  for (const address of [
    ...['0.0.0.0', '10.0.0.1', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.31.255.255', '192.168.1.1'],
    ...[
      '198.18.0.1',
      '224.0.0.1',
      '255.255.255.255',
      '::',
      '::1',
      '::ffff:8.8.8.8',
      'fe80::1',
      'fe80::1%eth0',
    ],
    ...['fc00::1', 'ff02::1', '64:ff9b::808:808', '2001:db8::1', '2002:808:808::1', 'name', ''],
  ]) {
    assert.ok(!isPublicAddress(address), address);
  }
});
