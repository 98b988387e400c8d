import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStorage } from '../../../src/storage/open.ts';
import { makeDatabase } from '../../support/engines.ts';
import { ADMIN_TOKEN, startPurser, type TestPurser } from '../../support/harness.ts';
import { exchange } from '../../support/http-exchange.ts';

async function behind(proxies: string): Promise<TestPurser> {
  const { url } = await makeDatabase('sqlite');
  return startPurser(() => openStorage(url), { PURSER_TRUSTED_PROXIES: proxies });
}

/** Makes a change through the native API, whose code is loaded on demand, and returns the address in its audit entry. */
async function recordedAddress(purser: TestPurser, headers: Record<string, string | string[]>) {
  const admin = await purser.domain.accounts.find('admin@example.org');
  const made = await exchange(purser.url, `/api/users/${admin.uuid}/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ name: 'test' }),
  });
  assert.equal(made.status, 201, made.text);
  const [entry] = await purser.domain.audit.list({ limit: 1 });
  return entry?.address;
}

test('without trusted proxies, forwarding headers are ignored', async () => {
  const purser = await behind('');
  for (const headers of [
    { 'x-forwarded-for': '192.0.2.1' },
    { forwarded: 'for=192.0.2.1;proto=https' },
    { 'x-real-ip': '192.0.2.1' },
  ]) {
    assert.equal(await recordedAddress(purser, headers), '127.0.0.1');
  }
});

test('forwarding headers of a peer that is not a trusted proxy are ignored', async () => {
  const purser = await behind('10.0.0.0/8,2001:db8::/32');
  assert.equal(await recordedAddress(purser, { 'x-forwarded-for': '192.0.2.1' }), '127.0.0.1');
});

test('the client is the first address from the right that is not a trusted proxy', async () => {
  const purser = await behind('127.0.0.1, 10.0.0.0/8, 2001:db8:1::/48');
  const cases: [Record<string, string | string[]>, string][] = [
    [{}, '127.0.0.1'],
    [{ 'x-forwarded-for': '192.0.2.1' }, '192.0.2.1'],
    [{ 'x-forwarded-for': '203.0.113.9, 192.0.2.1' }, '192.0.2.1'],
    [{ 'x-forwarded-for': '203.0.113.9, 192.0.2.1, 10.2.3.4' }, '192.0.2.1'],
    [{ 'x-forwarded-for': ['203.0.113.9', '192.0.2.1, 10.2.3.4'] }, '192.0.2.1'],
    [{ 'x-forwarded-for': '10.9.9.9, 10.2.3.4' }, '10.9.9.9'],
    [{ 'x-forwarded-for': '192.0.2.1:4711' }, '192.0.2.1'],
    [{ 'x-forwarded-for': '[2001:DB8::1]:4711, 2001:db8:1::7' }, '2001:db8::1'],
    [{ 'x-forwarded-for': '::ffff:192.0.2.1, ::ffff:10.0.0.1' }, '192.0.2.1'],
    // An invalid address ends the search at the last valid one.
    [{ 'x-forwarded-for': '192.0.2.1, unknown, 10.2.3.4' }, '10.2.3.4'],
    [{ 'x-forwarded-for': '<script>' }, '127.0.0.1'],
    [{ forwarded: 'for=203.0.113.9, for=192.0.2.1;proto=https;by=10.0.0.1, for=10.2.3.4' }, '192.0.2.1'],
    [{ forwarded: 'For="[2001:db8::1]:4711"' }, '2001:db8::1'],
    [{ forwarded: 'for="_hidden, for=203.0.113.9", for=10.2.3.4' }, '10.2.3.4'],
    // The client has forged one of the two, and it is unknown which.
    [{ forwarded: 'for=203.0.113.9', 'x-forwarded-for': '192.0.2.1' }, '127.0.0.1'],
    [{ forwarded: 'for=192.0.2.1', 'x-forwarded-for': '192.0.2.1' }, '192.0.2.1'],
  ];
  for (const [headers, address] of cases) {
    assert.equal(await recordedAddress(purser, headers), address, JSON.stringify(headers));
  }
});

test('the scheme of a link is that of the client, if a trusted proxy reports it', async () => {
  const hrefOf = async (purser: TestPurser, headers: Record<string, string>) =>
    (await exchange(purser.url, '/v1', { headers: { host: 'other.example.org', ...headers } })).json.version
      .links[0].href;
  const trusting = await behind('127.0.0.0/8');
  const https = 'https://other.example.org/v1';
  assert.equal(await hrefOf(trusting, { 'x-forwarded-proto': 'https' }), https);
  assert.equal(await hrefOf(trusting, { 'x-forwarded-proto': 'http, https' }), https);
  assert.equal(await hrefOf(trusting, { forwarded: 'for=192.0.2.1;proto=https' }), https);
  assert.equal(await hrefOf(trusting, {}), 'http://other.example.org/v1');
  assert.equal(await hrefOf(trusting, { 'x-forwarded-proto': 'javascript' }), 'http://other.example.org/v1');
  const other = await behind('10.0.0.1');
  assert.equal(await hrefOf(other, { 'x-forwarded-proto': 'https' }), 'http://other.example.org/v1');
});
