import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { pino } from 'pino';
import { stringifyExact } from '../../../src/lib/text/json.ts';
import { migrate } from '../../../src/storage/migrate.ts';
import { openStorage } from '../../../src/storage/open.ts';
import { makeDatabase } from '../../support/engines.ts';
import { ADMIN_TOKEN, startPurser, type TestPurser } from '../../support/harness.ts';
import { exchange } from '../../support/http-exchange.ts';
import { openOffice, PASSWORD } from '../workflow-v1/office.ts';

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

test('audit entries have the address of the client, in every dialect', async () => {
  const { url: databaseUrl } = await makeDatabase('sqlite');
  const office = await openOffice(
    async () => {
      const storage = openStorage(databaseUrl);
      await migrate(storage, 0);
      return storage;
    },
    { env: { PURSER_TRUSTED_PROXIES: '127.0.0.1' } },
  );
  const { domain, owner, member, newestTask, tokenOf } = office;
  let machine = 0;
  /** Sends a request from an address of its own, and compares it with those of the entries that the request adds. */
  const send = async (
    what: string,
    path: string,
    { method = 'POST', token, body }: { method?: string; token?: string; body?: object | string },
  ): Promise<void> => {
    machine += 1;
    const address = `192.0.2.${machine}`;
    const [last] = await domain.audit.list({ limit: 1 });
    const { status, text } = await exchange(office.url, path, {
      method,
      headers: {
        'x-forwarded-for': address,
        ...(token !== undefined && { 'x-auth-token': token }),
        ...(body !== undefined && {
          'content-type': typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json',
        }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    assert.ok(status < 300, `${what}: ${status} ${text}`);
    const added = (await domain.audit.list({ limit: 100 })).filter(({ id }) => id > (last?.id ?? 0));
    // What a task does in the background has no address.
    const addresses = added.map((entry) => entry.address).filter((one) => one !== null);
    assert.deepEqual([...new Set(addresses)], [address], `${what}: ${stringifyExact(added)}`);
  };
  const invitation = (email: string) => ({ email, roles: ['member'] });
  const login = { email: owner.email, password: PASSWORD.password };

  await send('native login', '/api/login', { body: login });
  await send('v3 password', `/v3/users/${member.uuid}/password`, {
    body: { user: { original_password: PASSWORD.password, password: 'another long password' } },
  });
  await send('v3 project', '/v3/projects', { token: ADMIN_TOKEN, body: { project: { name: 'new' } } });
  const own = (await domain.tokens.issue(owner.uuid, { name: 'whole' })).secret;
  await send('account project', '/account/v1.0/projects', {
    token: own,
    body: { name: 'new.example.org', end_date: '2030-01-01T00:00:00Z' },
  });

  await send('workflow delegate', '/v1/openstack/users', {
    token: owner.token,
    body: invitation('a@example.org'),
  });
  const { uuid: first } = await newestTask();
  await send('workflow token reissue', '/v1/tokens', { token: ADMIN_TOKEN, body: { task: first } });
  await send('workflow token', `/v1/tokens/${await tokenOf('a@example.org')}`, { body: PASSWORD });
  await office.signUp('one', 'one@example.org');
  const { uuid: second } = await newestTask();
  await send('workflow task update', `/v1/tasks/${second}`, {
    method: 'PUT',
    token: ADMIN_TOKEN,
    body: { project_name: 'two', email: 'one@example.org' },
  });
  await send('workflow task approval', `/v1/tasks/${second}`, {
    token: ADMIN_TOKEN,
    body: { approved: true },
  });
  await send('workflow task cancellation', `/v1/tasks/${second}`, { method: 'DELETE', token: ADMIN_TOKEN });

  await send('native delegate', '/api/delegates/UserList', {
    token: owner.token,
    body: { method: 'POST', input: invitation('b@example.org') },
  });
  const { uuid: third } = await newestTask();
  await send('native token reissue', `/api/tasks/${third}/action`, {
    token: ADMIN_TOKEN,
    body: { action: 'reissue_token' },
  });
  await send('native task token', `/api/task-tokens/${await tokenOf('b@example.org')}`, { body: PASSWORD });
  await office.signUp('three', 'three@example.org');
  const { uuid: fourth } = await newestTask();
  await send('native task update', `/api/tasks/${fourth}`, {
    method: 'PATCH',
    token: ADMIN_TOKEN,
    body: { project_name: 'four', email: 'three@example.org' },
  });
  await send('native task approval', `/api/tasks/${fourth}/action`, {
    token: ADMIN_TOKEN,
    body: { action: 'approve' },
  });
  await send('native task cancellation', `/api/tasks/${fourth}/action`, {
    token: ADMIN_TOKEN,
    body: { action: 'cancel' },
  });
  await office.signUp('five', 'five@example.org');
  const { uuid: fifth } = await newestTask();
  await send('native approval', `/api/approvals/task/${fifth}`, {
    token: ADMIN_TOKEN,
    body: { decision: 'deny' },
  });

  await office.invite('c@example.org');
  await send('token page', `/ui/token/${await tokenOf('c@example.org')}/`, {
    body: String(new URLSearchParams({ ...PASSWORD, 'password.repeat': PASSWORD.password })),
  });
});

test('log lines have the address of the client', async () => {
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const { url } = await makeDatabase('sqlite');
  const purser = await startPurser(
    () => openStorage(url),
    { PURSER_TRUSTED_PROXIES: '127.0.0.1' },
    { logger: pino({ level: 'debug' }, sink) },
  );
  for (const path of ['/api/me', '/v1/tasks', '/v3/users', '/account/v1.0/quotas', '/nowhere']) {
    lines.length = 0;
    await exchange(purser.url, path, { headers: { 'x-forwarded-for': '192.0.2.7' } });
    const requests = lines.map((line) => JSON.parse(line)).filter(({ route }) => route !== undefined);
    assert.deepEqual(
      requests.map(({ address }) => address),
      ['192.0.2.7'],
      path,
    );
  }
});
