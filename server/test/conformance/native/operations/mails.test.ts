import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../../support/engines.ts';
import { startPurser, TEST_TIME_MS, type TestPurser } from '../../../support/harness.ts';
import { smtpServer } from '../../../support/smtp-server.ts';
import { type Ask, addUser, asker, assertProblem, fieldsOf, items } from '../asking.ts';

forEachEngine((_engine, open) => {
  let purser: TestPurser;
  let ask: Ask;
  let refusing: number | undefined;

  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      refusing = undefined;
      const refuse = () => (refusing === undefined ? undefined : { status: refusing, words: 'Not today' });
      const server = await smtpServer({ refuse });
      purser = await startPurser(open, { PURSER_MAIL_URL: server.url });
      ask = asker(purser);
      await body();
    });

  const write = (...to: string[]): Promise<void> =>
    purser.domain.storage.transaction((tx) =>
      purser.domain.outbox.enqueue(tx, 'greeting', { to, subject: 'Hello', text: 'secret\n' }),
    );

  const found = async (query: string) => items(await ask('GET', `/mails${query}`));

  check('mails are listed with their delivery state, filtered and paged, without their text', async () => {
    refusing = 550;
    await write('a@example.org');
    await purser.delivered();
    refusing = 450;
    await write('b@example.org');
    await purser.delivered();
    refusing = undefined;
    await write('c@example.org');
    await purser.delivered();
    const all = await found('');
    assert.deepEqual(
      all.map(({ state }) => state),
      ['failed', 'waiting', 'sent'],
    );
    const [failed] = await found('?state=failed');
    assert.match(String(failed?.['error']), /550 Not today/);
    assert.deepEqual(
      { ...failed, error: '' },
      {
        id: failed?.['id'],
        kind: 'greeting',
        to: ['a@example.org'],
        subject: 'Hello',
        state: 'failed',
        created_at: new Date(TEST_TIME_MS).toISOString(),
        attempts: 1,
        next_at: null,
        sent_at: null,
        failed_at: new Date(TEST_TIME_MS).toISOString(),
        error: '',
      },
    );
    const first = await ask('GET', '/mails?limit=2');
    assert.equal(items(first).length, 2);
    const rest = await found(`?limit=2&after=${first.body['next']}`);
    assert.deepEqual([...items(first), ...rest], all);
    assert.doesNotMatch(JSON.stringify(all), /secret/);
  });

  check('operators retry mails, by id or all', async () => {
    refusing = 550;
    await write('a@example.org', 'b@example.org', 'c@example.org');
    await purser.delivered();
    refusing = undefined;
    const [{ id } = { id: 0 }] = await found('');
    const one = await ask('POST', '/mails/retry', { ids: [id, 999_999] });
    assert.deepEqual([one.status, one.body], [200, { due: 1 }]);
    await purser.delivered();
    assert.deepEqual(
      (await found('')).map(({ state }) => state),
      ['sent', 'failed', 'failed'],
    );
    assert.deepEqual((await ask('POST', '/mails/retry', { all: true })).body, { due: 2 });
    await purser.delivered();
    assert.equal((await found('?state=sent')).length, 3);
  });

  check('invalid requests are refused with the reason, and only operators may send them', async () => {
    for (const body of [
      {},
      { ids: [1], all: true },
      { ids: [] },
      { ids: [0] },
      { ids: [1.5] },
      { ids: 'x' },
    ]) {
      const answer = await ask('POST', '/mails/retry', body);
      assert.equal(answer.status, 400, JSON.stringify(body));
      assert.ok(
        fieldsOf(answer).some((field) => field.startsWith('ids')) || answer.body['field'] === 'ids',
        JSON.stringify(answer.body),
      );
    }
    assert.equal((await ask('POST', '/mails/retry', { all: false })).status, 400);
    assert.deepEqual(fieldsOf(await ask('GET', '/mails?state=lost')), ['state']);
    const { token } = await addUser(ask, 'ada@example.org');
    assertProblem(await asker(purser, token)('GET', '/mails'), 403, 'forbidden');
    assertProblem(await asker(purser, token)('POST', '/mails/retry', { all: true }), 403, 'forbidden');
  });

  check('waiting and given-up mails are counted in the metrics', async () => {
    const counted = async () => {
      const text = await (await purser.fetch('/metrics')).text();
      return [...text.matchAll(/^purser_mails\{state="(\w+)"\} (\d+)$/gm)].map(([, ...pair]) =>
        pair.join(' '),
      );
    };
    assert.deepEqual(await counted(), ['waiting 0', 'failed 0']);
    refusing = 450;
    await write('a@example.org', 'b@example.org');
    await purser.delivered();
    refusing = 550;
    await write('c@example.org');
    await purser.delivered();
    assert.deepEqual(await counted(), ['waiting 2', 'failed 1']);
  });

  check("users get mails about their projects, with the operator's reason", async () => {
    const { accounts, applications } = purser.domain;
    const { uuid } = await accounts.createActive({
      email: 'owner@example.org',
      firstName: 'Ada',
      lastName: 'Lovelace',
    });
    const owner = { uuid, name: 'owner@example.org', address: null, operator: false };
    const wanted = { name: 'engine', endDate: TEST_TIME_MS + 365 * 86_400_000 };
    const { application } = await applications.apply(owner, wanted, 'Please.');
    await applications.decide({ ...owner, uuid: null, operator: true }, application, 'approve', {
      reason: 'Well argued.',
    });
    await purser.delivered();
    const mails = (await found('')).map(({ kind, to, state }) => [kind, (to as string[])[0], state]);
    assert.deepEqual(mails, [
      ['application-new', 'admin@example.org', 'sent'],
      ['application-approved', 'owner@example.org', 'sent'],
      ['application-approved-notice', 'admin@example.org', 'sent'],
    ]);
  });
});
