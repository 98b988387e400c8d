import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { pino } from 'pino';
import { openStorage } from '../../../src/storage/open.ts';
import { makeDatabase } from '../../support/engines.ts';
import { startPurser } from '../../support/harness.ts';
import { exchange } from '../../support/http-exchange.ts';

const SECRET = 'c0ffee1234567890c0ffee1234567890';

test('the log contains no part of a path or a query that a client chooses, in any spelling', async () => {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const { url: databaseUrl } = await makeDatabase('sqlite');
  const logger = pino({ level: 'debug' }, sink);
  const { url } = await startPurser(() => openStorage(databaseUrl), {}, { logger });
  const paths = [
    `/v1/tokens/${SECRET}`,
    `/v1/token/${SECRET}/`,
    `/v1/%74okens/${SECRET}`,
    `/v1/tokens%2F${SECRET}`,
    `/v1//tokens/${SECRET}`,
    `/%761/tokens/${SECRET}`,
    `/api/task-tokens/${SECRET}`,
    `/api/%74ask-tokens/${SECRET}`,
    `/api/nothing/${SECRET}`,
    `/identity/v2.0/tokens/${SECRET}`,
    `/identity/v2.0/%74okens/${SECRET}/endpoints`,
    `/identity/v2.0/tokens?X-Auth-Token=${SECRET}`,
    `/v3/users/${SECRET}`,
    `/ui/token/${SECRET}`,
    `/ui/%74oken/${SECRET}`,
    `/${SECRET}`,
    `/%ff/${SECRET}`,
    `/health/${SECRET}`,
  ];
  for (const path of paths) {
    for (const method of ['GET', 'POST', 'PUT']) {
      const headers = { 'x-auth-token': SECRET, cookie: `a=${SECRET}`, 'x-request-id': SECRET };
      await exchange(url, path, { method, headers });
    }
  }
  const requests = lines.map((line) => JSON.parse(line)).filter(({ route }) => route !== undefined);
  assert.equal(requests.length, paths.length * 3);
  assert.ok(
    requests.some(({ route }) => route === '/v1/tokens/*'),
    JSON.stringify(requests[0]),
  );
  for (const line of lines) assert.equal(line.includes(SECRET), false, line);
});
