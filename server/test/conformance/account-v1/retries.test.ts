import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { type Cloud, provisionsOf, ROOMY, startCloud, VISIBLE } from './cloud.ts';

const REPEATABLE = { 'x-purser-repeatable': 'true' };

forEachEngine((_engine, open) => {
  const issueWith = (cloud: Cloud, body: object, headers: Record<string, string> = {}) => {
    const provisions = provisionsOf(cloud.user.uuid, { [VISIBLE]: 1 });
    return cloud.call('POST', '/commissions', cloud.service, { provisions, ...body }, headers);
  };
  const usageOf = async ({ call, user }: Cloud) => {
    const { json } = await call('GET', '/quotas', user.token);
    return json[user.uuid][VISIBLE].usage;
  };

  test('the same key and body get the first response, with the key in the header or the body', async () => {
    const cloud = await startCloud(open);
    const first = await issueWith(cloud, { name: 'x' }, { 'idempotency-key': 'k1' });
    assert.equal(first.status, 201);
    for (const [body, headers] of [
      [{ name: 'x' }, { 'idempotency-key': 'k1' }],
      [{ name: 'x', key: 'k1' }, {}],
      [{ name: 'x', key: 'k1' }, { 'idempotency-key': 'k1' }],
      [{ name: 'x', key: 'k1', force: false, expires_in: 5 }, {}],
    ] as const) {
      const again = await issueWith(cloud, body, headers);
      assert.deepEqual([again.status, again.text], [201, first.text]);
    }
    assert.equal(await usageOf(cloud), 1);
    const { otherService, call, user } = cloud;
    const provisions = provisionsOf(user.uuid, { [VISIBLE]: 1 });
    const other = await call('POST', '/commissions', otherService, { provisions, name: 'x', key: 'k1' });
    assert.equal(other.status, 201);
    assert.notEqual(other.text, first.text);
  });

  test('the same key with another body is a conflict', async () => {
    const cloud = await startCloud(open);
    await issueWith(cloud, { key: 'k' });
    for (const body of [{ name: 'other' }, { force: true }, { auto_accept: true }, { provisions: [] }]) {
      const answer = await issueWith(cloud, { key: 'k', ...body });
      assert.equal(answer.status, 409);
      assert.deepEqual(answer.json, {
        conflict: {
          code: 409,
          message: 'The idempotency key was used for a different request.',
          details: '',
        },
      });
    }
    assert.equal(await usageOf(cloud), 1);
  });

  test('a refused request leaves its key free', async () => {
    const cloud = await startCloud(open);
    const tooMuch = { provisions: provisionsOf(cloud.user.uuid, { [VISIBLE]: 101 }) };
    const headers = { 'idempotency-key': 'k' };
    assert.equal((await issueWith(cloud, tooMuch, headers)).status, 413);
    assert.equal((await issueWith(cloud, tooMuch, headers)).status, 413);
    assert.equal((await issueWith(cloud, {}, headers)).status, 201);
  });

  test('invalid keys and times are 400', async () => {
    const cloud = await startCloud(open);
    const cases: [object, Record<string, string>][] = [
      [{ key: 'a' }, { 'idempotency-key': 'b' }],
      [{}, { 'idempotency-key': 'x'.repeat(256) }],
      ...['', 'x'.repeat(256), 5, null, [], 'a\0b'].map((key): [object, Record<string, string>] => [
        { key },
        {},
      ]),
      ...[0, -1, 1.5, '60', [], false, 315_360_001].map((expires_in): [object, Record<string, string>] => [
        { expires_in },
        {},
      ]),
    ];
    for (const [body, headers] of cases) {
      const answer = await issueWith(cloud, body, headers);
      assert.equal(answer.status, 400, JSON.stringify(body).slice(0, 100));
      assert.equal(answer.json.badRequest.code, 400);
    }
    assert.equal(await usageOf(cloud), 0);
  });

  test('many simultaneous retries issue one commission', async () => {
    const cloud = await startCloud(open);
    const answers = await Promise.all(Array.from({ length: 20 }, () => issueWith(cloud, { key: 'storm' })));
    assert.deepEqual([...new Set(answers.map(({ status, text }) => `${status} ${text}`))].length, 1);
    assert.equal(await usageOf(cloud), 1);
  });

  test("a commission expires after the requested time, or after the component's default", async () => {
    const cloud = await startCloud(open);
    const { call, service, purser } = cloud;
    const { components, ledger } = purser.domain;
    const serialOf = async (body: object) => (await issueWith(cloud, body)).json.serial;
    await components.modify('component1', { commissionExpiry_s: 100 });
    const [byDefault, sooner, never] = [
      await serialOf({}),
      await serialOf({ expires_in: 10 }),
      await serialOf({ expires_in: null }),
    ];
    purser.clock.advance(10_000);
    const action = await call('POST', `/commissions/${sooner}/action`, service, { accept: '' });
    assert.equal(action.status, 404);
    await ledger.expireOverdue();
    assert.deepEqual((await call('GET', '/commissions', service)).json, [byDefault, never]);
    purser.clock.advance(90_000);
    await ledger.expireOverdue();
    assert.deepEqual((await call('GET', '/commissions', service)).json, [never]);
    assert.equal(await usageOf(cloud), 1);
  });

  test('a repeated action is 200 on request', async () => {
    const cloud = await startCloud(open);
    const { call, service, otherService } = cloud;
    const { serial } = (await issueWith(cloud, {})).json;
    const act = (body: object, headers: Record<string, string> = {}, token = service) =>
      call('POST', `/commissions/${serial}/action`, token, body, headers);
    assert.equal((await act({ accept: '' }, REPEATABLE)).status, 200);
    const again = await act({ accept: '' }, REPEATABLE);
    assert.deepEqual([again.status, again.text], [200, '']);
    assert.equal((await act({ accept: '' })).status, 404, 'as ever without the header');
    assert.equal((await act({ accept: '' }, { 'x-purser-repeatable': 'false' })).status, 404);
    assert.equal((await act({ reject: '' }, REPEATABLE)).status, 404);
    assert.equal((await act({ accept: '' }, REPEATABLE, otherService)).status, 404);
    assert.equal(await usageOf(cloud), 1);
  });

  test('a repeated bulk lists serials resolved the same way, on request', async () => {
    const cloud = await startCloud(open);
    const { call, service } = cloud;
    const serials: number[] = [];
    for (let n = 0; n < 3; n += 1) serials.push((await issueWith(cloud, {})).json.serial);
    const [a, b, c] = serials as [number, number, number];
    const resolve = (body: object, headers: Record<string, string> = {}) =>
      call('POST', '/commissions/action', service, body, headers);
    const body = { accept: [a, b], reject: [c] };
    const done = { accepted: [a, b], rejected: [c], failed: [] };
    assert.deepEqual((await resolve(body, REPEATABLE)).json, done);
    assert.deepEqual((await resolve(body, REPEATABLE)).json, done);
    assert.equal((await resolve(body)).json.failed.length, 3);
    const crossed = await resolve({ accept: [a, c, 99], reject: [b] }, REPEATABLE);
    assert.deepEqual(crossed.json.accepted, [a]);
    assert.deepEqual(crossed.json.rejected, []);
    const failed = crossed.json.failed.map(([serial, fault]: [number, object]) => [
      serial,
      Object.keys(fault),
    ]);
    assert.deepEqual(
      failed.sort(),
      [
        [99, ['itemNotFound']],
        [c, ['itemNotFound']],
        [b, ['itemNotFound']],
      ].sort(),
    );
  });

  test('quotas of all users are paged on request', async () => {
    const cloud = await startCloud(open);
    const { call, service, addUser, user } = cloud;
    for (let n = 0; n < 4; n += 1) await addUser(`more${n}@example.org`);
    const whole = (await call('GET', '/service_quotas', service)).json;
    const found: Record<string, unknown> = {};
    let marker = '';
    let pages = 0;
    for (let more = true; more; pages += 1) {
      const answer = await call('GET', `/service_quotas?limit=2${marker && `&marker=${marker}`}`, service);
      assert.equal(answer.status, 200);
      assert.ok(Object.keys(answer.json).length <= 2);
      const next = answer.headers.get('x-purser-next-marker');
      if (next !== null) assert.equal(next, Object.keys(answer.json).sort().at(-1));
      Object.assign(found, answer.json);
      marker = next ?? '';
      more = next !== null;
    }
    assert.deepEqual(found, whole);
    assert.equal(pages, 3);
    const narrowed = await call('GET', `/service_quotas?limit=2&user=${user.uuid}`, service);
    assert.deepEqual(Object.keys(narrowed.json), [user.uuid]);
    assert.equal(narrowed.headers.get('x-purser-next-marker'), null);
    assert.equal((await call('GET', '/service_quotas?limit=2&user=unknown', service)).status, 404);
    const end = await call('GET', '/service_quotas?marker=zzz', service);
    assert.deepEqual([end.status, end.json], [200, {}]);
    assert.equal(end.headers.get('x-purser-next-marker'), null);
  });

  test('quotas of all projects are paged on request', async () => {
    const cloud = await startCloud(open);
    const { call, service, addUser, user } = cloud;
    for (let n = 0; n < 2; n += 1) await addUser(`more${n}@example.org`);
    const whole = (await call('GET', '/service_project_quotas', service)).json;
    const first = await call('GET', '/service_project_quotas?limit=3', service);
    const next = first.headers.get('x-purser-next-marker');
    assert.ok(next);
    const second = await call('GET', `/service_project_quotas?limit=3&marker=${next}`, service);
    assert.deepEqual({ ...first.json, ...second.json }, whole);
    assert.equal(second.headers.get('x-purser-next-marker'), null);
    const one = await call('GET', `/service_project_quotas?limit=3&project=${user.uuid}`, service);
    assert.deepEqual(Object.keys(one.json), [user.uuid]);
    for (const path of ['/service_quotas', '/service_project_quotas']) {
      for (const query of ['limit=0', 'limit=1001', 'limit=x', 'limit=', 'limit=-1', 'marker=%00']) {
        assert.equal((await call('GET', `${path}?${query}`, service)).status, 400, query);
      }
      for (const name of ['user', 'project']) {
        const { status } = await call('GET', `${path}?${name}=%00`, service);
        assert.ok([200, 404].includes(status), `${path} ${name}`);
      }
    }
  });

  test('large amounts are exact in all of these calls', async () => {
    const cloud = await startCloud(open);
    const amount = 9007199254740993n;
    const body = { key: 'big', provisions: provisionsOf(cloud.user.uuid, { [ROOMY]: amount }) };
    const first = await issueWith(cloud, body);
    assert.equal((await issueWith(cloud, body)).text, first.text);
    const close = { ...body, provisions: provisionsOf(cloud.user.uuid, { [ROOMY]: amount - 1n }) };
    assert.equal((await issueWith(cloud, close)).status, 409, 'not the same by a rounding error');
  });
});
