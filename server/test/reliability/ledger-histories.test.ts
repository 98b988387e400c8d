import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { IssueRequest, Provision, ResolveRequest } from '../../src/ledger/core/commission.ts';
import { Ledger } from '../../src/ledger/ledger.ts';
import { gather } from '../../src/ledger/quotas.ts';
import type { ManualClock } from '../../src/lib/clock.ts';
import { migrate } from '../../src/storage/migrate.ts';
import { openStorage } from '../../src/storage/open.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { fixedClock, forEachEngine, START_MS } from '../support/engines.ts';
import { LedgerModel } from './ledger-model.ts';

/**
 * Random histories, run against the ledger and against the model; every verdict and every holding must agree.
 * PURSER_HISTORIES multiplies their number for a longer run.
 */
const HISTORIES = { sqlite: 150, postgres: 140 } as const;
const FACTOR = Number(process.env['PURSER_HISTORIES'] ?? 1);
const STEPS = { minLength: 20, maxLength: 60, size: 'max' } as const;

/** So small that the embedded engine turns the page of its journal in nearly every history. */
const JOURNAL = { counters: 100, entries: 12, settled: 1, cleared: 100 };

const PROJECTS = ['p0', 'p1'];
const USERS = ['u0', 'u1', 'u2'];
const RESOURCES = ['r0', 'r1'];
const COMPONENTS = ['c0', 'c1'];
const HUGE = 2n ** 63n - 1n;

type Step =
  | { kind: 'requests'; requests: Request[] }
  | { kind: 'capacity'; project: string; resource: string; capacity: bigint; member: bigint }
  | { kind: 'live'; project: string; live: boolean }
  | { kind: 'seat'; project: string; user: string; open: boolean }
  | { kind: 'time'; seconds: number }
  | { kind: 'expire' }
  | { kind: 'crash' };

type Request =
  | {
      kind: 'issue';
      component: string;
      force: boolean;
      autoAccept: boolean;
      provisions: Provision[];
      key: number | undefined;
      expires: number | undefined;
    }
  /** Serials by their place among those given so far, so that a shrunk history still makes sense. */
  | {
      kind: 'resolve';
      component: string | null;
      accept: number[];
      reject: number[];
      partial: { place: number; provisions: Provision[] }[];
    };

const project = fc.constantFrom(...PROJECTS);
const user = fc.constantFrom(...USERS);
const resource = fc.constantFrom(...RESOURCES, 'unknown');
const quantity = fc.oneof(
  { weight: 8, arbitrary: fc.bigInt({ min: -4n, max: 6n }) },
  { weight: 1, arbitrary: fc.constantFrom(HUGE, -HUGE, 2n ** 53n + 1n, HUGE + 1n) },
);
const member = fc
  .record({ user, project, resource, quantity })
  .map(({ user, project, resource, quantity }) => ({
    holder: `user:${user}`,
    source: `project:${project}` as string | null,
    resource,
    quantity,
  }));
const whole = fc.record({ project, resource, quantity }).map(({ project, resource, quantity }) => ({
  holder: `project:${project}`,
  source: null as string | null,
  resource,
  quantity,
}));
const issue = fc.record({
  kind: fc.constant('issue' as const),
  component: fc.constantFrom(...COMPONENTS),
  force: fc.boolean(),
  autoAccept: fc.boolean(),
  provisions: fc.array(fc.oneof(member, whole), { maxLength: 5 }),
  /** Few keys, so that they meet again, with the same request and with others. */
  key: fc.option(fc.nat({ max: 5 }), { freq: 3, nil: undefined }),
  expires: fc.option(fc.nat({ max: 20 }), { freq: 3, nil: undefined }),
});
const place = fc.nat({ max: 40 });
const resolve = fc.record({
  kind: fc.constant('resolve' as const),
  component: fc.constantFrom(...COMPONENTS, null),
  accept: fc.array(place, { maxLength: 4 }),
  reject: fc.array(place, { maxLength: 4 }),
  partial: fc.array(fc.record({ place, provisions: fc.array(fc.oneof(member, whole), { maxLength: 2 }) }), {
    maxLength: 1,
  }),
});
const capacity = fc.oneof(fc.bigInt({ min: 0n, max: 20n }), fc.constant(HUGE));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('requests' as const),
      requests: fc.array(fc.oneof({ weight: 3, arbitrary: issue }, { weight: 2, arbitrary: resolve }), {
        minLength: 1,
        maxLength: 40,
        size: 'max',
      }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('capacity' as const),
      project,
      resource: fc.constantFrom(...RESOURCES),
      capacity,
      member: capacity,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('live' as const), project, live: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('seat' as const), project, user, open: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('time' as const), seconds: fc.nat({ max: 10 }) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('expire' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const) }) },
);

