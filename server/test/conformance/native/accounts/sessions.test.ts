import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../../support/engines.ts';
import type { Exchange } from '../../../support/http-exchange.ts';
import { type Cloud, PASSWORD, startCloud } from '../../cloud.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
/** What a browser adds to requests of our own pages. */
const OWN = { 'sec-fetch-site': 'same-origin' };
const HOUR_MS = 3_600_000;

forEachEngine((_name, open) => {
  let cloud: Cloud;
  const check = (guarantee: string, body: () => Promise<void>, env: Record<string, string> = {}) =>
    test(guarantee, async () => {
      cloud = await startCloud(open, env);
      await body();
    });
  const call = (method: string, path: string, { body, ...headers }: Record<string, unknown> = {}) =>
    cloud.send(`/api${path}`, {
      method,
      headers: { ...(body !== undefined && JSON_TYPE), ...(headers as Record<string, string>) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const signIn = (name = cloud.first.email, password = PASSWORD, headers = {}) =>
    call('POST', '/session', { body: { username: name, password }, ...headers });
  const cookieOf = ({ headers }: Exchange): string =>
    String(headers['set-cookie']?.[0]).split(';', 1)[0] ?? '';
  const signedIn = async (...how: Parameters<typeof signIn>): Promise<string> => {
    const made = await signIn(...how);
    assert.equal(made.status, 201, made.text);
    return cookieOf(made);
  };
  const isProblem = ({ status, json, text }: Exchange, expected: number, code: string) => {
    assert.equal(status, expected, text);
    assert.equal(json.code, code);
  };

  check(
    'a sign-in sets a cookie that scripts and other sites cannot read, and shows the session',
    async () => {
      const agent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
      const made = await signIn('TEST1@example.org', PASSWORD, { 'user-agent': agent });
      assert.equal(made.status, 201, made.text);
      assert.match(
        String(made.headers['set-cookie']),
        /^__Host-purser=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/,
      );
      const { user, device, methods, ends_at } = made.json;
      assert.deepEqual([user.id, device, methods], [cloud.first.uuid, 'Firefox on Linux', ['password']]);
      assert.equal(Date.parse(ends_at), cloud.clock.now() + 168 * HOUR_MS);
      const cookie = cookieOf(made);
      const shown = await call('GET', '/session', { cookie });
      assert.equal(shown.json.id, made.json.id);
      assert.equal((await call('GET', '/me', { cookie })).json.user.id, cloud.first.uuid);
      isProblem(await call('GET', '/session'), 401, 'token_missing');
      isProblem(await call('GET', '/session', { 'x-auth-token': cloud.first.token }), 401, 'token_unknown');
    },
  );

  check('a wrong password and an unknown user get the same response', async () => {
    const wrong = await signIn(cloud.first.email, 'wrong');
    const unknown = await signIn('unknown@example.org');
    isProblem(wrong, 401, 'credentials_wrong');
    assert.equal(wrong.text, unknown.text);
    assert.equal(wrong.headers['set-cookie'], undefined);
  });

  check('a request that changes something by a session must come from a page of the service', async () => {
    const cookie = await signedIn();
    const create = (headers: object) =>
      call('POST', `/users/${cloud.first.uuid}/tokens`, { cookie, body: { name: 'script' }, ...headers });
    for (const headers of [
      {},
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { origin: 'https://evil.example.org' },
      { origin: 'null' },
    ]) {
      isProblem(await create(headers), 403, 'foreign_request');
    }
    assert.equal((await cloud.domain.tokens.list(cloud.first.uuid)).length, 1);
    for (const headers of [OWN, { origin: 'http://127.0.0.1:8700' }]) {
      assert.equal((await create(headers)).status, 201);
    }
    isProblem(
      await signIn(cloud.first.email, PASSWORD, { origin: 'https://evil.example.org' }),
      403,
      'foreign_request',
    );
  });

  check('the secret of a session is no token, in any dialect', async () => {
    const [, secret = ''] = (await signedIn()).split('=');
    isProblem(await call('GET', '/me', { 'x-auth-token': secret }), 401, 'token_unknown');
    const headers = { 'x-auth-token': secret };
    assert.equal((await cloud.send('/account/v1.0/quotas', { headers })).status, 401);
    assert.equal((await cloud.send('/v1/tasks', { headers })).status, 401);
    assert.equal((await cloud.send('/v3/auth/tokens', { headers })).status, 401);
    const validate = { 'x-auth-token': cloud.adminToken, 'x-subject-token': secret };
    assert.equal((await cloud.send('/v3/auth/tokens', { headers: validate })).status, 404);
    const cookie = { cookie: `__Host-purser=${secret}` };
    assert.equal((await cloud.send('/account/v1.0/quotas', { headers: cookie })).status, 401);
    const tokens = await call('GET', `/users/${cloud.first.uuid}/tokens`, {
      'x-auth-token': cloud.adminToken,
    });
    assert.deepEqual(
      tokens.json.items.map(({ name }: { name: string }) => name),
      ['test'],
    );
  });

  check('a session ends when it is unused, and by its time even if it is used', async () => {
    const cookie = await signedIn();
    for (let hour = 0; hour < 7; hour += 1) {
      cloud.clock.advance(7 * HOUR_MS);
      assert.equal((await call('GET', '/session', { cookie })).status, 200);
    }
    cloud.clock.advance(8 * HOUR_MS + 1);
    isProblem(await call('GET', '/session', { cookie }), 401, 'session_ended');

    const other = await signedIn();
    for (let use = 0; use < 24; use += 1) {
      cloud.clock.advance(7 * HOUR_MS);
      assert.equal((await call('GET', '/session', { cookie: other })).status, 200);
    }
    cloud.clock.advance(1);
    isProblem(await call('GET', '/session', { cookie: other }), 401, 'session_ended');
    await cloud.domain.sessions.sweep();
    assert.deepEqual(await cloud.domain.storage.db.selectFrom('sessions').selectAll().execute(), []);
  });

  check('signing out ends the session and no other', async () => {
    const cookie = await signedIn();
    const other = await signedIn();
    const ended = await call('DELETE', '/session', { cookie, ...OWN });
    assert.equal(ended.status, 204);
    assert.match(String(ended.headers['set-cookie']), /^__Host-purser=; .*Max-Age=0$/);
    isProblem(await call('GET', '/me', { cookie }), 401, 'session_ended');
    assert.equal((await call('GET', '/me', { cookie: other })).status, 200);
  });

  check('a user lists the own sessions and ends one or all others', async () => {
    const cookie = await signedIn();
    const phone = await signedIn(cloud.first.email, PASSWORD, {
      'user-agent': 'Mozilla/5.0 (Linux; Android 16) Chrome/150.0 Mobile Safari/537.36',
    });
    await signedIn();
    const stranger = await signedIn(cloud.second.email);
    const { sessions } = (await call('GET', '/me/sessions', { cookie })).json;
    assert.deepEqual(
      sessions.map((one: { current: boolean; device: string }) => [one.current, one.device]),
      [
        [false, 'Unknown device'],
        [false, 'Chrome on Android'],
        [true, 'Unknown device'],
      ],
    );
    const { id } = sessions[1];
    isProblem(
      await call('DELETE', `/me/sessions/${id}`, { cookie: stranger, ...OWN }),
      404,
      'session_not_found',
    );
    assert.equal((await call('DELETE', `/me/sessions/${id}`, { cookie, ...OWN })).status, 204);
    isProblem(await call('GET', '/me', { cookie: phone }), 401, 'session_ended');
    const rest = await call('DELETE', '/me/sessions', { cookie, ...OWN });
    assert.deepEqual(rest.json, { ended: 1 });
    assert.equal((await call('GET', '/me', { cookie })).status, 200);
    assert.equal((await call('GET', '/me', { cookie: stranger })).status, 200);
  });

  check('a session that is ended from elsewhere ends its tokens too; signing out leaves them', async () => {
    const mine = await signedIn();
    const create = async (cookie: string) => {
      const path = `/users/${cloud.first.uuid}/tokens`;
      const made = await call('POST', path, { cookie, ...OWN, body: { name: 'script' } });
      return { 'x-auth-token': made.json.token as string };
    };
    const stolen = await signedIn();
    const [kept, lost] = [await create(mine), await create(stolen)];
    assert.equal((await call('DELETE', '/me/sessions', { cookie: mine, ...OWN })).json.ended, 1);
    isProblem(await call('GET', '/me', lost), 401, 'token_unknown');
    assert.equal((await call('DELETE', '/session', { cookie: mine, ...OWN })).status, 204);
    assert.equal((await call('GET', '/me', kept)).status, 200);
  });

  check('a changed password and a deactivated account end sessions at once', async () => {
    const cookie = await signedIn();
    await cloud.domain.accounts.update(cloud.first.uuid, { password: 'another password of length' });
    isProblem(await call('GET', '/me', { cookie }), 401, 'session_ended');
    const second = await signedIn(cloud.second.email);
    await cloud.domain.accounts.deactivate(cloud.second.uuid, 'misuse');
    isProblem(await call('GET', '/me', { cookie: second }), 401, 'account_inactive');
    await cloud.domain.accounts.activate(cloud.second.uuid);
    isProblem(await call('GET', '/me', { cookie: second }), 401, 'session_ended');
  });

  check('with the correct password the response says why an account cannot sign in', async () => {
    const { accounts } = cloud.domain;
    const person = { firstName: 'Eve', lastName: 'Doe', password: PASSWORD };
    const { uuid } = await accounts.create({ ...person, email: 'eve@example.org' });
    isProblem(await signIn('eve@example.org'), 401, 'waiting_for_verification');
    isProblem(await signIn('eve@example.org', 'wrong'), 401, 'credentials_wrong');
    await accounts.verify(uuid);
    isProblem(await signIn('eve@example.org'), 401, 'waiting_for_moderation');
    await accounts.reject(uuid, 'unknown');
    isProblem(await signIn('eve@example.org'), 401, 'suspended');
    await accounts.deactivate(cloud.first.uuid, 'misuse');
    isProblem(await signIn(), 401, 'suspended');
  });

  check(
    'a generated password must be replaced, and new terms accepted, before a session starts',
    async () => {
      const { accounts, terms } = cloud.domain;
      await accounts.update(cloud.first.uuid, { password: PASSWORD, passwordOnce: true });
      await accounts.signTerms(cloud.first.uuid);
      const { id } = await terms.add('Be kind.');
      const first = await signIn();
      isProblem(first, 401, 'password_change_required');
      assert.equal(first.headers['set-cookie'], undefined);
      const { ticket } = first.json;
      isProblem(await call('POST', '/session/terms', { body: { ticket, terms: id } }), 401, 'ticket_invalid');
      const short = await call('POST', '/session/password', { body: { ticket, new: 'short' } });
      assert.equal(short.status, 400, short.text);
      const second = await call('POST', '/session/password', {
        body: { ticket, new: 'a new password of length' },
      });
      isProblem(second, 401, 'terms_unsigned');
      const again = await call('POST', '/session/password', {
        body: { ticket, new: 'another one of length' },
      });
      isProblem(again, 401, 'ticket_invalid');
      const outdated = { ticket: second.json.ticket, terms: id - 1 || 99 };
      isProblem(await call('POST', '/session/terms', { body: outdated }), 409, 'terms_outdated');
      const third = await call('POST', '/session/terms', { body: { ticket: second.json.ticket, terms: id } });
      assert.equal(third.status, 201, third.text);
      assert.equal((await call('GET', '/me', { cookie: cookieOf(third) })).status, 200);
      assert.equal((await signIn(cloud.first.email, 'a new password of length')).status, 201);
    },
  );

  check('a ticket ends by its time, by a changed password, and as the oldest of more than ten', async () => {
    await cloud.domain.terms.add('Be kind.');
    const ticketOf = async () => (await signIn()).json.ticket as string;
    const accept = (ticket: string, terms = 1) => call('POST', '/session/terms', { body: { ticket, terms } });
    const late = await ticketOf();
    cloud.clock.advance(10 * 60_000 + 1);
    isProblem(await accept(late), 401, 'ticket_invalid');
    const old = await ticketOf();
    await cloud.domain.accounts.update(cloud.first.uuid, { password: PASSWORD });
    isProblem(await accept(old), 401, 'ticket_invalid');
    const eleven: string[] = [];
    for (let n = 0; n < 11; n += 1) {
      cloud.clock.advance(1);
      eleven.push(await ticketOf());
    }
    isProblem(await accept(eleven[0] ?? ''), 401, 'ticket_invalid');
    isProblem(await accept(eleven[1] ?? '', 99), 409, 'terms_outdated');
    assert.equal((await accept(eleven[1] ?? '')).status, 201);
  });

  check('of more sessions than an account can have, the oldest ends', async () => {
    const first = await signedIn();
    for (let n = 0; n < 50; n += 1) {
      const account = await cloud.domain.accounts.get(cloud.first.uuid);
      await cloud.domain.signIn.begin(account, ['password'], { address: '192.0.2.1', userAgent: '' });
    }
    isProblem(await call('GET', '/session', { cookie: first }), 401, 'session_ended');
    assert.equal((await cloud.domain.sessions.list(cloud.first.uuid)).length, 50);
  });
});
