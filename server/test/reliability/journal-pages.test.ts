import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ledger } from '../../src/ledger/ledger.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { openStorage } from '../../src/storage/open.ts';
import { fixedClock, START_MS } from '../support/engines.ts';
import { seededRandom } from '../support/seeded-random.ts';

/** Of the embedded engine, which alone keeps a journal: pages so short that one is always being settled. */
const JOURNAL = { counters: 100, entries: 8, settled: 1, cleared: 1 };
const PROJECTS = 6;
const COMMISSIONS = 60;

test('a crash at any point of a page of the journal loses nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'purser-pages-'));
  const path = join(folder, 'purser.db');
  const clock = fixedClock();
  const storage = openStorage(`sqlite:${path}`);
  await migrate(storage, START_MS);
  const ledger = await Ledger.open({ storage, clock, journal: JOURNAL });
  const names = Array.from({ length: PROJECTS }, (_, n) => `p${n}`);
  await storage.transaction(async (tx) => {
    for (const name of names) {
      await ledger.openProject(tx, name);
      await ledger.setPools(tx, name, [{ resource: 'r', capacity: 1000n, memberCapacity: 0n }]);
    }
  });
  const random = seededRandom(1);
  const expected = new Map(names.map((name) => [name, 0]));
  for (let n = 0; n < COMMISSIONS; n += 1) {
    const name = names[Math.floor(random() * PROJECTS)] as string;
    const provisions = [{ holder: `project:${name}`, source: null, resource: 'r', quantity: 1n }];
    await ledger.issue({ component: 'c', name: '', force: false, autoAccept: true, provisions });
    expected.set(name, (expected.get(name) as number) + 1);
    assert.deepEqual(await afterCrash(path), expected, `after ${n + 1} commissions`);
  }
  await ledger.close();
  await storage.close();
  rmSync(folder, { recursive: true });

  /** The usage of each project that a start finds after a kill at this moment. */
  async function afterCrash(path: string): Promise<Map<string, number>> {
    const copy = join(mkdtempSync(join(folder, 'crash-')), 'purser.db');
    for (const suffix of ['', '-wal']) if (existsSync(path + suffix)) cpSync(path + suffix, copy + suffix);
    const left = openStorage(`sqlite:${copy}`);
    await Ledger.open({ storage: left, clock });
    const rows = await left.db
      .selectFrom('pools')
      .innerJoin('ledger_projects', 'id', 'project_id')
      .select(['project', 'usage_max'])
      .orderBy('id')
      .execute();
    await left.close();
    return new Map(rows.map(({ project, usage_max }) => [project, Number(usage_max)]));
  }
});
