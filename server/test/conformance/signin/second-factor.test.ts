import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enrolApp } from '../../support/authenticators/enrolled-app.ts';
import { forEachEngine } from '../../support/engines.ts';
import { PASSWORD } from '../cloud.ts';
import { isProblem, isSignedIn, type SignInCloud, startSignIn } from './asking.ts';

const STEP = 'second_factor_required';

forEachEngine((_engine, open) => {
  let cloud: SignInCloud;
  let secret: string;
  let codes: readonly string[];
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startSignIn(open);
      ({ secret, recoveryCodes: codes } = await enrolApp(cloud.domain, cloud.first.uuid));
      // The code of the enrolment was used.
      cloud.clock.advance(30_000);
      await body();
    });
  const prove = (ticket: string, code: string, method = 'totp') =>
    cloud.session('/second-factor', { ticket, method, code });

  check(
    'a right password is answered with the methods and a ticket, and a code starts the session',
    async () => {
      const answer = await cloud.signIn();
      isProblem(answer, 401, STEP);
      assert.deepEqual(answer.json.methods, ['totp', 'recovery_code']);
      const ticket = answer.json.ticket;
      isSignedIn(await prove(ticket, cloud.code(secret)), ['password', 'totp']);
      const wrong = await cloud.signIn(cloud.first.email, 'a wrong password');
      const unknown = await cloud.signIn('unknown@example.org', 'a wrong password');
      isProblem(wrong, 401, 'credentials_wrong');
      assert.equal(wrong.text, unknown.text);
    },
  );

  check('a code is accepted once; the code of the step before is too old then', async () => {
    const [first, second] = [await cloud.ticketOf(STEP), await cloud.ticketOf(STEP)];
    isSignedIn(await prove(first, cloud.code(secret)), ['password', 'totp']);
    for (const steps of [0, -1])
      isProblem(await prove(second, cloud.code(secret, steps)), 401, 'credentials_wrong');
    isSignedIn(await prove(second, cloud.code(secret, 1)), ['password', 'totp']);
  });

  check('a code that Identity v3 has accepted is refused on the web', async () => {
    const code = cloud.code(secret);
    const user = { id: cloud.first.uuid };
    const identity = {
      methods: ['password', 'totp'],
      password: { user: { ...user, password: PASSWORD } },
      totp: { user: { ...user, passcode: code } },
    };
    assert.equal((await cloud.post('/v3/auth/tokens', { auth: { identity } })).status, 201);
    isProblem(await prove(await cloud.ticketOf(STEP), code), 401, 'credentials_wrong');
  });

  check('a clock may differ by one step, not by two', async () => {
    const ticket = await cloud.ticketOf(STEP);
    for (const steps of [-2, 2])
      isProblem(await prove(ticket, cloud.code(secret, steps)), 401, 'credentials_wrong');
    cloud.clock.advance(60_000);
    isSignedIn(await prove(ticket, cloud.code(secret, -1)), ['password', 'totp']);
  });

  check('each recovery code is accepted once, in any spelling', async () => {
    const [code = '', other = ''] = codes;
    const spelled = ` ${code.toUpperCase().replaceAll('-', ' ')} `;
    isSignedIn(await prove(await cloud.ticketOf(STEP), spelled, 'recovery_code'), [
      'password',
      'recovery_code',
    ]);
    const ticket = await cloud.ticketOf(STEP);
    isProblem(await prove(ticket, code, 'recovery_code'), 401, 'credentials_wrong');
    isProblem(await prove(ticket, other, 'totp'), 401, 'credentials_wrong');
    isSignedIn(await prove(ticket, other, 'recovery_code'), ['password', 'recovery_code']);
    assert.equal((await cloud.domain.signInMethods.of(cloud.first.uuid)).recoveryCodes?.left, 8);
  });

  check('one recovery code that is sent twice at once starts one session', async () => {
    const tickets = [await cloud.ticketOf(STEP), await cloud.ticketOf(STEP)];
    const answers = await Promise.all(
      tickets.map((ticket) => prove(ticket, codes[0] ?? '', 'recovery_code')),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 401]);
  });

  check('a recovery code of another user is refused', async () => {
    const { recoveryCodes } = await enrolApp(cloud.domain, cloud.second.uuid);
    const ticket = await cloud.ticketOf(STEP);
    isProblem(await prove(ticket, recoveryCodes[0] ?? '', 'recovery_code'), 401, 'credentials_wrong');
  });

  check('a ticket is good for one sign-in, for ten minutes', async () => {
    const used = await cloud.ticketOf(STEP);
    isSignedIn(await prove(used, cloud.code(secret)), ['password', 'totp']);
    isProblem(await prove(used, cloud.code(secret, 1)), 401, 'ticket_invalid');
    isProblem(await prove('unknown', cloud.code(secret, 1)), 401, 'ticket_invalid');
    const late = await cloud.ticketOf(STEP);
    cloud.clock.advance(10 * 60_000 + 1);
    isProblem(await prove(late, cloud.code(secret)), 401, 'ticket_invalid');
  });

  check('a ticket of one user does not take the code of another', async () => {
    const { second } = cloud;
    const { secret: theirs } = await enrolApp(cloud.domain, second.uuid);
    cloud.clock.advance(30_000);
    const ticket = await cloud.ticketOf(STEP);
    isProblem(await prove(ticket, cloud.code(theirs)), 401, 'credentials_wrong');
    isSignedIn(await prove(await cloud.ticketOf(STEP, second.email), cloud.code(theirs)), [
      'password',
      'totp',
    ]);
  });

  check('a ticket allows five tries', async () => {
    const ticket = await cloud.ticketOf(STEP);
    for (let guess = 0; guess < 5; guess += 1)
      isProblem(await prove(ticket, '000000'), 401, 'credentials_wrong');
    isProblem(await prove(ticket, cloud.code(secret)), 401, 'ticket_invalid');
  });

  check('wrong codes are limited over all tickets, and a recovery code still helps', async () => {
    for (let guess = 0; guess < 10; guess += 1) {
      isProblem(await prove(await cloud.ticketOf(STEP), '000000'), 401, 'credentials_wrong');
    }
    const ticket = await cloud.ticketOf(STEP);
    isProblem(await prove(ticket, cloud.code(secret)), 401, 'credentials_wrong');
    isSignedIn(await prove(ticket, codes[0] ?? '', 'recovery_code'), ['password', 'recovery_code']);
  });

  check('a changed password and a suspended account void tickets', async () => {
    const { domain, first } = cloud;
    const before = await cloud.ticketOf(STEP);
    cloud.clock.advance(1000);
    await domain.accounts.update(first.uuid, { password: PASSWORD });
    isProblem(await prove(before, cloud.code(secret)), 401, 'ticket_invalid');
    const ticket = await cloud.ticketOf(STEP);
    await domain.accounts.deactivate(first.uuid, 'suspended');
    isProblem(await prove(ticket, cloud.code(secret)), 401, 'ticket_invalid');
  });

  check('the ticket of one step is refused by the others', async () => {
    await cloud.domain.terms.add('Be kind.');
    const ticket = await cloud.ticketOf(STEP);
    isProblem(await cloud.session('/terms', { ticket, terms: 1 }), 401, 'ticket_invalid');
    isProblem(await cloud.session('/password', { ticket, new: PASSWORD }), 401, 'ticket_invalid');
    isProblem(await cloud.session('/enrolment/totp', { ticket }), 401, 'ticket_invalid');
    const next = await prove(ticket, cloud.code(secret));
    isProblem(next, 401, 'terms_unsigned');
    isProblem(await prove(next.json.ticket, cloud.code(secret, 1)), 401, 'ticket_invalid');
    const { id } = (await cloud.domain.terms.current()) ?? {};
    const signed = await cloud.session('/terms', { ticket: next.json.ticket, terms: id });
    isSignedIn(signed, ['password', 'totp']);
  });

  check('an unknown method and a missing proof are refused', async () => {
    for (const body of [
      { method: 'password', code: PASSWORD },
      { method: 'totp' },
      { method: 'passkey' },
      { method: 'recovery_code' },
    ]) {
      const ticket = await cloud.ticketOf(STEP);
      isProblem(await cloud.session('/second-factor', { ticket, ...body }), 401, 'credentials_wrong');
    }
  });

  check('a page of another site cannot continue a sign-in', async () => {
    const ticket = await cloud.ticketOf(STEP);
    const answer = await cloud.session(
      '/second-factor',
      { ticket, method: 'totp', code: cloud.code(secret) },
      { origin: 'https://evil.example.org' },
    );
    isProblem(answer, 403, 'foreign_request');
    isSignedIn(await prove(ticket, cloud.code(secret)), ['password', 'totp']);
  });

  check('an operator resets a second factor, and the password is enough again', async () => {
    const reset = await cloud.send(`/api/users/${cloud.first.uuid}/sign-in-methods/second-factor`, {
      method: 'DELETE',
      headers: { 'x-auth-token': cloud.adminToken },
    });
    assert.equal(reset.status, 200);
    isSignedIn(await cloud.signIn(), ['password']);
  });
});
