import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { LIMITS } from '../../../src/lib/limits.ts';
import { SoftAuthenticator } from '../../support/authenticators/soft-authenticator.ts';
import { forEachEngine } from '../../support/engines.ts';
import { isProblem, isSignedIn, ORIGIN, type SignInCloud, startSignIn } from './asking.ts';

const STEP = 'second_factor_required';
/** What a forger, a broken authenticator or a copy of one answers. */
const DEVIATIONS = {
  'another origin': { origin: 'https://evil.example.org' },
  'another port of the same host': { origin: 'http://localhost:8701' },
  'another RP id': { rpId: 'evil.example.org' },
  'another challenge': { challenge: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
  'the type of a registration': { type: 'webauthn.create' },
  'a frame of another site': { crossOrigin: true },
  'another key': { key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey },
} as const;

forEachEngine((_engine, open) => {
  let cloud: SignInCloud;
  let key: SoftAuthenticator;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startSignIn(open);
      key = await cloud.addPasskey(cloud.first.uuid);
      await body();
    });
  const answer = (ticket: string, assertion: object) =>
    cloud.session('/second-factor', { ticket, method: 'passkey', assertion });
  type Deviation = Parameters<SoftAuthenticator['get']>[1];
  /** Signs in with a passkey alone. */
  const alone = async (deviation: Deviation = {}, authenticator = key) => {
    const { ticket, options } = await cloud.question();
    return answer(ticket, authenticator.get(options, deviation));
  };
  /** Signs in with the password and a passkey. */
  const second = async (deviation: Deviation = {}, authenticator = key) => {
    const { ticket, options } = await cloud.question(await cloud.ticketOf(STEP));
    return answer(ticket, authenticator.get(options, deviation));
  };

  check('a passkey alone signs its user in, without a user name', async () => {
    const { options } = await cloud.question();
    const { allowCredentials, userVerification, rpId } = options as Record<string, unknown>;
    assert.deepEqual([allowCredentials, userVerification, rpId], [undefined, 'required', 'localhost']);
    const made = await alone();
    isSignedIn(made, ['passkey']);
    assert.equal(made.json.user.id, cloud.first.uuid);
    const [passkey] = (await cloud.domain.signInMethods.of(cloud.first.uuid)).passkeys;
    assert.equal(passkey?.lastUsedAt, cloud.clock.now());
  });

  check('a passkey is the second factor after a password', async () => {
    const asked = await cloud.signIn();
    assert.deepEqual(asked.json.methods, ['passkey', 'recovery_code']);
    isSignedIn(await second(), ['password', 'passkey']);
  });

  check('user verification is required where the passkey is the only factor, and nowhere else', async () => {
    isProblem(await alone({ verified: false }), 401, 'credentials_wrong');
    isSignedIn(await second({ verified: false }), ['password', 'passkey']);
  });

  for (const [name, deviation] of Object.entries(DEVIATIONS)) {
    check(`an answer with ${name} is refused, alone and as a second factor`, async () => {
      isProblem(await alone(deviation), 401, 'credentials_wrong');
      isProblem(await second(deviation), 401, 'credentials_wrong');
      isSignedIn(await alone(), ['passkey']);
    });
  }

  check('a counter that goes back or stands still is refused, also one that goes back to 0', async () => {
    isSignedIn(await alone({ counter: 40 }), ['passkey']);
    for (const counter of [39, 40, 0]) {
      isProblem(await alone({ counter }), 401, 'credentials_wrong');
      isProblem(await second({ counter }), 401, 'credentials_wrong');
    }
    isSignedIn(await alone({ counter: 41 }), ['passkey']);
  });

  check('a synced passkey does not count, and is accepted again and again', async () => {
    const synced = await cloud.addPasskey(cloud.second.uuid, new SoftAuthenticator(ORIGIN, { synced: true }));
    for (let times = 0; times < 3; times += 1) {
      const made = await alone({}, synced);
      isSignedIn(made, ['passkey']);
      assert.equal(made.json.user.id, cloud.second.uuid);
    }
  });

  check('an answer is accepted once, and its challenge for five minutes', async () => {
    const { ticket, options } = await cloud.question();
    const assertion = key.get(options);
    isSignedIn(await answer(ticket, assertion), ['passkey']);
    isProblem(await answer(ticket, assertion), 401, 'ticket_invalid');
    const late = await cloud.question();
    cloud.clock.advance(5 * 60_000 + 1);
    isProblem(await answer(late.ticket, key.get(late.options)), 401, 'credentials_wrong');
  });

  check('the answer to one question is refused with the ticket of another', async () => {
    const [one, other] = [await cloud.question(), await cloud.question()];
    isProblem(await answer(other.ticket, key.get(one.options)), 401, 'credentials_wrong');
    const factor = await cloud.question(await cloud.ticketOf(STEP));
    const lone = await cloud.question();
    isProblem(await answer(factor.ticket, key.get(lone.options)), 401, 'credentials_wrong');
    isProblem(await answer(lone.ticket, key.get(factor.options)), 401, 'credentials_wrong');
  });

  check('a wrong answer voids its challenge', async () => {
    const { ticket, options } = await cloud.question(await cloud.ticketOf(STEP));
    isProblem(
      await answer(ticket, key.get(options, { origin: 'https://evil.example.org' })),
      401,
      'credentials_wrong',
    );
    isProblem(await answer(ticket, key.get(options)), 401, 'credentials_wrong');
    const again = await cloud.question(ticket);
    isSignedIn(await answer(ticket, key.get(again.options)), ['password', 'passkey']);
  });

  check('the passkey of another user is no second factor', async () => {
    const other = await cloud.addPasskey(cloud.second.uuid);
    isProblem(await second({}, other), 401, 'credentials_wrong');
    isProblem(
      await alone({ userHandle: Buffer.from(cloud.second.uuid).toString('base64url') }),
      401,
      'credentials_wrong',
    );
    isProblem(await alone({ userHandle: '' }), 401, 'credentials_wrong');
  });

  check('a removed passkey and one that was never registered are refused', async () => {
    const other = await cloud.addPasskey(cloud.first.uuid);
    const { signInMethods } = cloud.domain;
    const { uuid } = cloud.first;
    const [passkey] = (await signInMethods.of(uuid)).passkeys;
    await signInMethods.removePasskey(uuid, passkey?.id ?? 0, { uuid, name: '', address: null });
    isProblem(await alone(), 401, 'credentials_wrong');
    isSignedIn(await alone({}, other), ['passkey']);
    isProblem(await alone({}, new SoftAuthenticator(ORIGIN)), 401, 'credentials_wrong');
  });

  check('answers that are no answers of an authenticator are refused', async () => {
    for (const assertion of [{}, { id: 'x' }, { id: 'x', response: {} }, 'text', [], null, 7]) {
      const { ticket } = await cloud.question();
      const refused = await cloud.session('/second-factor', { ticket, method: 'passkey', assertion });
      isProblem(refused, 401, 'credentials_wrong');
    }
    const { ticket, options } = await cloud.question();
    const good = key.get(options) as { response: object };
    for (const part of ['clientDataJSON', 'authenticatorData', 'signature']) {
      const broken = { ...good, response: { ...good.response, [part]: 'AAAA' } };
      const asked = await cloud.question();
      isProblem(await answer(asked.ticket, broken), 401, 'credentials_wrong');
    }
    isSignedIn(await answer(ticket, good), ['passkey']);
  });

  check('a passkey does not sign in an account that is suspended', async () => {
    await cloud.domain.accounts.deactivate(cloud.first.uuid, 'suspended');
    isProblem(await alone(), 401, 'suspended');
  });

  check('the options for a second factor name the passkeys of the user, and need its ticket', async () => {
    const { options } = await cloud.question(await cloud.ticketOf(STEP));
    assert.equal((options as { allowCredentials: unknown[] }).allowCredentials.length, 1);
    isProblem(await cloud.session('/passkey/options', { ticket: 'unknown' }), 401, 'ticket_invalid');
  });

  check('open questions of one network are limited, and the oldest give way', async () => {
    const first = await cloud.question();
    for (let n = 0; n < LIMITS.passkey_challenges_per_source; n += 1) {
      cloud.clock.advance(1);
      await cloud.domain.passkeySignIn.alone('127.0.0.1');
    }
    isProblem(await answer(first.ticket, key.get(first.options)), 401, 'ticket_invalid');
    isSignedIn(await alone(), ['passkey']);
    const rows = await cloud.domain.storage.db.selectFrom('passkey_challenges').select('ticket').execute();
    assert.ok(rows.length <= LIMITS.passkey_challenges_per_source);
    cloud.clock.advance(6 * 60_000);
    await cloud.domain.passkeyChallenges.sweep();
    const left = await cloud.domain.storage.db.selectFrom('passkey_challenges').select('ticket').execute();
    assert.equal(left.length, 0);
  });
});
