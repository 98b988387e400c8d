import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../../support/engines.ts';
import { provisionsOf, ROOMY, VISIBLE } from '../../account-v1/cloud.ts';
import { type Ask, assertProblem, items } from '../asking.ts';
import { type IssuingCloud, startIssuing } from './issuing.ts';

forEachEngine((_name, open) => {
  let cloud: IssuingCloud;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startIssuing(open);
      await body();
    });
  const serials = async (query: string, ask: Ask = cloud.operator) => {
    const answer = await ask('GET', `/commissions${query}`);
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return items(answer).map(({ serial }) => serial);
  };

  check('a component lists its own commissions, an operator all', async () => {
    const { ask, askOther, provisions, self, serial } = cloud;
    const first = await serial();
    const other = await askOther('POST', '/commissions', { provisions: provisions() });
    const second = await serial();
    assert.deepEqual(await serials('', ask), [first, second]);
    assert.deepEqual(await serials('', askOther), [other.body['serial']]);
    assert.deepEqual(await serials('?component=component1', ask), [first, second]);
    assert.deepEqual(await serials('?component=component2', ask), []);
    assert.deepEqual(await serials(''), [first, other.body['serial'], second]);
    assert.deepEqual(await serials('?component=component2'), [other.body['serial']]);
    assert.deepEqual(await serials('?component=unknown'), []);
    assertProblem(await self('GET', '/commissions'), 403, 'forbidden');
  });

  check('lists are filtered by state, age, project, user and resource', async () => {
    const { ask, addUser, provisions, purser, serial, user } = cloud;
    const old = await serial();
    const done = await serial();
    await ask('POST', `/commissions/${done}/accept`, {});
    purser.clock.advance(3_600_000);
    const second = await addUser('second@example.org');
    const theirs = await serial({ provisions: provisionsOf(second.uuid, { [VISIBLE]: 1 }) });
    const roomy = await serial({ provisions: provisions({ [ROOMY]: 1 }) });
    purser.clock.advance(1000);
    assert.deepEqual(await serials('?state=pending'), [old, theirs, roomy]);
    assert.deepEqual(await serials('?state=accepted'), [done]);
    assert.deepEqual(await serials('?state=rejected'), []);
    assert.deepEqual(await serials('?state=pending&older_than=3600'), [old]);
    assert.deepEqual(await serials('?older_than=3600'), [old, done]);
    assert.deepEqual(await serials('?older_than=7200'), []);
    assert.deepEqual(await serials('?older_than=0'), [old, done, theirs, roomy]);
    assert.deepEqual(await serials(`?project=${second.uuid}`), [theirs]);
    assert.deepEqual(await serials(`?user=${second.uuid}`), [theirs]);
    assert.deepEqual(await serials('?user=second@example.org'), [theirs]);
    assert.deepEqual(await serials(`?user=${user.uuid}&state=pending`), [old, roomy]);
    assert.deepEqual(await serials(`?resource=${ROOMY}`), [roomy]);
    assert.deepEqual(await serials(`?resource=${ROOMY}&user=${second.uuid}`), []);
    assert.deepEqual(await serials(`?user=${second.uuid}`, ask), [theirs]);
    assert.deepEqual(await serials('?user=second@example.org', ask), [], 'components know uuids');
    assertProblem(await cloud.operator('GET', '/commissions?user=unknown'), 404, 'account_not_found');
  });

  check('lists are paged, and a short page has a cursor too', async () => {
    const { operator, provisions, serial, ask } = cloud;
    const one = { provisions: provisions({ [ROOMY]: 1 }) };
    const rare = await serial();
    for (let round = 0; round < 6; round += 1) {
      await ask('POST', '/commissions/bulk', { commissions: Array.from({ length: 1000 }, () => one) });
    }
    const last = await serial();
    const found: unknown[] = [];
    let pages = 0;
    for (let after: unknown = ''; after !== null; pages += 1) {
      const query = after === '' ? '' : `&after=${after}`;
      const answer = await operator('GET', `/commissions?resource=${VISIBLE}&limit=10${query}`);
      found.push(...items(answer).map(({ serial }) => serial));
      after = answer.body['next'] ?? null;
    }
    assert.deepEqual(found, [rare, last]);
    assert.ok(pages >= 2, 'a page looks at a bounded number');
    const page = await operator('GET', '/commissions?limit=2');
    assert.deepEqual(
      items(page).map(({ serial }) => serial),
      [rare, rare + 1],
    );
    const next = await operator('GET', `/commissions?limit=2&after=${page.body['next']}`);
    assert.deepEqual(
      items(next).map(({ serial }) => serial),
      [rare + 2, rare + 3],
    );
    assert.equal(items(await operator('GET', '/commissions')).length, 100);
  });

  check('invalid filters are refused', async () => {
    for (const query of [
      'state=open',
      'older_than=-1',
      'older_than=1h',
      'limit=0',
      'limit=1001',
      'after=nonsense',
      'unknown=1',
      'component=',
      'project=%00',
    ]) {
      assert.equal((await cloud.operator('GET', `/commissions?${query}`)).status, 400, query);
    }
  });
});
