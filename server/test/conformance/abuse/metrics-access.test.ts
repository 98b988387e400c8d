import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStorage } from '../../../src/storage/open.ts';
import { makeDatabase } from '../../support/engines.ts';
import { startPurser } from '../../support/harness.ts';
import { exchange } from '../../support/http-exchange.ts';

async function asked(env: Record<string, string>, headers: Record<string, string>): Promise<number[]> {
  const { url: databaseUrl } = await makeDatabase('sqlite');
  const { url } = await startPurser(() => openStorage(databaseUrl), env);
  const statuses: number[] = [];
  for (const path of ['/metrics', '/admin/stats'])
    statuses.push((await exchange(url, path, { headers })).status);
  return statuses;
}

test('metrics and statistics answer programs on the same machine while the service is local', async () => {
  assert.deepEqual(await asked({}, {}), [200, 200]);
});

test('the client address opens neither of them once a proxy forwards requests', async () => {
  const refused = [401, 403];
  for (const [env, headers] of [
    [{ PURSER_BASE_URL: 'https://cloud.example.org' }, {}],
    [{ PURSER_TRUSTED_PROXIES: '127.0.0.1' }, {}],
    [{ PURSER_TRUSTED_PROXIES: '127.0.0.1' }, { 'x-forwarded-for': '127.0.0.1' }],
    [{}, { 'x-forwarded-for': '127.0.0.1' }],
    [{}, { forwarded: 'for=127.0.0.1' }],
  ] as [Record<string, string>, Record<string, string>][]) {
    assert.deepEqual(await asked(env, headers), refused, JSON.stringify([env, headers]));
  }
});

test('a configured token opens both from anywhere, and nothing else', async () => {
  const env = {
    PURSER_METRICS_TOKEN: 'a-token-for-prometheus',
    PURSER_BASE_URL: 'https://cloud.example.org',
  };
  const sent = { authorization: 'Bearer a-token-for-prometheus', 'x-forwarded-for': '192.0.2.1' };
  assert.deepEqual(await asked(env, sent), [200, 200]);
  for (const headers of [
    {},
    { authorization: 'Bearer another-token' },
    { authorization: 'a-token-for-prometheus' },
  ]) {
    assert.deepEqual(await asked(env, headers as Record<string, string>), [401, 403]);
  }
  assert.deepEqual(await asked({ PURSER_METRICS_TOKEN: 'a-token-for-prometheus' }, {}), [401, 403]);
});
