import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixedClock, forEachEngine, type OpenStorage } from '../../test/support/engines.ts';
import { UNLIMITED } from '../lib/limits.ts';
import type { Storage } from '../storage/storage.ts';
import type { IssueRequest, IssueVerdict, Provision } from './core/commission.ts';
import { Ledger } from './ledger.ts';
import { gather } from './quotas.ts';

const USER = 'u1';
const PROJECT = 'p1';

/** A member's provision of resource `r` on the project. */
const take = (resource: string, quantity: bigint): Provision => ({
  holder: `user:${USER}`,
  source: `project:${PROJECT}`,
  resource,
  quantity,
});
/** The project's own provision. */
const pool = (resource: string, quantity: bigint): Provision => ({
  holder: `project:${PROJECT}`,
  source: null,
  resource,
  quantity,
});

interface Bench {
  readonly ledger: Ledger;
  readonly storage: Storage;
  limit(resource: string, memberCapacity: bigint, capacity?: bigint): Promise<void>;
  issue(provisions: Provision[], options?: Partial<IssueRequest>): Promise<IssueVerdict>;
  issued(provisions: Provision[], options?: Partial<IssueRequest>): Promise<number>;
  /** limit, usage_min, usage_max of the member's holding */
  holding(resource: string): Promise<[bigint, bigint, bigint]>;
}

async function bench(open: OpenStorage, clock = fixedClock()): Promise<Bench> {
  const storage = await open();
  const ledger = await Ledger.open({ storage, clock });
  await storage.transaction(async (tx) => {
    await ledger.openProject(tx, PROJECT);
    await ledger.setSeat(tx, PROJECT, USER, true);
  });
  const issue = (provisions: Provision[], options: Partial<IssueRequest> = {}): Promise<IssueVerdict> =>
    ledger.issue({ component: 'c1', name: '', force: false, autoAccept: false, provisions, ...options });
  return {
    ledger,
    storage,
    limit: (resource, memberCapacity, capacity = UNLIMITED) =>
      storage.transaction((tx) => ledger.setPools(tx, PROJECT, [{ resource, capacity, memberCapacity }])),
    issue,
    issued: async (provisions, options) => {
      const verdict = await issue(provisions, options);
      assert.ok(
        verdict.ok,
        JSON.stringify(verdict, (_key, value) => (typeof value === 'bigint' ? `${value}` : value)),
      );
      return verdict.serial;
    },
    holding: async (resource) => {
      const rows = await gather(ledger.userQuotas({ users: [USER], resources: [resource] }));
      const { limit, usage, pending } = rows[0]?.member ?? { limit: -1n, usage: -1n, pending: -1n };
      return [limit, usage - pending, usage];
    },
  };
}

const accept = (...serials: number[]) => ({ component: 'c1', accept: serials, reject: [] });
const reject = (...serials: number[]) => ({ component: 'c1', accept: [], reject: serials });

