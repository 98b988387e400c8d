import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from '../../../support/authenticators/authenticator-app.ts';
import { SoftAuthenticator } from '../../../support/authenticators/soft-authenticator.ts';
import { forEachEngine } from '../../../support/engines.ts';
import { startPurser, type TestPurser } from '../../../support/harness.ts';
import { type Answer, type Ask, addUser, asker, assertProblem, fieldsOf, items } from '../asking.ts';

const ORIGIN = 'http://localhost:8700';
const METHODS = '/me/sign-in-methods';

forEachEngine((_name, open) => {
  let purser: TestPurser;
  let operator: Ask;
  let ask: Ask;
  let id: string;
  const check = (guarantee: string, body: () => Promise<void>, env: Record<string, string> = {}) =>
    test(guarantee, async () => {
      purser = await startPurser(open, { PURSER_BASE_URL: ORIGIN, ...env });
      operator = asker(purser);
      const user = await addUser(operator, 'ada@example.org');
      id = user.id;
      ask = asker(purser, user.token);
      await body();
    });

  /** Enrols an authenticator app. */
  const enrolApp = async (): Promise<{ secret: string; codes: string[] }> => {
    const { body } = await ask('POST', `${METHODS}/totp`);
    const secret = String(body['secret']);
    const confirmed = await ask('POST', `${METHODS}/totp/confirm`, { code: codeOf(secret, purser.clock) });
    assert.equal(confirmed.status, 200, JSON.stringify(confirmed.body));
    return { secret, codes: confirmed.body['recovery_codes'] as string[] };
  };

  const question = async (): Promise<{ ticket: string; options: object }> => {
    const { status, body } = await ask('POST', `${METHODS}/passkeys/options`);
    assert.equal(status, 200, JSON.stringify(body));
    return body as { ticket: string; options: object };
  };

  const enrolPasskey = async (
    name: string,
    authenticator = new SoftAuthenticator(ORIGIN),
  ): Promise<Answer> => {
    const { ticket, options } = await question();
    return ask('POST', `${METHODS}/passkeys`, { ticket, name, response: authenticator.create(options) });
  };

  const kinds = async (): Promise<unknown[]> => {
    const audit = items(await operator('GET', `/audit?subject=${id}&limit=100`));
    return audit.map(({ action }) => action).filter((action) => String(action).startsWith('sign_in_method.'));
  };

  check('a new user has a second factor neither set up nor required', async () => {
    const { status, body } = await ask('GET', METHODS);
    assert.equal(status, 200);
    assert.deepEqual(body, {
      password: false,
      totp: null,
      passkeys: [],
      recovery_codes_left: 0,
      second_factor: false,
      second_factor_required: false,
      passkeys_unavailable: null,
    });
  });

  check(
    'an authenticator app counts once a code has confirmed it, and its secret is shown once',
    async () => {
      const begun = await ask('POST', `${METHODS}/totp`);
      assert.equal(begun.status, 201);
      const secret = String(begun.body['secret']);
      assert.match(secret, /^[A-Z2-7]{32}$/);
      const uri = new URL(String(begun.body['uri']));
      assert.equal(uri.protocol, 'otpauth:');
      assert.equal(decodeURIComponent(uri.pathname), '/Purser:ada@example.org');
      assert.equal(uri.searchParams.get('secret'), secret);
      assert.equal((await ask('GET', METHODS)).body['second_factor'], false);

      const wrong = await ask('POST', `${METHODS}/totp/confirm`, { code: '000000' });
      assertProblem(wrong, 400, 'invalid_field');
      assert.deepEqual(fieldsOf(wrong), ['code']);
      const code = codeOf(secret, purser.clock);
      const confirmed = await ask('POST', `${METHODS}/totp/confirm`, {
        code: `${code.slice(0, 3)} ${code.slice(3)}`,
      });
      assert.equal(confirmed.status, 200);
      assert.equal((confirmed.body['recovery_codes'] as string[]).length, 10);

      const { body } = await ask('GET', METHODS);
      assert.equal(body['second_factor'], true);
      assert.equal(body['recovery_codes_left'], 10);
      assert.ok(!JSON.stringify(body).includes(secret));
      assertProblem(await ask('POST', `${METHODS}/totp`), 409, 'totp_exists');
      assertProblem(await ask('POST', `${METHODS}/totp/confirm`, { code }), 409, 'totp_exists');
      assert.deepEqual(await kinds(), ['sign_in_method.add']);
    },
  );

  check('a secret that was not confirmed is void as soon as another one is made', async () => {
    const first = String((await ask('POST', `${METHODS}/totp`)).body['secret']);
    const second = String((await ask('POST', `${METHODS}/totp`)).body['secret']);
    assert.notEqual(first, second);
    const old = await ask('POST', `${METHODS}/totp/confirm`, { code: codeOf(first, purser.clock) });
    assertProblem(old, 400, 'invalid_field');
    const right = await ask('POST', `${METHODS}/totp/confirm`, { code: codeOf(second, purser.clock) });
    assert.equal(right.status, 200);
  });

  check('a code of the step before or after is right, one of two steps away is wrong', async () => {
    for (const [steps, status] of [
      [-2, 400],
      [2, 400],
      [-1, 200],
      [1, 200],
    ] as const) {
      const secret = String((await ask('POST', `${METHODS}/totp`)).body['secret']);
      const answer = await ask('POST', `${METHODS}/totp/confirm`, {
        code: codeOf(secret, purser.clock, steps),
      });
      assert.equal(answer.status, status, `${steps} steps`);
      if (status === 200) assert.equal((await ask('DELETE', `${METHODS}/totp`)).status, 204);
    }
  });

  check('guesses of codes are limited, and heard again after a while', async () => {
    const secret = String((await ask('POST', `${METHODS}/totp`)).body['secret']);
    for (let guess = 0; guess < 10; guess += 1) {
      assert.equal((await ask('POST', `${METHODS}/totp/confirm`, { code: '000000' })).status, 400);
    }
    const confirm = () => ask('POST', `${METHODS}/totp/confirm`, { code: codeOf(secret, purser.clock) });
    assert.equal((await confirm()).status, 400);
    purser.clock.advance(6 * 60_000);
    assert.equal((await confirm()).status, 200);
  });

  check('recovery codes come with the first second factor, and new ones void the old ones', async () => {
    assertProblem(await ask('POST', `${METHODS}/recovery-codes`), 409, 'second_factor_missing');
    const { codes } = await enrolApp();
    assert.equal(new Set(codes).size, 10);
    for (const code of codes) assert.match(code, /^[0-9a-z]{4}(-[0-9a-z]{4}){3}$/);
    assert.equal((await enrolPasskey('Key')).body['recovery_codes'], null);
    const renewed = await ask('POST', `${METHODS}/recovery-codes`);
    assert.equal(renewed.status, 201);
    const fresh = renewed.body['recovery_codes'] as string[];
    assert.equal(new Set([...codes, ...fresh]).size, 20);
    assert.equal((await ask('GET', METHODS)).body['recovery_codes_left'], 10);
  });

  check('a user registers, renames and removes passkeys', async () => {
    const made = await enrolPasskey('Phone', new SoftAuthenticator(ORIGIN, { synced: true }));
    assert.equal(made.status, 201, JSON.stringify(made.body));
    const { recovery_codes, ...passkey } = made.body;
    assert.equal((recovery_codes as string[]).length, 10);
    assert.equal(passkey['syncable'], true);
    const methods = (await ask('GET', METHODS)).body;
    assert.deepEqual(methods['passkeys'], [passkey]);
    assert.equal(methods['second_factor'], true);

    const path = `${METHODS}/passkeys/${passkey['id']}`;
    assert.equal((await ask('PATCH', path, { name: 'Old phone' })).body['name'], 'Old phone');
    assertProblem(await ask('PATCH', path, { name: ' ' }), 400, 'invalid_field');
    const other = await addUser(operator, 'eve@example.org');
    const foreign = asker(purser, other.token);
    assertProblem(await foreign('PATCH', path, { name: 'Mine' }), 404, 'passkey_not_found');
    assertProblem(await foreign('DELETE', path), 404, 'passkey_not_found');

    assert.equal(
      (await operator('PATCH', `/users/${id}`, { password: 'correct horse battery' })).status,
      200,
    );
    assert.equal((await ask('GET', METHODS)).status, 200);
    assert.equal((await ask('DELETE', path)).status, 204);
    const after = (await ask('GET', METHODS)).body;
    assert.equal(after['second_factor'], false);
    assert.equal(after['recovery_codes_left'], 0);
    assert.deepEqual((await kinds()).toSorted(), [
      'sign_in_method.add',
      'sign_in_method.remove',
      'sign_in_method.rename',
    ]);
  });

  check('the last way to sign in cannot be removed', async () => {
    const first = await enrolPasskey('Only');
    const path = `${METHODS}/passkeys/${first.body['id']}`;
    assertProblem(await ask('DELETE', path), 409, 'last_sign_in_method');
    assert.equal((await enrolPasskey('Second')).status, 201);
    assert.equal((await ask('DELETE', path)).status, 204);
  });

  check(
    'a registration is refused for another origin, RP id, challenge or type, and its ticket is void',
    async () => {
      const deviations = [
        { origin: 'https://evil.example.org' },
        { rpId: 'evil.example.org' },
        { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
        { type: 'webauthn.get' },
        { crossOrigin: true },
      ];
      for (const deviation of deviations) {
        const { ticket, options } = await question();
        const authenticator = new SoftAuthenticator(ORIGIN);
        const wrong = { ticket, name: 'Key', response: authenticator.create(options, deviation) };
        assertProblem(await ask('POST', `${METHODS}/passkeys`, wrong), 400, 'invalid_field');
        const right = { ...wrong, response: authenticator.create(options) };
        assertProblem(await ask('POST', `${METHODS}/passkeys`, right), 400, 'invalid_field');
      }
      for (const response of [{}, { id: 'x' }, { id: 'x', response: { clientDataJSON: 'e30' } }]) {
        const { ticket } = await question();
        const answer = await ask('POST', `${METHODS}/passkeys`, { ticket, name: 'Key', response });
        assertProblem(answer, 400, 'invalid_field');
      }
      assert.deepEqual((await ask('GET', METHODS)).body['passkeys'], []);
    },
  );

  check('the ticket of a registration is good once, for five minutes, and for its own user', async () => {
    const authenticator = new SoftAuthenticator(ORIGIN);
    const { ticket, options } = await question();
    const sent = { ticket, name: 'Key', response: authenticator.create(options) };
    const other = await addUser(operator, 'eve@example.org');
    assertProblem(
      await asker(purser, other.token)('POST', `${METHODS}/passkeys`, sent),
      400,
      'invalid_field',
    );
    assert.equal((await ask('POST', `${METHODS}/passkeys`, sent)).status, 201);
    assertProblem(await ask('POST', `${METHODS}/passkeys`, sent), 400, 'invalid_field');

    const late = await question();
    purser.clock.advance(5 * 60_000 + 1);
    const response = new SoftAuthenticator(ORIGIN).create(late.options);
    const expired = await ask('POST', `${METHODS}/passkeys`, { ticket: late.ticket, name: 'Late', response });
    assertProblem(expired, 400, 'invalid_field');
  });

  check('one authenticator cannot be registered twice, and a user has at most 20 passkeys', async () => {
    const authenticator = new SoftAuthenticator(ORIGIN);
    assert.equal((await enrolPasskey('One', authenticator)).status, 201);
    assertProblem(await enrolPasskey('Again', authenticator), 409, 'passkey_exists');
    const { options } = await question();
    assert.equal((options as { excludeCredentials: unknown[] }).excludeCredentials.length, 1);
    for (let n = 2; n <= 20; n += 1) assert.equal((await enrolPasskey(`Key ${n}`)).status, 201);
    assertProblem(await enrolPasskey('Too many'), 409, 'too_many_passkeys');
  });

  check('each new and each removed method is mailed to the user', async () => {
    await enrolApp();
    await enrolPasskey('Blue key');
    await ask('DELETE', `${METHODS}/totp`);
    await purser.delivered();
    const mails = purser.mails().filter((mail) => mail.includes('ada@example.org'));
    assert.equal(mails.filter((mail) => mail.includes('Subject: New way to sign in to Purser')).length, 2);
    assert.ok(mails.some((mail) => mail.includes("a passkey ('Blue key')")));
    assert.equal(mails.filter((mail) => mail.includes('was removed')).length >= 1, true);
  });

  check('an operator sees the methods of a user and resets the second factors', async () => {
    await enrolApp();
    await enrolPasskey('Key');
    const path = `/users/${id}/sign-in-methods`;
    const seen = await operator('GET', path);
    assert.equal(seen.body['second_factor'], true);
    assertProblem(await ask('GET', path), 403, 'forbidden');
    assertProblem(await ask('DELETE', `${path}/second-factor`), 403, 'forbidden');
    const reset = await operator('DELETE', `${path}/second-factor`);
    assert.deepEqual([reset.status, reset.body], [200, { totp: true, passkeys: 1 }]);
    const { body } = await ask('GET', METHODS);
    assert.deepEqual([body['second_factor'], body['recovery_codes_left']], [false, 0]);
    assertProblem(await operator('DELETE', `${path}/second-factor`), 409, 'second_factor_missing');
    assert.ok((await kinds()).includes('sign_in_method.reset'));
  });

  check(
    'the last second factor of a user who must have one cannot be removed',
    async () => {
      assert.equal((await ask('GET', METHODS)).body['second_factor_required'], true);
      await operator('PATCH', `/users/${id}`, { password: 'correct horse battery' });
      await enrolApp();
      assertProblem(await ask('DELETE', `${METHODS}/totp`), 409, 'second_factor_needed');
      assert.equal((await enrolPasskey('Key')).status, 201);
      assert.equal((await ask('DELETE', `${METHODS}/totp`)).status, 204);
    },
    { PURSER_SECOND_FACTOR_REQUIRED: 'all' },
  );

  check(
    'where the service has an IP address, passkeys are unavailable and the answer says why',
    async () => {
      assert.match(
        String((await ask('GET', METHODS)).body['passkeys_unavailable']),
        /127\.0\.0\.1 is an IP address/,
      );
      assertProblem(await ask('POST', `${METHODS}/passkeys/options`), 409, 'passkeys_unavailable');
    },
    { PURSER_BASE_URL: 'http://127.0.0.1:8700' },
  );

  check(
    'passkeys are bound to the domain of the setting, which must contain the host',
    async () => {
      const { options } = await question();
      assert.equal((options as { rp: { id: string } }).rp.id, 'example.org');
    },
    { PURSER_BASE_URL: 'https://purser.example.org', PURSER_WEBAUTHN_RP_ID: 'example.org' },
  );

  check(
    'a domain that does not contain the host makes passkeys unavailable',
    async () => {
      assertProblem(await ask('POST', `${METHODS}/passkeys/options`), 409, 'passkeys_unavailable');
    },
    { PURSER_BASE_URL: 'https://purser.example.org', PURSER_WEBAUTHN_RP_ID: 'ample.org' },
  );
});
