import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { sql } from 'kysely';
import { type FreshUrl, fixedClock, forEachEngine, START_MS } from '../../test/support/engines.ts';
import { until } from '../../test/support/until.ts';
import { InvariantBroken } from '../lib/invariant.ts';
import { UNLIMITED } from '../lib/limits.ts';
import { migrate } from '../storage/migrate.ts';
import { openStorage } from '../storage/open.ts';
import type { Storage } from '../storage/storage.ts';
import { BatchError } from './core/batcher.ts';
import type { Provision } from './core/commission.ts';
import { Ledger } from './ledger.ts';
import { gather } from './quotas.ts';
import { UsageHistory } from './usage/history.ts';

const pool = (project: string, quantity: bigint): Provision => ({
  holder: `project:${project}`,
  source: null,
  resource: 'r',
  quantity,
});
const seat = (quantity: bigint): Provision => ({
  holder: 'user:u',
  source: 'project:bad',
  resource: 'r',
  quantity,
});

/** A ledger with the projects `good` and `bad`, each with a charge of 5, and `u` as a member of `bad` with 5. */
class Place {
  readonly storage: Storage;
  readonly clock = fixedClock();
  readonly reported: InvariantBroken[] = [];
  ledger!: Ledger;

  constructor(storage: Storage) {
    this.storage = storage;
  }

  async open(): Promise<void> {
    const { storage, clock, reported } = this;
    this.ledger = await Ledger.open({ storage, clock, onBroken: (broken) => reported.push(broken) });
  }

  async issue(provisions: readonly Provision[], autoAccept = true, expiresAt: number | null = null) {
    const verdict = await this.ledger.issue({
      component: 'c',
      name: '',
      force: false,
      autoAccept,
      provisions,
      expiresAt,
    });
    assert.ok(verdict.ok);
    return verdict.serial;
  }

  /** Changes rows by other means than the ledger, while it is stopped. */
  async corrupt(change: (db: Storage['db']) => Promise<unknown>): Promise<void> {
    await this.ledger.close();
    await this.storage.transaction(({ db }) => change(db));
    await this.open();
  }

  corruptPool(columns: {
    usage_min?: bigint;
    usage_max?: bigint;
    capacity?: bigint;
    member_capacity?: bigint;
  }) {
    return this.corrupt((db) =>
      db
        .updateTable('pools')
        .set(columns)
        .where('project_id', '=', (rows) =>
          rows.selectFrom('ledger_projects').select('id').where('project', '=', 'bad'),
        )
        .execute(),
    );
  }

  async commissions(): Promise<number> {
    const { count } = await this.storage.db
      .selectFrom('commissions')
      .select((row) => row.fn.countAll<number>().as('count'))
      .executeTakeFirstOrThrow();
    return Number(count);
  }

  async usage(project: string): Promise<bigint | undefined> {
    const rows = await gather(this.ledger.projectQuotas({ projects: [project] }));
    return rows[0]?.pool.usage;
  }
}

async function place(freshUrl: FreshUrl): Promise<Place> {
  const storage = openStorage(await freshUrl(), 6);
  after(() => storage.close());
  await migrate(storage, START_MS);
  const made = new Place(storage);
  await made.open();
  await storage.transaction(async (tx) => {
    for (const project of ['good', 'bad']) {
      await made.ledger.openProject(tx, project);
      await made.ledger.setPools(tx, project, [{ resource: 'r', capacity: 100n, memberCapacity: 50n }]);
    }
    await made.ledger.setSeat(tx, 'bad', 'u', true);
  });
  await made.issue([pool('good', 5n)]);
  await made.issue([pool('bad', 5n), seat(5n)]);
  return made;
}

const COUNTERS = 'The counters of a holding are 0 ≤ usageMin ≤ usageMax ≤ 2^63 - 1.';

const isBroken =
  (invariant: string) =>
  (error: unknown): boolean => {
    assert.ok(error instanceof InvariantBroken, String(error));
    assert.equal(error.invariant, invariant);
    return true;
  };

