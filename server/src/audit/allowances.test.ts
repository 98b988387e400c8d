import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeDatabase } from '../../test/support/engines.ts';
import { ManualClock } from '../lib/clock.ts';
import { LIMITS } from '../lib/limits.ts';
import { openStorage } from '../storage/open.ts';
import { Allowances } from './allowances.ts';

test('the changes of all accounts together are limited, and operators are not', async (context) => {
  const { url, remove } = await makeDatabase('sqlite');
  const storage = await openStorage(url);
  context.after(async () => {
    await storage.close();
    await remove();
  });
  const clock = new ManualClock(0);
  const allowances = new Allowances({
    clock,
    db: storage.db,
    settings: {
      mailsPerRecipient: 10,
      anonymousRequestsPerAddress: 10,
      anonymousRequests: 10,
      requestsPerAccount: 10,
    },
    isOperator: async (_db, uuid) => uuid === 'operator',
  });
  const change = (n: number | string) =>
    allowances.forRequest(
      {
        account: `${n}`,
        address: `2001:db8:${Math.floor(Number(n) / 5000) || 0}:${Number(n) % 5000 || 0}::1`,
      },
      [],
    );
  for (let n = 0; n < LIMITS.changes_of_accounts_per_hour; n += 1) await change(n);
  await assert.rejects(change('another'), { code: 'too_many_requests' });
  await change('operator');
  clock.advance(3_600_000);
  await change('another');
});
