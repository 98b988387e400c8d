import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { type FreshUrl, fixedClock, forEachEngine, START_MS } from '../../../test/support/engines.ts';
import { refusal } from '../../../test/support/parts.ts';
import { UNLIMITED } from '../../lib/limits.ts';
import { migrate } from '../../storage/migrate.ts';
import { openStorage } from '../../storage/open.ts';
import type { Storage } from '../../storage/storage.ts';
import type { Provision } from '../core/commission.ts';
import { Ledger } from '../ledger.ts';
import { gather } from '../quotas.ts';
import type { HoldingDifference } from './verification.ts';

const USERS = Array.from({ length: 30 }, (_, n) => `u${n}`);

const pool = (quantity: bigint, resource = 'r'): Provision => ({
  holder: 'project:p',
  source: null,
  resource,
  quantity,
});
const seat = (user: string, quantity: bigint, resource = 'r'): Provision => ({
  holder: `user:${user}`,
  source: 'project:p',
  resource,
  quantity,
});

interface Bench {
  readonly url: string;
  readonly storage: Storage;
  readonly ledger: Ledger;
}

interface Report {
  readonly damaged: number[];
  readonly differences: HoldingDifference[];
  readonly commissions: number;
  readonly holdings: number;
}

async function bench(freshUrl: FreshUrl): Promise<Bench> {
  const url = await freshUrl();
  const storage = openStorage(url, 6);
  after(() => storage.close());
  await migrate(storage, START_MS);
  const ledger = await Ledger.open({ storage, clock: fixedClock() });
  await storage.transaction(async (tx) => {
    await ledger.openProject(tx, 'p');
    const limits = { capacity: UNLIMITED, memberCapacity: UNLIMITED };
    await ledger.setPools(tx, 'p', [
      { resource: 'r', ...limits },
      { resource: 's', ...limits },
    ]);
    for (const user of USERS) await ledger.setSeat(tx, 'p', user, true);
  });
  return { url, storage, ledger };
}

/** Stops the ledger, changes rows behind its back, and starts it again. */
async function falsify(
  { storage, ledger }: Bench,
  change: (db: Storage['db']) => Promise<unknown>,
): Promise<Ledger> {
  await ledger.close();
  await storage.transaction(({ db }) => change(db));
  return Ledger.open({ storage, clock: fixedClock() });
}

async function issue(ledger: Ledger, provisions: Provision[], autoAccept = true): Promise<number> {
  const verdict = await ledger.issue({ component: 'c', name: '', force: false, autoAccept, provisions });
  assert.ok(
    verdict.ok,
    JSON.stringify(verdict, (_key, value) => (typeof value === 'bigint' ? `${value}` : value)),
  );
  return verdict.serial;
}

async function verify(ledger: Ledger, announce?: Parameters<Ledger['verify']>[0]): Promise<Report> {
  const report = {
    damaged: [] as number[],
    differences: [] as HoldingDifference[],
    commissions: -1,
    holdings: -1,
  };
  for await (const finding of ledger.verify(announce)) {
    if (finding.kind === 'damaged') report.damaged.push(...finding.serials);
    if (finding.kind === 'differences') report.differences.push(...finding.differences);
    if (finding.kind === 'end') Object.assign(report, finding);
  }
  return report;
}

const quietly = async (): Promise<void> => undefined;

/** A little of everything: accepted, pending, released, partly accepted and rejected. */
async function someHistory(ledger: Ledger): Promise<void> {
  for (const user of USERS) await issue(ledger, [pool(10n), seat(user, 10n)]);
  await issue(ledger, [pool(5n), pool(7n, 's')], false);
  await issue(ledger, [seat('u1', -3n), pool(-3n)], false);
  const partly = await issue(ledger, [seat('u2', 8n), pool(8n)], false);
  await ledger.resolve({
    component: 'c',
    accept: [],
    reject: [],
    partial: [{ serial: partly, provisions: [pool(2n)] }],
  });
  const rejected = await issue(ledger, [seat('u3', 8n)], false);
  await ledger.resolve({ component: 'c', accept: [], reject: [rejected] });
}

async function poolCounters(ledger: Ledger): Promise<[bigint, bigint]> {
  const rows = await gather(ledger.projectQuotas({ projects: ['p'], resources: ['r'] }));
  const { usage, pending } = rows[0]?.pool ?? { usage: -1n, pending: 0n };
  return [usage - pending, usage];
}

