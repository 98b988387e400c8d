import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { type FreshUrl, fixedClock, forEachEngine, START_MS } from '../../../test/support/engines.ts';
import { refusal } from '../../../test/support/parts.ts';
import { holdingName, UsageRecount } from '../../../test/support/scale/usage-recount.ts';
import type { ManualClock } from '../../lib/clock.ts';
import { LIMITS, UNLIMITED } from '../../lib/limits.ts';
import { migrate } from '../../storage/migrate.ts';
import { openStorage } from '../../storage/open.ts';
import type { Storage } from '../../storage/storage.ts';
import type { IssueRequest, Provision } from '../core/commission.ts';
import { Ledger } from '../ledger.ts';
import { type ChargeSpan, UsageHistory, type UsageSpan } from './history.ts';
import { keepRolledUp } from './roll-up-loop.ts';
import { HOUR_MS, STEP_MS, type Step } from './usage-steps.ts';

const DAY_MS = STEP_MS.day;
const PROJECTS = ['p0', 'p1'];
const USERS = ['u0', 'u1'];
const RESOURCES = ['r0', 'r1'];

interface Bench {
  readonly storage: Storage;
  readonly ledger: Ledger;
  readonly usage: UsageHistory;
}

/** A ledger whose projects and users may use everything, with a history of it. */
class Cloud {
  readonly clock: ManualClock = fixedClock();
  readonly #abandoned: Storage[] = [];
  #url: string;
  #bench: Bench;

  private constructor(url: string, storage: Storage, ledger: Ledger) {
    this.#url = url;
    this.#bench = { storage, ledger, usage: new UsageHistory({ storage, clock: this.clock }) };
  }

