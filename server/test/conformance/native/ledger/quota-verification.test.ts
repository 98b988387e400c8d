import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import type { JsonObject } from '../../../../src/lib/text/json.ts';
import { forEachEngine } from '../../../support/engines.ts';
import { until } from '../../../support/until.ts';
import { type Cloud, startCloud } from '../../cloud.ts';
import { type Ask, asker, assertProblem, items } from '../asking.ts';

const DISK = 'service1.disk';

forEachEngine((_engine, open) => {
  let cloud: Cloud;
  let ask: Ask;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startCloud(open);
      ask = asker(cloud);
      await body();
    });

  /** Changes stored commissions, so that the counters no longer agree with them. */
  const tamper = (serial: number, provisions: string): Promise<unknown> =>
    cloud.domain.storage.transaction(({ db }) =>
      db.updateTable('commissions').set({ provisions }).where('serial', '=', serial).execute(),
    );

  const use = async (quantity: bigint): Promise<number> => {
    const { uuid } = cloud.first;
    const verdict = await cloud.domain.ledger.issue({
      component: 'testing',
      name: '',
      force: false,
      autoAccept: true,
      provisions: [{ holder: `project:${uuid}`, source: null, resource: DISK, quantity }],
    });
    assert.ok(verdict.ok);
    return verdict.serial;
  };

  /** Requests a verification with corrections and closes the connection after so many milliseconds. */
  const askAndLeave = (after_ms: number): Promise<void> =>
    new Promise((resolve) => {
      const { hostname, port } = new URL(cloud.url);
      const headers = { authorization: `Bearer ${cloud.adminToken}`, 'content-type': 'application/json' };
      const asking = request({ hostname, port, path: '/api/quotas/verification', method: 'POST', headers });
      asking.on('response', (response) => response.resume().on('error', () => undefined));
      asking.on('error', () => undefined).on('close', resolve);
      asking.end('{"fix":true}');
      setTimeout(() => asking.destroy(), after_ms);
    });

  check('counters that agree with the commissions are reported as such', async () => {
    await use(5n);
    const answer = await ask('POST', '/quotas/verification', {});
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
    const { holdings, ...rest } = answer.body;
    assert.ok(Number(holdings) >= 3);
    assert.deepEqual(rest, { damaged: [], differences: [], commissions: 1 });
  });

  check('differences are reported, corrected on request, and audited', async () => {
    const huge = 2n ** 62n;
    const serial = await use(huge);
    const damaged = [await use(1n), await use(1n)];
    const row = await cloud.domain.storage.db
      .selectFrom('commissions')
      .select('provisions')
      .where('serial', '=', serial)
      .executeTakeFirstOrThrow();
    await tamper(serial, row.provisions.replace(String(huge), '7'));
    for (const one of damaged) await tamper(one, 'nonsense');
    const difference = {
      holder: `project:${cloud.first.uuid}`,
      source: null,
      resource: DISK,
      expected: { usage_min: 7, usage_max: 7 },
      actual: { usage_min: huge + 2n, usage_max: huge + 2n },
    };
    for (const fix of [false, true]) {
      const { status, body } = await ask('POST', '/quotas/verification', { fix });
      assert.equal(status, 200);
      assert.deepEqual(body['damaged'], damaged);
      assert.deepEqual(body['differences'], [{ ...difference, fixed: fix }]);
    }
    const { body } = await ask('POST', '/quotas/verification', { fix: true });
    assert.deepEqual(body['differences'], []);

    const entries = items(await ask('GET', '/audit?action=quota.fix'));
    assert.equal(entries.length, 1);
    const { id, at, actor, address, ...entry } = entries[0] as JsonObject;
    assert.ok(Number(id) > 0 && typeof at === 'string' && typeof actor === 'string');
    assert.match(String(address), /127\.0\.0\.1/);
    assert.deepEqual(entry, {
      actor_name: 'admin@example.org',
      action: 'quota.fix',
      subject: `${DISK} of project:${cloud.first.uuid}`,
      before: difference.actual,
      after: difference.expected,
      reason: null,
    });
  });

  check(
    'a second simultaneous correction is refused, and a client that disconnects ends its own',
    async () => {
      await use(1n);
      // Held open by hand: over HTTP it would end too soon.
      const first = cloud.domain.ledger.verify(async () => undefined);
      await first.next();
      assertProblem(await ask('POST', '/quotas/verification', { fix: true }), 409, 'verification_running');
      assert.equal((await ask('POST', '/quotas/verification', { fix: false })).status, 200);
      await first.return(undefined);
      assert.equal((await ask('POST', '/quotas/verification', { fix: true })).status, 200);
      for (let n = 0; n < 10; n += 1) await askAndLeave(n);
      await until('the turn is given up', async () => {
        const { status } = await ask('POST', '/quotas/verification', { fix: true });
        return status === 200;
      });
    },
  );

  check('only operators verify', async () => {
    const self = asker(cloud, cloud.first.token);
    assertProblem(await self('POST', '/quotas/verification', {}), 403, 'forbidden');
    assertProblem(await ask('POST', '/quotas/verification', { fix: 'yes' }), 400, 'invalid_request');
    assertProblem(await ask('POST', '/quotas/verification', { repair: true }), 400, 'invalid_request');
  });
});
