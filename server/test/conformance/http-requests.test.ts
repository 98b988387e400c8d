import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { after, describe, test } from 'node:test';
import { openStorage } from '../../src/storage/open.ts';
import { makeDatabase } from '../support/engines.ts';
import { ADMIN_TOKEN, startPurser } from '../support/harness.ts';
import { type Exchange, exchange } from '../support/http-exchange.ts';
import { until } from '../support/until.ts';

const database = await makeDatabase('sqlite');
const purser = await startPurser(() => openStorage(database.url));
after(database.remove);

/** Requests that HTTP allows and the service does not support; independent of the engine. */
describe('requests that the service does not support', () => {
  const HOST = 'Host: purser.example.org';
  const post = (...headers: string[]) => [
    'POST /identity/v2.0/tokens HTTP/1.1',
    HOST,
    'Content-Type: application/json',
    ...headers,
  ];

  const REFUSED: Record<string, readonly [lines: readonly string[], status: number, code: string]> = {
    'an unknown method': [['FOO /api/me HTTP/1.1', HOST], 501, 'method_unknown'],
    CONNECT: [['CONNECT example.org:443 HTTP/1.1', HOST], 501, 'method_unknown'],
    'an expectation other than 100-continue': [
      post('Expect: tea', 'Content-Length: 2'),
      417,
      'expectation_failed',
    ],
    'a transfer coding other than chunked': [
      post('Transfer-Encoding: gzip, chunked'),
      501,
      'transfer_coding_unknown',
    ],
    'a transfer coding without an end': [post('Transfer-Encoding: gzip'), 501, 'transfer_coding_unknown'],
    'a content coding': [post('Content-Encoding: gzip', 'Content-Length: 2'), 415, 'content_coding_unknown'],
    'no Host': [['GET /api/me HTTP/1.1'], 400, 'host_invalid'],
    'two Hosts': [['GET /api/me HTTP/1.1', HOST, 'host: other.example.org'], 400, 'host_invalid'],
    'the same Host twice': [['GET /api/me HTTP/1.1', HOST, HOST], 400, 'host_invalid'],
    'a Host with a path': [['GET /api/me HTTP/1.1', 'Host: a.example.org/b'], 400, 'host_invalid'],
    'a Host with a user': [['GET /api/me HTTP/1.1', 'Host: a@b.example.org'], 400, 'host_invalid'],
    'a Host with a port that is none': [
      ['GET /api/me HTTP/1.1', 'Host: a.example.org:b'],
      400,
      'host_invalid',
    ],
    'a target that is no path': [['GET api/me HTTP/1.1', HOST], 400, 'target_invalid'],
    'a target of another scheme': [['GET ftp://a.example.org/b HTTP/1.1', HOST], 400, 'target_invalid'],
    'an asterisk for a method that has no use for it': [['GET * HTTP/1.1', HOST], 400, 'target_invalid'],
    'a length that is not a number': [post('Content-Length: two'), 400, 'length_invalid'],
    'two lengths': [post('Content-Length: 2', 'Content-Length: 3'), 400, 'length_invalid'],
    'a negative length': [post('Content-Length: -2'), 400, 'length_invalid'],
    'a length and a transfer coding': [
      post('Content-Length: 2', 'Transfer-Encoding: chunked'),
      400,
      'length_invalid',
    ],
    'a URL that is too long': [[`GET /api/${'x'.repeat(20_000)} HTTP/1.1`, HOST], 414, 'url_too_long'],
    'headers that are too large': [
      ['GET /api/me HTTP/1.1', HOST, `X-Long: ${'x'.repeat(20_000)}`],
      431,
      'headers_too_large',
    ],
    'no HTTP at all': [['\x16\x03\x01 hello'], 400, 'request_malformed'],
    'another version of HTTP': [['GET /api/me HTTP/3.0', HOST], 400, 'request_malformed'],
    'a header without a name': [['GET /api/me HTTP/1.1', HOST, ': value'], 400, 'request_malformed'],
  };

  for (const [what, [lines, status, code]] of Object.entries(REFUSED)) {
    test(`${what} is refused with ${status} as a problem, and the connection is closed`, async () => {
      const answer = await raw(purser.url, lines);
      assert.equal(answer.status, status, answer.text);
      assert.equal(answer.headers['content-type'], 'application/problem+json');
      assert.equal(answer.headers['x-content-type-options'], 'nosniff');
      assert.equal(answer.headers['connection'], 'close');
      assert.equal(answer.headers['content-length'], String(Buffer.byteLength(answer.text)));
      const problem = JSON.parse(answer.text);
      assert.equal(problem.status, status);
      assert.equal(problem.code, code);
      assert.equal(problem.type, `urn:purser:problem:${problem.code}`);
    });
  }

  const SERVED: Record<string, readonly [lines: readonly string[], status: number]> = {
    'HTTP/1.0, which knows no Host': [['GET /health/live HTTP/1.0'], 200],
    'an absolute target': [
      ['GET http://other.example.org/health/live HTTP/1.1', HOST, 'Connection: close'],
      200,
    ],
    'an IPv6 Host': [['GET /health/live HTTP/1.1', 'Host: [::1]:8700', 'Connection: close'], 200],
    'an empty Host': [['GET /health/live HTTP/1.1', 'Host:', 'Connection: close'], 200],
    'an upgrade, which is ignored': [
      ['GET /health/live HTTP/1.1', HOST, 'Connection: Upgrade, close', 'Upgrade: websocket'],
      200,
    ],
    'a range, which is ignored': [
      ['GET /health/live HTTP/1.1', HOST, 'Range: bytes=0-1', 'Connection: close'],
      200,
    ],
    'a condition, which is ignored': [
      ['GET /health/live HTTP/1.1', HOST, 'If-None-Match: *', 'Connection: close'],
      200,
    ],
    'a content coding named identity': [
      post('Content-Encoding: identity', 'Content-Length: 0', 'Connection: close'),
      200,
    ],
    'OPTIONS of the whole server': [['OPTIONS * HTTP/1.1', HOST, 'Connection: close'], 204],
    'a body where none is expected': [
      ['GET /health/live HTTP/1.1', HOST, 'Content-Length: 2', 'Connection: close', '', '{}'],
      200,
    ],
  };

  for (const [what, [lines, status]] of Object.entries(SERVED)) {
    test(`${what} is answered ${status}`, async () => {
      const answer = await raw(purser.url, lines);
      assert.equal(answer.status, status, answer.text);
      assert.equal(answer.headers['x-content-type-options'], 'nosniff');
    });
  }

  test('a request that arrives too slowly is refused with 408, and the connection is closed', async () => {
    const { server } = purser.app.fastify;
    // Node raises this error when the time for a request is over, which takes minutes.
    const slow = Object.assign(new Error('Request timeout'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    server.once('connection', (socket) => server.emit('clientError', slow, socket));
    const text = await conversation(purser.url, 'GET /api/me HTTP/1.1\r\n');
    assert.match(text, /^HTTP\/1\.1 408 /);
    assert.match(text, /^connection: close\r$/im);
    assert.equal(JSON.parse(text.split('\r\n\r\n')[1] ?? '').code, 'request_timeout');
  });

  test('100-continue is sent, and then the response to the request', async () => {
    const lines = post('Expect: 100-continue', 'Content-Length: 2', 'Connection: close', '', '{}');
    const text = await conversation(purser.url, `${lines.join('\r\n')}`);
    assert.match(text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 400 /);
  });

  test("methods that the service does not support are wrong methods on existing paths, in the path's dialect", async () => {
    for (const method of ['TRACE', 'PROPFIND', 'LOCK', 'SEARCH']) {
      const account = await exchange(purser.url, '/account/v1.0/quotas', { method });
      assert.equal(account.json.notAllowed?.code, 405, `${method} ${account.text}`);
      const native = await exchange(purser.url, '/api/me', { method });
      assert.equal(native.json.code, 'method_not_allowed', `${method} ${native.text}`);
    }
  });

  test('HEAD is answered like GET, with its headers and without a body', async () => {
    const operator = { 'x-auth-token': ADMIN_TOKEN };
    const paths = ['/', '/ui/', '/ui/landing', '/weblogin', '/health/live', '/health/ready', '/nowhere']
      .concat([
        '/v1/',
        '/v1/status',
        '/v1/tasks',
        '/v1/notifications',
        '/v3',
        '/v3/users',
        '/v3/auth/catalog',
      ])
      .concat([
        '/api/me',
        '/api/users',
        '/api/docs/',
        '/api/openapi.json',
        '/api/nothing',
        '/api/usage/charges',
      ]);
    for (const path of paths) {
      const get = await exchange(purser.url, path, { headers: operator });
      const head = await exchange(purser.url, path, { method: 'HEAD', headers: operator });
      assert.deepEqual([head.status, head.text], [get.status, ''], path);
      assert.equal(head.headers['content-type'], get.headers['content-type'], path);
    }
  });

  test('an unknown address is a problem, and for browsers a page', async () => {
    for (const path of ['/nowhere', '/favicon.ico', '/health/nowhere', '/%ff', '//']) {
      const answer = await exchange(purser.url, path);
      assert.equal(answer.status, 404, path);
      assert.equal(answer.headers['content-type'], 'application/problem+json', path);
      assert.equal(answer.json.code, 'path_unknown', path);
      const page = await exchange(purser.url, path, { headers: { accept: 'text/html,*/*' } });
      assert.equal(page.status, 404, path);
      assert.match(page.text, /There is nothing at this address/);
    }
  });

  test('every response of every dialect forbids browsers to guess its type', async () => {
    const paths = ['/', '/ui/', '/ui/get_services', '/ui/get_services?callback=f', '/ui/get_menu', '/im/x']
      .concat(['/health/live', '/health/ready', '/metrics', '/admin/stats', '/nowhere', '/weblogin'])
      .concat(['/account/v1.0/quotas', '/account/v1.0/nothing', '/account', '/identity/v2.0/', '/tokens'])
      .concat(['/v3', '/v3/users', '/v3/nothing', '/identity/v3', '/v1/', '/v1/status', '/v1/nothing'])
      .concat([
        '/api/me',
        '/api/nothing',
        '/api/docs',
        '/api/docs/',
        '/api/openapi.json',
        '/api/docs/static/nothing',
      ])
      .concat(['/ui/token/abc', '/api/%zz', '/v1/tasks/?filters=%zz']);
    for (const path of paths) {
      for (const method of ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS', 'PROPFIND']) {
        const answer = await exchange(purser.url, path, { method });
        assert.equal(
          answer.headers['x-content-type-options'],
          'nosniff',
          `${method} ${path} ${answer.status}`,
        );
        assert.ok(answer.status < 500, `${method} ${path} ${answer.status}`);
      }
    }
    const feed = await exchange(purser.url, '/ui/get_services?callback=f');
    assert.equal(feed.headers['content-type'], 'application/javascript');
  });
});

const hasIPv6 = Object.values(networkInterfaces()).some((one) =>
  one?.some(({ address }) => address === '::1'),
);

test('IPv6 addresses to listen on may have brackets, and the printed address is a URL', {
  skip: hasIPv6 ? false : 'there is no IPv6 here',
}, async () => {
  for (const host of ['[::1]', '::']) {
    const { url, remove } = await makeDatabase('sqlite');
    const other = await startPurser(() => openStorage(url), { PURSER_HOST: host });
    after(remove);
    assert.ok(URL.canParse(other.url), other.url);
    assert.equal((await fetch(`http://[::1]:${new URL(other.url).port}/health/live`)).status, 200);
  }
});

test('a request on an open connection while the service stops is served, and the connection closed', async () => {
  const { url, remove } = await makeDatabase('sqlite');
  const stopping = await startPurser(() => openStorage(url));
  after(remove);
  const { hostname, port } = new URL(stopping.url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('data', (data) => {
    text += data;
  });
  const get = 'GET /account/v1.0/quotas HTTP/1.1\r\nHost: a\r\n\r\n';
  // The first half of a request keeps its connection from being idle.
  socket.write(get + get.slice(0, 20));
  await until('the first answer', () => text.includes('\r\n\r\n') && text.includes('}}'));
  assert.match(text, /^HTTP\/1\.1 401 /);
  const first = text.length;
  const ended = new Promise((resolve) => socket.once('close', resolve));
  const closing = stopping.app.close();
  socket.write(get.slice(20));
  await ended;
  await closing;
  const second = text.slice(first);
  if (second !== '') {
    assert.match(second, /^HTTP\/1\.1 401 [\s\S]*connection: close/i);
    assert.match(second, /"unauthorized"/);
  }
});

interface RawAnswer extends Pick<Exchange, 'status' | 'text'> {
  readonly headers: Record<string, string>;
}

/** Sends lines as they are, and reads until the connection is closed. */
async function raw(url: string, lines: readonly string[]): Promise<RawAnswer> {
  const hasBody = lines.includes('');
  const text = await conversation(url, lines.join('\r\n') + (hasBody ? '' : '\r\n\r\n'));
  const [head = '', ...rest] = text.split('\r\n\r\n');
  const [status = '', ...fields] = head.split('\r\n');
  return {
    status: Number(status.split(' ')[1]),
    headers: Object.fromEntries(
      fields.map((field) => [field.split(':', 1)[0]?.toLowerCase(), field.replace(/^[^:]*:\s*/, '')]),
    ),
    text: rest.join('\r\n\r\n'),
  };
}

function conversation(url: string, sent: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(sent, 'latin1'));
    let text = '';
    socket.on('data', (data) => {
      text += data.toString('utf8');
    });
    socket.on('error', (error) => (text === '' ? reject(error) : resolve(text)));
    socket.on('close', () => resolve(text));
  });
}
