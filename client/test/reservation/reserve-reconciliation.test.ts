import assert from 'node:assert/strict';
import { test } from 'node:test';
import { provisionsOf, ROOMY, VISIBLE } from '../../../server/test/conformance/account-v1/cloud.ts';
import { forEachEngine } from '../../../server/test/support/engines.ts';
import { type PendingCommission, PurserError, Unauthorized } from '../../src/index.ts';
import { startReserving } from './reserving.ts';

forEachEngine((_engine, open) => {
  const start = async () => {
    const reserving = await startReserving(open);
    /** Leaves a commission pending, like a crash. */
    const leave = async (name: string, charges: Record<string, number | bigint> = { [VISIBLE]: 1 }) =>
      (await reserving.issue(charges, { name })).json.serial as number;
    const states = async () =>
      Object.fromEntries((await reserving.commissions()).map((one) => [one.name, one.state]));
    return { ...reserving, reserving, leave, states };
  };

  test('charges of existing objects are accepted, others rejected; the opposite for releases', async () => {
    const { client, leave, states, usage, issue } = await start();
    await issue({ [VISIBLE]: 10 }, { name: 'base', auto_accept: true });
    await leave('made');
    await leave('never made');
    await leave('gone', { [VISIBLE]: -2 });
    await leave('still there', { [VISIBLE]: -2 });
    const result = await client.reconcile({
      olderThanMs: 0,
      exists: async ({ name }) => name === 'made' || name === 'still there',
    });
    assert.deepEqual(result, {
      examined: 4,
      accepted: 2,
      rejected: 2,
      left: 0,
      skipped: 0,
      failed: 0,
      failures: [],
    });
    assert.deepEqual(await states(), {
      base: 'accepted',
      made: 'accepted',
      'never made': 'rejected',
      gone: 'accepted',
      'still there': 'rejected',
    });
    assert.deepEqual(await usage(), [9, 0]);
  });

  test('the callback receives the exact reserved quantities, and can return any decision', async () => {
    const { client, user, issue, leave, states } = await start();
    await issue({ [ROOMY]: 2n ** 60n, [VISIBLE]: 5 }, { name: 'base', auto_accept: true });
    await issue({ [ROOMY]: 9007199254740993n, [VISIBLE]: -1 }, { name: 'resize', expires_in: 3600 });
    await leave('broken');
    await leave('yes');
    const asked: PendingCommission[] = [];
    const failure = new Error('the database is down');
    const result = await client.reconcile({
      olderThanMs: 0,
      decide: (commission) => {
        asked.push(commission);
        if (commission.name === 'broken') throw failure;
        return commission.effect === 'both' ? 'leave' : 'accept';
      },
    });
    assert.deepEqual(asked[0], {
      serial: 2,
      name: 'resize',
      issuedAt: new Date('2026-01-15T12:00:00Z'),
      expiresAt: new Date('2026-01-15T13:00:00Z'),
      provisions: provisionsOf(user.uuid, { [ROOMY]: 9007199254740993n, [VISIBLE]: -1n }),
      effect: 'both',
    });
    assert.deepEqual(
      { ...result, failures: [] },
      { examined: 3, accepted: 1, rejected: 0, left: 1, skipped: 0, failed: 1, failures: [] },
    );
    assert.deepEqual(result.failures, [{ commission: asked[1], error: failure }]);
    assert.deepEqual(await states(), {
      base: 'accepted',
      resize: 'pending',
      broken: 'pending',
      yes: 'accepted',
    });
    // The short form cannot express a commission that both charges and releases.
    assert.equal((await client.reconcile({ olderThanMs: 0, exists: () => true })).left, 1);
  });

  test('commissions younger than the given age, or of another component, are skipped', async () => {
    const { client, another, otherService, leave, states, purser } = await start();
    await leave('old');
    purser.clock.advance(300_001);
    await leave('young');
    purser.clock.advance(300_000);
    const names: string[] = [];
    const exists = ({ name }: PendingCommission) => names.push(name) > 0;
    assert.equal((await another({ token: otherService }).reconcile({ olderThanMs: 0, exists })).examined, 0);
    assert.equal((await client.reconcile({ olderThanMs: 700_000, exists })).examined, 0);
    assert.equal((await client.reconcile({ exists })).examined, 1);
    assert.deepEqual([names, await states()], [['old'], { old: 'accepted', young: 'pending' }]);
    assert.equal((await client.reconcile({ olderThanMs: 299_001, exists })).examined, 0);
    assert.equal((await client.reconcile({ olderThanMs: 298_001, exists })).examined, 1);
  });

  test('commissions in progress in this process are skipped', async () => {
    const { client, user, leave, states } = await start();
    await leave('left behind');
    const reserve = (name: string, work: () => unknown) =>
      client.reserve({ user: user.uuid, resources: { [VISIBLE]: 1 }, name }, work);
    await reserve('at work', async () => {
      // Another one is issued at the same time.
      const other = reserve('just begun', () => undefined);
      const result = await client.reconcile({ olderThanMs: 0, exists: () => false });
      assert.equal(result.rejected, 1);
      await other;
    });
    assert.deepEqual(await states(), {
      'left behind': 'rejected',
      'at work': 'accepted',
      'just begun': 'accepted',
    });
  });

  test('all pages are processed with progress reports, and one request resolves each page', async () => {
    const { client, sent, purser, usage, user, service } = await start();
    const commissions = Array.from({ length: 1000 }, (_, number) => ({
      name: String(number),
      provisions: provisionsOf(user.uuid, { [ROOMY]: 1 }),
    }));
    for (let round = 0; round < 3; round += 1) {
      const answer = await purser.fetch('/api/commissions/bulk', {
        method: 'POST',
        headers: { authorization: `Bearer ${service}`, 'content-type': 'application/json' },
        body: JSON.stringify({ commissions }),
      });
      assert.equal(answer.status, 200);
      await answer.text();
    }
    const seen: number[] = [];
    const result = await client.reconcile({
      olderThanMs: 0,
      exists: ({ name }) => Number(name) % 4 === 0,
      onProgress: ({ examined }) => seen.push(examined),
    });
    assert.deepEqual([result.examined, result.accepted, result.rejected], [3000, 750, 2250]);
    assert.deepEqual([...new Set(seen)].slice(0, 3), [1000, 2000, 3000]);
    assert.equal(sent.filter((one) => one === 'POST /api/commissions/resolve').length, 3);
    assert.deepEqual(await usage(ROOMY), [750, 0]);
  });

  test('it can be aborted, fails with the error of the service, and can be run again', async () => {
    const { client, another, leave, reserving, states } = await start();
    await leave('a');
    const ended = new AbortController();
    const exists = () => {
      ended.abort('enough');
      return true;
    };
    await assert.rejects(
      client.reconcile({ olderThanMs: 0, exists }, { signal: ended.signal }),
      (reason) => reason === 'enough',
    );
    await assert.rejects(another({ token: 'wrong' }).reconcile({ exists }), Unauthorized);
    await assert.rejects(client.reconcile({ olderThanMs: -1, exists }), { code: 'bad_value' });
    reserving.through = async (request, send) => {
      const answer = await send(request);
      if (request.method === 'GET') return answer;
      throw new Error('lost');
    };
    await assert.rejects(client.reconcile({ olderThanMs: 0, exists: () => true }), PurserError);
    reserving.through = undefined;
    assert.deepEqual(await states(), { a: 'accepted' });
    assert.equal((await client.reconcile({ olderThanMs: 0, exists: () => true })).examined, 0);
  });
});