  static async open(freshUrl: FreshUrl): Promise<Cloud> {
    const url = await freshUrl();
    const storage = openStorage(url, 6);
    await migrate(storage, START_MS);
    const clock = fixedClock();
    const cloud = new Cloud(url, storage, await Ledger.open({ storage, clock }));
    await cloud.#reopen();
    after(() => cloud.#close());
    await cloud.storage.transaction(async (tx) => {
      const pools = RESOURCES.map((resource) => ({
        resource,
        capacity: UNLIMITED,
        memberCapacity: UNLIMITED,
      }));
      for (const project of PROJECTS) {
        await cloud.ledger.openProject(tx, project);
        await cloud.ledger.setPools(tx, project, pools);
        for (const user of USERS) await cloud.ledger.setSeat(tx, project, user, true);
      }
    });
    return cloud;
  }

  get storage(): Storage {
    return this.#bench.storage;
  }
  get ledger(): Ledger {
    return this.#bench.ledger;
  }
  get usage(): UsageHistory {
    return this.#bench.usage;
  }

  /** Leaves everything as a kill would, and begins anew with what is on disk. */
  async crash(): Promise<void> {
    const { storage } = this.#bench;
    if (storage.native.engine === 'sqlite') {
      const path = this.#url.slice('sqlite:'.length);
      const copy = join(mkdtempSync(join(tmpdir(), 'purser-crash-')), 'purser.db');
      for (const suffix of ['', '-wal']) if (existsSync(path + suffix)) cpSync(path + suffix, copy + suffix);
      this.#url = `sqlite:${copy}`;
    }
    this.#abandoned.push(storage);
    const next = openStorage(this.#url, 6);
    const ledger = await Ledger.open({ storage: next, clock: this.clock });
    this.#bench = { storage: next, ledger, usage: new UsageHistory({ storage: next, clock: this.clock }) };
  }

  /** With the clock of this cloud. */
  async #reopen(): Promise<void> {
    const { storage } = this.#bench;
    const ledger = await Ledger.open({ storage, clock: this.clock });
    this.#bench = { storage, ledger, usage: new UsageHistory({ storage, clock: this.clock }) };
  }

  async #close(): Promise<void> {
    for (const storage of [this.storage, ...this.#abandoned]) await storage.close();
  }

  async issue(provisions: Provision[], options: Partial<IssueRequest> = {}): Promise<number> {
    const base = { component: 'c', name: '', force: false, autoAccept: true, provisions };
    const verdict = await this.ledger.issue({ ...base, ...options });
    assert.ok(verdict.ok);
    return verdict.serial;
  }

  accept(...serials: number[]): Promise<unknown> {
    return this.ledger.resolve({ component: 'c', accept: serials, reject: [] });
  }

  take(quantity: bigint): Promise<number> {
    return this.issue([pool(quantity)]);
  }

  /** The one series of the pool of `p0`, as tuples. */
  async pointsOf(step: Step, from: number, to?: number): Promise<[bigint, bigint, bigint][]> {
    const span = { projects: ['p0'], resources: ['r0'], per: 'project' as const, from, step };
    const series = await this.usage.series({ ...span, ...(to !== undefined && { to }) });
    assert.ok(series.length <= 1);
    return (series[0]?.points ?? []).map(({ usage, average, unit_ms }) => [usage, average, unit_ms]);
  }

  /** What the history says must be what follows from the commissions, for every holding, step and span. */
  async compare(spans: { from: number; to: number; step: Step }[]): Promise<void> {
    const recount = await UsageRecount.of(this.ledger);
    for (const { from, to, step } of spans) {
      const series = await this.usage.series({ from, to, step });
      const until = Math.min(to, this.clock.now());
      assert.deepEqual(new Set(series.map(holdingName)), recount.holdings(until));
      for (const one of series) {
        let expected = from;
        for (const point of one.points) {
          assert.equal(point.from, expected);
          assert.equal(point.to, Math.min(point.from + STEP_MS[step], until));
          const unit_ms = recount.unit_ms(holdingName(one), point.from, point.to);
          assert.equal(point.usage, recount.usage(holdingName(one), point.to));
          assert.equal(point.unit_ms, unit_ms);
          assert.equal(point.average, unit_ms / BigInt(point.to - point.from));
          expected = point.to;
        }
        assert.equal(expected, until);
      }
      await this.#compareCharges(recount, { from, to });
    }
  }

  async #compareCharges(recount: UsageRecount, span: ChargeSpan & { to: number }): Promise<void> {
    const to = Math.min(span.to, Math.floor(this.clock.now() / HOUR_MS) * HOUR_MS);
    if (to <= span.from) return;
    const all = [];
    const { to: end, chunks } = await this.usage.charges(span);
    assert.equal(end, to);
    for await (const charges of chunks) all.push(...charges);
    const paged = [];
    for (let page = await this.usage.chargePage({ ...span, limit: 2 }); ; ) {
      assert.equal(page.to, to);
      assert.ok(page.items.length <= 2);
      paged.push(...page.items);
      if (!page.next) break;
      page = await this.usage.chargePage({ ...span, limit: 2, after: page.next });
    }
    assert.deepEqual(paged, all);
    const used = [...recount.holdings(to)].filter(
      (holding) => recount.unit_ms(holding, span.from, to) !== 0n || recount.usage(holding, to) !== 0n,
    );
    assert.deepEqual(all.map(holdingName).sort(), used.sort());
    for (const charge of all) {
      assert.equal(charge.unit_ms, recount.unit_ms(holdingName(charge), span.from, to));
      assert.equal(charge.usage, recount.usage(holdingName(charge), to));
    }
  }
}

const pool = (quantity: bigint, project = 'p0', resource = 'r0'): Provision => ({
  holder: `project:${project}`,
  source: null,
  resource,
  quantity,
});
const seat = (user: string, quantity: bigint, project = 'p0', resource = 'r0'): Provision => ({
  holder: `user:${user}`,
  source: `project:${project}`,
  resource,
  quantity,
});

const MINUTE_MS = 60_000;

type Act =
  | { kind: 'issue'; provisions: Provision[]; autoAccept: boolean }
  | { kind: 'resolve'; place: number; how: 'accept' | 'reject' | 'half' }
  | { kind: 'wait'; ms: number }
  | { kind: 'roll'; limit: number }
  | { kind: 'crash' };

const quantity = fc.oneof(fc.bigInt({ min: -5n, max: 20n }), fc.bigInt({ min: 2n ** 60n, max: 2n ** 61n }));
const provision: fc.Arbitrary<Provision> = fc
  .tuple(
    fc.constantFrom(...PROJECTS),
    fc.constantFrom(null, ...USERS),
    fc.constantFrom(...RESOURCES),
    quantity,
  )
  .map(([project, user, resource, amount]) =>
    user === null ? pool(amount, project, resource) : seat(user, amount, project, resource),
  );
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('issue' as const),
      provisions: fc.array(provision, { minLength: 1, maxLength: 4 }),
      autoAccept: fc.boolean(),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('resolve' as const),
      place: fc.nat({ max: 5 }),
      how: fc.constantFrom('accept' as const, 'reject' as const, 'half' as const),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      ms: fc.oneof(
        fc.nat({ max: 2 * HOUR_MS }),
        fc.constantFrom(HOUR_MS, DAY_MS, 1),
        fc.nat({ max: 3 * DAY_MS }),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('roll' as const), limit: fc.integer({ min: 1, max: 4 }) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'crash' as const }) },
);

