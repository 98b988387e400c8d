import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { freePort } from '../../server/test/support/server-process.ts';
import { until } from '../../server/test/support/until.ts';
import type { OpenTransport } from '../src/http/default-transport.ts';
import { path } from '../src/http/path.ts';
import { NotSent, Purser, TimeoutError, type TransportResponse } from '../src/index.ts';
import { httpTransport } from '../src/node/http-transport.ts';
import { reply, startBadServer } from './bad-server.ts';

function transportOf(options: Parameters<typeof httpTransport>[0] = { poolSize: 1 }): OpenTransport {
  const transport = httpTransport(options);
  after(() => transport.close());
  return transport;
}

const never = new AbortController().signal;

function send(transport: OpenTransport, url: string, signal = never): Promise<TransportResponse> {
  return transport.send({ method: 'POST', url: `${url}/x`, headers: {}, body: '{}', signal });
}

test('the pool opens up to `poolSize` connections and reuses them', async () => {
  const waiting: Socket[] = [];
  const server = await startBadServer((socket) => waiting.push(socket));
  const transport = transportOf({ poolSize: 3 });
  const calls = Array.from({ length: 12 }, () => send(transport, server.url));
  for (let answered = 0; answered < 12; answered += 3) {
    await server.asked(answered + 3);
    for (const socket of waiting.splice(0)) reply(socket, '200 OK', '{}');
  }
  await Promise.all(calls);
  assert.equal(server.connections(), 3);
});

test('a request that is aborted in the queue is not sent, and does not delay others', async () => {
  const sockets: Socket[] = [];
  const server = await startBadServer((socket) => sockets.push(socket));
  const transport = transportOf();
  const first = send(transport, server.url);
  await server.asked(1);
  const controller = new AbortController();
  const second = send(transport, server.url, controller.signal);
  const third = send(transport, server.url);
  controller.abort(new Error('enough'));
  await assert.rejects(second, (error) => error instanceof NotSent && /enough/.test(error.message));
  reply(sockets[0] as Socket, '200 OK', '1');
  await server.asked(2);
  reply(sockets[1] as Socket, '200 OK', '3');
  assert.deepEqual([(await first).text, (await third).text], ['1', '3']);
  assert.equal(server.requests.length, 2);
});

test('a request that is aborted on its connection may have been received', async () => {
  const server = await startBadServer(() => undefined);
  const controller = new AbortController();
  const call = send(transportOf(), server.url, controller.signal);
  await server.asked(1);
  const reason = new Error('enough');
  controller.abort(reason);
  await assert.rejects(call, reason);
});

test('a request counts as not sent if the connection, the name lookup or the handshake fails', async () => {
  const plain = await startBadServer(() => undefined);
  for (const url of [
    `http://127.0.0.1:${await freePort()}`,
    'http://no-such-host.invalid',
    plain.url.replace('http:', 'https:'),
  ]) {
    const controller = new AbortController();
    const call = send(transportOf(), url, controller.signal);
    if (url.startsWith('https:'))
      await until('it connects', () => plain.connections() > 0).then(() => controller.abort());
    await assert.rejects(call, NotSent, url);
  }
  assert.equal(plain.requests.length, 0);
});

test('a call that is not idempotent is retried if it was not sent', async () => {
  const port = await freePort();
  const requests: string[] = [];
  let server: Server | undefined;
  after(() => server?.close());
  const purser = new Purser({
    url: `http://127.0.0.1:${port}`,
    token: 'token',
    timing: {
      now: Date.now,
      random: Math.random,
      // The service starts while the client waits.
      wait: () =>
        new Promise((resolve) => {
          server = createServer((socket) => {
            socket.on('data', (chunk) => {
              requests.push(String(chunk));
              reply(socket, '201 Created', '{"id": 1}', 'connection: close');
            });
          }).listen(port, '127.0.0.1', () => resolve());
        }),
    },
  });
  const { data } = await purser.api.call({ method: 'POST', path: path`/users`, json: {} });
  assert.deepEqual(data, { id: 1 });
  assert.equal(requests.length, 1);
});

