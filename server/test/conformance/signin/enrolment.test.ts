import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SoftAuthenticator } from '../../support/authenticators/soft-authenticator.ts';
import { forEachEngine } from '../../support/engines.ts';
import { PASSWORD } from '../cloud.ts';
import { isProblem, isSignedIn, ORIGIN, type SignInCloud, startSignIn } from './asking.ts';

const STEP = 'second_factor_enrolment_required';

forEachEngine((_engine, open) => {
  let cloud: SignInCloud;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startSignIn(open, { PURSER_SECOND_FACTOR_REQUIRED: 'all' });
      await body();
    });
  const begin = async (ticket: string): Promise<string> => {
    const begun = await cloud.session('/enrolment/totp', { ticket });
    assert.equal(begun.status, 201, begun.text);
    return begun.json.secret;
  };

  check(
    'who must have a second factor sets up an authenticator app at sign-in, and is signed in',
    async () => {
      const ticket = await cloud.ticketOf(STEP);
      const secret = await begin(ticket);
      const wrong = await cloud.session('/enrolment/totp/confirm', { ticket, code: '000000' });
      isProblem(wrong, 400, 'invalid_field');
      const done = await cloud.session('/enrolment/totp/confirm', { ticket, code: cloud.code(secret) });
      isSignedIn(done, ['password', 'totp']);
      assert.equal(done.json.recovery_codes.length, 10);
      const next = await cloud.ticketOf('second_factor_required');
      cloud.clock.advance(30_000);
      const proof = { ticket: next, method: 'totp', code: cloud.code(secret) };
      isSignedIn(await cloud.session('/second-factor', proof), ['password', 'totp']);
      isProblem(await cloud.session('/enrolment/totp', { ticket }), 401, 'ticket_invalid');
    },
  );

  check('who must have a second factor sets up a passkey at sign-in, and is signed in', async () => {
    const ticket = await cloud.ticketOf(STEP);
    const asked = await cloud.session('/enrolment/passkeys/options', { ticket });
    assert.equal(asked.status, 200, asked.text);
    const key = new SoftAuthenticator(ORIGIN);
    const made = { ticket, passkey_ticket: asked.json.ticket, name: 'Phone' };
    const bad = { ...made, response: key.create(asked.json.options, { origin: 'https://evil.example.org' }) };
    isProblem(await cloud.session('/enrolment/passkeys', bad), 400, 'invalid_field');
    const again = await cloud.session('/enrolment/passkeys/options', { ticket });
    const good = { ...made, passkey_ticket: again.json.ticket, response: key.create(again.json.options) };
    const done = await cloud.session('/enrolment/passkeys', good);
    isSignedIn(done, ['password', 'passkey']);
    assert.equal(done.json.recovery_codes.length, 10);
    await cloud.ticketOf('second_factor_required');
  });

  check('the ticket of an enrolment is good for that alone', async () => {
    const ticket = await cloud.ticketOf(STEP);
    const proof = { ticket, method: 'totp', code: '000000' };
    isProblem(await cloud.session('/second-factor', proof), 401, 'ticket_invalid');
    isProblem(await cloud.session('/password', { ticket, new: PASSWORD }), 401, 'ticket_invalid');
    isProblem(await cloud.session('/passkey/options', { ticket }), 401, 'ticket_invalid');
    for (const header of ['x-auth-token', 'cookie']) {
      const value = header === 'cookie' ? `__Host-purser=${ticket}` : ticket;
      assert.equal((await cloud.send('/api/me', { headers: { [header]: value } })).status, 401);
    }
  });

  check('the ticket of an enrolment expires, and is void after a changed password', async () => {
    const late = await cloud.ticketOf(STEP);
    cloud.clock.advance(10 * 60_000 + 1);
    isProblem(await cloud.session('/enrolment/totp', { ticket: late }), 401, 'ticket_invalid');
    const ticket = await cloud.ticketOf(STEP);
    await cloud.domain.accounts.update(cloud.first.uuid, { password: PASSWORD });
    isProblem(await cloud.session('/enrolment/totp', { ticket }), 401, 'ticket_invalid');
  });

  check('an enrolment goes on to the terms of service, and shows the recovery codes', async () => {
    await cloud.domain.terms.add('Be kind.');
    const ticket = await cloud.ticketOf(STEP);
    const secret = await begin(ticket);
    const next = await cloud.session('/enrolment/totp/confirm', { ticket, code: cloud.code(secret) });
    isProblem(next, 401, 'terms_unsigned');
    assert.equal(next.json.recovery_codes.length, 10);
    const { id } = (await cloud.domain.terms.current()) ?? {};
    const signed = await cloud.session('/terms', { ticket: next.json.ticket, terms: id });
    isSignedIn(signed, ['password', 'totp']);
  });

  check('a page of another site cannot enrol', async () => {
    const ticket = await cloud.ticketOf(STEP);
    const foreign = { origin: 'https://evil.example.org' };
    isProblem(await cloud.session('/enrolment/totp', { ticket }, foreign), 403, 'foreign_request');
    isProblem(
      await cloud.session('/enrolment/passkeys/options', { ticket }, foreign),
      403,
      'foreign_request',
    );
  });
});
