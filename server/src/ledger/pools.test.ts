import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KyselyPlugin } from 'kysely';
import { fixedClock, forEachEngine } from '../../test/support/engines.ts';
import { rowsWritten } from '../../test/support/limits-change.ts';
import { fillMembers } from '../../test/support/scale/fill-ledger.ts';
import type { Storage, Transaction } from '../storage/storage.ts';
import { Ledger } from './ledger.ts';
import { gather } from './quotas.ts';

const RESOURCES = ['r1', 'r2', 'r3'];
const capacities = (capacity: bigint) =>
  RESOURCES.map((resource) => ({ resource, capacity, memberCapacity: capacity }));

/** Statements that a piece of work sends to the database. */
async function statementsOf(storage: Storage, work: (tx: Transaction) => Promise<void>): Promise<number> {
  let count = 0;
  const counter: KyselyPlugin = {
    transformQuery: ({ node }) => {
      count += 1;
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  await storage.transaction((tx) => work({ ...tx, db: tx.db.withPlugin(counter) }));
  return count;
}

forEachEngine((_engine, open) => {
  test('what changing limits costs does not depend on how many members they concern', async () => {
    const storage = await open();
    const ledger = await Ledger.open({ storage, clock: fixedClock() });
    const costs: Record<string, unknown>[] = [];
    for (const [project, users] of [
      ['small', 2],
      ['large', 5000],
    ] as const) {
      await storage.transaction(async (tx) => {
        await ledger.openProject(tx, project);
        await ledger.setPools(tx, project, capacities(10_000n));
      });
      await fillMembers(storage, project, { users, resources: RESOURCES });
      const changes = {
        suspend: (tx: Transaction) => ledger.setLive(tx, project, false),
        resume: (tx: Transaction) => ledger.setLive(tx, project, true),
        capacities: (tx: Transaction) => ledger.setPools(tx, project, capacities(20_000n)),
        join: (tx: Transaction) => ledger.setSeat(tx, project, 'newcomer', true),
        leave: (tx: Transaction) => ledger.setSeat(tx, project, 'newcomer', false),
      };
      const cost: Record<string, unknown> = {};
      for (const [name, change] of Object.entries(changes)) {
        cost[name] = {
          statements: await statementsOf(storage, change),
          rows: await rowsWritten(storage, change),
        };
      }
      costs.push(cost);
      const quotas = await gather(ledger.userQuotas({ projects: [project], resources: ['r1'] }));
      assert.equal(
        quotas.filter(({ member }) => member.limit === 20_000n).length,
        users,
        'all have the limit',
      );
    }
    await ledger.close();
    const [small, large] = costs;
    assert.deepEqual(large, small);
    assert.deepEqual(large, {
      suspend: { statements: 1, rows: 1 },
      resume: { statements: 1, rows: 1 },
      capacities: { statements: 4, rows: 3 },
      join: { statements: 2, rows: 1 },
      leave: { statements: 2, rows: 1 },
    });
  });
});
