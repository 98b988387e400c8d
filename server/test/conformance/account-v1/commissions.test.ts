import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { type Cloud, provisionsOf, ROOMY, startCloud, VISIBLE } from './cloud.ts';

forEachEngine((_engine, open) => {
  const serialOf = (answer: { status: number; json: { serial: number }; text: string }): number => {
    assert.equal(answer.status, 201, answer.text);
    return answer.json.serial;
  };
  const provision = ({ user }: Cloud, quantity: unknown = 1) => ({
    holder: `user:${user.uuid}`,
    source: `project:${user.uuid}`,
    resource: VISIBLE,
    quantity,
  });

  test('commissions are issued, listed, shown, and resolved in bulk', async () => {
    const cloud = await startCloud(open);
    const { call, service, user } = cloud;
    assert.deepEqual((await call('GET', '/commissions', service)).json, []);
    const name = 'μία δέσμευση';
    const charges = { [VISIBLE]: 1, [ROOMY]: 100 };
    const [s1, s2, s3] = [
      serialOf(await cloud.issue(charges, { name })),
      serialOf(await cloud.issue(charges, { name })),
      serialOf(await cloud.issue(charges, { name })),
    ];
    assert.ok(s1 < s2 && s2 < s3);
    assert.deepEqual((await call('GET', '/commissions', service)).json, [s1, s2, s3]);
    const shown = await call('GET', `/commissions/${s1}`, service);
    assert.equal(shown.status, 200);
    assert.match(shown.json.issue_time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00$/);
    assert.deepEqual(
      { ...shown.json, issue_time: '' },
      { serial: s1, name, issue_time: '', provisions: provisionsOf(user.uuid, charges) },
    );
    const quotas = await call('GET', `/service_quotas?user=${user.uuid}`, service);
    const { usage, pending } = quotas.json[user.uuid][user.uuid][VISIBLE];
    assert.deepEqual([usage, pending], [3, 3]);

    const bulk = await call('POST', '/commissions/action', service, {
      accept: [s1, s3],
      reject: [s2, s3, s3 + 1],
    });
    assert.equal(bulk.status, 200);
    assert.deepEqual(bulk.json, {
      accepted: [s1],
      rejected: [s2],
      failed: [
        [s3 + 1, { itemNotFound: { code: 404, message: `serial ${s3 + 1} does not exist` } }],
        [s3, { badRequest: { code: 400, message: `cannot both accept and reject serial ${s3}` } }],
      ],
    });
    const gone = await call('GET', `/commissions/${s1}`, service);
    assert.deepEqual([gone.status, gone.text], [404, '']);
    assert.deepEqual((await call('GET', '/commissions', service)).json, [s3]);
  });

  test('a commission is accepted once; again, or by another component, it is not found', async () => {
    const cloud = await startCloud(open);
    const { call, service, otherService } = cloud;
    const serial = serialOf(await cloud.issue({ [VISIBLE]: 1 }));
    const action = `/commissions/${serial}/action`;
    for (const [method, path, body] of [
      ['GET', `/commissions/${serial}`, undefined],
      ['POST', action, { accept: '' }],
    ] as const) {
      const foreign = await call(method, path, otherService, body);
      assert.deepEqual([foreign.status, foreign.text], [404, '']);
    }
    const accepted = await call('POST', `${action}/`, service, { accept: '' });
    assert.deepEqual([accepted.status, accepted.text], [200, '']);
    assert.match(accepted.headers.get('content-type') ?? '', /^application\/json/);
    const again = await call('POST', action, service, { reject: '' });
    assert.deepEqual([again.status, again.text], [404, '']);
    for (const digits of ['99999999999999999999', '9'.repeat(12_000)]) {
      const unknown = await call('GET', `/commissions/${digits}`, service);
      assert.deepEqual([unknown.status, unknown.text], [404, '']);
    }
  });

  test('over the limit is 413 with the holding and its numbers', async () => {
    const cloud = await startCloud(open);
    const { user } = cloud;
    assert.equal((await cloud.issue({ [VISIBLE]: 100 })).status, 201);
    const refused = await cloud.issue({ [VISIBLE]: 1 });
    assert.equal(refused.status, 413);
    const { code, message, data, details } = refused.json.overLimit;
    assert.equal(code, 413);
    assert.ok(message.includes(VISIBLE));
    assert.equal(details, undefined);
    assert.deepEqual(data, {
      name: 'NoCapacityError',
      provision: {
        holder: `user:${user.uuid}`,
        source: `project:${user.uuid}`,
        resource: VISIBLE,
        quantity: 1,
      },
      limit: 100,
      usage: 100,
    });
    const release = await cloud.issue({ [VISIBLE]: -1 });
    assert.equal(release.status, 413);
    assert.deepEqual(
      { ...release.json.overLimit.data, provision: 0 },
      { name: 'NoQuantityError', provision: 0, limit: 0, usage: 0 },
    );
  });

  test('force passes limits for imports and never for releases', async () => {
    const cloud = await startCloud(open);
    const { call, service, user } = cloud;
    const s1 = serialOf(await cloud.issue({ [VISIBLE]: 1 }));
    serialOf(await cloud.issue({ [VISIBLE]: 1 }));
    await call('POST', `/commissions/${s1}/action`, service, { accept: '' });
    serialOf(await cloud.issue({ [VISIBLE]: 1 }, { auto_accept: true }));
    const release = serialOf(await cloud.issue({ [VISIBLE]: -1 }));
    await call('POST', `/commissions/${release}/action`, service, { accept: '' });
    serialOf(await cloud.issue({ [VISIBLE]: 100 }, { force: true }));
    assert.equal((await cloud.issue({ [VISIBLE]: -200 }, { force: true })).status, 413);
    const { json } = await call('GET', '/quotas', user.token);
    const { usage, pending } = json[user.uuid][VISIBLE];
    assert.deepEqual([usage, pending], [102, 101]);
  });

  test('an unknown holding is 404 with the provision that named it', async () => {
    const { call, service } = await startCloud(open);
    const provision = { holder: 'user:unknown', source: 'project:nowhere', resource: VISIBLE, quantity: 1 };
    const refused = await call('POST', '/commissions', service, { provisions: [provision] });
    assert.equal(refused.status, 404);
    assert.deepEqual(refused.json.itemNotFound.data, { name: 'NoHoldingError', provision });
  });

  test('any scalar is accepted as a holder; only arrays and objects are malformed', async () => {
    const cloud = await startCloud(open);
    const { call, service } = cloud;
    for (const [odd, status] of [
      [5, 404],
      [null, 404],
      [true, 404],
      [[], 400],
      [{}, 400],
      ['nul\0byte', 400],
    ] as const) {
      const body = { provisions: [{ ...provision(cloud), holder: odd }] };
      assert.equal((await call('POST', '/commissions', service, body)).status, status, String(odd));
    }
  });

  test('a name has up to 4096 characters of any script', async () => {
    const { call, service, issue } = await startCloud(open);
    for (const name of ['x'.repeat(4096), 'ü'.repeat(4096), '🦉'.repeat(4096)]) {
      const { serial } = (await issue({ [VISIBLE]: 1 }, { name })).json;
      assert.equal((await call('GET', `/commissions/${serial}`, service)).json.name, name);
    }
  });

  test('a malformed request is 400 and reserves nothing', async () => {
    const cloud = await startCloud(open);
    const { call, service, user } = cloud;
    const good = provision(cloud);
    const { source: _source, ...noSource } = good;
    const { quantity: _quantity, ...noQuantity } = good;
    const malformed: unknown[] = [
      {},
      { provisions: null },
      { provisions: 'text' },
      { provisions: [5] },
      { provisions: [[]] },
      { provisions: [noSource] },
      { provisions: [noQuantity] },
      ...['1', null, true, [], 1.5].map((quantity) => ({ provisions: [{ ...good, quantity }] })),
      { provisions: [good], force: 1 },
      { provisions: [good], force: null },
      { provisions: [good], auto_accept: null },
      { provisions: [good], name: 5 },
      { provisions: [good], name: null },
      { provisions: [good], name: 'x'.repeat(4097) },
      { provisions: [good], name: '🦉'.repeat(4097) },
      { provisions: [good], name: 'a\0b' },
      { provisions: Array.from({ length: 1001 }, () => good) },
      [good],
      'nondict',
      5,
      null,
    ];
    for (const body of malformed) {
      const answer = await call('POST', '/commissions', service, JSON.stringify(body));
      assert.equal(answer.status, 400, JSON.stringify(body).slice(0, 200));
      assert.equal(answer.json.badRequest.code, 400);
    }
    const exact = JSON.stringify({ provisions: [good] });
    for (const number of ['1.0', '1e0', '1E2', '-0.0', `${'9'.repeat(300)}`]) {
      const body = exact.replace('"quantity":1', `"quantity":${number}`);
      assert.equal((await call('POST', '/commissions', service, body)).status, 400, number);
    }
    const { json } = await call('GET', '/quotas', user.token);
    assert.equal(json[user.uuid][VISIBLE].usage, 0);
  });

  test('bodies that are not JSON, not UTF-8 or of another type are 400', async () => {
    const cloud = await startCloud(open);
    const { call, service } = cloud;
    const serial = serialOf(await cloud.issue({ [VISIBLE]: 1 }));
    const deep = `{"provisions":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    for (const path of ['/commissions', '/commissions/action', `/commissions/${serial}/action`]) {
      const bodies: [string | Uint8Array, Record<string, string>, string][] = [
        [new Uint8Array([0xff]), {}, 'Could not decode request as UTF-8 string'],
        ['{', {}, 'Could not decode request body as JSON'],
        ['a=b&c=d', {}, 'Could not decode request body as JSON'],
        ['', {}, 'Could not decode request body as JSON'],
        ['{}', { 'content-type': 'text/plain' }, "Unsupported Content-type: 'text/plain'"],
        ['{}', { 'content-type': 'nonsense;;;' }, "Unsupported Content-type: 'nonsense;;;'"],
        ['"text"', {}, 'Request should be a JSON dict'],
        ['[]', { 'content-type': 'application/json; charset=utf-8' }, 'Request should be a JSON dict'],
      ];
      for (const [body, headers, message] of bodies) {
        const answer = await call('POST', path, service, body, headers);
        assert.deepEqual(
          [answer.status, answer.json?.badRequest?.message],
          [400, message],
          `${path} ${body}`,
        );
      }
      const missing = await cloud.purser.fetch(`/account/v1.0${path}`, {
        method: 'POST',
        headers: { 'x-auth-token': service },
        body: new Blob(['{}']),
      });
      assert.equal(missing.status, 400);
      assert.match(await missing.text(), /Missing Content-Type header field/);
      const nested = await call('POST', path, service, deep);
      assert.ok([200, 400].includes(nested.status), 'depth alone breaks nothing');
    }
  });

  test('a body beyond the limit is refused as too large, in the envelope', async () => {
    const { call, service } = await startCloud(open);
    const answer = await call(
      'POST',
      '/commissions',
      service,
      JSON.stringify({ name: 'x'.repeat(2_000_000) }),
    );
    assert.equal(answer.status, 413);
    assert.equal(answer.json.overLimit.code, 413);
  });

  test('resolving requires exactly one action, and in bulk lists of serials', async () => {
    const cloud = await startCloud(open);
    const { call, service } = cloud;
    const serial = serialOf(await cloud.issue({ [VISIBLE]: 1 }));
    for (const body of [{}, { accept: '', reject: '' }, { approve: '' }]) {
      assert.equal((await call('POST', `/commissions/${serial}/action`, service, body)).status, 400);
    }
    for (const body of [
      { accept: 1 },
      { reject: 'x' },
      { accept: ['1'] },
      { reject: [null] },
      { accept: [true] },
    ]) {
      assert.equal((await call('POST', '/commissions/action', service, body)).status, 400);
    }
    const nothing = await call('POST', '/commissions/action', service, {});
    assert.deepEqual(nothing.json, { accepted: [], rejected: [], failed: [] });
    const beyond = await call(
      'POST',
      '/commissions/action',
      service,
      '{"accept":[123456789012345678901234567890, -1],"reject":[123456789012345678901234567890]}',
    );
    assert.deepEqual(
      beyond.json.failed.map(([serial]: [number | bigint]) => serial),
      [-1, 123456789012345678901234567890n],
    );
    const huge = await call('POST', '/commissions/99999999999999999999/action', service, { accept: '' });
    assert.deepEqual([huge.status, huge.text], [404, '']);
    assert.equal((await call('GET', '/commissions/99999999999999999999', service)).status, 404);
  });

  test('only a component can issue: no token, an unknown token and a user are 401', async () => {
    const { call, user } = await startCloud(open);
    for (const token of [undefined, '', 'unknown', user.token]) {
      for (const [method, path] of [
        ['GET', '/commissions'],
        ['POST', '/commissions'],
        ['POST', '/commissions/action'],
        ['GET', '/commissions/1'],
        ['POST', '/commissions/1/action'],
      ] as const) {
        const answer = await call(method, path, token, method === 'POST' ? '{' : undefined);
        assert.equal(answer.status, 401, `${method} ${path}`);
        assert.equal(answer.json.unauthorized.code, 401);
      }
    }
  });

  test('a wrong method is 405 before anything else, and an unknown path is 400', async () => {
    const { call } = await startCloud(open);
    for (const [method, path, allow] of [
      ['PUT', '/commissions', 'GET,POST'],
      ['DELETE', '/commissions/', 'GET,POST'],
      ['GET', '/commissions/action', 'POST'],
      ['GET', '/commissions/12/action', 'POST'],
      ['POST', '/commissions/12', 'GET'],
      ['OPTIONS', '/commissions/12', 'GET'],
    ] as const) {
      const answer = await call(method, path);
      assert.deepEqual([answer.status, answer.headers.get('allow')], [405, allow], `${method} ${path}`);
      assert.deepEqual(answer.json, {
        notAllowed: { code: 405, message: 'Method not allowed', details: '' },
      });
    }
    for (const path of ['/commissions/abc', '/commissions/12/other', '/commissions//', '/nothing', '/%zz']) {
      const answer = await call('GET', path);
      assert.deepEqual(
        [answer.status, answer.json?.badRequest?.message],
        [400, 'API endpoint not found'],
        path,
      );
    }
  });

  test('quantities beyond 2^53 are exact in describe, quotas and refusals', async () => {
    const cloud = await startCloud(open);
    const { call, service, user } = cloud;
    const quantity = 9007199254740993n;
    const serial = serialOf(await cloud.issue({ [ROOMY]: quantity }));
    const shown = await call('GET', `/commissions/${serial}`, service);
    assert.equal(shown.json.provisions[0].quantity, quantity);
    const quotas = await call('GET', '/quotas', user.token);
    assert.equal(quotas.json[user.uuid][ROOMY].usage, quantity);
    assert.equal(quotas.json[user.uuid][ROOMY].limit, 9223372036854775807n);
    const refused = await cloud.issue({ [ROOMY]: 9223372036854775808n });
    assert.equal(refused.status, 413);
    assert.equal(refused.json.overLimit.data.provision.quantity, 9223372036854775808n);
    assert.equal(refused.json.overLimit.data.limit, 9223372036854775807n);
    assert.equal((await cloud.issue({ [ROOMY]: -9223372036854775809n })).status, 413);
    assert.equal((await cloud.issue({ [ROOMY]: 9223372036854775807n }, { force: true })).status, 413);
  });

  test('a component with an expired token is 401; with a new one it sees its earlier commissions', async () => {
    const cloud = await startCloud(open);
    const { call, service, purser } = cloud;
    const serial = serialOf(await cloud.issue({ [VISIBLE]: 1 }));
    const { components } = purser.domain;
    await components.modify('component1', { tokenExpiresAt: purser.clock.now() + 1000 });
    assert.equal((await call('GET', '/commissions', service)).status, 200);
    purser.clock.advance(1001);
    const expired = await call('GET', '/commissions', service);
    assert.deepEqual([expired.status, expired.json.unauthorized.message], [401, 'Authentication expired']);
    const { secret } = await components.modify('component1', { renewToken: true, tokenExpiresAt: null });
    assert.deepEqual((await call('GET', '/commissions', secret)).json, [serial]);
    assert.equal((await call('GET', '/commissions', service)).status, 401);
  });

  test('of many clients competing for the last free unit, exactly one gets it', async () => {
    const cloud = await startCloud(open);
    serialOf(await cloud.issue({ [VISIBLE]: 99 }));
    const answers = await Promise.all(Array.from({ length: 40 }, () => cloud.issue({ [VISIBLE]: 1 })));
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [201, ...Array.from({ length: 39 }, () => 413)]);
  });

  test('faults are XML for those who ask for it', async () => {
    const { call } = await startCloud(open);
    const answer = await call('GET', '/commissions?format=xml');
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/xml/);
    assert.match(answer.text, /<unauthorized [^>]*code="401"/);
  });
});
