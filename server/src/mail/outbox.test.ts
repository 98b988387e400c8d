import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixedClock, forEachEngine, START_MS } from '../../test/support/engines.ts';
import { smtpServer } from '../../test/support/smtp-server.ts';
import { until } from '../../test/support/until.ts';
import { LIMITS } from '../lib/limits.ts';
import { migrate } from '../storage/migrate.ts';
import { openStorage } from '../storage/open.ts';
import type { Storage } from '../storage/storage.ts';
import { type Mailer, openMailer } from './mailer.ts';
import { Outbox } from './outbox.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const GIVE_UP_AFTER_MS = 48 * HOUR_MS;

const mailTo = (...to: string[]) => ({ to, subject: 'Hello', text: 'A text\n', html: '<p>A text</p>' });

const over = (url: string): Mailer => openMailer(url, 'cloud@example.org', () => undefined);

/** A node's outbox; tries are not spread. */
function outboxOver(storage: Storage, mailer: Mailer, clock = fixedClock()) {
  const reports: string[] = [];
  const outbox = new Outbox({
    storage,
    clock,
    mailer,
    give_up_after_ms: GIVE_UP_AFTER_MS,
    chance: () => 0.5,
    onError: (_error, what) => reports.push(what),
  });
  const write = (...to: string[]) =>
    storage.transaction((tx) => outbox.enqueue(tx, 'greeting', mailTo(...to)));
  const all = () => outbox.list({ limit: 1000 });
  return { outbox, clock, reports, write, all };
}

