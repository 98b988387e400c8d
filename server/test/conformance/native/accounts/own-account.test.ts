import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../../support/engines.ts';
import type { Exchange } from '../../../support/http-exchange.ts';
import { type Cloud, PASSWORD, startCloud } from '../../cloud.ts';
import { openOffice } from '../../workflow-v1/office.ts';
import { asker, assertProblem } from '../asking.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const OWN = { 'sec-fetch-site': 'same-origin' };
const FRESH = 'another password of some length';

forEachEngine((_name, open) => {
  let cloud: Cloud;
  const check = (guarantee: string, body: () => Promise<void>, env: Record<string, string> = {}) =>
    test(guarantee, async () => {
      cloud = await startCloud(open, env);
      await body();
    });
  const call = (
    method: string,
    path: string,
    { body, ...headers }: Record<string, unknown> = {},
  ): Promise<Exchange> =>
    cloud.send(`/api${path}`, {
      method,
      headers: { ...(body !== undefined && JSON_TYPE), ...(headers as Record<string, string>) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  /** A call with the API token of the first user. */
  const mine = (method: string, path: string, body?: unknown) =>
    call(method, path, { body, 'x-auth-token': cloud.first.token });
  const signIn = (password = PASSWORD, username = cloud.first.email) =>
    call('POST', '/session', { body: { username, password } });
  const cookieOf = ({ headers }: Exchange): string =>
    String(headers['set-cookie']?.[0]).split(';', 1)[0] ?? '';
  const isProblem = ({ status, json, text }: Exchange, expected: number, code: string) => {
    assert.equal(status, expected, text);
    assert.equal(json.code, code);
  };
  const first = () => cloud.domain.accounts.get(cloud.first.uuid);
  /** Subjects of the mails to an address, the oldest first. */
  const subjectsTo = async (address: string): Promise<string[]> => {
    await cloud.delivered();
    return cloud
      .mails()
      .filter((mail) => mail.toLowerCase().includes(`\nto: ${address.toLowerCase()}`))
      .map((mail) => /^Subject: (.*)$/m.exec(mail)?.[1]?.trim() ?? '');
  };

  check('a user changes names and language, and nothing else, of the own account', async () => {
    const changed = await mine('PATCH', '/me', { first_name: 'Augusta', language: 'el' });
    assert.equal(changed.status, 200, changed.text);
    assert.deepEqual(
      [changed.json.first_name, changed.json.last_name, changed.json.language],
      ['Augusta', 'Löve', 'el'],
    );
    const shown = (await mine('GET', '/me')).json;
    assert.deepEqual([shown.user.language, shown.user.state, shown.methods], ['el', 'active', []]);
    for (const body of [
      {},
      { email: 'other@example.org' },
      { state: 'inactive' },
      { password: FRESH },
      { first_name: '' },
      { language: 'tlh' },
      { language: null },
    ]) {
      assert.equal((await mine('PATCH', '/me', body)).status, 400, JSON.stringify(body));
    }
    const { items } = (await (await cloud.admin('GET', `/api/audit?subject=${cloud.first.uuid}`)).json()) as {
      items: { action: string; actor: string }[];
    };
    const [entry] = items;
    assert.deepEqual([entry?.action, entry?.actor], ['account.update', cloud.first.uuid]);
  });

  check('where the user name is the address, it cannot be changed alone', async () => {
    isProblem(await mine('PATCH', '/me', { username: 'ada' }), 400, 'invalid_field');
    assert.equal((await mine('PATCH', '/me', { username: 'TEST1@example.org' })).status, 200);
  });

  test('a user takes a free user name, but not the address of another person', async () => {
    const office = await openOffice(open, { config: { identity: { username_is_email: false } } });
    const { owner, member, domain } = office;
    const token = (await domain.tokens.issue(owner.uuid, { name: 'all' })).secret;
    const ask = asker(office, token);
    const named = (username: string) => ask('PATCH', '/me', { username });
    assert.equal((await named('ada')).status, 200);
    assert.equal((await domain.accounts.get(owner.uuid)).username, 'ada');
    const taken = await named(member.email);
    assertProblem(taken, 400, 'invalid_field');
    assert.deepEqual((await named('unknown@example.org')).body, taken.body);
    assert.equal((await named(owner.email)).status, 200);
  });

  check('a narrowed token changes nothing of the account', async () => {
    const { secret } = await cloud.domain.tokens.issue(cloud.first.uuid, { name: 'cut', roles: ['member'] });
    const cut = (method: string, path: string, body: object) =>
      call(method, path, { body, 'x-auth-token': secret });
    isProblem(await cut('PATCH', '/me', { first_name: 'X' }), 403, 'forbidden');
    isProblem(await cut('POST', '/me/password', { current: PASSWORD, new: FRESH }), 403, 'forbidden');
    isProblem(await cut('POST', '/me/email', { current: PASSWORD, email: 'x@x.org' }), 403, 'forbidden');
  });

  check(
    'a changed password ends what came of the old one, names it, and keeps the session of the caller',
    async () => {
      const mySession = cookieOf(await signIn());
      const other = cookieOf(await signIn());
      const { email } = cloud.first;
      const login = await call('POST', '/login', { body: { email, password: PASSWORD, name: 'desk' } });
      const { id, token } = login.json;
      const body = { current: PASSWORD, new: FRESH };
      const changed = await call('POST', '/me/password', { body, cookie: mySession, ...OWN });
      assert.equal(changed.status, 200, changed.text);
      assert.deepEqual(changed.json, {
        tokens: [{ id, name: 'desk' }],
        application_credentials: [],
        sessions: 1,
      });
      const rotated = cookieOf(changed);
      assert.notEqual(rotated, mySession);
      assert.equal((await call('GET', '/session', { cookie: rotated })).status, 200);
      isProblem(await call('GET', '/session', { cookie: mySession }), 401, 'session_ended');
      isProblem(await call('GET', '/session', { cookie: other }), 401, 'session_ended');
      isProblem(await call('GET', '/me', { 'x-auth-token': token }), 401, 'token_unknown');
      // A token that did not come of the password stays.
      assert.equal((await mine('GET', '/me')).status, 200);
      isProblem(await signIn(PASSWORD), 401, 'credentials_wrong');
      assert.equal((await signIn(FRESH)).status, 201);
      assert.deepEqual(await subjectsTo('Test1@Example.org'), [
        'The password of your account at Purser was changed',
      ]);
    },
  );

  check('a password changes only with the present one, and wrong ones count as failed logins', async () => {
    isProblem(await mine('POST', '/me/password', { new: FRESH }), 400, 'invalid_field');
    isProblem(await mine('POST', '/me/password', { current: PASSWORD, new: 'short' }), 400, 'invalid_field');
    const guess = (current: string) => mine('POST', '/me/password', { current, new: FRESH });
    for (let n = 0; n < 12; n += 1) isProblem(await guess(`guess ${n}`), 401, 'credentials_wrong');
    // The throttle refuses the right one too, for a while.
    isProblem(await guess(PASSWORD), 401, 'credentials_wrong');
    assert.equal((await first()).passwordChangedAt, null);
    cloud.clock.advance(3_600_000);
    assert.equal((await guess(PASSWORD)).status, 200);
    assert.deepEqual(await subjectsTo('Test1@Example.org'), [
      'The password of your account at Purser was changed',
    ]);
  });

  check('an account without a password sets its first one without another proof', async () => {
    const { domain } = cloud;
    const { uuid } = await domain.accounts.createActive({
      email: 'new@example.org',
      firstName: 'N',
      lastName: 'N',
    });
    const { secret } = await domain.tokens.issue(uuid, { name: 'first' });
    const set = await call('POST', '/me/password', { body: { new: FRESH }, 'x-auth-token': secret });
    assert.equal(set.status, 200, set.text);
    assert.equal((await signIn(FRESH, 'new@example.org')).status, 201);
  });

  check('an e-mail address changes by the present password and the link to the new address', async () => {
    const wanted = { email: 'fresh@example.org' };
    isProblem(await mine('POST', '/me/email', wanted), 400, 'invalid_field');
    const wrong = { ...wanted, current: 'a wrong password' };
    isProblem(await mine('POST', '/me/email', wrong), 401, 'credentials_wrong');
    assert.deepEqual(await subjectsTo('fresh@example.org'), []);
    const asked = await mine('POST', '/me/email', { ...wanted, current: PASSWORD });
    assert.equal(asked.status, 202, asked.text);
    assert.deepEqual(asked.json, { status: 'requested' });
    assert.equal((await first()).email, 'Test1@Example.org');
    assert.equal((await subjectsTo('fresh@example.org')).length, 1);
    await cloud.delivered();
    const mail = cloud
      .mails()
      .map((one) => one.replaceAll(/=\r?\n/g, '').replaceAll('=3D', '='))
      .find((one) => /\nto: fresh@example\.org/i.test(one));
    const token = /\/ui\/token\/([\w-]+)/.exec(mail ?? '')?.[1] ?? '';
    const confirmed = await call('POST', `/task-tokens/${token}`, { body: { confirm: true } });
    assert.equal(confirmed.status, 200, confirmed.text);
    assert.equal((await first()).email, 'fresh@example.org');
  });

  check('terms are accepted by their number, once they are in force', async () => {
    const { terms } = cloud.domain;
    const { id } = await terms.add('Be kind.');
    isProblem(await mine('GET', '/me'), 401, 'terms_unsigned');
    isProblem(await mine('POST', '/me/terms', { id: id + 1 }), 409, 'terms_outdated');
    assert.equal((await mine('POST', '/me/terms', { id })).json.terms_signed, id);
    assert.equal((await mine('GET', '/me')).status, 200);
    const newer = (await terms.add('Be very kind.')).id;
    isProblem(await mine('POST', '/me/terms', { id }), 409, 'terms_outdated');
    assert.equal((await first()).termsSigned, id);
    assert.equal((await mine('POST', '/me/terms', { id: newer })).status, 200);
  });

  check('a password reset gets the same response for known, unknown and inactive addresses', async () => {
    await cloud.domain.accounts.deactivate(cloud.second.uuid, 'away');
    await cloud.delivered();
    const ask = (email: string) => call('POST', '/password-reset', { body: { email } });
    const before = cloud.domain.passwords.load.hashes;
    const answers = [];
    for (const email of [' TEST1@example.org', 'unknown@example.org', cloud.second.email]) {
      const { status, text, headers } = await ask(email);
      const { date: _, ...others } = headers;
      answers.push({ status, text, headers: Object.keys(others).sort() });
    }
    assert.equal(answers[0]?.status, 202, answers[0]?.text);
    assert.deepEqual(answers[1], answers[0]);
    assert.deepEqual(answers[2], answers[0]);
    assert.equal(cloud.domain.passwords.load.hashes, before);
    isProblem(await ask('no address'), 400, 'email_invalid');
    assert.equal((await subjectsTo('Test1@Example.org')).length, 1);
    assert.deepEqual(await subjectsTo('unknown@example.org'), []);
  });
});