forEachEngine((_engine, open) => {
  test('of two limits stated for one holding the later counts, and usage is kept', async () => {
    const { ledger, storage, limit, issued, holding } = await bench(open);
    await storage.transaction((tx) =>
      ledger.setPools(tx, PROJECT, [
        { resource: 'r1', capacity: 10n, memberCapacity: 10n },
        { resource: 'r1', capacity: 20n, memberCapacity: 20n },
      ]),
    );
    assert.deepEqual(await holding('r1'), [20n, 0n, 0n]);
    await issued([take('r1', 1n)], { autoAccept: true });
    await limit('r1', 5n);
    assert.deepEqual(await holding('r1'), [5n, 1n, 1n]);
  });

  test('issuing reserves, accepting makes it final, and a second accept finds nothing', async () => {
    const { ledger, limit, issued, holding } = await bench(open);
    await limit('r1', 10n);
    await limit('r2', 20n);
    const serial = await issued([take('r1', 5n), take('r2', 20n)]);
    assert.ok(serial > 0);
    assert.deepEqual(await holding('r1'), [10n, 0n, 5n]);
    assert.deepEqual(await holding('r2'), [20n, 0n, 20n]);
    assert.deepEqual(await ledger.pending('c1'), [serial]);
    assert.deepEqual((await ledger.resolve(accept(serial))).accepted, [serial]);
    assert.deepEqual(await ledger.pending('c1'), []);
    assert.deepEqual(await holding('r1'), [10n, 5n, 5n]);
    assert.deepEqual((await ledger.resolve(accept(serial))).notFound, [serial]);
    const remembered = await ledger.commission(serial);
    assert.equal(remembered?.state, 'accepted');
    assert.deepEqual(remembered?.provisions, [take('r1', 5n), take('r2', 20n)]);
  });

  test('a refused commission leaves every holding as it was and names the holding in its way', async () => {
    const { limit, issue, issued, holding } = await bench(open);
    await limit('r1', 10n);
    await limit('r2', 20n);
    await issued([take('r1', 5n), take('r2', 20n)]);
    assert.deepEqual(await issue([take('r1', 1n), take('r2', 1n)]), {
      ok: false,
      refusal: { code: 'no_capacity', provision: take('r2', 1n), limit: 20n, usage: 20n },
    });
    assert.deepEqual(await holding('r1'), [10n, 0n, 5n]);
  });

  test('a release draws on accepted usage only, forced or not', async () => {
    const { ledger, limit, issue, issued, holding } = await bench(open);
    await limit('r1', 10n);
    const serial = await issued([take('r1', 5n)]);
    const refusal = { code: 'no_quantity', provision: take('r1', -1n), limit: 0n, usage: 0n };
    assert.deepEqual(await issue([take('r1', -1n)]), { ok: false, refusal });
    assert.deepEqual(await issue([take('r1', -1n)], { force: true }), { ok: false, refusal });
    await ledger.resolve(accept(serial));
    await issued([take('r1', -3n)]);
    assert.deepEqual(await holding('r1'), [10n, 2n, 5n]);
    assert.equal((await issue([take('r1', -3n)])).ok, false, 'two releases may not exceed what was accepted');
  });

  test('room that a release will free is not given away before the release is accepted', async () => {
    const { ledger, limit, issue, issued, holding } = await bench(open);
    await limit('r1', 10n);
    await issued([take('r1', 10n)], { autoAccept: true });
    const release = await issued([take('r1', -5n)]);
    assert.deepEqual(await holding('r1'), [10n, 5n, 10n]);
    assert.equal((await issue([take('r1', 1n)])).ok, false);
    await ledger.resolve(accept(release));
    assert.deepEqual(await holding('r1'), [10n, 5n, 5n]);
    await issued([take('r1', 1n)]);
  });

  test('rejecting always succeeds, even over a limit that was lowered meanwhile', async () => {
    const { ledger, limit, issued, holding } = await bench(open);
    await limit('r1', 10n);
    await issued([take('r1', 5n)], { autoAccept: true });
    const release = await issued([take('r1', -5n)]);
    await limit('r1', 0n, 0n);
    assert.deepEqual((await ledger.resolve(reject(release))).rejected, [release]);
    assert.deepEqual(await holding('r1'), [0n, 5n, 5n]);
  });

  test('over its limit a holding takes no imports, but releases and zeros pass', async () => {
    const { limit, issue, issued, holding } = await bench(open);
    await limit('r1', 10n);
    await issued([take('r1', 12n)], { force: true, autoAccept: true });
    assert.equal((await issue([take('r1', 1n)])).ok, false);
    await issued([take('r1', 0n)]);
    await issued([take('r1', -1n)], { autoAccept: true });
    assert.deepEqual(await holding('r1'), [10n, 11n, 11n]);
  });

  test('force stops at the 64 bits a counter is stored in', async () => {
    const { limit, issue, issued, holding } = await bench(open);
    await limit('r1', 1n);
    await issued([take('r1', UNLIMITED)], { force: true, autoAccept: true });
    const verdict = await issue([take('r1', 1n)], { force: true });
    assert.equal(verdict.ok ? '' : verdict.refusal?.code, 'no_capacity');
    assert.deepEqual(await holding('r1'), [1n, UNLIMITED, UNLIMITED]);
    await issued([take('r1', -UNLIMITED)], { autoAccept: true });
    assert.deepEqual(await holding('r1'), [1n, 0n, 0n]);
  });

  test('provisions of one holding are summed and the sign of the sum decides', async () => {
    const { ledger, limit, issue, issued, holding } = await bench(open);
    await limit('r1', 7n);
    const serial = await issued([take('r1', 3n), take('r1', 4n)]);
    assert.deepEqual((await ledger.commission(serial))?.provisions, [take('r1', 7n)]);
    await ledger.resolve(reject(serial));
    await issued([take('r1', -2n), take('r1', 5n)]);
    assert.deepEqual(await holding('r1'), [7n, 0n, 3n]);
    const verdict = await issue([take('r1', 3n), take('r1', 4n)]);
    assert.deepEqual(verdict.ok ? undefined : verdict.refusal?.provision, take('r1', 7n));
  });

  test('an unknown holding is reported first, whatever else is wrong', async () => {
    const { limit, issue } = await bench(open);
    await limit('r1', 1n);
    for (const unknown of [
      take('nothing', 1n),
      { ...take('r1', 1n), holder: 'user:unknown' },
      { ...take('r1', 1n), source: 'project:nowhere' },
      { ...take('r1', 1n), holder: USER },
      { ...pool('r1', 1n), source: 'project:p1' },
      { ...take('r1', 1n), source: null },
    ]) {
      const verdict = await issue([take('r1', 100n), unknown]);
      assert.deepEqual(verdict, { ok: false, refusal: { code: 'no_holding', provision: unknown } });
    }
  });

  test('a project can be full while its member is not, and is then named', async () => {
    const { limit, issue, issued, holding } = await bench(open);
    await limit('r1', 5n, 6n);
    await issued([take('r1', 4n), pool('r1', 4n)]);
    await issued([pool('r1', 2n)]);
    assert.deepEqual(await issue([take('r1', 1n), pool('r1', 1n)]), {
      ok: false,
      refusal: { code: 'no_capacity', provision: pool('r1', 1n), limit: 6n, usage: 6n },
    });
    assert.deepEqual(await holding('r1'), [5n, 0n, 4n]);
  });

  test('bulk resolve reports each serial once, conflicts are left alone', async () => {
    const { ledger, limit, issued, holding } = await bench(open);
    await limit('r1', 10n);
    const [s1, s2, s3] = [
      await issued([take('r1', 1n)]),
      await issued([take('r1', 1n)]),
      await issued([take('r1', 1n)]),
    ];
    const verdict = await ledger.resolve({ component: 'c1', accept: [s1, s2, 0, s1], reject: [s2, s2, s3] });
    assert.deepEqual(verdict, {
      accepted: [s1],
      rejected: [s3],
      notFound: [0],
      conflicting: [s2],
      damaged: [],
      invalid: [],
    });
    assert.deepEqual(await ledger.pending('c1'), [s2]);
    assert.deepEqual(await holding('r1'), [10n, 1n, 2n]);
  });

  test('a component resolves its own commissions and no others', async () => {
    const { ledger, limit, issued } = await bench(open);
    await limit('r1', 10n);
    const serial = await issued([take('r1', 1n)], { component: 'c2' });
    assert.deepEqual((await ledger.resolve(accept(serial))).notFound, [serial]);
    assert.deepEqual(await ledger.pending('c2'), [serial]);
  });

  test('a damaged commission is reported and does not affect others', async () => {
    const { ledger, storage, limit, issued } = await bench(open);
    await limit('r1', 10n);
    const broken = await issued([take('r1', 1n)]);
    const sound = await issued([take('r1', 1n)]);
    await storage.transaction(({ db }) =>
      db
        .updateTable('commissions')
        .set({ provisions: '[[1,999,1,1]]' })
        .where('serial', '=', broken)
        .execute(),
    );
    const verdict = await ledger.resolve(accept(broken, sound));
    assert.deepEqual([verdict.accepted, verdict.damaged], [[sound], [broken]]);
  });

  test('an automatically accepted commission is final at once and has a serial', async () => {
    const { ledger, limit, issued, holding } = await bench(open);
    await limit('r1', 10n);
    const serial = await issued([take('r1', 1n)], { autoAccept: true });
    assert.deepEqual(await holding('r1'), [10n, 1n, 1n]);
    assert.deepEqual(await ledger.pending('c1'), []);
    assert.equal((await ledger.commission(serial))?.state, 'accepted');
  });

  test('a commission without provisions has a serial and can be resolved', async () => {
    const { ledger, issued } = await bench(open);
    const serial = await issued([]);
    assert.deepEqual((await ledger.resolve(accept(serial))).accepted, [serial]);
  });

  test('of many at once on the last free unit exactly one succeeds', async () => {
    const { limit, issue, holding } = await bench(open);
    await limit('r1', 1n);
    const verdicts = await Promise.all(
      Array.from({ length: 50 }, () => issue([take('r1', 1n), pool('r1', 1n)])),
    );
    assert.equal(verdicts.filter(({ ok }) => ok).length, 1);
    assert.deepEqual(await holding('r1'), [1n, 0n, 1n]);
  });

  test('serials of all components strictly increase', async () => {
    const { limit, issued } = await bench(open);
    await limit('r1', 1000n);
    const serials: number[] = [];
    for (let index = 0; index < 6; index += 1) {
      serials.push(await issued([take('r1', 1n)], { component: index % 2 ? 'c1' : 'c2' }));
    }
    assert.deepEqual(
      serials,
      [...new Set(serials)].sort((a, b) => a - b),
    );
  });

  test('freezing a project, or closing a seat, takes the limits away and gives exactly them back', async () => {
    const { ledger, storage, limit, issue, issued, holding } = await bench(open);
    await limit('r1', 10n, 100n);
    await issued([take('r1', 4n), pool('r1', 4n)], { autoAccept: true });
    await storage.transaction((tx) => ledger.setLive(tx, PROJECT, false));
    assert.deepEqual(await holding('r1'), [0n, 4n, 4n]);
    const verdict = await issue([pool('r1', 1n)]);
    assert.deepEqual(verdict.ok ? undefined : verdict.refusal?.limit, 0n);
    await storage.transaction((tx) => ledger.setLive(tx, PROJECT, true));
    assert.deepEqual(await holding('r1'), [10n, 4n, 4n]);
    await storage.transaction((tx) => ledger.setSeat(tx, PROJECT, USER, false));
    assert.deepEqual(await holding('r1'), [0n, 4n, 4n]);
    await issued([pool('r1', 1n)]);
    await storage.transaction((tx) => ledger.setSeat(tx, PROJECT, USER, true));
    assert.deepEqual(await holding('r1'), [10n, 4n, 4n]);
  });

  test('quantities beyond 2^53 are kept to the last digit', async () => {
    const { ledger, limit, issued, holding } = await bench(open);
    await limit('r1', UNLIMITED);
    const quantity = 9007199254740993n;
    const serial = await issued([take('r1', quantity)]);
    assert.deepEqual((await ledger.commission(serial))?.provisions[0]?.quantity, quantity);
    await ledger.resolve(accept(serial));
    assert.deepEqual(await holding('r1'), [UNLIMITED, quantity, quantity]);
  });

  test('a resource given to projects later leaves those that have it alone', async () => {
    const { ledger, storage, limit, holding } = await bench(open);
    await limit('r1', 3n);
    await storage.transaction(async (tx) => {
      await ledger.addPoolToProjects(tx, { resource: 'r1', capacity: 9n, memberCapacity: 9n }, [PROJECT]);
      await ledger.addPoolToProjects(tx, { resource: 'r2', capacity: UNLIMITED, memberCapacity: 9n }, [
        PROJECT,
      ]);
    });
    assert.deepEqual(await holding('r1'), [3n, 0n, 0n]);
    assert.deepEqual(await holding('r2'), [9n, 0n, 0n]);
  });

  test('quotas are listed in chunks, each user whole and in order, none lost', async () => {
    const { ledger, storage, limit } = await bench(open);
    await limit('r1', 3n);
    await limit('r2', 3n);
    const users = Array.from({ length: 1203 }, (_, index) => `user${String(index).padStart(5, '0')}`);
    await storage.transaction(async (tx) => {
      for (const user of users) await ledger.setSeat(tx, PROJECT, user, true);
    });
    const rows = await gather(ledger.userQuotas({}));
    assert.equal(rows.length, (users.length + 1) * 2);
    assert.deepEqual([...new Set(rows.map(({ user }) => user))], [...users, USER].sort());
    assert.deepEqual(await gather(ledger.userQuotas({ users: ['unknown'] })), []);
    assert.deepEqual(await gather(ledger.userQuotas({ projects: ['nowhere'] })), []);
    assert.equal((await gather(ledger.projectQuotas({ resources: ['r1'] }))).length, 1);
  });

  test('the same key and request answer the first serial, whatever has happened since', async () => {
    const { ledger, limit, issue, issued, holding } = await bench(open);
    await limit('r1', 10n);
    const serial = await issued([take('r1', 6n)], { key: 'k1' });
    const again = { ok: true, serial, replayed: true };
    assert.deepEqual(await issue([take('r1', 6n)], { key: 'k1' }), again);
    assert.deepEqual(
      await issue([take('r1', 2n), take('r1', 4n)], { key: 'k1' }),
      again,
      'equal once merged',
    );
    assert.deepEqual(await holding('r1'), [10n, 0n, 6n], 'charged once');
    await ledger.resolve(reject(serial));
    assert.deepEqual(await issue([take('r1', 6n)], { key: 'k1' }), again, 'resolved or not');
    assert.deepEqual(await issue([take('r1', 5n)], { key: 'k1' }), { ok: false, keyReused: true });
    const other = await issue([take('r1', 6n)], { key: 'k1', component: 'c2' });
    assert.ok(other.ok && other.serial > serial, 'keys are a component of its own');
  });

  test('of retries that arrive together one is issued', async () => {
    const { issue, limit, holding } = await bench(open);
    await limit('r1', 100n);
    const verdicts = await Promise.all(
      Array.from({ length: 20 }, () => issue([take('r1', 3n)], { key: 'same' })),
    );
    assert.equal(new Set(verdicts.map((verdict) => verdict.ok && verdict.serial)).size, 1);
    assert.deepEqual(await holding('r1'), [100n, 0n, 3n]);
  });

  test('a refusal leaves no trace of its key, so the retry is a new attempt', async () => {
    const { limit, issue, issued } = await bench(open);
    await limit('r1', 1n);
    assert.equal((await issue([take('r1', 2n)], { key: 'k' })).ok, false);
    await limit('r1', 2n);
    await issued([take('r1', 2n)], { key: 'k' });
  });

  test('an expired commission is rejected by the ledger and cannot be resolved', async () => {
    const clock = fixedClock();
    const { ledger, limit, issue, issued, holding } = await bench(open, clock);
    await limit('r1', 5n);
    const now = clock.now();
    const endless = await issued([take('r1', 1n)]);
    const swept = await issued([take('r1', 2n)], { expiresAt: now + 1000 });
    const late = await issued([take('r1', 2n)], { expiresAt: now + 1000 });
    assert.deepEqual(await ledger.expireOverdue(), []);
    assert.equal((await issue([take('r1', 1n)])).ok, false);
    clock.advance(1000);
    assert.deepEqual((await ledger.resolve(accept(late))).notFound, [late]);
    assert.deepEqual(await ledger.expireOverdue(), [swept]);
    assert.deepEqual(await holding('r1'), [5n, 0n, 1n]);
    assert.deepEqual(await ledger.pending('c1'), [endless]);
    for (const serial of [swept, late]) {
      const { state, reason, resolvedAt } = (await ledger.commission(serial)) ?? {};
      assert.deepEqual([state, reason, resolvedAt], ['rejected', 'expired', clock.now()]);
    }
  });

  test('less can be accepted than was reserved, and the rest is given back', async () => {
    const { ledger, limit, issued, holding } = await bench(open);
    await limit('r1', 10n);
    await limit('r2', 10n);
    const serial = await issued([take('r1', 6n), take('r2', 4n), pool('r1', 6n)]);
    const partial = [{ serial, provisions: [take('r1', 2n), pool('r1', 2n)] }];
    const verdict = await ledger.resolve({ component: 'c1', accept: [], reject: [], partial });
    assert.deepEqual(verdict.accepted, [serial]);
    assert.deepEqual(await holding('r1'), [10n, 2n, 2n]);
    assert.deepEqual(await holding('r2'), [10n, 4n, 4n], 'what is left out is accepted in full');
    const remembered = await ledger.commission(serial);
    assert.deepEqual(remembered?.provisions, [take('r1', 6n), take('r2', 4n), pool('r1', 6n)]);
    assert.deepEqual(remembered?.accepted, [take('r1', 2n), take('r2', 4n), pool('r1', 2n)]);
    const release = await issued([take('r2', -3n)]);
    await ledger.resolve({
      component: 'c1',
      accept: [],
      reject: [],
      partial: [{ serial: release, provisions: [take('r2', -1n)] }],
    });
    assert.deepEqual(await holding('r2'), [10n, 3n, 3n]);
  });

  test('accepting more than was reserved, the other way round, or elsewhere changes nothing', async () => {
    const { ledger, limit, issued, holding } = await bench(open);
    await limit('r1', 10n);
    await limit('r2', 10n);
    const serial = await issued([take('r1', 6n)]);
    for (const wrong of [take('r1', 7n), take('r1', -1n), take('r2', 1n), take('unknown', 1n)]) {
      const partial = [{ serial, provisions: [wrong] }];
      const verdict = await ledger.resolve({ component: 'c1', accept: [], reject: [], partial });
      assert.deepEqual([verdict.accepted, verdict.invalid], [[], [serial]]);
    }
    assert.deepEqual(await holding('r1'), [10n, 0n, 6n]);
    assert.deepEqual(await ledger.pending('c1'), [serial]);
  });

  test('an operator resolves any commission, with a reason that is kept', async () => {
    const { ledger, limit, issued } = await bench(open);
    await limit('r1', 10n);
    const serial = await issued([take('r1', 1n)], { component: 'c2' });
    const verdict = await ledger.resolve({
      component: null,
      accept: [],
      reject: [serial],
      reason: 'forgotten',
    });
    assert.deepEqual(verdict.rejected, [serial]);
    assert.equal((await ledger.commission(serial))?.reason, 'forgotten');
  });

  test('many commissions are issued at once, each with its own verdict in its place', async () => {
    const { ledger, limit, holding } = await bench(open);
    await limit('r1', 3n);
    const request = { component: 'c1', name: '', force: false, autoAccept: false };
    const verdicts = await ledger.issueMany(
      [1n, 5n, 2n, 1n].map((quantity) => ({ ...request, provisions: [take('r1', quantity)] })),
    );
    assert.deepEqual(
      verdicts.map((verdict) => 'ok' in verdict && verdict.ok),
      [true, false, true, false],
    );
    assert.deepEqual(await holding('r1'), [3n, 0n, 3n]);
    assert.deepEqual(await ledger.issueMany([]), []);
  });

  test('commissions are listed by component, state, age and what they concern, none lost between pages', async () => {
    const clock = fixedClock();
    const { ledger, limit, issued } = await bench(open, clock);
    await limit('r1', 1000n);
    await limit('r2', 1000n);
    const serials: number[] = [];
    for (let index = 0; index < 30; index += 1) {
      const what = index % 3 === 0 ? pool('r2', 1n) : take('r1', 1n);
      serials.push(await issued([what], { component: index % 2 ? 'c1' : 'c2' }));
      clock.advance(1000);
    }
    await ledger.resolve({ component: null, accept: serials.slice(0, 4), reject: serials.slice(4, 6) });
    const all = async (query: object): Promise<number[]> => {
      const found: number[] = [];
      for (let after: number | null = 0; after !== null; ) {
        const page = await ledger.commissions({ ...query, after, limit: 4 });
        assert.ok(page.items.length <= 4);
        found.push(...page.items.map(({ serial }) => serial));
        after = page.next;
      }
      return found;
    };
    const where = (keep: (index: number) => boolean) => serials.filter((_serial, index) => keep(index));
    assert.deepEqual(await all({}), serials);
    assert.deepEqual(
      await all({ component: 'c1' }),
      where((index) => index % 2 === 1),
    );
    assert.deepEqual(
      await all({ state: 'pending' }),
      where((index) => index >= 6),
    );
    assert.deepEqual(
      await all({ state: 'pending', component: 'c2' }),
      where((i) => i >= 6 && i % 2 === 0),
    );
    assert.deepEqual(
      await all({ state: 'accepted' }),
      where((index) => index < 4),
    );
    assert.deepEqual(
      await all({ state: 'rejected' }),
      where((index) => index === 4 || index === 5),
    );
    assert.deepEqual(
      await all({ resource: 'r2' }),
      where((index) => index % 3 === 0),
    );
    assert.deepEqual(
      await all({ user: USER }),
      where((index) => index % 3 !== 0),
    );
    assert.deepEqual(await all({ project: PROJECT }), serials);
    assert.deepEqual(await all({ project: 'elsewhere' }), []);
    assert.deepEqual(
      await all({ issuedBefore: clock.now() - 25_000 }),
      where((index) => index < 5),
    );
  });
});
