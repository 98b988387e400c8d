import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../../support/engines.ts';
import { FOREIGN, ROOMY, VISIBLE } from '../../account-v1/cloud.ts';
import { assertProblem, fieldsOf } from '../asking.ts';
import { type IssuingCloud, startIssuing } from './issuing.ts';

forEachEngine((_name, open) => {
  let cloud: IssuingCloud;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startIssuing(open);
      await body();
    });

  check('a component issues a commission and sees all of its properties', async () => {
    const { ask, provisions } = cloud;
    const reserved = provisions({ [VISIBLE]: 1, [ROOMY]: 9007199254740993n });
    const issued = await ask('POST', '/commissions', { name: 'μία δέσμευση', provisions: reserved });
    assert.equal(issued.status, 201);
    assert.deepEqual(Object.keys(issued.body), ['serial', 'replayed']);
    assert.equal(issued.body['replayed'], false);
    const serial = issued.body['serial'];
    assert.equal(issued.headers.get('location'), `/api/commissions/${serial}`);
    assert.deepEqual((await ask('GET', `/commissions/${serial}`)).body, {
      serial,
      component: 'component1',
      name: 'μία δέσμευση',
      state: 'pending',
      issued_at: '2026-01-15T12:00:00.000Z',
      expires_at: null,
      resolved_at: null,
      reason: null,
      provisions: reserved,
      accepted: null,
    });
  });

  check('only components issue: no token is 401, users and operators are 403', async () => {
    const { purser, self, operator, provisions } = cloud;
    const body = { provisions: provisions() };
    for (const path of ['/commissions', '/commissions/bulk']) {
      const none = await purser.fetch(`/api${path}`, { method: 'POST' });
      assert.equal(none.status, 401);
      assertProblem(await self('POST', path, body), 403, 'forbidden');
      assertProblem(await operator('POST', path, body), 403, 'forbidden');
    }
    await purser.domain.components.modify('component1', { tokenExpiresAt: purser.clock.now() + 1 });
    purser.clock.advance(2);
    assertProblem(await cloud.ask('POST', '/commissions', body), 401, 'token_expired');
  });

  check('a refusal names the holding and its numbers', async () => {
    const { ask, provisions, user } = cloud;
    const full = await ask('POST', '/commissions', { provisions: provisions({ [VISIBLE]: 101 }) });
    assertProblem(full, 413, 'no_capacity');
    assert.deepEqual(full.body['provision'], provisions({ [VISIBLE]: 101 })[0]);
    assert.deepEqual([full.body['limit'], full.body['usage']], [100, 0]);
    assert.match(String(full.body['detail']), new RegExp(`${VISIBLE} of user:${user.uuid} from project:`));
    const huge = 9223372036854775808n;
    const beyond = await ask('POST', '/commissions', { provisions: provisions({ [ROOMY]: huge }) });
    assertProblem(beyond, 413, 'no_capacity');
    assert.equal((beyond.body['provision'] as { quantity: unknown }).quantity, huge);
    assert.equal(beyond.body['limit'], 9223372036854775807n);
    const release = await ask('POST', '/commissions', { provisions: provisions({ [VISIBLE]: -1 }) });
    assertProblem(release, 413, 'no_quantity');
    assert.deepEqual([release.body['limit'], release.body['usage']], [0, 0]);
    const unknown = { holder: 'user:x', source: 'project:y', resource: VISIBLE, quantity: 1 };
    const missing = await ask('POST', '/commissions', { provisions: [unknown] });
    assertProblem(missing, 404, 'no_holding');
    assert.deepEqual(missing.body['provision'], unknown);
    assert.equal('limit' in missing.body, false);
  });

  check('force ignores limits, and auto_accept accepts at once', async () => {
    const { ask, provisions, self } = cloud;
    const forced = { provisions: provisions({ [VISIBLE]: 150 }), force: true, auto_accept: true };
    const { body } = await ask('POST', '/commissions', forced);
    assert.equal((await ask('GET', `/commissions/${body['serial']}`)).body['state'], 'accepted');
    const quotas = (await self('GET', `/quotas?resource=${VISIBLE}`)).body['items'] as { usage: unknown }[];
    assert.equal(quotas[0]?.usage, 150);
  });

  check('a malformed request is 400 with the field, and reserves nothing', async () => {
    const { ask, provisions, self } = cloud;
    const [good = {}] = provisions();
    const { source: _source, ...noSource } = good;
    const cases: [unknown, string[]][] = [
      [{}, ['provisions']],
      [{ provisions: null }, ['provisions']],
      [{ provisions: 'text' }, ['provisions']],
      [{ provisions: [5] }, ['provisions.0']],
      [{ provisions: [good, noSource] }, ['provisions.1.source']],
      [{ provisions: [{ ...good, holder: 5 }] }, ['provisions.0.holder']],
      [{ provisions: [{ ...good, holder: null }] }, ['provisions.0.holder']],
      [{ provisions: [{ ...good, resource: [] }] }, ['provisions.0.resource']],
      [{ provisions: [{ ...good, unknown: 1 }] }, ['provisions.0.unknown']],
      ...['1', null, true, [], 1.5, undefined].map((quantity): [unknown, string[]] => [
        { provisions: [{ ...good, quantity }] },
        ['provisions.0.quantity'],
      ]),
      [{ provisions: [good], unknown: 1 }, ['unknown']],
      [{ provisions: [good], force: 1 }, ['force']],
      [{ provisions: [good], auto_accept: null }, ['auto_accept']],
      [{ provisions: [good], name: null }, ['name']],
      [{ provisions: [good], name: 'x'.repeat(4097) }, ['name']],
      [{ provisions: [good], key: '' }, ['key']],
      [{ provisions: [good], key: 5 }, ['key']],
      [{ provisions: [good], key: 'x'.repeat(256) }, ['key']],
      ...[0, -1, 1.5, '60', true, 315_360_001].map((expires_in): [unknown, string[]] => [
        { provisions: [good], expires_in },
        ['expires_in'],
      ]),
      [{ provisions: Array.from({ length: 1001 }, () => good) }, ['provisions']],
    ];
    for (const [body, fields] of cases) {
      const answer = await ask('POST', '/commissions', body);
      assertProblem(answer, 400, 'invalid_field');
      assert.deepEqual(fieldsOf(answer), fields);
    }
    assertProblem(await ask('POST', '/commissions', [good]), 400, 'invalid_request');
    const quotas = (await self('GET', '/quotas')).body['items'] as { usage: unknown }[];
    assert.ok(quotas.every(({ usage }) => usage === 0));
  });

  check('the same key and request return the first serial, also after it was resolved', async () => {
    const { ask, askOther, provisions, send, self } = cloud;
    const body = { name: 'once', provisions: provisions() };
    const first = await ask('POST', '/commissions', { ...body, key: 'k1' });
    const again = await send('/commissions', body, { 'idempotency-key': 'k1' });
    assert.equal(again.status, 200);
    assert.deepEqual(again.body, { serial: first.body['serial'], replayed: true });
    const both = await send('/commissions', { ...body, key: 'k1' }, { 'idempotency-key': 'k1' });
    assert.equal(both.body['serial'], first.body['serial']);
    await ask('POST', `/commissions/${first.body['serial']}/accept`, {});
    const later = await ask('POST', '/commissions', { ...body, key: 'k1', expires_in: 60 });
    assert.deepEqual(later.body, { serial: first.body['serial'], replayed: true });
    const other = await askOther('POST', '/commissions', { ...body, key: 'k1' });
    assert.equal(other.status, 201, 'keys are per component');
    const quotas = (await self('GET', `/quotas?resource=${VISIBLE}`)).body['items'] as { usage: unknown }[];
    assert.equal(quotas[0]?.usage, 2);
  });

  check('a key with another request is 409, and a refused request leaves the key free', async () => {
    const { ask, provisions, send } = cloud;
    const reused = async (body: object) =>
      assertProblem(await ask('POST', '/commissions', { key: 'k', ...body }), 409, 'key_reused');
    const tooMuch = { key: 'k', provisions: provisions({ [VISIBLE]: 101 }) };
    assertProblem(await ask('POST', '/commissions', tooMuch), 413, 'no_capacity');
    assert.equal((await ask('POST', '/commissions', { key: 'k', provisions: provisions() })).status, 201);
    await reused({ provisions: provisions({ [VISIBLE]: 2 }) });
    await reused({ provisions: provisions(), name: 'other' });
    await reused({ provisions: provisions(), force: true });
    await reused({ provisions: provisions(), auto_accept: true });
    const differing = { provisions: provisions(), key: 'a' };
    const answer = await send('/commissions', differing, { 'idempotency-key': 'b' });
    assertProblem(answer, 400, 'invalid_field');
    assert.deepEqual(fieldsOf(answer), ['key']);
    const long = await send('/commissions', differing, { 'idempotency-key': 'x'.repeat(256) });
    assert.equal(long.status, 400);
  });

  check("a pending commission expires, after the requested time or the component's default", async () => {
    const { ask, operator, provisions, purser, self } = cloud;
    const issue = async (extra: object) => {
      const { body } = await ask('POST', '/commissions', { provisions: provisions(), ...extra });
      return (await ask('GET', `/commissions/${body['serial']}`)).body;
    };
    assert.equal((await issue({}))['expires_at'], null);
    const asked = await issue({ expires_in: 60 });
    assert.equal(asked['expires_at'], '2026-01-15T12:01:00.000Z');
    await operator('PATCH', '/components/component1', { commission_expiry: 3600 });
    assert.equal((await issue({}))['expires_at'], '2026-01-15T13:00:00.000Z');
    assert.equal((await issue({ expires_in: 60 }))['expires_at'], '2026-01-15T12:01:00.000Z');
    assert.equal((await issue({ expires_in: null }))['expires_at'], null);
    purser.clock.advance(60_000);
    const late = await ask('POST', `/commissions/${asked['serial']}/accept`, {});
    assertProblem(late, 409, 'commission_resolved');
    await purser.domain.ledger.expireOverdue();
    const expired = (await ask('GET', `/commissions/${asked['serial']}`)).body;
    assert.deepEqual([expired['state'], expired['reason']], ['rejected', 'expired']);
    const quotas = (await self('GET', `/quotas?resource=${VISIBLE}`)).body['items'] as { usage: unknown }[];
    assert.equal(quotas[0]?.usage, 3);
  });

  check('each commission of a bulk has its own result, in order', async () => {
    const { ask, provisions } = cloud;
    const one = { provisions: provisions() };
    const { status, headers, body } = await ask('POST', '/commissions/bulk', {
      commissions: [
        one,
        { ...one, key: 'b' },
        { ...one, key: 'b' },
        { provisions: provisions({ [VISIBLE]: 99 }) },
        5,
        null,
        { provisions: 'text' },
        { ...one, unknown: 1 },
        { provisions: [{ ...one.provisions[0], holder: 'nul\0' }] },
        { ...one, name: 'half \ud800' },
        { provisions: provisions({ [FOREIGN]: 1 }), auto_accept: true },
        { ...one, key: 'b', name: 'other' },
      ],
    });
    assert.equal(status, 200);
    assert.match(headers.get('content-type') ?? '', /^application\/json/);
    const results = body['results'] as { serial?: number; problem?: Record<string, unknown> }[];
    const told = results.map(({ serial, problem }) => (problem ? problem['code'] : typeof serial));
    const invalid = Array.from({ length: 6 }, () => 'invalid_field');
    assert.deepEqual(told, [
      ...['number', 'number', 'number', 'no_capacity'],
      ...invalid,
      ...['number', 'key_reused'],
    ]);
    assert.equal(results[1]?.serial, results[2]?.serial);
    assert.deepEqual(results[2], { serial: results[1]?.serial, replayed: true });
    const refused = results[3]?.problem ?? {};
    assert.deepEqual(
      [refused['type'], refused['status'], refused['limit'], refused['usage']],
      ['urn:purser:problem:no_capacity', 413, 100, 2],
    );
    assert.deepEqual(results[8]?.problem?.['errors'], [
      { field: 'provisions.0.holder', reason: 'contains NUL or is not valid Unicode' },
    ]);
  });

  check('a bulk can be malformed, empty, or too large', async () => {
    const { ask, provisions, send } = cloud;
    for (const body of [{}, { commissions: {} }, { commissions: [], unknown: 1 }]) {
      assertProblem(await ask('POST', '/commissions/bulk', body), 400, 'invalid_field');
    }
    assertProblem(await ask('POST', '/commissions/bulk', []), 400, 'invalid_request');
    assert.deepEqual((await ask('POST', '/commissions/bulk', { commissions: [] })).body, { results: [] });
    const one = { provisions: provisions({ [ROOMY]: 1 }) };
    const many = (count: number) => ({ commissions: Array.from({ length: count }, () => one) });
    assertProblem(await ask('POST', '/commissions/bulk', many(1001)), 400, 'invalid_field');
    const keyed = await send('/commissions/bulk', many(1), { 'idempotency-key': 'k' });
    assertProblem(keyed, 400, 'invalid_field');
    // More than other routes accept.
    const wide = { commissions: many(1000).commissions.map((item) => ({ ...item, name: 'x'.repeat(1500) })) };
    const { status, body } = await ask('POST', '/commissions/bulk', wide);
    assert.equal(status, 200);
    const serials = (body['results'] as { serial: number }[]).map(({ serial }) => serial);
    assert.equal(new Set(serials).size, 1000);
    const huge = { commissions: [{ name: 'x'.repeat(17 * 1024 * 1024) }] };
    assertProblem(await ask('POST', '/commissions/bulk', huge), 413, 'body_too_large');
    const elsewhere = { name: 'x'.repeat(2 * 1024 * 1024) };
    assertProblem(await ask('POST', '/commissions', elsewhere), 413, 'body_too_large');
  });
});