/** A ledger and the model beside it, in names of their own so that histories do not meet. */
class History {
  readonly model = new LedgerModel();
  readonly serials: number[] = [];
  operations = 0;
  readonly #prefix: string;

  readonly #clock: ManualClock;

  constructor(prefix: string, clock: ManualClock) {
    this.#prefix = prefix;
    this.#clock = clock;
    this.model.now = clock.now();
  }

  readonly #named = (name: string): string => name.replace(/^(user:|project:|)/, `$1${this.#prefix}`);

  #provision(provision: Provision): Provision {
    const { holder, source } = provision;
    return {
      ...provision,
      holder: this.#named(holder),
      source: source === null ? null : this.#named(source),
    };
  }

  async begin(ledger: Ledger, storage: Storage): Promise<void> {
    await storage.transaction(async (tx) => {
      for (const name of PROJECTS) {
        await ledger.openProject(tx, this.#named(name));
        this.model.live.set(this.#named(name), true);
        this.model.pools.set(this.#named(name), new Map());
      }
    });
  }

  async run(step: Exclude<Step, { kind: 'crash' }>, ledger: Ledger, storage: Storage): Promise<void> {
    this.operations += 1;
    switch (step.kind) {
      case 'requests':
        await this.#requests(step.requests, ledger);
        break;
      case 'capacity': {
        const name = this.#named(step.project);
        await storage.transaction((tx) =>
          ledger.setPools(tx, name, [
            { resource: step.resource, capacity: step.capacity, memberCapacity: step.member },
          ]),
        );
        this.model.pools.get(name)?.set(step.resource, [step.capacity, step.member]);
        break;
      }
      case 'live':
        await storage.transaction((tx) => ledger.setLive(tx, this.#named(step.project), step.live));
        this.model.live.set(this.#named(step.project), step.live);
        break;
      case 'seat':
        await storage.transaction((tx) =>
          ledger.setSeat(tx, this.#named(step.project), this.#named(step.user), step.open),
        );
        this.model.seats.set(`${this.#named(step.user)} ${this.#named(step.project)}`, step.open);
        break;
      case 'time':
        this.#clock.advance(step.seconds * 1000);
        this.model.now = this.#clock.now();
        break;
      case 'expire': {
        // Other histories share the database, and what of theirs has run out is none of ours.
        const ours = new Set(this.serials);
        const expired = (await ledger.expireOverdue()).filter((serial) => ours.has(serial));
        assert.deepEqual(expired.sort(ascending), this.model.expire().sort(ascending));
        break;
      }
    }
  }

  /** All requests of a step are under way at once; the ledger decides them in the order they came. */
  async #requests(requests: Request[], ledger: Ledger): Promise<void> {
    this.operations += requests.length;
    const serialAt = (place: number): number => this.serials.at(-1 - place) ?? -1;
    const calls = requests.map((request) => {
      if (request.kind === 'issue') {
        const { force, autoAccept, key, expires } = request;
        const call: IssueRequest = {
          component: this.#named(request.component),
          name: 'history',
          force,
          autoAccept,
          provisions: request.provisions.map((one) => this.#provision(one)),
          ...(key !== undefined && { key: `k${key}` }),
          ...(expires !== undefined && { expiresAt: this.#clock.now() + expires * 1000 }),
        };
        return { call, kind: 'issue' as const, verdict: ledger.issue(call) };
      }
      const call: ResolveRequest = {
        component: request.component === null ? null : this.#named(request.component),
        accept: request.accept.map(serialAt),
        reject: request.reject.map(serialAt),
        partial: request.partial.map(({ place, provisions }) => ({
          serial: serialAt(place),
          provisions: provisions.map((one) => this.#provision(one)),
        })),
      };
      return { call, kind: 'resolve' as const, verdict: ledger.resolve(call) };
    });
    for (const { call, kind, verdict } of calls) {
      if (kind === 'resolve') {
        assert.deepEqual(await verdict, this.model.resolve(call));
        continue;
      }
      const actual = await verdict;
      assert.deepEqual(actual, this.model.issue(call, actual.ok ? actual.serial : undefined));
      if (!actual.ok || actual.replayed) continue;
      assert.ok(actual.serial > (this.serials.at(-1) ?? 0), 'serials strictly increase');
      this.serials.push(actual.serial);
    }
  }

  async compare(ledger: Ledger): Promise<void> {
    for (const [serial, expected] of this.model.outcomes) {
      const { state, reason, accepted } = (await ledger.commission(serial)) ?? {};
      assert.deepEqual({ state, reason, accepted }, expected, `outcome of ${serial}`);
    }
    for (const component of COMPONENTS.map(this.#named)) {
      const expected = [...this.model.pending].filter(([, one]) => one.component === component);
      assert.deepEqual(
        await ledger.pending(component),
        expected.map(([serial]) => serial).sort((a, b) => a - b),
      );
    }
    const projects = PROJECTS.map(this.#named);
    const pools = await gather(ledger.projectQuotas({ projects }));
    assert.equal(
      pools.length,
      [...this.model.pools.values()].reduce((sum, { size }) => sum + size, 0),
    );
    for (const { project, resource, pool } of pools) {
      this.#agree({ holder: `project:${project}`, source: null, resource }, pool);
    }
    for (const { user, project, resource, member } of await gather(ledger.userQuotas({ projects }))) {
      this.#agree({ holder: `user:${user}`, source: `project:${project}`, resource }, member);
    }
  }

  #agree(
    key: Omit<Provision, 'quantity'>,
    { limit, usage, pending }: { limit: bigint; usage: bigint; pending: bigint },
  ): void {
    const { min, max } = this.model.counters(key);
    assert.deepEqual(
      { limit, min: usage - pending, max: usage },
      { limit: this.model.limit(key), min, max },
      `${key.holder} ${key.source} ${key.resource}`,
    );
    assert.ok(0n <= min && min <= max, 'counters keep their order');
  }
}

const ascending = (a: number, b: number): number => a - b;

forEachEngine((engine, _open, freshUrl) => {
  test('random histories end as the specification says, crashes and all', { timeout: 240_000 }, async () => {
    let url = await freshUrl();
    let storage = openStorage(url);
    await migrate(storage, START_MS);
    const clock = fixedClock();
    let ledger = await Ledger.open({ storage, clock, journal: JOURNAL });
    const abandoned: Storage[] = [];
    after(async () => {
      for (const one of [storage, ...abandoned]) await one.close();
    });

    /** What a kill leaves: the files as they are, or the database without its node. Nothing is closed in order. */
    const crash = async (): Promise<void> => {
      abandoned.push(storage);
      if (engine === 'sqlite') {
        const path = url.slice('sqlite:'.length);
        const copy = join(mkdtempSync(join(tmpdir(), 'purser-crash-')), 'purser.db');
        for (const suffix of ['', '-wal']) {
          if (existsSync(path + suffix)) cpSync(path + suffix, copy + suffix);
        }
        url = `sqlite:${copy}`;
      }
      storage = openStorage(url, 3);
      ledger = await Ledger.open({ storage, clock, journal: JOURNAL });
      if (engine === 'postgres') await (abandoned.pop() as Storage).close();
    };

    let count = 0;
    let operations = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, STEPS), async (steps) => {
        count += 1;
        const history = new History(`h${count}-`, clock);
        await history.begin(ledger, storage);
        for (const one of steps) {
          if (one.kind === 'crash') await crash();
          else await history.run(one, ledger, storage);
        }
        await history.compare(ledger);
        operations += history.operations;
      }),
      { numRuns: HISTORIES[engine] * FACTOR, endOnFailure: false, interruptAfterTimeLimit: 200_000 },
    );
    console.log(`${engine}: ${count} histories, ${operations} operations`);
    assert.ok(operations > 50_000, 'half of a hundred thousand on each engine');
  });
});
