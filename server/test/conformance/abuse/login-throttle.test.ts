import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITS } from '../../../src/lib/limits.ts';
import { forEachEngine, type OpenStorage } from '../../support/engines.ts';
import { startPurser, type TestPurser } from '../../support/harness.ts';
import { exchange } from '../../support/http-exchange.ts';
import { openOffice } from '../workflow-v1/office.ts';

const PASSWORD = 'correct horse battery';
const EMAIL = 'ada@example.org';

async function start(open: OpenStorage): Promise<TestPurser> {
  const purser = await startPurser(open, { PURSER_TRUSTED_PROXIES: '127.0.0.1' });
  await purser.domain.accounts.createActive({
    email: EMAIL,
    firstName: 'Ada',
    lastName: 'Lovelace',
    password: PASSWORD,
  });
  return purser;
}

/** Logs in from an address, in one dialect; returns the status. */
const DIALECTS = {
  native: { path: '/api/login', body: (password: string) => ({ email: EMAIL, password }), good: 201 },
  v2: {
    path: '/identity/v2.0/tokens',
    body: (password: string) => ({ auth: { passwordCredentials: { username: EMAIL, password } } }),
    good: 200,
  },
  v3: {
    path: '/v3/auth/tokens',
    body: (password: string) => {
      const user = { name: EMAIL, domain: { id: 'default' }, password };
      return { auth: { identity: { methods: ['password'], password: { user } } } };
    },
    good: 201,
  },
} as const;

async function logsIn(
  { url }: TestPurser,
  address: string,
  password: string = PASSWORD,
  dialect: keyof typeof DIALECTS = 'native',
): Promise<boolean> {
  const { path, body, good } = DIALECTS[dialect];
  const answer = await exchange(url, path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
    body: JSON.stringify(body(password)),
  });
  if (answer.status !== good) assert.equal(answer.status, 401, answer.text);
  return answer.status === good;
}

async function guess(purser: TestPurser, address: string, times: number): Promise<void> {
  for (let n = 0; n < times; n += 1) assert.equal(await logsIn(purser, address, `guess ${n}`), false);
}