forEachEngine((engine, _open, freshUrl) => {
  test('invalid counters fail each commission on the holding, and nothing of it is written', async () => {
    const { good, bad } = { good: pool('good', 1n), bad: pool('bad', 1n) };
    for (const [usage_min, usage_max] of [
      [6n, 5n],
      [-1n, 5n],
      [-2n, -1n],
    ] as const) {
      const at = await place(freshUrl);
      const pending = await at.issue([bad], false);
      await at.corruptPool({ usage_min, usage_max });
      const before = await at.commissions();
      await assert.rejects(at.issue([good, bad]), isBroken(COUNTERS));
      await assert.rejects(at.issue([seat(1n), bad]), isBroken(COUNTERS));
      await assert.rejects(at.issue([pool('bad', -1n)]), isBroken(COUNTERS));
      await assert.rejects(
        at.ledger.resolve({ component: 'c', accept: [pending], reject: [] }),
        isBroken(COUNTERS),
      );
      assert.equal(await at.commissions(), before);
      assert.equal(await at.usage('good'), 5n);
      assert.deepEqual(await at.ledger.pending('c'), [pending]);
      assert.equal(at.ledger.load.broken, 4);
      await at.issue([good]);
      assert.equal(await at.usage('good'), 6n);
    }
  });

  test('the report of a broken invariant names it, the holding and its numbers, once a minute', async () => {
    const at = await place(freshUrl);
    await at.corruptPool({ usage_min: 7n, usage_max: 3n });
    for (let n = 0; n < 3; n += 1) await assert.rejects(at.issue([pool('bad', 1n)]));
    const project_row = 2;
    const facts = {
      holder: 'project:bad',
      source: null,
      resource: 'r',
      project_row,
      resource_row: 1,
      limit: '100',
      usageMin: '7',
      usageMax: '3',
    };
    // Names are looked up after the request has failed.
    await until('the first report', () => at.reported.length > 0);
    assert.deepEqual(
      at.reported.map(({ invariant, facts }) => ({ invariant, facts })),
      [{ invariant: COUNTERS, facts }],
    );
    assert.match(at.reported[0]?.message ?? '', /usageMin=7, usageMax=3/);
    at.clock.advance(60_000);
    await assert.rejects(at.issue([pool('bad', 1n)]));
    await until('the second report', () => at.reported.length > 1);
    assert.equal(at.reported.length, 2);
    assert.equal(at.ledger.load.broken, 4);
  });

  test('other requests of a batch that breaks an invariant are decided', async () => {
    const at = await place(freshUrl);
    await at.corruptPool({ usage_min: 7n, usage_max: 3n });
    const before = await at.commissions();
    const requests = ['good', 'bad', 'good', 'bad', 'good'].map((project) => ({
      component: 'c',
      name: '',
      force: false,
      autoAccept: true,
      provisions: [pool(project, 1n)],
    }));
    const verdicts = await at.ledger.issueMany(requests);
    assert.deepEqual(
      verdicts.map((verdict) => (verdict instanceof BatchError ? verdict.cause : verdict.ok)).map(outcome),
      [true, COUNTERS, true, COUNTERS, true],
    );
    assert.equal(await at.commissions(), before + 3);
    assert.equal(await at.usage('good'), 8n);
  });

  test('invalid counters of a member fail the commissions of this member alone', async () => {
    const at = await place(freshUrl);
    await at.corrupt((db) => db.updateTable('seat_usages').set({ usage_min: 9, usage_max: 1 }).execute());
    await assert.rejects(at.issue([seat(1n), pool('bad', 1n)]), isBroken(COUNTERS));
    assert.equal(await at.usage('bad'), 5n);
    await at.issue([pool('bad', 1n)]);
  });

  test('an invalid capacity fails commissions, and cannot be set', async () => {
    const at = await place(freshUrl);
    await at.corruptPool({ capacity: -1n });
    const invalidLimit = isBroken('A limit is 0 ≤ limit ≤ 2^63 - 1.');
    await assert.rejects(at.issue([pool('bad', 1n)]), invalidLimit);
    await at.corruptPool({ capacity: 100n, member_capacity: -5n });
    await assert.rejects(at.issue([seat(1n)]), invalidLimit);
    const invalidCapacity = isBroken('A capacity is 0 ≤ capacity ≤ 2^63 - 1.');
    for (const limits of [
      { capacity: -1n, memberCapacity: 0n },
      { capacity: 0n, memberCapacity: UNLIMITED + 1n },
    ]) {
      const set = at.storage.transaction((tx) =>
        at.ledger.setPools(tx, 'bad', [{ resource: 'r', ...limits }]),
      );
      await assert.rejects(set, invalidCapacity);
    }
  });

  test('one commission that breaks an invariant does not prevent the expiry of others', async () => {
    const at = await place(freshUrl);
    const expires = START_MS + 1000;
    const serials: number[] = [];
    for (const project of ['good', 'bad', 'good']) {
      serials.push(await at.issue([pool(project, 1n)], false, expires));
    }
    await at.corruptPool({ usage_min: 7n, usage_max: 3n });
    at.clock.advance(1000);
    assert.deepEqual(await at.ledger.expireOverdue(), [serials[0], serials[2]]);
    assert.deepEqual(await at.ledger.expireOverdue(), []);
    assert.deepEqual(await at.ledger.pending('c'), [serials[1]]);
    assert.equal(await at.usage('good'), 5n);
  });

  test('a verification corrects invalid counters, and commissions go on', async () => {
    const at = await place(freshUrl);
    await at.corruptPool({ usage_min: 7n, usage_max: 3n });
    await assert.rejects(at.issue([pool('bad', 1n)]));
    for await (const _ of at.ledger.verify(async () => {}));
    await at.issue([pool('bad', 1n)]);
    assert.equal(await at.usage('bad'), 6n);
  });

  test('counters stay valid after any sequence of commissions and resolutions', async () => {
    const at = await place(freshUrl);
    const quantities = fc.bigInt({ min: -20n, max: 60n });
    const step = fc.record({
      quantity: quantities,
      force: fc.boolean(),
      end: fc.constantFrom('accept', 'reject', 'pending', 'at once'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        for (const { quantity, force, end } of steps) {
          const verdict = await at.ledger.issue({
            component: 'c',
            name: '',
            force,
            autoAccept: end === 'at once',
            provisions: [seat(quantity), pool('bad', quantity)],
          });
          if (!verdict.ok || end === 'at once' || end === 'pending') continue;
          const serials = [verdict.serial];
          await at.ledger.resolve({
            component: 'c',
            accept: end === 'accept' ? serials : [],
            reject: end === 'reject' ? serials : [],
          });
        }
        assert.equal(at.ledger.load.broken, 0);
      }),
      { numRuns: 20 },
    );
  });

  test('a roll-up that cannot place an accepted commission in time fails and names its serial', async () => {
    const at = await place(freshUrl);
    const serial = await at.issue([pool('good', 1n)]);
    await at.corrupt((db) =>
      db.updateTable('commissions').set({ resolved_at: null }).where('serial', '=', serial).execute(),
    );
    const usage = new UsageHistory({ storage: at.storage, clock: at.clock });
    const error = await usage.rollUp(100).catch((thrown: unknown) => thrown);
    isBroken('An accepted commission has a time of resolution.')(error);
    assert.deepEqual((error as InvariantBroken).facts, { serial, resolved_at: null });
    assert.equal(usage.broken, 1);
    const rows = await at.storage.db.selectFrom('usage_hours').selectAll().execute();
    assert.deepEqual(rows, [], 'nothing of the roll-up is written');
  });

  if (engine === 'postgres') {
    test('a change by another node is not taken for a broken invariant', async () => {
      const at = await place(freshUrl);
      const other = await Ledger.open({ storage: at.storage, clock: at.clock });
      const serial = await at.issue([pool('bad', 10n)], false);
      // The other node accepts the commission and releases its quantity, and this node reads the counters again.
      await other.resolve({ component: 'c', accept: [serial], reject: [] });
      const release = { component: 'c', name: '', force: false, autoAccept: true };
      await other.issue({ ...release, provisions: [pool('bad', -15n)] });
      await at.issue([pool('bad', 0n)]);
      await at.issue([pool('bad', 0n)]);
      const verdict = await at.ledger.resolve({ component: 'c', accept: [], reject: [serial] });
      assert.deepEqual(verdict.notFound, [serial]);
      assert.deepEqual([at.ledger.load.broken, at.reported], [0, []]);
      assert.equal(await at.usage('bad'), 0n);
    });
  }
});