test('a request counts as not sent if its timeout ends before the connection is open', async () => {
  const mute = await startBadServer(() => undefined);
  const failures: string[] = [];
  const purser = new Purser({
    url: mute.url.replace('http:', 'https:'),
    token: 'token',
    attemptTimeoutMs: 30,
    logger: (event) => event.kind === 'failure' && failures.push(event.error),
    timing: { now: Date.now, random: Math.random, wait: async () => undefined },
  });
  await assert.rejects(purser.api.call({ method: 'POST', path: path`/users`, json: {} }), TimeoutError);
  assert.deepEqual(failures, ['TimeoutError', 'TimeoutError', 'TimeoutError']);
});

test('a call that is aborted while it connects or is queued rejects with the reason of its caller', async () => {
  const reason = new Error('The user went away.');
  const mute = await startBadServer(() => undefined);
  for (const url of [mute.url.replace('http:', 'https:'), mute.url]) {
    const purser = new Purser({ url, token: 'token', poolSize: 1 });
    const others = new AbortController();
    const before = purser.api.call({ method: 'GET', path: path`/me` }, { signal: others.signal });
    const connections = mute.connections();
    const controller = new AbortController();
    const call = purser.api.call({ method: 'GET', path: path`/me` }, { signal: controller.signal });
    await until('it connects', () => mute.connections() > connections);
    controller.abort(reason);
    await assert.rejects(call, reason);
    others.abort(reason);
    await assert.rejects(before, reason);
  }
});

test('close() closes idle connections immediately, and others after their responses', async () => {
  const held: Socket[] = [];
  const server = await startBadServer((socket, { count }) =>
    count === 2 ? held.push(socket) : reply(socket, '200 OK', String(count)),
  );
  const transport = transportOf({ poolSize: 2 });
  await send(transport, server.url);
  transport.close();
  await until('all are closed', () => server.open() === 0);
  const busy = send(transport, server.url);
  await server.asked(2);
  transport.close();
  assert.equal((await send(transport, server.url)).text, '3', 'it can be used again');
  transport.close();
  reply(held[0] as Socket, '200 OK', 'late');
  assert.equal((await busy).text, 'late');
  await until('all are closed', () => server.open() === 0);
});

test('an idle connection does not keep the process running', async () => {
  const server = await startBadServer((socket) => reply(socket, '200 OK', '{}'));
  const open: number[] = [];
  const sees = await startBadServer((socket) => {
    open.push(server.open());
    reply(socket, '200 OK', '{}');
  });
  // Just before the process ends by itself, it prints the number of its open connections.
  const script = `
    import { request } from 'node:http';
    import { httpTransport } from ${JSON.stringify(new URL('../src/node/http-transport.ts', import.meta.url).href)};
    const { signal } = new AbortController();
    await httpTransport({ poolSize: 1 }).send({ method: 'GET', url: '${server.url}/', headers: {}, signal });
    process.once('beforeExit', () => request('${sees.url}/', { agent: false }, (answer) => answer.resume()).end());
  `;
  await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '--eval', script]);
  assert.deepEqual(open, [1]);
});

test('a response that is too long for memory is aborted', async () => {
  const server = await startBadServer((socket) => {
    socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 1000000000000\r\n\r\n${'x'.repeat(1001)}`);
  });
  const transport = transportOf({ poolSize: 1, answerBytesMax: 1000 });
  await assert.rejects(send(transport, server.url), /longer than 1000 bytes/);
  await until('all are closed', () => server.open() === 0);
});

test('requests use the proxy of the environment if Node is configured to use it', async () => {
  const proxy = await startBadServer((socket) => reply(socket, '200 OK', '{}'));
  const before = { ...process.env };
  Object.assign(process.env, { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy.url, NO_PROXY: '' });
  const transport = transportOf();
  // process.env must stay the same object, since other test files share the process.
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
  await send(transport, 'http://purser.example.org');
  assert.match(proxy.requests[0]?.head ?? '', /^POST http:\/\/purser\.example\.org\/x HTTP/);
});
