import { sql } from 'kysely';
import { Ledger } from '../../src/ledger/ledger.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage, Transaction } from '../../src/storage/storage.ts';
import { fillMembers } from './scale/fill-ledger.ts';

/** What a change of limits takes (target T7): time until it is durable, and rows it writes. */
export interface ChangeFigures {
  readonly milliseconds: number[];
  readonly rows: number;
}

const PROJECT = '00000000-0000-4000-8000-aaaaaaaaaaaa';
const RESOURCES = ['one', 'two'];
const REPEATS = 20;

/**
 * Times suspending and resuming a project of so many members, and changing the capacities of two resources, through
 * the ledger itself: no route reaches it without work of other parts.
 * @param databaseUrl an empty database
 */
export async function measureLimitsChange(
  databaseUrl: string,
  members: number,
): Promise<{ suspend: ChangeFigures; capacities: ChangeFigures }> {
  const storage = await openMigrated(databaseUrl, systemClock.now());
  try {
    const ledger = await Ledger.open({ storage, clock: systemClock });
    const setCapacities = (tx: Transaction, capacity: bigint): Promise<void> =>
      ledger.setPools(
        tx,
        PROJECT,
        RESOURCES.map((resource) => ({ resource, capacity, memberCapacity: capacity })),
      );
    await storage.transaction(async (tx) => {
      await ledger.openProject(tx, PROJECT);
      await setCapacities(tx, 1_000_000n);
    });
    await fillMembers(storage, PROJECT, { users: members, resources: RESOURCES });
    let count = 0;
    const suspend = await measure(storage, (tx) => ledger.setLive(tx, PROJECT, count++ % 2 === 1));
    const capacities = await measure(storage, (tx) => setCapacities(tx, BigInt(1_000_000 + count++)));
    await ledger.close();
    return { suspend, capacities };
  } finally {
    await storage.close();
  }
}

/** Opens a database and brings its schema up to date. */
export async function openMigrated(databaseUrl: string, now_ms: number): Promise<Storage> {
  const storage = openStorage(databaseUrl, 4);
  await migrate(storage, now_ms);
  return storage;
}

async function measure(storage: Storage, change: (tx: Transaction) => Promise<void>): Promise<ChangeFigures> {
  const milliseconds: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const begin = performance.now();
    await storage.transaction(change);
    milliseconds.push(performance.now() - begin);
  }
  return { milliseconds, rows: await rowsWritten(storage, change) };
}

/** Rows that a piece of work inserts, updates and deletes, as the database itself counts them. */
export function rowsWritten(storage: Storage, work: (tx: Transaction) => Promise<void>): Promise<number> {
  const count =
    storage.native.engine === 'sqlite'
      ? sql<{ rows: number }>`SELECT total_changes() AS rows`
      : sql<{ rows: number }>`
          SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint AS rows FROM pg_stat_xact_user_tables`;
  return storage.transaction(async (tx) => {
    const before = (await count.execute(tx.db)).rows[0]?.rows ?? 0;
    await work(tx);
    return ((await count.execute(tx.db)).rows[0]?.rows ?? 0) - before;
  });
}
