import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fastify, { type FastifyPluginAsync } from 'fastify';
import { onDemand } from './on-demand.ts';

async function serverWith(load: () => Promise<FastifyPluginAsync>) {
  const app = fastify();
  const seen: string[] = [];
  app.addHook('onResponse', async ({ id }, { statusCode }) => {
    seen.push(`${id} ${statusCode}`);
  });
  app.get('/beside', () => 'here');
  onDemand(app, { prefixes: ['/dialect'], at: '/dialect' }, load, (options) => fastify(options));
  after(() => app.close());
  const address = await app.listen();
  return { app, seen, ask: (path: string, init?: RequestInit) => fetch(address + path, init) };
}

test('a dialect is loaded once, by the first request', async () => {
  let loads = 0;
  const { ask } = await serverWith(async () => {
    loads += 1;
    return async (app) => {
      app.post('/echo', ({ body }) => body);
    };
  });
  assert.equal(await (await ask('/beside')).text(), 'here');
  assert.equal(loads, 0);
  const echo = async (word: string) => {
    const headers = { 'content-type': 'application/json' };
    return (await ask('/dialect/echo', { method: 'POST', headers, body: JSON.stringify({ word }) })).json();
  };
  assert.deepEqual(await Promise.all(['one', 'two'].map(echo)), [{ word: 'one' }, { word: 'two' }]);
  assert.equal((await ask('/dialect/nowhere')).status, 404);
  assert.equal(loads, 1);
});

test('a request has one id and one line in the log, whichever server answers it', async () => {
  const { ask, seen } = await serverWith(async () => async (app) => {
    app.get('/id', ({ id }, reply) => reply.code(202).send(id));
  });
  await ask('/beside');
  const id = await (await ask('/dialect/id')).text();
  assert.deepEqual(seen.slice(1), [`${id} 202`]);
});

test('a dialect that cannot be loaded does not affect others', async () => {
  const { ask } = await serverWith(() => Promise.reject(new Error('/a/path/of/the/installation')));
  const answer = await ask('/dialect/id');
  assert.equal(answer.status, 500);
  assert.deepEqual(JSON.parse(await answer.text()).code, 'unexpected');
  assert.equal((await ask('/beside')).status, 200);
});

test('a dialect that could not be loaded is loaded by a later request', async () => {
  let broken = true;
  const { ask } = await serverWith(async () => {
    if (broken) throw new Error('not yet');
    return async (app) => {
      app.get('/word', () => 'here');
    };
  });
  assert.equal((await ask('/dialect/word')).status, 500);
  broken = false;
  assert.equal(await (await ask('/dialect/word')).text(), 'here');
});

test('a server that stops lets a dialect finish what it has begun, and then its hooks for the end run', async () => {
  const order: string[] = [];
  let begun = (): void => undefined;
  const beginning = new Promise<void>((resolve) => {
    begun = resolve;
  });
  let finish = (): void => undefined;
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const { app, ask } = await serverWith(async () => async (dialect) => {
    dialect.addHook('onClose', async () => {
      order.push('closed');
    });
    dialect.get('/slow', async () => {
      begun();
      await finished;
      order.push('answered');
      return 'done';
    });
  });
  const answer = ask('/dialect/slow');
  await beginning;
  const closing = app.close();
  finish();
  assert.equal(await (await answer).text(), 'done');
  await closing;
  assert.deepEqual(order, ['answered', 'closed']);
});