forEachEngine((engine, _open, freshUrl) => {
  test('counters that agree with the commissions are not changed', async () => {
    const { ledger } = await bench(freshUrl);
    assert.deepEqual(await verify(ledger), {
      kind: 'end',
      damaged: [],
      differences: [],
      commissions: 0,
      holdings: 2,
    });
    await someHistory(ledger);
    const { damaged, differences, commissions, holdings } = await verify(ledger);
    assert.deepEqual({ damaged, differences }, { damaged: [], differences: [] });
    assert.deepEqual([commissions, holdings], [33, 32]);
    const fixed = await verify(ledger, async () => assert.fail('there is nothing to fix'));
    assert.deepEqual(fixed.differences, []);
  });

  test('falsified counters are found, each with its numbers, and corrected', async () => {
    const place = await bench(freshUrl);
    await someHistory(place.ledger);
    const before = await poolCounters(place.ledger);
    const ledger = await falsify(place, async (db) => {
      await db.updateTable('pools').set({ usage_max: 999 }).where('resource_id', '=', 1).execute();
      const u5 = db.selectFrom('seats').select('id').where('user', '=', 'u5');
      await db
        .updateTable('seat_usages')
        .set({ usage_min: 0, usage_max: 11 })
        .where('seat_id', '=', u5)
        .execute();
      const u6 = db.selectFrom('seats').select('id').where('user', '=', 'u6');
      await db.deleteFrom('seat_usages').where('seat_id', '=', u6).execute();
    });
    const expected = [
      { ...pool(0n), expected: { min: 299n, max: 307n }, actual: { min: 299n, max: 999n } },
      { ...seat('u5', 0n), expected: { min: 10n, max: 10n }, actual: { min: 0n, max: 11n } },
      { ...seat('u6', 0n), expected: { min: 10n, max: 10n }, actual: { min: 0n, max: 0n } },
    ].map(({ quantity: _, ...difference }) => ({ ...difference, fixed: false }));
    assert.deepEqual((await verify(ledger)).differences, expected);
    assert.deepEqual((await verify(ledger)).differences, expected, 'looking changes nothing');

    const announced: HoldingDifference[] = [];
    const fixed = await verify(ledger, async (some) => void announced.push(...some));
    assert.deepEqual(announced, expected);
    assert.deepEqual(
      fixed.differences,
      expected.map((difference) => ({ ...difference, fixed: true })),
    );
    assert.deepEqual((await verify(ledger)).differences, []);
    assert.deepEqual(await poolCounters(ledger), before);
    await ledger.close();
    const again = await Ledger.open({ storage: place.storage, clock: fixedClock() });
    assert.deepEqual((await verify(again)).differences, []);
    assert.deepEqual(await poolCounters(again), before);
  });

  test('commissions go on while counters are verified and corrected', async () => {
    const place = await bench(freshUrl);
    await someHistory(place.ledger);
    const ledger = await falsify(place, async (db) => {
      await db
        .updateTable('pools')
        .set({ usage_min: 1000, usage_max: 2000 })
        .where('resource_id', '=', 1)
        .execute();
      await db.updateTable('seat_usages').set({ usage_max: 50 }).execute();
    });
    let stop = false;
    let issued = 0n;
    const busy = async (user: string): Promise<void> => {
      while (!stop) {
        await issue(ledger, [pool(1n), seat(user, 1n)]);
        const serial = await issue(ledger, [pool(2n), seat(user, 2n)], false);
        await ledger.resolve({ component: 'c', accept: [serial], reject: [] });
        issued += 3n;
      }
    };
    const clients = ['u7', 'u8', 'u9'].map(busy);
    const { differences } = await verify(ledger, quietly);
    assert.equal(differences.length, 31);
    assert.ok(differences.every(({ fixed }) => fixed));
    for (let n = 0; n < 5; n += 1) assert.deepEqual((await verify(ledger)).differences, []);
    stop = true;
    await Promise.all(clients);
    assert.ok(issued > 0n);
    assert.deepEqual(await poolCounters(ledger), [299n + issued, 307n + issued]);
    assert.deepEqual((await verify(ledger)).differences, []);
  });

  test('only one verification at a time corrects; the next one may when it has ended, however it ended', async () => {
    const place = await bench(freshUrl);
    await someHistory(place.ledger);
    const ledger = await falsify(place, (db) =>
      db.updateTable('pools').set({ usage_max: 999 }).where('resource_id', '=', 1).execute(),
    );
    const first = ledger.verify(quietly);
    await first.next();
    await assert.rejects(ledger.verify(quietly).next(), refusal('verification_running'));
    if (engine === 'postgres') {
      const node = openStorage(place.url, 3);
      after(() => node.close());
      const other = await Ledger.open({ storage: node, clock: fixedClock() });
      await assert.rejects(other.verify(quietly).next(), refusal('verification_running'));
    }
    assert.equal((await verify(ledger)).differences.length, 1, 'looking is always possible');
    await first.return(undefined);
    const refused = verify(ledger, () => Promise.reject(new Error('cannot be announced')));
    await assert.rejects(refused, /cannot be announced/);
    assert.equal((await verify(ledger)).differences.length, 1, 'what was not announced was not done');
    assert.equal((await verify(ledger, quietly)).differences[0]?.fixed, true);
    assert.deepEqual((await verify(ledger, quietly)).differences, []);
  });

  test('verifications beyond the limit are refused at once', async () => {
    const { ledger } = await bench(freshUrl);
    const running = [ledger.verify(), ledger.verify(quietly)];
    for (const one of running) await one.next();
    await assert.rejects(ledger.verify().next(), refusal('too_busy'));
    for (const one of running) await one.return(undefined);
    assert.deepEqual((await verify(ledger)).differences, []);
  });

  test('many holdings are compared and corrected part by part', async () => {
    const place = await bench(freshUrl);
    const users = Array.from({ length: 2300 }, (_, n) => `many${n}`);
    await place.storage.transaction(async (tx) => {
      for (const user of users) await place.ledger.setSeat(tx, 'p', user, true);
    });
    const base = { component: 'c', name: '', force: false, autoAccept: true };
    await place.ledger.issueMany(users.map((user) => ({ ...base, provisions: [seat(user, 2n), pool(2n)] })));
    const ledger = await falsify(place, (db) =>
      db
        .updateTable('seat_usages')
        .set(({ eb }) => ({ usage_max: eb('usage_max', '+', 1) }))
        .execute(),
    );
    const announced: number[] = [];
    const { differences, commissions, holdings } = await verify(ledger, async (some) => {
      announced.push(some.length);
    });
    assert.deepEqual([differences.length, commissions, holdings], [2300, 2300, 2302]);
    assert.equal(new Set(differences.map(({ holder }) => holder)).size, 2300);
    assert.ok(announced.length > 4 && Math.max(...announced) <= 500, String(announced));
    assert.deepEqual((await verify(ledger)).differences, []);
  });

  test('commissions that cannot be read are reported and do not stop the verification', async () => {
    const { storage, ledger } = await bench(freshUrl);
    const texts = [
      '',
      '[',
      'null',
      '{}',
      '[[0,1,1]]',
      '[[2,1,1,5]]',
      '[[0,1,1,1.5]]',
      '[[0,1,1,"5"]]',
      '[5]',
    ];
    const serials: number[] = [];
    for (const _ of texts) serials.push(await issue(ledger, [pool(1n)]));
    await issue(ledger, [pool(100n)]);
    await storage.transaction(async ({ db }) => {
      for (const [index, provisions] of texts.entries()) {
        const serial = serials[index] as number;
        await db.updateTable('commissions').set({ provisions }).where('serial', '=', serial).execute();
      }
    });
    const { damaged, differences } = await verify(ledger, quietly);
    assert.deepEqual(damaged, serials);
    assert.deepEqual(differences, [
      {
        holder: 'project:p',
        source: null,
        resource: 'r',
        expected: { min: 100n, max: 100n },
        actual: { min: 109n, max: 109n },
        fixed: true,
      },
    ]);
    assert.deepEqual(await poolCounters(ledger), [100n, 100n]);
  });

  test('unknown holdings and sums beyond 64 bits are reported and not corrected', async () => {
    const { storage, ledger } = await bench(freshUrl);
    const serials: number[] = [];
    for (let n = 0; n < 4; n += 1) serials.push(await issue(ledger, [pool(0n)]));
    const huge = String(2n ** 63n - 1n);
    const texts = ['[[0,77,1,5]]', '[[1,77,1,6]]', `[[0,1,2,${huge}]]`, `[[0,1,2,${huge}]]`];
    await storage.transaction(async ({ db }) => {
      for (const [index, provisions] of texts.entries()) {
        const serial = serials[index] as number;
        await db.updateTable('commissions').set({ provisions }).where('serial', '=', serial).execute();
      }
    });
    const { differences } = await verify(ledger, quietly);
    assert.deepEqual(
      differences.map(({ holder, resource, expected, fixed }) => [holder, resource, expected.max, fixed]),
      [
        ['project:p', 's', 2n ** 64n - 2n, false],
        ['project:#77', '#1', 5n, false],
        ['user:#77', '#1', 6n, false],
      ],
    );
  });
});
