import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { describe, test } from 'node:test';
import { until } from '../../server/test/support/until.ts';
import { path } from '../src/http/path.ts';
import {
  BadRequest,
  ConnectionError,
  fetchTransport,
  InvalidResponse,
  type LogEvent,
  NotFound,
  Purser,
  PurserError,
  type PurserOptions,
  TimeoutError,
  Unauthorized,
  Unavailable,
} from '../src/index.ts';
import { type BadServer, type Misbehaviour, reply, startBadServer } from './bad-server.ts';

const TOKEN = 'secret-token-of-the-test';
const NOW_MS = Date.UTC(2030, 0, 1);

/** The transports; every guarantee holds for both. */
const TRANSPORTS: readonly [string, Partial<PurserOptions>][] = [
  ["Node's HTTP client", {}],
  ['fetch', { transport: fetchTransport() }],
];

interface Trial {
  readonly server: BadServer;
  readonly purser: Purser;
  /** The waits before retries, in milliseconds. They are recorded without waiting. */
  readonly waits: number[];
  readonly events: LogEvent[];
}

async function trial(answer: Misbehaviour, options: Partial<PurserOptions> = {}): Promise<Trial> {
  const server = await startBadServer(answer);
  const waits: number[] = [];
  const events: LogEvent[] = [];
  const purser = new Purser({
    url: server.url,
    token: TOKEN,
    logger: (event) => events.push(event),
    timing: {
      now: () => NOW_MS,
      random: () => 0.5,
      wait: async (ms) => void waits.push(ms),
    },
    ...options,
  });
  return { server, purser, waits, events };
}

const get = (purser: Purser, options?: Parameters<Purser['api']['call']>[1]) =>
  purser.api.call({ method: 'GET', path: path`/me` }, options);
const post = (purser: Purser, options?: Parameters<Purser['api']['call']>[1]) =>
  purser.api.call({ method: 'POST', path: path`/users`, json: { email: 'ada@example.org' } }, options);

/** The error that a call rejects with. */
async function errorOf(call: Promise<unknown>): Promise<PurserError> {
  const error = await call.then(
    () => assert.fail('The call succeeded.'),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof PurserError, String(error));
  return error;
}

