import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../../src/lib/text/json.ts';
import { forEachEngine } from '../../../support/engines.ts';
import { ROOMY, VISIBLE } from '../../account-v1/cloud.ts';
import { assertProblem, fieldsOf } from '../asking.ts';
import { type IssuingCloud, startIssuing } from './issuing.ts';

forEachEngine((_name, open) => {
  let cloud: IssuingCloud;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startIssuing(open);
      await body();
    });

  const audited = async (): Promise<unknown[]> => {
    const entries = await cloud.purser.domain.audit.list({ limit: 100 });
    return entries
      .filter(({ action }) => action.startsWith('commission.'))
      .map(({ action, subject, actorName, before, after, reason }) => ({
        ...{ action, subject, actorName, before, after, reason },
      }))
      .reverse();
  };
  const usage = async (resource = VISIBLE) => {
    const { body } = await cloud.self('GET', `/quotas?resource=${resource}`);
    const [quota] = body['items'] as JsonObject[];
    return [quota?.['usage'], quota?.['pending']];
  };

  check('accepting and rejecting can be repeated; the opposite is 409', async () => {
    const { ask, serial } = cloud;
    for (const [action, other, state] of [
      ['accept', 'reject', 'accepted'],
      ['reject', 'accept', 'rejected'],
    ]) {
      const path = `/commissions/${await serial()}`;
      cloud.purser.clock.advance(1000);
      const done = await ask('POST', `${path}/${action}`, { reason: 'as it was' });
      assert.equal(done.status, 200);
      assert.deepEqual([done.body['state'], done.body['reason']], [state, 'as it was']);
      const again = await ask('POST', `${path}/${action}`, {});
      assert.deepEqual([again.status, again.body], [200, done.body]);
      const refused = await ask('POST', `${path}/${other}`, {});
      assertProblem(refused, 409, 'commission_resolved');
      assert.equal(refused.body['state'], state);
      assert.deepEqual((await ask('GET', path)).body, done.body);
    }
    assert.deepEqual(await usage(), [1, 0]);
    assert.deepEqual(await audited(), [], 'components are not audited');
  });

  check('a commission of another component is not found', async () => {
    const { askOther, self, serial } = cloud;
    const path = `/commissions/${await serial()}`;
    assertProblem(await askOther('GET', path), 404, 'commission_not_found');
    for (const action of ['accept', 'reject']) {
      assertProblem(await askOther('POST', `${path}/${action}`, {}), 404, 'commission_not_found');
      assertProblem(await askOther('POST', `/commissions/999/${action}`, {}), 404, 'commission_not_found');
      assertProblem(await self('POST', `${path}/${action}`, {}), 403, 'forbidden');
    }
    await cloud.ask('POST', `${path}/accept`, {});
    assertProblem(await askOther('POST', `${path}/accept`, {}), 404, 'commission_not_found');
    assertProblem(await self('GET', path), 403, 'forbidden');
    assertProblem(await askOther('GET', '/commissions/abc'), 400, 'invalid_request');
    assertProblem(await askOther('GET', '/commissions/0'), 400, 'invalid_request');
    assertProblem(await askOther('GET', '/commissions/99999999999999999999'), 400, 'invalid_request');
  });

  check('operators resolve any commission, with one audit entry', async () => {
    const { operator, serial } = cloud;
    const [first, second] = [await serial(), await serial()];
    const accepted = await operator('POST', `/commissions/${first}/accept`, { reason: 'it runs' });
    assert.deepEqual([accepted.status, accepted.body['state']], [200, 'accepted']);
    assert.equal((await operator('POST', `/commissions/${first}/accept`, {})).status, 200);
    assertProblem(await operator('POST', `/commissions/${first}/reject`, {}), 409, 'commission_resolved');
    assertProblem(await operator('POST', '/commissions/999/reject', {}), 404, 'commission_not_found');
    assert.equal((await operator('POST', `/commissions/${second}/reject`, {})).body['state'], 'rejected');
    const entry = { actorName: 'admin@example.org', before: { state: 'pending' } };
    assert.deepEqual(await audited(), [
      {
        ...entry,
        action: 'commission.accept',
        subject: String(first),
        after: { state: 'accepted' },
        reason: 'it runs',
      },
      {
        ...entry,
        action: 'commission.reject',
        subject: String(second),
        after: { state: 'rejected' },
        reason: null,
      },
    ]);
    const [recorded] = await cloud.purser.domain.audit.list({ limit: 1 });
    assert.match(String(recorded?.address), /127\.0\.0\.1/);
  });

  check('a commission can be accepted with smaller quantities', async () => {
    const { ask, operator, provisions, serial } = cloud;
    const amount = 9007199254740993n;
    const reserved = provisions({ [VISIBLE]: 4, [ROOMY]: amount });
    const partial = await serial({ provisions: reserved });
    const path = `/commissions/${partial}/accept`;
    const [member = {}, pool = {}] = reserved;
    const unfit: unknown[] = [
      [{ ...member, quantity: 5 }],
      [{ ...member, quantity: -1 }],
      [{ ...member, holder: 'user:x' }],
      [{ ...member, resource: 'nothing' }],
      [member, { ...member, quantity: 1 }],
    ];
    for (const provisions of unfit) {
      const answer = await ask('POST', path, { provisions });
      assertProblem(answer, 400, 'invalid_field');
      assert.deepEqual(fieldsOf(answer), ['provisions']);
    }
    assert.deepEqual(await usage(), [4, 4], 'nothing has changed');
    const less = [
      { ...member, quantity: 1 },
      { ...pool, quantity: 1 },
    ];
    const accepted = await operator('POST', path, { provisions: less });
    assert.equal(accepted.status, 200);
    assert.deepEqual(accepted.body['provisions'], reserved);
    assert.deepEqual(accepted.body['accepted'], [...less, ...reserved.slice(2)]);
    assert.deepEqual(await usage(), [1, 0]);
    assert.deepEqual(await usage(ROOMY), [amount, 0]);
    const [entry] = (await audited()) as { after: JsonObject }[];
    assert.deepEqual(entry?.after, { state: 'accepted', accepted: accepted.body['accepted'] });
    const whole = await ask('POST', `/commissions/${await serial()}/accept`, { provisions: [] });
    assert.equal(whole.body['accepted'], null);
  });

  check('malformed actions are refused with the field', async () => {
    const { ask, provisions, serial } = cloud;
    const path = `/commissions/${await serial()}`;
    const [good = {}] = provisions();
    const cases: [string, unknown, string[]][] = [
      ['accept', { unknown: 1 }, ['unknown']],
      ['accept', { provisions: {} }, ['provisions']],
      ['accept', { provisions: [{ ...good, quantity: '1' }] }, ['provisions.0.quantity']],
      ['accept', { reason: '' }, ['reason']],
      ['accept', { reason: 5 }, ['reason']],
      ['accept', { reason: 'x'.repeat(4097) }, ['reason']],
      ['reject', { reason: null }, ['reason']],
      ['reject', { provisions: [good] }, ['provisions']],
    ];
    for (const [action, body, fields] of cases) {
      const answer = await ask('POST', `${path}/${action}`, body);
      assert.equal(answer.status, 400, JSON.stringify(body));
      assert.deepEqual(fieldsOf(answer), fields);
    }
    assert.equal((await ask('GET', path)).body['state'], 'pending');
  });

  check(
    'many are resolved at once, each serial in one list, and repeating gets the same response',
    async () => {
      const { ask, askOther, operator, serial } = cloud;
      const [a, b, c, d] = [await serial(), await serial(), await serial(), await serial()];
      await ask('POST', `/commissions/${d}/reject`, {});
      const body = { accept: [a, c, d, 999], reject: [b, c, 1000] };
      const nothing = { damaged: [], conflicting: [c] };
      const foreign = await askOther('POST', '/commissions/resolve', body);
      assert.deepEqual(foreign.body, {
        ...{ accepted: [], rejected: [], resolved: [], not_found: [a, d, 999, b, 1000] },
        ...nothing,
      });
      const done = { accepted: [a], rejected: [b], resolved: [d], not_found: [999, 1000], ...nothing };
      assert.deepEqual(
        (await operator('POST', '/commissions/resolve', { ...body, reason: 'tidy' })).body,
        done,
      );
      assert.deepEqual((await ask('POST', '/commissions/resolve', body)).body, done);
      assert.deepEqual((await operator('POST', '/commissions/resolve', body)).body, done);
      const entries = (await audited()) as { action: string; subject: string; reason: string }[];
      assert.deepEqual(
        entries.map(({ action, subject, reason }) => [action, subject, reason]),
        [
          ['commission.accept', String(a), 'tidy'],
          ['commission.reject', String(b), 'tidy'],
        ],
      );
      assert.deepEqual((await ask('POST', '/commissions/resolve', {})).body['accepted'], []);
      for (const wrong of [
        { accept: 1 },
        { accept: ['1'] },
        { reject: [0] },
        { accept: [1.5] },
        { other: [] },
      ]) {
        assert.equal((await ask('POST', '/commissions/resolve', wrong)).status, 400, JSON.stringify(wrong));
      }
      const many = Array.from({ length: 10_001 }, (_, index) => index + 1);
      assert.equal((await ask('POST', '/commissions/resolve', { accept: many })).status, 400);
      const bulk = await operator('POST', '/commissions/resolve', { reject: many.slice(0, 10_000) });
      assert.equal(bulk.status, 200);
      assert.deepEqual([...(bulk.body['rejected'] as number[])].sort(), [b, c, d].sort());
    },
  );
});
