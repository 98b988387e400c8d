import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LIMITS } from '../../../../src/lib/limits.ts';
import { forEachEngine } from '../../../support/engines.ts';
import { startPurser, type TestPurser } from '../../../support/harness.ts';
import { type Ask, asker, assertProblem, fieldsOf, items } from '../asking.ts';

const PASSWORD = 'correct horse battery';
const NAMES = { firstName: 'Ada', lastName: 'Lovelace', password: PASSWORD };

forEachEngine((_name, open) => {
  let purser: TestPurser;
  let anonymous: Ask;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      purser = await startPurser(open);
      anonymous = asker(purser, null);
      await body();
    });
  const logIn = (email: string, more: object = {}) =>
    anonymous('POST', '/login', { email, password: PASSWORD, ...more });

  check('e-mail address and password are exchanged for a token like any other', async () => {
    const { uuid } = await purser.domain.accounts.createActive({ email: 'ada@example.org', ...NAMES });
    const made = await logIn('ADA@example.org', { name: 'purser on laptop', expires_at: null });
    assert.equal(made.status, 201);
    assert.equal(made.headers.get('cache-control'), 'no-store');
    const self = asker(purser, String(made.body['token']));
    assert.equal(((await self('GET', '/me')).body['user'] as { id: string }).id, uuid);
    const [listed] = items(await self('GET', `/users/${uuid}/tokens`));
    assert.deepEqual(
      [listed?.['id'], listed?.['name'], listed?.['expires_at']],
      [made.body['id'], 'purser on laptop', null],
    );
    assert.equal((await self('DELETE', `/users/${uuid}/tokens/${made.body['id']}`)).status, 204);
    assertProblem(await self('GET', '/me'), 401, 'token_unknown');
  });

  check(
    'changing the password ends credentials from logins with the old one, also indirect ones, and nothing else',
    async () => {
      const { uuid } = await purser.domain.accounts.createActive({ email: 'ada@example.org', ...NAMES });
      const made = await logIn('ada@example.org', { name: 'of the laptop' });
      const self = asker(purser, String(made.body['token']));
      const script = asker(
        purser,
        String((await self('POST', `/users/${uuid}/tokens`, { name: 'script' })).body['token']),
      );
      const given = asker(
        purser,
        String((await asker(purser)('POST', `/users/${uuid}/tokens`, { name: 'given' })).body['token']),
      );
      const older = await purser.fetch('/identity/v2.0/tokens', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          auth: { passwordCredentials: { username: 'ada@example.org', password: PASSWORD } },
        }),
      });
      const login = asker(
        purser,
        ((await older.json()) as { access: { token: { id: string } } }).access.token.id,
      );
      for (const ask of [self, script, given, login]) assert.equal((await ask('GET', '/me')).status, 200);
      await asker(purser)('PATCH', `/users/${uuid}`, { first_name: 'Augusta' });
      for (const ask of [self, script, given, login]) assert.equal((await ask('GET', '/me')).status, 200);
      await asker(purser)('PATCH', `/users/${uuid}`, { password: 'staple battery horse' });
      for (const ask of [self, script, login]) assertProblem(await ask('GET', '/me'), 401, 'token_unknown');
      assert.equal((await given('GET', '/me')).status, 200);
      await asker(purser)('PATCH', `/users/${uuid}`, { end_all: true });
      assertProblem(await given('GET', '/me'), 401, 'token_unknown');
    },
  );

  check('a login with the old password that races its change leaves no token', async () => {
    const email = 'ada@example.org';
    const { uuid } = await purser.domain.accounts.createActive({ email, ...NAMES });
    const post = (path: string, body: object) =>
      purser.fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    let password = PASSWORD;
    const logins: Record<string, () => Promise<Response>> = {
      native: () => post('/api/login', { email, password }),
      v2: () =>
        post('/identity/v2.0/tokens', { auth: { passwordCredentials: { username: email, password } } }),
      v3: () => {
        const user = { name: email, domain: { id: 'default' }, password };
        const identity = { methods: ['password'], password: { user } };
        return post('/identity/v3/auth/tokens', { auth: { identity } });
      },
    };
    const rounds = [1, 2, 3];
    for (const [name, login] of Object.entries(logins)) {
      for (const round of rounds) {
        const next = `another ${name} password ${round}`;
        const [response, changed] = await Promise.all([
          login(),
          asker(purser)('PATCH', `/users/${uuid}`, { password: next }),
        ]);
        assert.equal(changed.status, 200);
        assert.ok([200, 201, 401].includes(response.status), String(response.status));
        password = next;
        assert.deepEqual(await purser.domain.tokens.list(uuid), [], 'no token of the old password is left');
      }
    }
    assert.equal((await logins['native']?.())?.status, 201);
  });

  check('two changes of the password in one moment end what was proved before the second', async () => {
    const { accounts, loginTokens } = purser.domain;
    const { uuid } = await accounts.createActive({ email: 'ada@example.org', ...NAMES });
    const { passwordChangedAt: passwordOf } = await accounts.update(uuid, {
      password: 'first of two changes',
    });
    const second = await accounts.update(uuid, { password: 'second of two changes' });
    await assert.rejects(loginTokens.issue(uuid, 'password', { basis: { passwordOf } }), {
      code: 'credentials_wrong',
    });
    await loginTokens.issue(uuid, 'password', { basis: { passwordOf: second.passwordChangedAt } });
  });

  check('the time of the last login is recorded', async () => {
    const { uuid } = await purser.domain.accounts.createActive({ email: 'ada@example.org', ...NAMES });
    const seen = async () => (await asker(purser)('GET', `/users/${uuid}`)).body['last_login_at'];
    assert.equal(await seen(), null);
    await logIn('ada@example.org', { password: 'wrong' });
    assert.equal(await seen(), null);
    purser.clock.advance(1000);
    await logIn('ada@example.org');
    assert.equal(await seen(), new Date(purser.clock.now()).toISOString());
  });

  check('a wrong password and an unknown user get the same response', async () => {
    await purser.domain.accounts.createActive({ email: 'ada@example.org', ...NAMES });
    const wrong = await logIn('ada@example.org', { password: 'another one' });
    const unknown = await logIn('unknown@example.org');
    assertProblem(wrong, 401, 'credentials_wrong');
    assert.deepEqual(wrong.body, unknown.body);
  });

  check('after too many wrong passwords the correct one is refused, until time has passed', async () => {
    await purser.domain.accounts.createActive({ email: 'ada@example.org', ...NAMES });
    for (let n = 0; n < LIMITS.login_failures; n += 1) {
      await logIn('ada@example.org', { password: 'a guess' });
    }
    assertProblem(await logIn('ada@example.org'), 401, 'credentials_wrong');
    purser.clock.advance(LIMITS.login_failure_ms + 1);
    assert.equal((await logIn('ada@example.org')).status, 201);
  });

  check('with the correct password, the response says why the account cannot log in', async () => {
    const { accounts } = purser.domain;
    const { uuid } = await accounts.create({ email: 'new@example.org', ...NAMES });
    assertProblem(await logIn('new@example.org'), 409, 'account_not_verified');
    await accounts.verify(uuid);
    assertProblem(await logIn('new@example.org'), 409, 'account_not_moderated');
    await accounts.reject(uuid, 'spam');
    assertProblem(await logIn('new@example.org'), 409, 'account_rejected');
    await accounts.accept(uuid, 'manual');
    assert.equal((await logIn('new@example.org')).status, 201);
    await accounts.deactivate(uuid, 'on leave');
    assertProblem(await logIn('new@example.org'), 401, 'account_inactive');
  });

  check('a user with pending terms gets a token that can only accept them', async () => {
    await purser.domain.accounts.createActive({ email: 'ada@example.org', ...NAMES });
    await purser.domain.terms.add('Be kind.');
    const { status, body } = await logIn('ada@example.org');
    assert.equal(status, 201);
    const ask = asker(purser, String(body['token']));
    assertProblem(await ask('GET', '/me'), 401, 'terms_unsigned');
    assert.equal((await ask('POST', '/terms/sign')).status, 200);
    assert.equal((await ask('GET', '/me')).status, 200);
  });

  check('a malformed login is refused before the password is checked', async () => {
    const cases: [object, string][] = [
      [{ email: 'ada@example.org' }, 'password'],
      [{ password: PASSWORD }, 'email'],
      [{ email: 'ada@example.org', password: PASSWORD, name: '' }, 'name'],
      [{ email: 'ada@example.org', password: PASSWORD, remember: true }, 'remember'],
      [{ email: 'ada@example.org', password: PASSWORD, expires_at: 'soon' }, 'expires_at'],
      [{ email: 'ada@example.org', password: PASSWORD, expires_at: '2031-02-30T00:00:00Z' }, 'expires_at'],
    ];
    for (const [body, field] of cases) {
      const answer = await anonymous('POST', '/login', body);
      assert.equal(answer.status, 400, JSON.stringify(answer.body));
      assert.deepEqual(fieldsOf(answer), [field]);
    }
  });
});