forEachEngine((_name, open) => {
  test('wrong passwords from one address lock out that address only, in all dialects', async () => {
    const purser = await start(open);
    await guess(purser, '192.0.2.66', LIMITS.login_failures);
    for (const dialect of ['native', 'v2', 'v3'] as const) {
      assert.equal(await logsIn(purser, '192.0.2.66', PASSWORD, dialect), false, dialect);
      assert.equal(await logsIn(purser, '192.0.2.1', PASSWORD, dialect), true, dialect);
    }
    const { uuid } = await purser.domain.accounts.find(EMAIL);
    const changesPassword = async (address: string): Promise<number> => {
      const { status } = await exchange(purser.url, `/v3/users/${uuid}/password`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
        body: JSON.stringify({ user: { original_password: PASSWORD, password: PASSWORD } }),
      });
      return status;
    };
    assert.equal(await changesPassword('192.0.2.66'), 401);
    assert.equal(await changesPassword('192.0.2.1'), 204);
  });

  test('a login ends the count of the failures before it', async () => {
    const purser = await start(open);
    await guess(purser, '192.0.2.66', LIMITS.login_failures - 1);
    assert.equal(await logsIn(purser, '192.0.2.66'), true);
    await guess(purser, '192.0.2.66', LIMITS.login_failures - 1);
    assert.equal(await logsIn(purser, '192.0.2.66'), true);
  });

  test('failures under names without an account do not count against other such names', async () => {
    const { loginThrottle } = (await start(open)).domain;
    const attempt = (named: string, outcome: string | undefined) =>
      loginThrottle.attempt({ named, address: '192.0.2.66' }, async () => outcome, String);
    for (let n = 0; n < LIMITS.login_failures; n += 1) await attempt(`name ${n}`, undefined);
    assert.equal(await attempt('another', 'uuid'), 'uuid');
  });

  test('a right password that is checked while guesses reach the bound is not accepted', async () => {
    const purser = await start(open);
    const { loginThrottle } = purser.domain;
    const login = { named: EMAIL, address: '192.0.2.66' };
    const checked = Promise.withResolvers<string>();
    const right = loginThrottle.attempt(login, () => checked.promise, String);
    for (let n = 0; n < LIMITS.login_failures; n += 1) {
      await loginThrottle.attempt(login, async () => undefined, String);
    }
    checked.resolve('uuid');
    assert.equal(await right, undefined);
    assert.equal(await logsIn(purser, '192.0.2.1'), true);
  });

  test('addresses of one IPv6 network of 64 bits are one source, mapped IPv4 addresses are IPv4', async () => {
    const purser = await start(open);
    for (let n = 0; n < LIMITS.login_failures; n += 1) {
      await guess(purser, `2001:db8:0:1::${n.toString(16)}`, 1);
    }
    assert.equal(await logsIn(purser, '2001:db8:0:1:ffff::1'), false);
    assert.equal(await logsIn(purser, '2001:db8:0:2::1'), true);
    await guess(purser, '192.0.2.66', LIMITS.login_failures);
    assert.equal(await logsIn(purser, '::ffff:192.0.2.66'), false);
  });

  test('a lockout by guesses from many addresses does not apply to an address of earlier logins', async () => {
    const purser = await start(open);
    assert.equal(await logsIn(purser, '198.51.100.7'), true);
    // As if from many machines; their cost does not matter here.
    const { loginThrottle } = purser.domain;
    for (let n = 0; n < LIMITS.login_failures_of_all; n += 1) {
      const login = { named: EMAIL, address: `10.0.${n}.1` };
      await loginThrottle.attempt(login, async () => undefined, String);
    }
    assert.equal(await logsIn(purser, '198.51.100.8'), false);
    assert.equal(await logsIn(purser, '198.51.100.7'), true);
    assert.equal(await logsIn(purser, '198.51.100.7', 'a guess'), false);
    purser.clock.advance(LIMITS.login_failure_of_all_ms * 2);
    assert.equal(await logsIn(purser, '198.51.100.8'), true);
  });

  test('only digests of the newest addresses are stored', async () => {
    const purser = await start(open);
    for (let n = 0; n < LIMITS.login_sources_per_account + 3; n += 1) {
      purser.clock.advance(1);
      assert.equal(await logsIn(purser, `198.51.100.${n}`), true);
    }
    const rows = await purser.domain.storage.db.selectFrom('login_sources').selectAll().execute();
    assert.equal(rows.length, LIMITS.login_sources_per_account);
    assert.ok(!JSON.stringify(rows).includes('198.51.100'));
  });

  test('guesses under user name, e-mail address and uuid of one account count together', async () => {
    const purser = await openOffice(open, {
      config: { identity: { username_is_email: false } },
      env: { PURSER_TRUSTED_PROXIES: '127.0.0.1' },
    });
    const { uuid } = await purser.domain.accounts.createActive({
      username: 'lovelace',
      email: EMAIL,
      firstName: 'Ada',
      lastName: 'Lovelace',
      password: PASSWORD,
    });
    const names = ['lovelace', EMAIL, uuid];
    const status = async (email: string, password: string, address: string): Promise<number> => {
      const answer = await exchange(purser.url, '/api/login', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
        body: JSON.stringify({ email, password }),
      });
      return answer.status;
    };
    for (let n = 0; n < LIMITS.login_failures; n += 1) {
      assert.equal(await status(names[n % names.length] as string, `guess ${n}`, '192.0.2.66'), 401);
    }
    for (const name of names) {
      assert.equal(await status(name, PASSWORD, '192.0.2.66'), 401, `${name} is locked`);
      assert.equal(await status(name, PASSWORD, '192.0.2.1'), 201, `${name} from another address`);
    }
    purser.clock.advance(LIMITS.login_failure_ms * 2);
    assert.equal(await status(EMAIL, PASSWORD, '192.0.2.66'), 201);
  });

  test('refused logins are counted, and no line is logged for them', async () => {
    const purser = await start(open);
    const lines: string[] = [];
    purser.app.fastify.log.warn = (...args: unknown[]) => void lines.push(String(args));
    await guess(purser, '192.0.2.66', LIMITS.login_failures + 2);
    assert.deepEqual(purser.domain.loginThrottle.refused, { wrong: LIMITS.login_failures, throttled: 2 });
    assert.deepEqual(lines, []);
  });
});