async function perform(one: Act, cloud: Cloud): Promise<void> {
  const { ledger, usage, clock } = cloud;
  switch (one.kind) {
    case 'issue': {
      const { provisions, autoAccept } = one;
      await ledger.issue({ component: 'c', name: '', force: false, autoAccept, provisions });
      return;
    }
    case 'resolve': {
      const serial = (await ledger.pending('c')).at(-1 - one.place);
      if (serial === undefined) return;
      const request = { component: 'c', accept: [] as number[], reject: [] as number[] };
      if (one.how === 'accept') await ledger.resolve({ ...request, accept: [serial] });
      if (one.how === 'reject') await ledger.resolve({ ...request, reject: [serial] });
      if (one.how !== 'half') return;
      const commission = await ledger.commission(serial);
      const provisions = (commission?.provisions ?? []).map((each) => ({
        ...each,
        quantity: each.quantity / 2n,
      }));
      await ledger.resolve({ ...request, partial: [{ serial, provisions }] });
      return;
    }
    case 'wait':
      return clock.advance(one.ms);
    case 'roll':
      await usage.rollUp(one.limit);
      return;
    case 'crash':
      return cloud.crash();
  }
}

forEachEngine((engine, _open, freshUrl) => {
  test('usage of any history of commissions is exact, at any time of the roll-up and after crashes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { minLength: 10, maxLength: 60 }),
        fc.array(fc.tuple(fc.nat({ max: 100 }), fc.nat({ max: 100 })), { minLength: 2, maxLength: 2 }),
        async (acts, places) => {
          const cloud = await Cloud.open(freshUrl);
          for (const one of acts) await perform(one, cloud);
          cloud.clock.advance(1);
          const passed = cloud.clock.now() - START_MS;
          const spans = places.flatMap(([a, b]) =>
            (['hour', 'day'] as const).map((step) => {
              const steps = Math.floor(passed / STEP_MS[step]);
              const first = Math.floor((steps * Math.min(a, b)) / 100);
              const last = Math.ceil((steps * Math.max(a, b)) / 100) + 1;
              return { from: START_MS + first * STEP_MS[step], to: START_MS + last * STEP_MS[step], step };
            }),
          );
          await cloud.compare(spans);
        },
      ),
      { numRuns: engine === 'sqlite' ? 25 : 8, endOnFailure: true },
    );
  });

  test('usage counts from the moment of acceptance, up to now', async () => {
    const cloud = await Cloud.open(freshUrl);
    cloud.clock.advance(15 * MINUTE_MS);
    const serial = await cloud.issue([pool(8n)], { autoAccept: false });
    cloud.clock.advance(15 * MINUTE_MS);
    assert.deepEqual(await cloud.pointsOf('hour', START_MS), [], 'what is reserved is not used');
    await cloud.accept(serial);
    assert.deepEqual(await cloud.pointsOf('hour', START_MS), [[8n, 0n, 0n]]);
    cloud.clock.advance(15 * MINUTE_MS);
    const used = BigInt(8 * 15 * MINUTE_MS);
    assert.deepEqual(await cloud.pointsOf('hour', START_MS), [[8n, used / BigInt(45 * MINUTE_MS), used]]);
    cloud.clock.advance(15 * MINUTE_MS);
    assert.deepEqual(await cloud.pointsOf('hour', START_MS), [[8n, 4n, 2n * used]]);
  });

  test('the first millisecond of an hour belongs to it, the last of the one before does not', async () => {
    const cloud = await Cloud.open(freshUrl);
    cloud.clock.advance(HOUR_MS - 1);
    await cloud.take(3n);
    cloud.clock.advance(1);
    await cloud.take(4n);
    cloud.clock.advance(HOUR_MS);
    assert.deepEqual(await cloud.pointsOf('hour', START_MS), [
      [3n, 0n, 3n],
      [7n, 7n, 7n * BigInt(HOUR_MS)],
    ]);
    cloud.clock.advance(22 * HOUR_MS - 1);
    await cloud.take(-7n);
    cloud.clock.advance(DAY_MS + 1);
    const day = 3n + 7n * BigInt(23 * HOUR_MS - 1);
    assert.deepEqual(await cloud.pointsOf('day', START_MS), [
      [0n, day / BigInt(DAY_MS), day],
      [0n, 0n, 0n],
    ]);
    assert.deepEqual(await cloud.pointsOf('hour', START_MS + 30 * HOUR_MS, START_MS + 32 * HOUR_MS), [
      [0n, 0n, 0n],
      [0n, 0n, 0n],
    ]);
  });

  test('of a partial acceptance only what was accepted counts, of a rejection nothing', async () => {
    const cloud = await Cloud.open(freshUrl);
    const both = [pool(10n), seat('u0', 10n)];
    const serial = await cloud.issue(both, { autoAccept: false });
    await cloud.ledger.resolve({
      component: 'c',
      accept: [],
      reject: [],
      partial: [{ serial, provisions: [pool(3n)] }],
    });
    const other = await cloud.issue([pool(100n)], { autoAccept: false });
    await cloud.ledger.resolve({ component: 'c', accept: [], reject: [other] });
    cloud.clock.advance(HOUR_MS);
    const series = await cloud.usage.series({ from: START_MS, step: 'hour', resources: ['r0'] });
    assert.deepEqual(
      series.map(({ user, points }) => [user, points[0]?.usage]),
      [
        [null, 3n],
        ['u0', 10n],
      ],
    );
  });

  test('filters narrow to a project, a user, a resource, or one kind of holding', async () => {
    const cloud = await Cloud.open(freshUrl);
    for (const project of PROJECTS) {
      for (const resource of RESOURCES) {
        const members = USERS.map((user) => seat(user, 1n, project, resource));
        await cloud.issue([pool(2n, project, resource), ...members]);
      }
    }
    cloud.clock.advance(HOUR_MS);
    const count = async (filter: Partial<UsageSpan>): Promise<number[]> => {
      const span = { ...filter, from: START_MS };
      const { items } = await cloud.usage.chargePage({ ...span, limit: 100 });
      const series = await cloud.usage.series({ ...span, step: 'hour' });
      assert.deepEqual(series.map(holdingName), items.map(holdingName));
      return [
        items.filter(({ user }) => user === null).length,
        items.filter(({ user }) => user !== null).length,
      ];
    };
    assert.deepEqual(await count({}), [4, 8]);
    assert.deepEqual(await count({ per: 'project' }), [4, 0]);
    assert.deepEqual(await count({ per: 'user' }), [0, 8]);
    assert.deepEqual(await count({ projects: ['p1'] }), [2, 4]);
    assert.deepEqual(await count({ projects: ['p1'], user: 'u0' }), [0, 2]);
    assert.deepEqual(await count({ user: 'u0' }), [0, 4]);
    assert.deepEqual(await count({ user: 'u0', per: 'project' }), [0, 0]);
    assert.deepEqual(await count({ resources: ['r1'] }), [2, 4]);
    assert.deepEqual(await count({ resources: [] }), [0, 0]);
    assert.deepEqual(await count({ projects: [] }), [0, 0]);
    assert.deepEqual(await count({ projects: ['nothing'] }), [0, 0]);
  });

  test('spans that make no sense, and answers without end, are refused', async () => {
    const cloud = await Cloud.open(freshUrl);
    cloud.clock.advance(2 * DAY_MS);
    const cases: (UsageSpan & { step: Step })[] = [
      { from: START_MS + 1, step: 'hour' },
      { from: START_MS + HOUR_MS, step: 'day' },
      { from: START_MS, to: START_MS + HOUR_MS + 1, step: 'hour' },
      { from: START_MS, to: START_MS + HOUR_MS, step: 'day' },
      { from: START_MS, to: START_MS, step: 'day' },
      { from: START_MS + 9 * DAY_MS, step: 'day' },
      { from: -DAY_MS, step: 'day' },
      { from: Number.NaN, step: 'day' },
    ];
    for (const span of cases) {
      await assert.rejects(cloud.usage.series(span), refusal('invalid_field'), JSON.stringify(span));
    }
    const long = { from: 0, step: 'hour' as const };
    await assert.rejects(cloud.usage.series(long), refusal('too_many_points'));
    await assert.rejects(cloud.usage.chargePage({ from: START_MS + 1, limit: 1 }), refusal('invalid_field'));
    for (const resource of RESOURCES) await cloud.issue([pool(1n, 'p0', resource)]);
    cloud.clock.advance(1);
    const from = START_MS - Math.floor((LIMITS.usage_points * 0.6 * HOUR_MS) / DAY_MS) * DAY_MS;
    const one = await cloud.usage.series({ from, step: 'hour', resources: ['r0'] });
    assert.ok((one[0]?.points.length ?? 0) > LIMITS.usage_points / 2);
    await assert.rejects(cloud.usage.series({ from, step: 'hour' }), refusal('too_many_points'));
  });

  test('several at once take each commission in once, and readers see what was accepted before', async () => {
    const cloud = await Cloud.open(freshUrl);
    const issueSome = async (): Promise<void> => {
      for (let n = 0; n < 60; n += 1) {
        await Promise.all([cloud.take(1n), cloud.issue([seat('u0', 2n), pool(1n)])]);
        cloud.clock.advance(MINUTE_MS);
      }
    };
    const rollSome = async (): Promise<void> => {
      for (let n = 0; n < 30; n += 1) await cloud.usage.rollUp(7);
    };
    const readSome = async (): Promise<void> => {
      for (let n = 0; n < 15; n += 1) {
        cloud.clock.advance(1);
        const accepted = (await cloud.ledger.commissions({ state: 'accepted', limit: 500 })).items.length;
        const usage = (await cloud.pointsOf('hour', START_MS)).at(-1)?.[0] ?? 0n;
        assert.ok(usage >= BigInt(accepted), `${usage} of ${accepted}`);
      }
    };
    await Promise.all([issueSome(), rollSome(), rollSome(), rollSome(), readSome(), readSome()]);
    cloud.clock.advance(HOUR_MS);
    await cloud.compare([
      { from: START_MS, to: cloud.clock.now() - (cloud.clock.now() % HOUR_MS), step: 'hour' },
    ]);
    assert.equal(await cloud.usage.rollUp(100), 0);
  });

  test('long pasts and many members are read part by part', async () => {
    const cloud = await Cloud.open(freshUrl);
    const users = Array.from({ length: 450 }, (_, n) => `many${n}`);
    await cloud.storage.transaction(async (tx) => {
      for (const user of users) await cloud.ledger.setSeat(tx, 'p1', user, true);
    });
    const base = { component: 'c', name: '', force: false, autoAccept: true };
    await cloud.ledger.issueMany(users.map((user) => ({ ...base, provisions: [seat(user, 3n, 'p1')] })));
    for (let n = 0; n < 2200; n += 1) {
      cloud.clock.advance(HOUR_MS);
      await cloud.take(1n);
    }
    cloud.clock.advance(HOUR_MS / 2);
    const now = cloud.clock.now();
    const hour = now - (now % HOUR_MS);
    const points = await cloud.pointsOf('hour', START_MS, hour);
    assert.deepEqual(
      points.map(([usage]) => usage),
      Array.from({ length: 2200 }, (_, n) => BigInt(n)),
    );
    assert.deepEqual((await cloud.pointsOf('hour', hour - HOUR_MS))[0]?.[0], 2199n);
    for (const from of [START_MS, START_MS + 5 * HOUR_MS]) {
      const { items, next } = await cloud.usage.chargePage({ from, to: hour, limit: 1000 });
      assert.equal(next, null);
      assert.deepEqual([items.length, items[0]?.usage, items[450]?.usage], [451, 2199n, 3n]);
      const ms = BigInt(hour - from);
      assert.equal(items[450]?.unit_ms, ms * 3n);
      const hours = Array.from({ length: 2200 }, (_, n) => BigInt(n)).slice((from - START_MS) / HOUR_MS);
      assert.equal(items[0]?.unit_ms, hours.reduce((sum, usage) => sum + usage, 0n) * BigInt(HOUR_MS));
    }
    const pages: number[] = [];
    let after: Parameters<UsageHistory['chargePage']>[0]['after'];
    do {
      const page = await cloud.usage.chargePage({ from: START_MS, limit: 100, ...(after && { after }) });
      pages.push(page.items.length);
      after = page.next ?? undefined;
    } while (after);
    assert.deepEqual(pages, [100, 100, 100, 100, 51]);
  });

  test('commissions are taken in without being asked for, until that is stopped', async (t) => {
    const cloud = await Cloud.open(freshUrl);
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const complaints: unknown[] = [];
    const stop = keepRolledUp(cloud.usage, cloud.ledger, (error) => complaints.push(error));
    const issueSome = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1) await cloud.take(1n);
    };
    const outstanding = async (): Promise<number> => {
      const rows = cloud.storage.db.selectFrom('commissions').select('serial').where('rolled', '=', 0);
      return (await rows.execute()).length;
    };
    await issueSome(150);
    for (let turn = 0; (await outstanding()) > 0; turn += 1) {
      assert.ok(turn < 1000, 'never done');
      t.mock.timers.tick(5000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await stop();
    await issueSome(1);
    t.mock.timers.tick(60_000);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual([await outstanding(), complaints], [1, []]);
  });

  test('a commission that cannot be read is left out and holds nothing up', async () => {
    const cloud = await Cloud.open(freshUrl);
    const first = await cloud.take(1n);
    await cloud.take(2n);
    await cloud.storage.transaction(({ db }) =>
      db.updateTable('commissions').set({ provisions: '[[0,1' }).where('serial', '=', first).execute(),
    );
    cloud.clock.advance(HOUR_MS);
    assert.deepEqual((await cloud.pointsOf('hour', START_MS))[0]?.[0], 2n);
    assert.equal(await cloud.usage.rollUp(100), 0);
  });
});