/** The invariant of an error, or the value itself. */
const outcome = (value: unknown): unknown => (value instanceof InvariantBroken ? value.invariant : value);

/** A database of the embedded engine as a kill leaves it: with a journal. */
async function killed(): Promise<{ storage: Storage; serial: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'purser-invariants-'));
  after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'purser.db');
  const live = await place(async () => `sqlite:${path}`);
  const serial = await live.issue([pool('bad', 1n)]);
  const copy = join(folder, 'killed.db');
  for (const suffix of ['', '-wal']) if (existsSync(path + suffix)) cpSync(path + suffix, copy + suffix);
  const storage = openStorage(`sqlite:${copy}`);
  after(() => storage.close());
  return { storage, serial };
}

const DAMAGED_JOURNALS: Record<string, { counters: string; message: RegExp }> = {
  'counters in the wrong order': {
    counters: '[[0,2,1,9,4]]',
    message: /0 ≤ usageMin ≤ usageMax.*holder=project:bad.*resource=r.*journal_row=3.*usageMin=9, usageMax=4/,
  },
  'a counter beyond 64 bits': {
    counters: '[[0,2,1,0,9223372036854775808]]',
    message: /0 ≤ usageMin ≤ usageMax.*usageMax=9223372036854775808/,
  },
  'an unknown pool': {
    counters: '[[0,77,1,0,1]]',
    message: /A holding of the journal exists.*project_row=77/,
  },
  'an unknown member': {
    counters: '[[1,77,1,0,1]]',
    message: /A holding of the journal exists.*seat_row=77/,
  },
  'a text that is not an entry': { counters: '[[0,2,1,4]]', message: /\[kind, id, resource.*journal_row=3/ },
  'a text that is cut off': { counters: '[[0,2,1,', message: /\[kind, id, resource.*journal_row=3/ },
};

for (const [name, { counters, message }] of Object.entries(DAMAGED_JOURNALS)) {
  test(`a journal with ${name} stops the start, which names the row and changes nothing`, async () => {
    const { storage, serial } = await killed();
    await storage.transaction(({ db }) =>
      sql`UPDATE ledger_journal SET counters = ${counters} WHERE seq = 3`.execute(db),
    );
    const before = await storage.db.selectFrom('pools').selectAll().execute();
    const error = await Ledger.open({ storage, clock: fixedClock() }).catch((thrown: Error) => thrown);
    assert.ok(error instanceof Error);
    assert.match(error.message, /^The ledger cannot start, as its journal is damaged\. /);
    assert.match(error.message, message);
    assert.match(error.message, /"A damaged journal" in docs\/operations\/running\.md\.$/);
    if (counters.includes('[[0,2,1,9')) assert.match(error.message, new RegExp(`last_serial=${serial}`));
    assert.deepEqual(await storage.db.selectFrom('pools').selectAll().execute(), before);
  });
}

test('a journal with a missing row stops the start', async () => {
  const { storage } = await killed();
  await storage.transaction(({ db }) => sql`DELETE FROM ledger_journal WHERE seq = 2`.execute(db));
  await assert.rejects(
    Ledger.open({ storage, clock: fixedClock() }),
    /consecutive numbers. \(journal_row=3, previous_row=1\)/,
  );
});

test('after the documented repair of a damaged journal, no charge is lost', async () => {
  const { storage } = await killed();
  await storage.transaction(({ db }) => sql`UPDATE ledger_journal SET counters = '['`.execute(db));
  await assert.rejects(Ledger.open({ storage, clock: fixedClock() }));
  await storage.transaction(({ db }) => sql`DELETE FROM ledger_journal`.execute(db));
  const ledger = await Ledger.open({ storage, clock: fixedClock() });
  for await (const _ of ledger.verify(async () => {}));
  const rows = await gather(ledger.projectQuotas({}));
  assert.deepEqual(
    rows.map(({ project, pool: { usage } }) => [project, usage]),
    [
      ['good', 5n],
      ['bad', 6n],
    ],
  );
});