forEachEngine((engine, open, freshUrl) => {
  test('a mail leaves after commit by itself, one for each recipient, and what it said is forgotten', async () => {
    const server = await smtpServer();
    const storage = await open();
    const { outbox, write, all } = outboxOver(storage, over(server.url));
    outbox.start();
    await write('a@example.org', 'b@example.org', 'a@example.org');
    await until('both mails are there', () => server.received.length === 2);
    await outbox.close();
    assert.deepEqual(server.received.map(({ to }) => to).sort(), [['a@example.org'], ['b@example.org']]);
    const [first, second] = await all();
    assert.deepEqual(first, {
      id: first?.id,
      kind: 'greeting',
      to: ['a@example.org'],
      subject: 'Hello',
      state: 'sent',
      createdAt: START_MS,
      attempts: 1,
      nextAt: null,
      sentAt: START_MS,
      failedAt: null,
      error: null,
    });
    assert.equal(second?.state, 'sent');
    const rows = await storage.db.selectFrom('outbox').select(['text', 'html', 'reply_to']).execute();
    assert.equal(rows.length, 2);
    for (const row of rows) assert.deepEqual(Object.values(row), [null, null, null]);
  });

  test('a transaction that fails sends nothing, and a mail without recipients is not written', async () => {
    const storage = await open();
    const { outbox, write, all } = outboxOver(storage, over('smtp://127.0.0.1:9'));
    await assert.rejects(
      storage.transaction(async (tx) => {
        await outbox.enqueue(tx, 'greeting', mailTo('a@example.org'));
        throw new Error('changed my mind');
      }),
      /changed my mind/,
    );
    await write();
    assert.equal(await outbox.deliverDue(), 0);
    assert.deepEqual(await all(), []);
  });

  test('while the mail server is down mails wait, twice as long each time; when it is up they leave', async () => {
    const down = await smtpServer();
    await down.close();
    const { outbox, clock, write, all } = outboxOver(await open(), over(down.url));
    await write('a@example.org');
    for (const [attempt, minutes] of [1, 2, 4, 8].entries()) {
      assert.equal(await outbox.deliverDue(), 1);
      const [entry] = await all();
      assert.equal(entry?.state, 'waiting');
      assert.equal(entry?.attempts, attempt + 1);
      assert.equal(entry?.nextAt, clock.now() + minutes * MINUTE_MS);
      assert.match(entry?.error ?? '', /ECONNREFUSED/);
      clock.advance(minutes * MINUTE_MS - 1);
      assert.equal(await outbox.deliverDue(), 0);
      clock.advance(1);
    }
    const up = await smtpServer({ port: down.port });
    assert.equal(await outbox.deliverDue(), 1);
    assert.equal(up.received.length, 1);
    const [sent] = await all();
    assert.deepEqual([sent?.state, sent?.attempts, sent?.error], ['sent', 5, null]);
  });

  test('tries go on for two days, at least every six hours; then the mail is given up and the failure is reported', async () => {
    const down = await smtpServer();
    await down.close();
    const { outbox, clock, reports, write, all } = outboxOver(await open(), over(down.url));
    await write('a@example.org');
    const waits: number[] = [];
    for (;;) {
      await outbox.deliverDue();
      const [entry] = await all();
      if (entry?.state === 'failed') break;
      waits.push((entry?.nextAt ?? 0) - clock.now());
      clock.advance(waits.at(-1) ?? 0);
    }
    assert.equal(Math.max(...waits), 6 * HOUR_MS);
    const lasted_ms = clock.now() - START_MS;
    assert.ok(lasted_ms > 40 * HOUR_MS && lasted_ms <= GIVE_UP_AFTER_MS, String(lasted_ms));
    const [entry] = await all();
    assert.deepEqual([entry?.failedAt, entry?.nextAt], [clock.now(), null]);
    assert.deepEqual(reports, [`mail ${entry?.id} (greeting) was given up`]);
    assert.deepEqual(await outbox.counts(), { waiting: 0, failed: 1 });
  });

  test('a recipient that is refused for good is given up at once, and the others get theirs', async () => {
    const refuse = (address: string) =>
      address.startsWith('gone') ? { status: 550, words: 'No such mailbox here' } : undefined;
    const server = await smtpServer({ refuse });
    const { outbox, reports, write } = outboxOver(await open(), over(server.url));
    await write('a@example.org', 'gone@example.org', 'b@example.org');
    assert.equal(await outbox.deliverDue(), 3);
    assert.deepEqual(server.received.map(({ to }) => to[0]).sort(), ['a@example.org', 'b@example.org']);
    const [failed, ...others] = await outbox.list({ limit: 10, state: 'failed' });
    assert.deepEqual([failed?.to, others], [['gone@example.org'], []]);
    assert.match(failed?.error ?? '', /550 No such mailbox here/);
    assert.equal((await outbox.list({ limit: 10, state: 'sent' })).length, 2);
    assert.deepEqual(await outbox.list({ limit: 10, state: 'waiting' }), []);
    assert.equal(reports.length, 1);
  });

  test('a retry makes mails due at once, whether they wait or were given up, with a new retry period', async () => {
    let refusing = true;
    const refuse = (address: string) =>
      refusing ? { status: address.startsWith('gone') ? 550 : 450, words: 'No' } : undefined;
    const server = await smtpServer({ refuse });
    const { outbox, write, all } = outboxOver(await open(), over(server.url));
    await write('gone@example.org', 'later@example.org', 'other@example.org');
    await outbox.deliverDue();
    const [gone, later, other] = await all();
    assert.deepEqual([gone?.state, later?.state], ['failed', 'waiting']);
    refusing = false;
    assert.equal(await outbox.deliverDue(), 0);
    assert.equal(await outbox.retry([gone?.id ?? 0, later?.id ?? 0, 999_999]), 2);
    assert.deepEqual(
      (await all()).map(({ state, attempts }) => [state, attempts]),
      [
        ['waiting', 0],
        ['waiting', 0],
        ['waiting', 1],
      ],
    );
    assert.equal(await outbox.deliverDue(), 2);
    assert.equal(await outbox.retry('all'), 1);
    assert.equal(await outbox.deliverDue(), 1);
    assert.deepEqual(new Set((await all()).map(({ state }) => state)), new Set(['sent']));
    assert.equal(await outbox.retry('all'), 0);
    assert.equal(await outbox.retry([other?.id ?? 0]), 0);
    assert.equal(server.received.length, 3);
  });

  test('a wish that comes while a mail is being handed over does not make it two', async () => {
    const storage = await open();
    let due = -1;
    const server = await smtpServer({
      beforeReply: async () => {
        due = await node.outbox.retry('all');
      },
    });
    const node = outboxOver(storage, over(server.url));
    await node.write('a@example.org');
    assert.equal(await node.outbox.deliverDue(), 1);
    assert.equal(due, 0);
    assert.equal(await node.outbox.deliverDue(), 0);
    assert.equal(server.received.length, 1);
  });

  test('a mail that was taken when the node died is sent again under the same id, and not before its time', async () => {
    const url = await freshUrl();
    const dying = openStorage(url, 2);
    await migrate(dying, START_MS);
    const server = await smtpServer({ beforeReply: () => dying.close() });
    const node = outboxOver(dying, over(server.url));
    await node.write('a@example.org');
    await assert.rejects(node.outbox.deliverDue());
    assert.equal(server.received.length, 1);

    const survivor = openStorage(url, 2);
    try {
      const mailServer = await smtpServer();
      const { outbox, clock, all } = outboxOver(survivor, over(mailServer.url));
      assert.equal(await outbox.deliverDue(), 0);
      clock.advance(LIMITS.mail_claim_ms);
      assert.equal(await outbox.deliverDue(), 1);
      const idOf = (message = '') => /^Message-ID: (.*)\r$/m.exec(message)?.[1];
      assert.ok(idOf(server.received[0]?.message));
      assert.equal(idOf(mailServer.received[0]?.message), idOf(server.received[0]?.message));
      assert.equal((await all())[0]?.state, 'sent');
    } finally {
      await survivor.close();
    }
  });

  test('a node whose claim on a mail expired does not mark it as failed', async () => {
    const storage = await open();
    const slow = outboxOver(storage, {
      send: async () => {
        quick.clock.advance(LIMITS.mail_claim_ms);
        assert.equal(await quick.outbox.deliverDue(), 1);
        throw new Error('too late');
      },
      close: async () => undefined,
    });
    const server = await smtpServer();
    const quick = outboxOver(storage, over(server.url));
    await slow.write('a@example.org');
    assert.equal(await slow.outbox.deliverDue(), 1);
    assert.equal((await slow.all())[0]?.state, 'sent');
    assert.deepEqual(slow.reports, []);
  });

  test('a stop waits for what is being handed over and takes nothing more in hand', async () => {
    const storage = await open();
    let stopped: Promise<void> | undefined;
    const server = await smtpServer({
      beforeReply: async () => {
        stopped ??= node.outbox.close();
      },
    });
    const node = outboxOver(storage, over(server.url));
    await node.write(...Array.from({ length: 50 }, (_, n) => `u${n}@example.org`));
    await node.outbox.deliverDue();
    await stopped;
    assert.ok(server.received.length <= LIMITS.mails_at_once, String(server.received.length));
    const sent = await node.outbox.list({ limit: 100, state: 'sent' });
    assert.equal(sent.length, server.received.length);
    assert.equal(await node.outbox.deliverDue(), 0);
  });

  test('a month after it was sent or given up a mail is forgotten; one that waits never is', async () => {
    const refuse = (address: string) =>
      address.startsWith('a') ? undefined : { status: address.startsWith('b') ? 550 : 450, words: 'No' };
    const server = await smtpServer({ refuse });
    const { outbox, clock, write, all } = outboxOver(await open(), over(server.url));
    await write('a@example.org', 'b@example.org', 'c@example.org');
    await outbox.deliverDue();
    assert.equal((await all()).length, 3);
    clock.advance(LIMITS.delivery_kept_ms + 1);
    await outbox.deliverDue();
    assert.deepEqual(
      (await all()).map(({ to, state }) => [to[0], state]),
      [['c@example.org', 'waiting']],
    );
  });

  if (engine === 'sqlite') return;

  test('several nodes on one database send every mail once', async () => {
    const url = await freshUrl();
    const storages = [openStorage(url, 6), openStorage(url, 6)];
    try {
      for (const storage of storages) await migrate(storage, START_MS);
      const server = await smtpServer();
      const nodes = storages.map((storage) => outboxOver(storage, over(server.url)));
      const wanted = Array.from({ length: 200 }, (_, n) => `u${n}@example.org`);
      await nodes[0]?.write(...wanted);
      const tried = await Promise.all(nodes.map(({ outbox }) => outbox.deliverDue()));
      assert.equal(
        tried.reduce((sum, count) => sum + count, 0),
        200,
      );
      assert.ok(Math.min(...tried) > 0, 'both had their part');
      assert.deepEqual(server.received.map(({ to }) => to[0]).sort(), wanted.sort());
    } finally {
      for (const storage of storages) await storage.close();
    }
  });
});
