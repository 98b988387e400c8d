import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type JsonObject, stringifyExact } from '../../../../src/lib/text/json.ts';
import { forEachEngine } from '../../../support/engines.ts';
import { FOREIGN, HIDDEN, ROOMY, VISIBLE } from '../../account-v1/cloud.ts';
import { assertProblem, items } from '../asking.ts';
import { type IssuingCloud, startIssuing } from './issuing.ts';

const UNLIMITED = 9223372036854775807n;

forEachEngine((_name, open) => {
  let cloud: IssuingCloud;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startIssuing(open);
      await body();
    });
  const quotas = async (query: string, ask = cloud.operator): Promise<JsonObject[]> => {
    const answer = await ask('GET', `/quotas${query}`);
    assert.equal(answer.status, 200, stringifyExact(answer.body));
    return items(answer);
  };

  check('users see their own quotas, of visible resources', async () => {
    const { self, serial, user } = cloud;
    await serial();
    const own = await quotas('', self);
    assert.deepEqual(own.map(({ resource }) => resource).sort(), [VISIBLE, ROOMY, FOREIGN].sort());
    assert.deepEqual(
      own.find(({ resource }) => resource === VISIBLE),
      {
        user: user.uuid,
        project: user.uuid,
        resource: VISIBLE,
        unit: null,
        limit: 100,
        usage: 1,
        pending: 1,
        project_limit: 100,
        project_usage: 1,
        project_pending: 1,
        effective_limit: 100,
      },
    );
    const roomy = own.find(({ resource }) => resource === ROOMY) ?? {};
    assert.deepEqual(
      [roomy['unit'], roomy['limit'], roomy['effective_limit']],
      ['bytes', UNLIMITED, UNLIMITED],
    );
    assert.deepEqual(await quotas(`?user=${user.uuid}`, self), own);
    assert.deepEqual(await quotas(`?resource=${HIDDEN}`, self), []);
    assert.equal((await quotas(`?project=${user.uuid}&resource=${VISIBLE}`, self)).length, 1);
    assert.deepEqual(await quotas('?project=other', self), []);
    assertProblem(await self('GET', '/quotas?user=admin@example.org'), 403, 'forbidden');
    assertProblem(await self('GET', '/quotas?user=unknown'), 403, 'forbidden');
    assertProblem(await cloud.ask('GET', '/quotas'), 401, 'token_unknown');
  });

  check('operators see all, filtered by user, project and resource', async () => {
    const { addUser, user } = cloud;
    const second = await addUser('second@example.org');
    const users = new Set((await quotas('')).map((quota) => quota['user']));
    assert.ok(users.has(user.uuid) && users.has(second.uuid));
    const theirs = await quotas('?user=second@example.org');
    assert.deepEqual([...new Set(theirs.map((quota) => quota['user']))], [second.uuid]);
    assert.ok(theirs.some(({ resource }) => resource === HIDDEN));
    assert.deepEqual(await quotas(`?project=${second.uuid}`), theirs);
    const one = await quotas(`?project=${second.uuid}&resource=${HIDDEN}`);
    assert.deepEqual(
      one.map(({ resource, limit }) => [resource, limit]),
      [[HIDDEN, 5]],
    );
    assert.deepEqual(await quotas('?project=nothing'), []);
    assertProblem(await cloud.operator('GET', '/quotas?user=unknown'), 404, 'account_not_found');
  });

  check("the effective limit is what other members have left of the project's capacity", async () => {
    const { ask, purser, user } = cloud;
    const { ledger, storage } = purser.domain;
    await storage.transaction(async (tx) => {
      await ledger.openProject(tx, 'shared');
      await ledger.setPools(tx, 'shared', [
        { resource: VISIBLE, capacity: 10n, memberCapacity: 8n },
        { resource: ROOMY, capacity: 9223372036854775807n, memberCapacity: 9223372036854775807n },
      ]);
      await ledger.setSeat(tx, 'shared', user.uuid, true);
      await ledger.setSeat(tx, 'shared', 'zoe', true);
    });
    const charge = (holder: string, quantity: number, resource = VISIBLE, force = false) =>
      ask('POST', '/commissions', {
        auto_accept: true,
        force,
        provisions: [
          { holder: `user:${holder}`, source: 'project:shared', resource, quantity },
          { holder: 'project:shared', source: null, resource, quantity },
        ],
      });
    const effective = async (resource = VISIBLE) => {
      const shown = await quotas(`?project=shared&resource=${resource}`);
      const named = Object.fromEntries(shown.map((quota) => [quota['user'], quota['effective_limit']]));
      return [named[user.uuid], named['zoe']];
    };
    assert.deepEqual(await effective(), [8, 8]);
    await charge('zoe', 7);
    assert.deepEqual(await effective(), [3, 8]);
    await charge(user.uuid, 2);
    assert.deepEqual(await effective(), [3, 8]);
    await charge('zoe', 10, VISIBLE, true);
    assert.deepEqual(await effective(), [0, 8]);
    await charge('zoe', 5, ROOMY);
    assert.deepEqual(await effective(ROOMY), [UNLIMITED, UNLIMITED]);

    const over = await quotas('?over_limit=true');
    assert.deepEqual(
      over.map((quota) => [quota['user'], quota['project'], quota['resource']]).sort(),
      [
        [user.uuid, 'shared', VISIBLE],
        ['zoe', 'shared', VISIBLE],
      ].sort(),
    );
    assert.equal((await quotas('?over_limit=false')).length, (await quotas('')).length);
    await storage.transaction((tx) => ledger.setLive(tx, 'shared', false));
    assert.deepEqual(await effective(ROOMY), [0, 0]);
  });

  check('paging returns every quota once', async () => {
    const { operator, purser } = cloud;
    const { ledger, storage } = purser.domain;
    await storage.transaction(async (tx) => {
      await ledger.openProject(tx, 'big');
      await ledger.setPools(tx, 'big', [
        { resource: VISIBLE, capacity: 10n, memberCapacity: 1n },
        { resource: ROOMY, capacity: 10n, memberCapacity: 1n },
        { resource: FOREIGN, capacity: 10n, memberCapacity: 1n },
      ]);
      for (let index = 0; index < 30; index += 1) await ledger.setSeat(tx, 'big', `member-${index}`, true);
    });
    const whole = await quotas('?limit=1000');
    for (const limit of [1, 2, 7, 100]) {
      const found: JsonObject[] = [];
      for (let after: unknown = ''; after !== null; ) {
        const answer = await operator(
          'GET',
          `/quotas?limit=${limit}${after === '' ? '' : `&after=${after}`}`,
        );
        assert.ok(items(answer).length <= limit);
        found.push(...items(answer));
        after = answer.body['next'] ?? null;
      }
      assert.deepEqual(found, whole, `limit ${limit}`);
    }
    const ofBig = await quotas('?project=big&limit=1000');
    assert.equal(ofBig.length, 90);
  });

  check('a rare match far down the list is found by following short pages', async () => {
    const { ask, operator, purser } = cloud;
    const { ledger, storage } = purser.domain;
    await storage.transaction(async (tx) => {
      await ledger.openProject(tx, 'crowd');
      await ledger.setPools(tx, 'crowd', [{ resource: VISIBLE, capacity: 1n, memberCapacity: 1n }]);
      for (let index = 0; index < 2500; index += 1) await ledger.setSeat(tx, 'crowd', `m-${index}`, true);
      await ledger.setSeat(tx, 'crowd', 'zz-last', true);
    });
    const provision = { holder: 'user:zz-last', source: 'project:crowd', resource: VISIBLE, quantity: 2 };
    await ask('POST', '/commissions', { provisions: [provision], force: true });
    const first = await operator('GET', '/quotas?over_limit=true&limit=10');
    assert.deepEqual(items(first), []);
    const second = await operator('GET', `/quotas?over_limit=true&limit=10&after=${first.body['next']}`);
    assert.deepEqual(
      items(second).map((quota) => [quota['user'], quota['usage'], quota['effective_limit']]),
      [['zz-last', 2, 1]],
    );
    assert.equal(second.body['next'], null);
  });

  check('invalid filters are refused', async () => {
    const forged = ['1:1:', '1:1:a\0b', 'x:1:a', '1:a'].map(
      (text) => `after=${Buffer.from(text).toString('base64url')}`,
    );
    const wrong = ['over_limit=yes', 'limit=0', 'limit=1001', 'unknown=1', 'user=', 'after=x', ...forged];
    for (const query of [...wrong, 'project=%00']) {
      assert.equal((await cloud.operator('GET', `/quotas?${query}`)).status, 400, query);
    }
  });
});
