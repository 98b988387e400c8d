import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VISIBLE } from '../../../server/test/conformance/account-v1/cloud.ts';
import { forEachEngine } from '../../../server/test/support/engines.ts';
import { seededRandom } from '../../../server/test/support/seeded-random.ts';
import type { PendingCommission } from '../../src/index.ts';
import { startReserving } from './reserving.ts';

const ROUNDS = 12;
const AT_ONCE = 40;

forEachEngine((_engine, open) => {
  /** A service on an unreliable network, with users that retry and abort; finally everything is reconciled. */
  const survive = async (seed: number, expiring: boolean) => {
    const reserving = await startReserving(open);
    const { client, user, another, purser } = reserving;
    const random = seededRandom(seed);
    const chance = (share: number) => random() < share;
    /** The existing objects and all completed operations, like in the database of a service. */
    const things = new Set<string>();
    const operations = new Set<string>();
    const ends = new Map<string, number>();
    /** Operations that returned success to their callers. */
    const reported = new Set<string>();
    const decide = ({ name }: PendingCommission) => (operations.has(name) ? 'accept' : 'reject');

    let outage = 0;
    reserving.through = async (request, send) => {
      if (chance(0.02)) outage = 20;
      outage -= 1;
      if (outage > 0) throw new Error('the network is down');
      if (chance(0.15)) throw new Error('the request was lost');
      if (chance(0.1)) return { status: 503, reason: '', header: () => null, text: '' };
      const answer = await send(request);
      if (chance(0.15)) throw new Error('the answer was lost');
      return answer;
    };

    const attempt = async (verb: 'create' | 'delete', thing: string, operation: string, keyed: boolean) => {
      const work = () => {
        if (chance(0.2)) throw new Error('not done');
        if (expiring && chance(0.05)) purser.clock.advance(100_000);
        if (operations.has(operation)) return;
        operations.add(operation);
        if (verb === 'create') things.add(thing);
        else things.delete(thing);
      };
      const leaving = new AbortController();
      const reservation = {
        user: user.uuid,
        resources: { [VISIBLE]: 1 },
        name: operation,
        force: true,
        ...(expiring && { expiresInSeconds: 90 }),
        ...(keyed && { key: operation, whenDone: () => undefined }),
      };
      const options = { retries: chance(0.5) ? 0 : 2, signal: leaving.signal };
      const going = (verb === 'create' ? client.reserve : client.release).call(
        client,
        reservation,
        work,
        options,
      );
      if (chance(0.1)) leaving.abort(new Error('left'));
      const end = await going.then(
        () => 'done',
        (error: Error) => error.name,
      );
      ends.set(end, (ends.get(end) ?? 0) + 1);
      if (end === 'done') reported.add(operation);
      return end;
    };

    for (let round = 0; round < ROUNDS; round += 1) {
      await Promise.all(
        Array.from({ length: AT_ONCE }, async (_, number) => {
          const thing = `${round}.${number}`;
          const keyed = chance(0.5);
          for (let tries = 0; tries < 3; tries += 1) {
            const operation = keyed ? `create ${thing}` : `create ${thing} (${tries})`;
            // Without a key, only a check shows whether the object exists.
            if (!keyed && things.has(thing)) break;
            if ((await attempt('create', thing, operation, keyed)) === 'done') break;
          }
          if (!things.has(thing) || chance(0.5)) return;
          await attempt('delete', thing, `delete ${thing}`, chance(0.5));
        }),
      );
      // Occasionally a reconciliation runs on the same unreliable network.
      if (chance(0.5)) await client.reconcile({ olderThanMs: 0, decide }).catch(() => undefined);
    }

    reserving.through = undefined;
    await another().reconcile({ olderThanMs: 0, decide });
    // How often a reservation stays unresolved depends on the timing, and can be never.
    const lost = ['ConnectionError', 'Error'].every((end) => ends.has(end));
    assert.ok((ends.get('done') ?? 0) > 100 && lost, JSON.stringify([...ends]));
    const accepted = new Map<string, number>();
    for (const { name, state } of await reserving.commissions()) {
      if (state === 'accepted') accepted.set(name, (accepted.get(name) ?? 0) + 1);
    }
    return { ...reserving, things, operations, reported, accepted };
  };

  test('with any lost messages, exactly the existing objects are charged after a reconciliation', async () => {
    const { usage, things, operations, accepted } = await survive(42, false);
    assert.deepEqual(await usage(), [things.size, 0]);
    assert.deepEqual([...accepted.keys()].sort(), [...operations].sort());
    assert.ok([...accepted.values()].every((times) => times === 1));
  });

  test('with expiring reservations, no charge is doubled, and every reported success is charged', async () => {
    const { usage, operations, reported, accepted } = await survive(43, true);
    assert.equal((await usage())[1], 0);
    assert.ok([...accepted.values()].every((times) => times === 1));
    assert.deepEqual(
      [...accepted.keys()].filter((operation) => !operations.has(operation)),
      [],
    );
    assert.deepEqual(
      [...reported].filter((operation) => !accepted.has(operation)),
      [],
    );
  });
});
