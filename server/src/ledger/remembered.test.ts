import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { fixedClock, forEachEngine, type OpenStorage } from '../../test/support/engines.ts';
import { until } from '../../test/support/until.ts';
import { UNLIMITED } from '../lib/limits.ts';
import type { Storage } from '../storage/storage.ts';
import { Ledger } from './ledger.ts';

const [USER, PROJECT, RESOURCE] = ['u', 'p', 'r'];

interface Nodes {
  readonly storage: Storage;
  readonly one: Ledger;
  readonly other: Ledger;
}

/** Two nodes that have both met the holdings of a user. */
async function nodes(open: OpenStorage): Promise<Nodes> {
  const storage = await open();
  const clock = fixedClock();
  const one = await Ledger.open({ storage, clock });
  const other = await Ledger.open({ storage, clock });
  await storage.transaction(async (tx) => {
    await one.openProject(tx, PROJECT);
    await one.setSeat(tx, PROJECT, USER, true);
    await one.setPools(tx, PROJECT, [{ resource: RESOURCE, capacity: UNLIMITED, memberCapacity: 100n }]);
  });
  for (const node of [one, other, one, other]) assert.notEqual(await charge(node, 1n), undefined);
  return { storage, one, other };
}

/** Issues for member and project; the serial, or undefined if it was refused. */
async function charge(node: Ledger, quantity: bigint, key?: string): Promise<number | undefined> {
  const verdict = await node.issue({
    component: 'c',
    name: '',
    force: false,
    autoAccept: false,
    provisions: [
      { holder: `user:${USER}`, source: `project:${PROJECT}`, resource: RESOURCE, quantity },
      { holder: `project:${PROJECT}`, source: null, resource: RESOURCE, quantity },
    ],
    ...(key !== undefined && { key }),
  });
  return verdict.ok ? verdict.serial : undefined;
}

const resolution = (serial: number, accept: boolean) => ({
  component: 'c',
  accept: accept ? [serial] : [],
  reject: accept ? [] : [serial],
});

forEachEngine((engine, open) => {
  // The embedded engine has one node only.
  if (engine === 'sqlite') return;

  test('what another node has used up is refused, and what it has given back is granted', async () => {
    const { one, other } = await nodes(open);
    const rest = await charge(other, 96n);
    assert.ok(rest);
    assert.equal(await charge(one, 1n), undefined);
    assert.equal((await other.resolve(resolution(rest, false))).rejected.length, 1);
    assert.ok(await charge(one, 96n));
    assert.equal(await charge(other, 1n), undefined);
  });

  test('limits, closed seats and frozen projects count at once on every node', async () => {
    const { storage, one, other } = await nodes(open);
    const change = (work: Parameters<Storage['transaction']>[0]) => storage.transaction(work);
    await change((tx) =>
      one.setPools(tx, PROJECT, [{ resource: RESOURCE, capacity: UNLIMITED, memberCapacity: 4n }]),
    );
    assert.equal(await charge(other, 1n), undefined);
    await change((tx) =>
      one.setPools(tx, PROJECT, [{ resource: RESOURCE, capacity: UNLIMITED, memberCapacity: 5n }]),
    );
    assert.ok(await charge(other, 1n));
    await change((tx) =>
      one.setPools(tx, PROJECT, [{ resource: RESOURCE, capacity: UNLIMITED, memberCapacity: 100n }]),
    );
    await change((tx) => one.setSeat(tx, PROJECT, USER, false));
    assert.equal(await charge(other, 1n), undefined);
    await change((tx) => one.setSeat(tx, PROJECT, USER, true));
    assert.ok(await charge(other, 1n));
    await change((tx) => one.setLive(tx, PROJECT, false));
    assert.equal(await charge(other, 1n), undefined);
    await change((tx) => one.setLive(tx, PROJECT, true));
    assert.ok(await charge(other, 1n));
  });

  test('a commission is resolved once, whichever node has issued it', async () => {
    const { one, other } = await nodes(open);
    const serial = (await charge(one, 1n)) as number;
    assert.deepEqual((await other.resolve(resolution(serial, true))).accepted, [serial]);
    assert.deepEqual((await one.resolve(resolution(serial, false))).notFound, [serial]);
    const both = (await charge(one, 1n)) as number;
    const verdicts = await Promise.all(
      [true, false, true, false].map((accept, index) =>
        (index < 2 ? one : other).resolve(resolution(both, accept)),
      ),
    );
    const settled = verdicts.flatMap(({ accepted, rejected }) => [...accepted, ...rejected]);
    assert.deepEqual(settled, [both]);
  });

  test('a retry with a key finds its commission, though that has used up what there was', async () => {
    const { one, other } = await nodes(open);
    const serials = await Promise.all([one, one, other, one].map((node) => charge(node, 96n, 'k')));
    assert.equal(new Set(serials).size, 1);
    assert.ok(serials[0]);
  });

  test('a retry through another node that waits for the same limit gets the serial of its commission', async () => {
    const { storage, one, other } = await nodes(open);
    const waiting = async (): Promise<number> => {
      const { rows } = await sql<{ count: number }>`
        SELECT count(*) AS count FROM pg_stat_activity
         WHERE datname = current_database() AND wait_event_type = 'Lock'`.execute(storage.db);
      return Number(rows[0]?.count);
    };
    let retries: Promise<(number | undefined)[]> | undefined;
    await storage.transaction(async ({ db }) => {
      await sql`SELECT 1 FROM pools FOR UPDATE`.execute(db);
      retries = Promise.all([one, other].map((node) => charge(node, 96n, 'k')));
      await until('both nodes wait for the pool', async () => (await waiting()) === 2);
    });
    const [first, second] = (await retries) ?? [];
    assert.ok(first);
    assert.equal(second, first);
  });

  test('many commissions at once through two nodes get ascending serials and never exceed the limit', async () => {
    const { one, other } = await nodes(open);
    const serials = await Promise.all(
      Array.from({ length: 400 }, (_, index) => charge(index % 3 === 0 ? other : one, 1n)),
    );
    assert.equal(serials.filter((serial) => serial !== undefined).length, 96);
    assert.equal(new Set(serials.filter((serial) => serial !== undefined)).size, 96);
    for (const mine of [0, 1]) {
      const drawn = serials.filter(
        (serial, index) => serial && (index % 3 === 0) === (mine === 0),
      ) as number[];
      assert.deepEqual(
        drawn,
        [...drawn].sort((a, b) => a - b),
      );
    }
  });
});