for (const [name, transport] of TRANSPORTS) {
  describe(name, () => {
    const tried = (answer: Misbehaviour, options: Partial<PurserOptions> = {}): Promise<Trial> =>
      trial(answer, { ...transport, ...options });

    describe('no response', () => {
      const silent = (): void => undefined;

      test('an attempt ends at its timeout, and is retried if that is safe', async () => {
        const { purser, events } = await tried(silent, { attemptTimeoutMs: 20, retries: 2 });
        const error = await errorOf(get(purser));
        assert.ok(error instanceof TimeoutError);
        assert.equal(error.code, 'timeout');
        const failures = events.flatMap((event) => (event.kind === 'failure' ? [event.error] : []));
        assert.deepEqual(failures, ['TimeoutError', 'TimeoutError', 'TimeoutError']);
      });

      test('a call ends at the timeout of all its attempts', async () => {
        const { purser, events } = await tried(silent, { attemptTimeoutMs: 10_000 });
        assert.ok((await errorOf(get(purser, { timeoutMs: 20 }))) instanceof TimeoutError);
        assert.equal(events.filter(({ kind }) => kind === 'request').length, 1);
      });

      test('a call that is not idempotent is not retried after a timeout', async () => {
        const { server, purser } = await tried(silent, { attemptTimeoutMs: 50 });
        assert.ok((await errorOf(post(purser))) instanceof TimeoutError);
        assert.ok(server.requests.length <= 1);
      });

      test('a response that arrives slowly beyond the timeout is a TimeoutError', async () => {
        const drip = (socket: Socket): void => {
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n');
          const timer = setInterval(() => socket.write('1'), 2);
          socket.on('close', () => clearInterval(timer));
        };
        const { purser } = await tried(drip, { retries: 0 });
        assert.ok((await errorOf(get(purser, { timeoutMs: 30 }))) instanceof TimeoutError);
      });

      test('the connection of an abandoned attempt is closed', async () => {
        const { server, purser } = await tried(silent, { retries: 0 });
        await errorOf(get(purser, { timeoutMs: 20 }));
        await until('it is closed', () => server.open() === 0);
      });
    });

    describe('a response that ends too early', () => {
      const ends: Record<string, (socket: Socket) => void> = {
        'reset before the answer': (socket) => socket.resetAndDestroy(),
        'closed before the answer': (socket) => socket.end(),
        'reset in the headers': (socket) =>
          socket.write('HTTP/1.1 200 OK\r\nx-one: 1\r\n', () => socket.resetAndDestroy()),
        'reset in the body': (socket) =>
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"a"', () => socket.resetAndDestroy()),
        'closed short of its length': (socket) =>
          socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"id": 1}'),
        'chunked and cut off': (socket) =>
          socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\n{"id": 1}\r\n'),
        'chunked and malformed': (socket) =>
          socket.end('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{"id": 1}\r\n0\r\n\r\n'),
        'no HTTP at all': (socket) => socket.end('220 mail.example.org ESMTP\r\n'),
        'headers without end': (socket) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`),
        'another protocol': (socket) =>
          socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n'),
      };
      for (const [what, end] of Object.entries(ends)) {
        test(`${what}: an idempotent call is retried and succeeds`, async () => {
          const { server, purser } = await tried((socket, { count }) =>
            count === 1 ? end(socket) : reply(socket, '200 OK', '{"id": 2}'),
          );
          assert.deepEqual((await get(purser)).data, { id: 2 });
          assert.equal(server.requests.length, 2);
        });

        test(`${what}: a call that is not idempotent fails and is sent once`, async () => {
          const { server, purser } = await tried((socket) => end(socket));
          const error = await errorOf(post(purser));
          assert.ok(error instanceof ConnectionError, error.name);
          assert.deepEqual([error.status, error.code], [0, 'unreachable']);
          assert.equal(server.requests.length, 1);
        });
      }

      test('a call that is not idempotent is not retried when a reused connection closes', async () => {
        const { server, purser } = await tried((socket, { count }) =>
          count === 1 ? reply(socket, '200 OK', '{}') : socket.resetAndDestroy(),
        );
        await get(purser);
        assert.ok((await errorOf(post(purser))) instanceof ConnectionError);
        assert.equal(server.requests.length, 2);
      });
    });

    describe('failures of the server', () => {
      const failing =
        (times: number, status: string, ...headers: string[]): Misbehaviour =>
        (socket, { count }) =>
          count <= times ? reply(socket, status, '', ...headers) : reply(socket, '200 OK', '{"id": 1}');

      test('a call succeeds after two failures with the third request', async () => {
        const { server, purser, waits } = await tried(failing(2, '500 Internal Server Error'), {
          retries: 2,
        });
        assert.deepEqual((await get(purser)).data, { id: 1 });
        assert.equal(server.requests.length, 3);
        assert.deepEqual(waits, [50, 100], 'half of 100 ms, then half of 200 ms');
      });

      test('a refused call is sent once', async () => {
        for (const status of ['400', '401', '403', '404', '405', '409', '413', '501']) {
          const { server, purser } = await tried(failing(9, `${status} No`));
          assert.equal((await errorOf(get(purser))).status, Number(status));
          assert.equal(server.requests.length, 1, status);
        }
      });

      test('the last failure is the error', async () => {
        const { purser } = await tried(failing(9, '502 Bad Gateway'));
        const bad = await errorOf(get(purser));
        assert.deepEqual([bad.status, bad.code, bad.message], [502, 'http_502', 'Bad Gateway']);
        const { purser: busy } = await tried(failing(9, '503 Service Unavailable'));
        assert.ok((await errorOf(get(busy))) instanceof Unavailable);
      });

      test('a call that is not idempotent is retried only after status 429', async () => {
        for (const status of ['408', '500', '502', '503', '504']) {
          const { server, purser } = await tried(failing(9, `${status} No`, 'retry-after: 0'));
          await errorOf(post(purser));
          assert.equal(server.requests.length, 1, status);
        }
        const { server, purser } = await tried(failing(1, '429 Too Many Requests'));
        await post(purser);
        assert.equal(server.requests.length, 2, 'refused before anything was done');
      });

      test('a retry waits for the Retry-After of the server, in seconds or as a date', async () => {
        const { purser, waits } = await tried((socket, { count }) => {
          if (count === 1) reply(socket, '503 Busy', '', 'retry-after: 7');
          else if (count === 2) reply(socket, '503 Busy', '', 'retry-after: Tue, 01 Jan 2030 00:00:09 GMT');
          else reply(socket, '200 OK', '{}');
        });
        await get(purser);
        assert.deepEqual(waits, [7_000, 9_000]);
      });

      test('a Retry-After beyond the timeout of the call prevents the retry', async () => {
        for (const asked of ['60', '3600', '9'.repeat(400), 'Tue, 01 Jan 2030 01:00:00 GMT']) {
          const { server, purser, waits } = await tried(failing(9, '503 Busy', `retry-after: ${asked}`));
          assert.ok((await errorOf(get(purser, { timeoutMs: 60_000 }))) instanceof Unavailable);
          assert.deepEqual([server.requests.length, waits], [1, []], asked);
        }
      });

      test('an invalid Retry-After is ignored', async () => {
        for (const asked of ['soon', '-5', '1.5', '', 'Mon, 31 Dec 2029 23:00:00 GMT']) {
          const { purser, waits } = await tried(failing(1, '503 Busy', `retry-after: ${asked}`));
          await get(purser);
          assert.deepEqual(waits, [50], asked);
        }
      });

      test('without retries there is one request', async () => {
        const { server, purser } = await tried(failing(9, '503 Busy'));
        await errorOf(get(purser, { retries: 0 }));
        assert.equal(server.requests.length, 1);
      });
    });

    describe('invalid responses', () => {
      test('a success that is not JSON is an InvalidResponse without a retry', async () => {
        for (const body of ['<html>hello</html>', '{"a":', 'null x', ' ', '\u0000']) {
          const { server, purser } = await tried((socket) => reply(socket, '200 OK', body));
          const error = await errorOf(get(purser));
          assert.ok(error instanceof InvalidResponse, body);
          assert.deepEqual(
            [error.status, error.code, error.details],
            [200, 'invalid_response', body],
            'what came is there to be looked at',
          );
          assert.equal(server.requests.length, 1);
        }
      });

      test('an HTML error of a gateway has its reason phrase as message and its text as details', async () => {
        const page = '<html><body>nginx</body></html>';
        const { purser } = await tried((socket) =>
          reply(socket, '404 Not Found', page, 'content-type: text/html'),
        );
        const error = await errorOf(get(purser));
        assert.ok(error instanceof NotFound);
        assert.deepEqual([error.message, error.details], ['Not Found', page]);
      });

      const LISTS: Record<string, (purser: Purser) => Promise<unknown>> = {
        'a list of the native API': ({ api }) => api.listQuotas(),
        'all of it': async ({ api }) => void (await Array.fromAsync(api.listQuotas.all())),
        'the tokens of the workflow': ({ workflow }) => workflow.tokens.list(),
        'its users': ({ workflow }) => workflow.users.list(),
        'one of its users': ({ workflow }) => workflow.users.find('ada'),
        'its roles': ({ workflow }) => workflow.managedRoles.list(),
        'its tasks': ({ workflow }) => workflow.tasks.list(),
        'all of them': async ({ workflow }) => void (await Array.fromAsync(workflow.tasks.all())),
        'a resolution': ({ account }) => account.resolveCommissions([1], []),
        'a reservation': (purser) =>
          purser.reserve({ user: 'ada', resources: { vm: 1 }, name: 'a' }, () => assert.fail()),
        'a reconciliation': (purser) => purser.reconcile({ decide: () => 'accept' }),
      };
      const WITHOUT = ['', 'null', '7', '"items"', '[]', '{}', '{"tasks":null,"items":7,"has_more":true}'];
      for (const [what, ask] of Object.entries(LISTS)) {
        test(`${what}: a success without its list is an InvalidResponse without a retry`, async () => {
          for (const body of WITHOUT) {
            const { server, purser } = await tried((socket) => reply(socket, '200 OK', body));
            const error = await errorOf(ask(purser));
            assert.ok(error instanceof InvalidResponse, `${body}: ${error}`);
            assert.deepEqual([error.status, error.code], [200, 'invalid_response'], body);
            assert.ok(server.requests.length <= 2, body);
          }
        });
      }

      test('an empty body is no data', async () => {
        for (const status of ['200 OK', '201 Created', '202 Accepted']) {
          const { purser } = await tried((socket) => reply(socket, status));
          assert.equal((await get(purser)).data, undefined);
        }
        const { purser } = await tried((socket) => socket.write('HTTP/1.1 204 No Content\r\n\r\n'));
        assert.equal((await get(purser)).status, 204);
        assert.equal((await get(purser)).data, undefined);
      });

      test('a redirect is not followed, and the token is not sent to another address', async () => {
        const elsewhere = await startBadServer((socket) => reply(socket, '200 OK', '{}'));
        for (const status of [301, 302, 303, 307, 308]) {
          const { server, purser } = await tried((socket) =>
            reply(socket, `${status} Found`, '', `location: ${elsewhere.url}/api/me`),
          );
          const error = await errorOf(get(purser));
          assert.equal(error.constructor, PurserError);
          assert.equal(error.status, status);
          assert.ok(error.message.includes(elsewhere.url), 'but the error names the address');
          assert.equal(server.requests.length, 1);
        }
        assert.equal(elsewhere.connections(), 0);
      });

      test('64-bit integers in a response in chunks are exact', async () => {
        const { purser } = await tried((socket) => {
          socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
          for (const character of '{"limit": 9223372036854775807, "name": "Zoë"}') {
            socket.write(`${Buffer.byteLength(character).toString(16)}\r\n${character}\r\n`);
          }
          socket.write('0\r\n\r\n');
        });
        assert.deepEqual((await get(purser)).data, { limit: 9223372036854775807n, name: 'Zoë' });
      });

      test('invalid UTF-8 becomes replacement characters, and a byte-order mark is removed', async () => {
        const answer = (body: Buffer): Misbehaviour =>
          function send(socket) {
            socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length}\r\n\r\n`);
            socket.write(body);
          };
        const broken = Buffer.concat([Buffer.from('"a'), Buffer.from([0xff, 0xc3]), Buffer.from('b"')]);
        const { purser } = await tried(answer(broken));
        assert.equal((await get(purser)).data, 'a\ufffd\ufffdb');
        const { purser: marked } = await tried(answer(Buffer.from('\ufeff{}')));
        assert.deepEqual((await get(marked)).data, {});
      });

      test('a failure with any body is an error of the client', async () => {
        const bodies = [
          'null',
          '[]',
          '1',
          '""',
          '{}',
          '{"error": null}',
          '{"error": "text"}',
          '{"errors": null}',
          '{"errors": {"a": [1, {"b": "deep"}]}}',
          '{"code": 5, "detail": []}',
          '{"overLimit": {"data": {}}}',
          '{"overLimit": {"data": {"provision": {"quantity": "x"}, "limit": 1.5}}}',
          '{"__proto__": {"message": 1}}',
          `{"errors": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
          '{"badRequest": {"message": {"a": 1}}}',
        ];
        for (const body of bodies) {
          const { purser } = await tried((socket) => reply(socket, '400 Bad Request', body));
          const error = await errorOf(get(purser));
          assert.ok(error instanceof BadRequest, body.slice(0, 60));
          assert.notEqual(error.message, '');
        }
      });
    });

    describe('aborted calls', () => {
      const reason = new Error('The user went away.');
      const silent = (): void => undefined;

      test('an abort before the call: no request is sent', async () => {
        const { server, purser, events } = await tried(silent);
        await assert.rejects(get(purser, { signal: AbortSignal.abort(reason) }), reason);
        assert.deepEqual([server.connections(), events], [0, []]);
      });

      test('an abort before the response', async () => {
        const { server, purser } = await tried(silent);
        const controller = new AbortController();
        const call = get(purser, { signal: controller.signal });
        await server.asked(1);
        controller.abort(reason);
        await assert.rejects(call, reason);
        assert.equal(server.requests.length, 1);
      });

      test('an abort during the response', async () => {
        const controller = new AbortController();
        const { purser, server } = await tried((socket) => {
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"a"', () =>
            setImmediate(() => controller.abort(reason)),
          );
        });
        await assert.rejects(get(purser, { signal: controller.signal }), reason);
        assert.equal(server.requests.length, 1);
      });

      test('an abort between two attempts', async () => {
        const controller = new AbortController();
        const { server, purser } = await tried((socket) => reply(socket, '503 Busy'), {
          timing: {
            now: () => NOW_MS,
            random: () => 0.5,
            wait: (_ms, signal) =>
              new Promise((_resolve, reject) => {
                signal.addEventListener('abort', () => reject(signal.reason));
                controller.abort(reason);
              }),
          },
        });
        await assert.rejects(get(purser, { signal: controller.signal }), reason);
        assert.equal(server.requests.length, 1);
      });

      test('an abort between two attempts, even if the wait function ignores the signal', async () => {
        const controller = new AbortController();
        const wait = async (): Promise<void> => controller.abort(reason);
        const { server, purser } = await tried((socket) => reply(socket, '503 Busy'), {
          timing: { now: () => NOW_MS, random: () => 0.5, wait },
        });
        await assert.rejects(get(purser, { signal: controller.signal }), reason);
        assert.equal(server.requests.length, 1);
      });

      test('the listener of a signal is removed when the call ends', async () => {
        const { purser } = await tried((socket) => reply(socket, '200 OK', '{}'));
        const { signal } = new AbortController();
        let listeners = 0;
        const { addEventListener, removeEventListener } = signal;
        signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
          listeners += 1;
          addEventListener.apply(signal, args);
        };
        signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
          listeners -= 1;
          removeEventListener.apply(signal, args);
        };
        await get(purser, { signal });
        assert.equal(listeners, 0);
      });
    });

    test('the logger receives every attempt, without tokens, bodies and names', async () => {
      const { purser, events } = await tried((socket, { count }) =>
        count === 1
          ? reply(socket, '503 Busy', '{"serviceUnavailable": {"message": "ada@example.org waits"}}')
          : reply(
              socket,
              '404 Not Found',
              '{"ada@example.org": {"message": "There is no ada@example.org."}}',
            ),
      );
      const error = await errorOf(
        purser.api.call({
          method: 'PUT',
          path: path`/users/${'ada@example.org'}/roles`,
          query: { name: 'ada@example.org' },
          json: { password: 'analytical engine' },
        }),
      );
      assert.ok(error instanceof NotFound);
      const at = { method: 'PUT', path: '/users/*/roles' };
      assert.deepEqual(events, [
        { kind: 'request', attempt: 1, ...at },
        { kind: 'response', attempt: 1, status: 503, durationMs: 0, ...at },
        { kind: 'failure', attempt: 1, status: 503, error: 'Unavailable', retryInMs: 50, ...at },
        { kind: 'request', attempt: 2, ...at },
        { kind: 'response', attempt: 2, status: 404, durationMs: 0, ...at },
        { kind: 'failure', attempt: 2, status: 404, error: 'NotFound', retryInMs: undefined, ...at },
      ]);
    });

    test('a logger that throws ends the call with its error', async () => {
      const broken = new Error('The log is full.');
      const { server, purser } = await tried((socket) => reply(socket, '200 OK', '{}'), {
        logger: ({ kind }) => {
          if (kind === 'response') throw broken;
        },
      });
      await assert.rejects(get(purser), broken);
      assert.equal(server.requests.length, 1);
    });

    test('an invalid request is refused and not sent', async () => {
      const { server, purser } = await tried((socket) => reply(socket, '200 OK', '{}'));
      const circle: Record<string, unknown> = {};
      circle['self'] = circle;
      const calls = [
        () => purser.api.call({ method: 'POST', path: path`/users`, json: circle }),
        () => purser.api.call({ method: 'GET', path: path`/me`, headers: { 'x-name': 'a\r\nb: c' } }),
        () => purser.api.call({ method: 'GET', path: path`/me`, headers: { 'x-name': 'ж' } }),
        () => purser.api.call({ method: 'GET', path: path`/me`, headers: { 'a b': 'c' } }),
        () => get(purser, { timeoutMs: 0 }),
        () => get(purser, { timeoutMs: Number.NaN }),
        () => get(purser, { retries: -1 }),
        () => get(purser, { retries: 1.5 }),
        async () => get(new Purser({ url: server.url, headers: { 'x\n': 'y' }, token: TOKEN })),
        async () => purser.api.call({ method: 'GET', path: path`/users/${'\ud800'}` }),
        async () => purser.api.call({ method: 'GET', path: path`/users/${'..'}` }),
      ];
      for (const call of calls) assert.equal((await errorOf(call())).name, 'BadValue', String(call));
      assert.equal(server.connections(), 0);
    });

    test('headers of a call replace those of the client, regardless of case', async () => {
      const { server, purser } = await tried((socket) => reply(socket, '200 OK', '{}'), {
        headers: { Accept: 'text/plain', 'X-Request-Id': 'one' },
      });
      await purser.api.call({ method: 'GET', path: path`/me`, headers: { 'x-request-id': 'two' } });
      const { head = '' } = server.requests[0] ?? {};
      assert.deepEqual(
        head.match(/^accept:.*$/gim)?.map((line) => line.toLowerCase()),
        ['accept: text/plain'],
      );
      assert.match(head, /^x-request-id: two$/im);
      assert.doesNotMatch(head, /: one$/m);
    });

    test('an unknown token is Unauthorized after one request, which carried the token', async () => {
      const { server, purser } = await tried((socket) =>
        reply(socket, '401 Unauthorized', '{"unauthorized": {"message": "No such token", "code": 401}}'),
      );
      const error = await errorOf(get(purser));
      assert.ok(error instanceof Unauthorized);
      assert.deepEqual([error.message, error.code, error.status], ['No such token', 'unauthorized', 401]);
      assert.equal(server.requests.length, 1);
      assert.match(server.requests[0]?.head ?? '', new RegExp(`Bearer ${TOKEN}`));
    });
  });
}
