import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { startPurser } from '../../server/test/support/harness.ts';
import { smtpServer } from '../../server/test/support/smtp-server.ts';
import { purserHere } from './support/running.ts';

forEachEngine((_engine, open) => {
  const start = async () => {
    let refusing = true;
    const refuse = () => (refusing ? { status: 550, words: 'Not today' } : undefined);
    const { url } = await smtpServer({ refuse });
    const purser = await startPurser(open, { PURSER_MAIL_URL: url });
    const { outbox, storage } = purser.domain;
    const to = ['a@example.org', 'b@example.org', 'c@example.org'];
    await storage.transaction((tx) => outbox.enqueue(tx, 'greeting', { to, subject: 'Hello', text: 'Hi\n' }));
    await purser.delivered();
    refusing = false;
    const run = (...args: string[]) =>
      purserHere(['mail', ...args], { env: { PURSER_URL: purser.url, PURSER_TOKEN: purser.adminToken } });
    return { purser, run };
  };

  test('mails that were given up are seen and tried again from the command line', async () => {
    const { purser, run } = await start();
    const table = await run('list');
    assert.equal(table.code, 0, table.stderr);
    assert.match(table.stdout, /^ID +TO +SUBJECT +STATE +ATTEMPTS +NEXT AT +ERROR$/m);
    assert.match(table.stdout, /^[0-9]+ +a@example\.org +Hello +failed +1 +- +.*550 Not today/m);
    const csv = await run('list', '--state', 'failed', '--output', 'csv');
    assert.match(
      csv.stdout,
      /^id,kind,to,subject,state,created_at,attempts,next_at,sent_at,failed_at,error\r\n/,
    );
    const [first, second] = (await run('list', '--field', 'id')).stdout.trim().split('\n');
    const some = await run('retry', String(first), String(second), '--output', 'json');
    assert.deepEqual([some.code, JSON.parse(some.stdout)], [0, { due: 2 }]);
    await purser.delivered();
    const rest = await run('retry', '--all');
    assert.deepEqual([rest.code, rest.stdout, rest.stderr], [0, '', '1 mail is tried again.\n']);
    await purser.delivered();
    const sent = JSON.parse((await run('list', '--state', 'sent', '--output', 'json')).stdout);
    assert.equal(sent.length, 3);
  });

  test('a wish that does not say which mails is called wrong', async () => {
    const { run } = await start();
    for (const args of [[], ['1', '--all'], ['x'], ['0']]) {
      const { code, stderr } = await run('retry', ...args);
      assert.equal(code, 2, args.join(' '));
      assert.match(stderr, /Say which mails, or --all\.|It is the id of a mail;/);
    }
    assert.equal((await run('list', '--state', 'lost')).code, 2);
  });
});
