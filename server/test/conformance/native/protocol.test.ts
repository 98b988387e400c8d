import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as native from '@purser/api/native/index';
import { LIMITS } from '../../../src/lib/limits.ts';
import { forEachEngine } from '../../support/engines.ts';
import { startPurser, type TestPurser } from '../../support/harness.ts';
import { type Answer, type Ask, asker, assertProblem, fieldsOf, readAnswer } from './asking.ts';

test('the bounds in the schemas are those that the service enforces', () => {
  for (const name of Object.keys(native.BOUNDS) as (keyof typeof native.BOUNDS)[]) {
    if (name in LIMITS) assert.equal(native.BOUNDS[name], LIMITS[name as keyof typeof LIMITS], name);
  }
});

forEachEngine((_name, open) => {
  let purser: TestPurser;
  let ask: Ask;
  const check = (guarantee: string, body: () => Promise<void> | void) =>
    test(guarantee, async () => {
      purser = await startPurser(open);
      ask = asker(purser);
      await body();
    });

  /** Sends a body unchanged. */
  const send = async (
    path: string,
    body: string | Uint8Array,
    headers: Record<string, string> = { 'content-type': 'application/json' },
    method = 'POST',
  ): Promise<Answer> =>
    readAnswer(
      await purser.fetch(`/api${path}`, {
        method,
        headers: { authorization: `Bearer ${purser.adminToken}`, ...headers },
        body: body as NonNullable<RequestInit['body']>,
      }),
    );

  check('without a token, or with an invalid one, the response is 401 with the expected scheme', async () => {
    const none = await asker(purser, null)('GET', '/me');
    assertProblem(none, 401, 'token_missing');
    assert.equal(none.headers.get('www-authenticate'), 'Bearer realm="purser"');
    const wrong = await asker(purser, 'wrong')('GET', '/users');
    assertProblem(wrong, 401, 'token_unknown');
    assert.equal(wrong.headers.get('www-authenticate'), 'Bearer realm="purser", error="invalid_token"');
    const basic = await purser.fetch('/api/me', { headers: { authorization: 'Basic YTpi' } });
    assert.equal(basic.status, 401);
  });

  check('the token header of the older dialects is accepted', async () => {
    const response = await purser.fetch('/api/me', { headers: { 'x-auth-token': purser.adminToken } });
    assert.equal(response.status, 200);
    assert.equal(((await response.json()) as { operator: boolean }).operator, true);
  });

  check('an unknown address is 404, with or without a token', async () => {
    for (const path of ['', '/', '/nothing', '/users/1/2/3', '/me/', '/%zz', '/docs/static/nothing.js']) {
      const answer = await asker(purser, null)('GET', path);
      assert.equal(answer.status, 404, path);
      assertProblem(answer, 404, 'path_unknown');
    }
  });

  check('an unsupported method is 405 with the supported ones, before the body is checked', async () => {
    const cases: [string, string, string[]][] = [
      ['DELETE', '/me', ['GET', 'HEAD']],
      ['PATCH', '/users', ['GET', 'HEAD', 'POST']],
      ['POST', '/users/1', ['GET', 'HEAD', 'PATCH']],
      ['PUT', '/services/import', ['POST']],
      ['OPTIONS', '/terms/current', ['GET', 'HEAD']],
      ['PROPFIND', '/roles', ['GET', 'HEAD', 'POST']],
    ];
    for (const [method, path, allowed] of cases) {
      const answer = await send(path, 'nonsense', { 'content-type': 'text/plain' }, method);
      assertProblem(answer, 405, 'method_not_allowed');
      const allow = (answer.headers.get('allow') ?? '').split(', ').sort();
      for (const one of allowed) assert.ok(allow.includes(one), `${method} ${path}: ${allow}`);
      assert.ok(!allow.includes(method));
    }
  });

  check('a body of another type, or without a type, is 415', async () => {
    for (const type of [
      'text/plain',
      'application/xml',
      'application/x-www-form-urlencoded',
      'nonsense',
      '',
    ]) {
      assertProblem(await send('/users', '{}', { 'content-type': type }), 415, 'content_type_unsupported');
    }
    assertProblem(await send('/users', Buffer.from('{}'), {}), 415, 'content_type_unsupported');
    const charset = await send('/users', '{}', { 'content-type': 'application/json; charset=utf-8' });
    assertProblem(charset, 400, 'invalid_request');
  });

  check('a body that is not JSON in UTF-8 is 400', async () => {
    const bodies = [
      ...[
        '',
        '{',
        '[',
        'nonsense',
        '{"a":1}}',
        "{'a':1}",
        '\ufeff{}',
        '{"email":"\u0000"}',
        '[]',
        '7',
        '1.5',
        'null',
      ],
      '['.repeat(200_000),
      `${'['.repeat(200_000)}${']'.repeat(200_000)}`,
      `${'{"a":'.repeat(100_000)}1.5${'}'.repeat(100_000)}`,
      Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
      Buffer.from([0x00]),
    ];
    for (const path of ['/users', '/services/import', '/components', '/terms', '/roles']) {
      for (const body of bodies) {
        const answer = await send(path, body);
        assert.equal(answer.status, 400, `${path} ${body.slice(0, 20)} ${JSON.stringify(answer.body)}`);
        assert.equal(answer.headers.get('content-type'), 'application/problem+json');
      }
    }
  });

  check('a body beyond the limit is 413', async () => {
    const answer = await send('/users', `{"email":"${'x'.repeat(2 * LIMITS.body_bytes)}"}`);
    assertProblem(answer, 413, 'body_too_large');
  });

  check('text that a database cannot store is refused with the field', async () => {
    const user = '"first_name":"A","last_name":"B"';
    for (const bad of ['\\u0000', '\\ud800', '\\udc00']) {
      const answer = await send('/users', `{"email":"a${bad}@example.org",${user}}`);
      assertProblem(answer, 400, 'invalid_field');
      assert.deepEqual(fieldsOf(answer), ['email']);
      const key = await send('/services/import', `{"a${bad}":{}}`);
      assert.equal(key.status, 400);
    }
    const nested = '{"a":{"component":"compute","type":"x","endpoints":[{"publicURL":"\\u0000"}]}}';
    const inside = await send('/services/import', nested);
    assertProblem(inside, 400, 'invalid_field');
    assert.deepEqual(fieldsOf(inside), ['publicURL']);
    const escaped = await send('/users', `{"email":"a\\\\u0000@example.org",${user}}`);
    assertProblem(escaped, 400, 'email_invalid');
    for (const path of ['/users/%00', '/users?search=%00', '/resources/a%00b', '/users/1/roles/%00']) {
      assertProblem(await ask('GET', path), 400, 'invalid_field');
    }
  });

  check('unknown properties, and names with a meaning to JavaScript, are refused by name', async () => {
    for (const name of ['unknown', '__proto__', 'constructor', 'toString', 'a/b~c', '']) {
      const body = `{${JSON.stringify(name)}:{"x":1},"email":"a@example.org","first_name":"A","last_name":"B"}`;
      const answer = await send('/users', body);
      assertProblem(answer, 400, 'invalid_request');
      assert.deepEqual(fieldsOf(answer), [name || 'body']);
    }
  });

  check('all missing and ill-typed properties are named', async () => {
    const answer = await ask('POST', '/users', {
      email: 5,
      first_name: null,
      affiliation: ['x'],
      generate_password: 1,
    });
    assertProblem(answer, 400, 'invalid_request');
    assert.deepEqual(fieldsOf(answer), ['affiliation', 'email', 'first_name', 'generate_password']);
    const missing = await ask('POST', '/users', { affiliation: 'x' });
    assertProblem(missing, 400, 'invalid_request');
    assert.deepEqual(fieldsOf(missing), ['email', 'first_name', 'last_name']);
  });

  check('an invalid cursor is refused', async () => {
    for (const cursor of [
      'nonsense',
      '5',
      'YWZ0ZXI6',
      'YWZ0ZXI6LTE',
      'YWZ0ZXI6MQ==',
      '%F0%9F%98%80',
      'a'.repeat(513),
    ]) {
      for (const list of ['/users', '/components', '/services', '/resources', '/roles', '/terms']) {
        const answer = await ask('GET', `${list}?after=${cursor}`);
        assert.equal(answer.status, 400, `${list} ${cursor}`);
        assert.deepEqual(fieldsOf(answer), ['after']);
      }
    }
    assertProblem(await ask('GET', '/users?after=a&after=b'), 400, 'invalid_request');
    for (const limit of ['0', '1001', '-1', '1.5', 'x', '', '1e2', '99999999999999999999']) {
      assert.deepEqual(fieldsOf(await ask('GET', `/users?limit=${limit}`)), ['limit'], limit);
    }
  });

  check('HEAD is answered like GET, without the body', async () => {
    const { status, body } = await ask('HEAD', '/users');
    assert.equal(status, 200);
    assert.deepEqual(body, {});
  });
});
