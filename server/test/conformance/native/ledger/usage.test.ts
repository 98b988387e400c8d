import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR_MS } from '../../../../src/ledger/usage/usage-steps.ts';
import type { JsonObject } from '../../../../src/lib/text/json.ts';
import { forEachEngine } from '../../../support/engines.ts';
import { TEST_TIME_MS } from '../../../support/harness.ts';
import { type Cloud, startCloud } from '../../cloud.ts';
import { type Answer, type Ask, addUser, asker, assertProblem, fieldsOf, items } from '../asking.ts';

const DISK = 'service1.disk';
const HUGE = 2n ** 62n;
const TODAY = '2026-01-15';

const at = (offset_ms: number): string => new Date(TEST_TIME_MS + offset_ms).toISOString();

forEachEngine((_engine, open) => {
  let cloud: Cloud;
  let ask: Ask;
  let first: string;
  let second: string;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startCloud(open);
      ask = asker(cloud);
      first = cloud.first.uuid;
      second = cloud.second.uuid;
      await body();
    });

  /** A user draws from the user's system project. */
  const use = async (user: string, quantity: bigint, resource = DISK): Promise<void> => {
    const verdict = await cloud.domain.ledger.issue({
      component: 'testing',
      name: '',
      force: false,
      autoAccept: true,
      provisions: [
        { holder: `user:${user}`, source: `project:${user}`, resource, quantity },
        { holder: `project:${user}`, source: null, resource, quantity },
      ],
    });
    assert.ok(verdict.ok);
  };

  const pointsOf = (answer: Answer): JsonObject[] => {
    const [series] = items(answer) as [JsonObject];
    return series['points'] as JsonObject[];
  };

  const holders = (answer: Answer): unknown[] => {
    assert.equal(answer.status, 200, JSON.stringify(answer.body));
    return items(answer).map(({ project, user }) => [project, user]);
  };

  check('usage is returned step by step, with exact values', async () => {
    await use(first, HUGE);
    cloud.clock.advance(HOUR_MS + HOUR_MS / 2);
    await use(first, 1n);
    cloud.clock.advance(HOUR_MS / 4);
    const answer = await ask('GET', `/usage?user=${first}&from=${at(-HOUR_MS)}`);
    const [series] = items(answer) as [JsonObject];
    const { points, ...holding } = series;
    assert.deepEqual(holding, { project: first, user: first, resource: DISK, unit: 'bytes' });
    assert.deepEqual(points, [
      {
        ...{ from: at(-HOUR_MS), to: at(0), usage: 0, average: 0 },
        ...{ unit_seconds: '0', unit_hours: '0' },
      },
      {
        ...{ from: at(0), to: at(HOUR_MS), usage: HUGE, average: HUGE },
        ...{ unit_seconds: String(HUGE * 3600n), unit_hours: String(HUGE) },
      },
      {
        ...{ from: at(HOUR_MS), to: at(1.75 * HOUR_MS), usage: HUGE + 1n, average: HUGE },
        unit_seconds: String(HUGE * 2700n + 900n),
        unit_hours: `${(HUGE * 3n) / 4n}.25`,
      },
    ]);
    const days = await ask('GET', `/usage?user=${first}&from=${TODAY}&step=day`);
    assert.equal(pointsOf(days).length, 1);
  });

  check('without a start time, the last 24 hours or 30 days are returned', async () => {
    await use(first, 1n);
    cloud.clock.advance(1);
    const count = async (query: string): Promise<number> =>
      pointsOf(await ask('GET', `/usage?user=${first}${query}`)).length;
    assert.equal(await count(''), 25);
    assert.equal(await count('&step=day'), 31);
    cloud.clock.advance(24 * HOUR_MS);
    assert.equal(await count(`&to=${at(HOUR_MS)}`), 24);
    assert.equal(await count('&step=day&to=2026-01-16'), 30);
  });

  check('operators see all usage, users see their own and that of the projects they are in', async () => {
    await use(first, 1n);
    await use(second, 1n);
    cloud.clock.advance(HOUR_MS);
    const self = asker(cloud, cloud.first.token);
    const own = [[first, first]];
    const whole = [[first, null]];
    assert.equal(holders(await ask('GET', '/usage')).length, 4);
    assert.deepEqual(holders(await ask('GET', `/usage?user=${cloud.first.email}`)), own);
    assert.deepEqual(holders(await ask('GET', `/usage?project=${first}`)), [...whole, ...own]);
    assert.deepEqual(holders(await self('GET', '/usage')), own);
    assert.deepEqual(holders(await self('GET', `/usage?user=${cloud.first.email.toUpperCase()}`)), own);
    assert.deepEqual(holders(await self('GET', `/usage?project=${first}`)), whole);
    assert.deepEqual(holders(await self('GET', `/usage?project=${first}&per=user`)), own);
    assert.deepEqual(holders(await self('GET', '/usage?per=project')), whole);
    assert.deepEqual(holders(await self('GET', `/usage?per=user&project=${second}`)), []);
    assertProblem(await self('GET', `/usage?user=${second}`), 403, 'forbidden');
    assertProblem(await self('GET', `/usage?project=${second}`), 403, 'forbidden');
    assertProblem(await self('GET', `/charges?from=${TODAY}`), 403, 'forbidden');
    assertProblem(await ask('GET', '/usage?user=unknown@example.org'), 404, 'account_not_found');
    await ask('PATCH', `/resources/${DISK}`, { api_visible: false });
    assert.deepEqual(holders(await self('GET', '/usage')), []);
    assert.deepEqual(holders(await ask('GET', `/usage?user=${first}`)), own);
  });

  check('invalid queries are refused with the field, and a response without an end by name', async () => {
    cloud.clock.advance(HOUR_MS);
    const cases: [string, string][] = [
      ['/usage?from=yesterday', 'from'],
      ['/usage?from=2026-02-30', 'from'],
      ['/usage?from=2026-01-15T24:30Z', 'from'],
      ['/usage?from=2026-01-15T10:00', 'from'],
      ['/usage?from=2026-01-15T10:30Z', 'from'],
      ['/usage?from=2026-01-15T10:00Z&step=day', 'from'],
      ['/usage?from=2026-01-16', 'from'],
      ['/usage?to=2026-01-15T10:30Z', 'to'],
      ['/usage?step=minute', 'step'],
      ['/usage?per=resource', 'per'],
      ['/usage?limit=5', 'limit'],
      ['/charges', 'from'],
      ['/charges?from=2026-01-15T10:00:01Z', 'from'],
      ['/charges?from=2026-01-15T13:00Z', 'from'],
      [`/charges?from=${TODAY}&format=xml`, 'format'],
      [`/charges?from=${TODAY}&format=csv&limit=5`, 'limit'],
      [`/charges?from=${TODAY}&after=nonsense`, 'after'],
      [`/charges?from=${TODAY}&after=${Buffer.from('2:0:0:0:').toString('base64url')}`, 'after'],
    ];
    for (const [path, field] of cases) {
      const answer = await ask('GET', path);
      assert.equal(answer.status, 400, `${path} ${JSON.stringify(answer.body)}`);
      assert.deepEqual(fieldsOf(answer), [field], path);
    }
    assertProblem(await ask('GET', '/usage?from=1970-01-01'), 400, 'too_many_points');
  });

  check('charges list usage per holding, page by page and as a table', async () => {
    await use(first, 3n);
    cloud.clock.advance(HOUR_MS / 3);
    await use(second, 5n);
    cloud.clock.advance((HOUR_MS * 2) / 3);
    await use(second, -5n);
    cloud.clock.advance(2 * HOUR_MS + 1);
    await use(first, 100n);
    const span = `from=${TODAY}T12:00Z`;
    const expected = [
      [first, null, null, '32400', '9', 3],
      [second, null, null, '12000', '3.333333', 0],
      ...[
        [first, first, cloud.first.email, '32400', '9', 3],
        [second, second, cloud.second.email, '12000', '3.333333', 0],
      ].sort(([, a], [, b]) => (String(a) < String(b) ? -1 : 1)),
    ];
    const told = ({ project, user, username, unit_seconds, unit_hours, usage }: JsonObject) => [
      ...[project, user, username, unit_seconds, unit_hours, usage],
    ];
    const found: JsonObject[] = [];
    for (let after = ''; ; ) {
      const answer = await ask('GET', `/charges?${span}&limit=1${after}`);
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      found.push(...items(answer));
      // Usage after the first page does not change the following pages.
      cloud.clock.advance(HOUR_MS);
      await use(first, 1n);
      if (answer.body['next'] === null) break;
      after = `&after=${answer.body['next']}`;
    }
    assert.deepEqual(found.map(told), expected);
    for (const charge of found) {
      assert.deepEqual(
        [charge['resource'], charge['unit'], charge['from'], charge['to']],
        [DISK, 'bytes', at(0), at(3 * HOUR_MS)],
      );
    }
    const { body } = await ask('GET', `/charges?${span}&to=${at(HOUR_MS)}&per=user&user=${second}`);
    assert.deepEqual((body['items'] as JsonObject[]).map(told), [
      [second, second, cloud.second.email, '12000', '3.333333', 5],
    ]);

    const end = `to=${at(3 * HOUR_MS)}`;
    const asked = [`&format=csv`, ''].map((format) =>
      cloud.fetch(`/api/charges?${span}&${end}${format}`, {
        headers: { authorization: `Bearer ${cloud.adminToken}`, accept: format === '' ? 'text/csv' : '*/*' },
      }),
    );
    for (const response of await Promise.all(asked)) {
      assert.equal(response.status, 200);
      assert.equal(response.headers.get('content-type'), 'text/csv; charset=utf-8');
      const lines = (await response.text()).split('\r\n');
      assert.equal(lines[0], 'project,user,username,resource,unit,from,to,unit_seconds,unit_hours,usage');
      assert.equal(lines[1], `${first},,,${DISK},bytes,${at(0)},${at(3 * HOUR_MS)},32400,9,3`);
      assert.deepEqual([lines.length, lines.at(-1)], [6, '']);
    }
  });

  check('a CSV table has no cell that a spreadsheet would run', async () => {
    const name = '=HYPERLINK("http://evil.example")';
    await cloud.domain.services.import({
      service1: {
        component: cloud.component.name,
        type: 'type1',
        endpoints: [],
        resources: {
          odd: { name, service_type: 'type1', service_origin: 'service1', system_default: 10 },
        },
      },
    });
    await use(first, 1n, name);
    cloud.clock.advance(HOUR_MS);
    const response = await cloud.fetch(`/api/charges?from=${TODAY}T12:00Z&format=csv`, {
      headers: { authorization: `Bearer ${cloud.adminToken}` },
    });
    const text = await response.text();
    assert.match(text, /,"'=HYPERLINK\(""http:\/\/evil\.example""\)",/);
    assert.doesNotMatch(text, /(?:^|,)"?=/m);
  });

  check('an error while a table is made is a problem, not half a table', async () => {
    const { token } = await addUser(ask, 'other@example.org');
    const get = (query: string, secret: string): Promise<Response> =>
      cloud.fetch(`/api/charges?${query}`, {
        headers: { authorization: `Bearer ${secret}`, accept: 'text/csv' },
      });
    const cases: [Response, number][] = [
      [await get('from=2027-01-01', cloud.adminToken), 400],
      [await get(`from=${TODAY}&user=unknown@example.org`, cloud.adminToken), 404],
      [await get(`from=${TODAY}`, token), 403],
    ];
    for (const [response, status] of cases) {
      assert.equal(response.status, status);
      assert.equal(response.headers.get('content-type'), 'application/problem+json');
    }
  });
});
