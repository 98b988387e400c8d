import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../../support/engines.ts';
import { startPurser } from '../../../support/harness.ts';
import { asker } from '../asking.ts';

forEachEngine((_engine, open) => {
  test('a user gets a mail about each decision on the account, with the reason; operators learn of new accounts', async () => {
    const purser = await startPurser(open);
    const { accounts } = purser.domain;
    const ask = asker(purser);
    const waiting = async (email: string): Promise<string> => {
      const { uuid } = await accounts.create({ email, firstName: 'N', lastName: 'N' });
      await accounts.verify(uuid);
      return uuid;
    };
    const act = async (uuid: string, body: object) =>
      assert.equal((await ask('POST', `/users/${uuid}/action`, body)).status, 200);
    await act(await waiting('Welcome@example.org'), { action: 'accept' });
    const refused = await waiting('refused@example.org');
    await act(refused, { action: 'reject', reason: 'We do not know you.' });
    await act(refused, { action: 'accept' });
    // An account created by an operator, or reactivated, did not wait for a decision.
    const { uuid } = await accounts.createActive({
      email: 'made@example.org',
      firstName: 'M',
      lastName: 'M',
    });
    await act(uuid, { action: 'deactivate', reason: 'away' });
    await act(uuid, { action: 'activate' });
    await purser.delivered();
    const sent = purser.mails().map((mail) => {
      const [to, subject] = [/^To: (.*)$/m, /^Subject: (.*)$/m].map((line) => line.exec(mail)?.[1]?.trim());
      return [to, subject, /We do not know you\./.test(mail)];
    });
    // Mails to different people have no order.
    const byRecipient = sent.toSorted(([a = ''], [b = '']) => (String(a) < String(b) ? -1 : Number(a !== b)));
    assert.deepEqual(byRecipient, [
      ['Welcome@example.org', 'Your account at Purser is active', false],
      ['admin@example.org', 'Purser: account welcome@example.org was activated', false],
      ['admin@example.org', 'Purser: account refused@example.org was activated', false],
      ['made@example.org', 'Your account at Purser is suspended', false],
      ['made@example.org', 'Your account at Purser is active again', false],
      ['refused@example.org', 'Your request for an account at Purser', true],
      ['refused@example.org', 'Your account at Purser is active', false],
    ]);
  });
});
