import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LOGIN_TOKENS } from '../../../src/directory/logins/login-tokens.ts';
import { PurserError } from '../../../src/lib/errors.ts';
import { LIMITS } from '../../../src/lib/limits.ts';
import { forEachEngine } from '../../support/engines.ts';
import {
  assertEnvelope,
  assertFault,
  badRequest,
  type Cloud,
  notAllowed,
  PASSWORD,
  person,
  startCloud,
  unauthorized,
} from '../cloud.ts';

const TOKENS = '/identity/v2.0/tokens';
const byToken = (id: unknown, tenantName?: unknown) => ({
  auth: { token: { id }, ...(tenantName !== undefined && { tenantName }) },
});
const byPassword = (username: unknown, password: unknown, tenantName?: unknown) => ({
  auth: { passwordCredentials: { username, password }, ...(tenantName !== undefined && { tenantName }) },
});

forEachEngine((_engine, open) => {
  let cloud: Cloud;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startCloud(open);
      await body();
    });

  check('tokens support only POST, which is checked first', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'PROPFIND']) {
      notAllowed(await cloud.send(TOKENS, { method }), 'POST');
    }
    const head = await cloud.send(TOKENS, { method: 'HEAD' });
    assert.equal(head.status, 405);
    assert.equal(head.headers.allow, 'POST');
    notAllowed(
      await cloud.send(`${TOKENS}/`, { method: 'PUT', body: '<', headers: { 'content-type': 'x' } }),
      'POST',
    );
  });

  check('without a body the response is the public catalog only', async () => {
    const headers = [{}, { 'content-type': 'application/json' }, { 'content-type': 'nonsense' }];
    for (const sent of headers) {
      const answer = await cloud.send(TOKENS, { method: 'POST', headers: sent });
      assert.equal(answer.status, 200, answer.text);
      assert.deepEqual(Object.keys(answer.json.access), ['serviceCatalog']);
      assertEnvelope(answer);
    }
    const chunked = await cloud.send(TOKENS, { method: 'POST', chunked: true });
    assert.deepEqual(Object.keys(chunked.json.access), ['serviceCatalog']);
  });

  check('a body in chunks is a body, although it has no Content-Length', async () => {
    const answer = await cloud.send(TOKENS, {
      method: 'POST',
      chunked: true,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(byToken(cloud.first.token)),
    });
    assert.equal(answer.json.access.user.id, cloud.first.uuid);
    badRequest(
      await cloud.send(TOKENS, { method: 'POST', chunked: true, body: '{}' }),
      'Missing Content-Type header field',
    );
  });

  check('the content type of a body must begin with application/json', async () => {
    const body = JSON.stringify(byToken(cloud.first.token));
    const send = (type: string) =>
      cloud.send(TOKENS, { method: 'POST', body, headers: { 'content-type': type } });
    badRequest(await send('application/xml'), "Unsupported Content-type: 'application/xml'");
    badRequest(await send('nonsense'), "Unsupported Content-type: 'nonsense'");
    badRequest(await send('text/plain'), "Unsupported Content-type: 'text/plain'");
    badRequest(await cloud.send(TOKENS, { method: 'POST', body }), 'Missing Content-Type header field');
    assert.equal((await send('application/json; charset=utf-8')).status, 200);
  });

  check('a body must be JSON in UTF-8', async () => {
    badRequest(await cloud.post(TOKENS, '{"auth":'), 'Could not decode request body as JSON');
    const latin1 = await cloud.send(TOKENS, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: Buffer.from([0x22, 0xff, 0x22]),
    });
    badRequest(latin1, 'Could not decode request as UTF-8 string');
  });

  check('a token identifies its owner and returns the catalog', async () => {
    const { first } = cloud;
    for (const path of [TOKENS, `${TOKENS}/`, '/tokens', '/tokens/']) {
      const answer = await cloud.post(path, byToken(first.token, first.uuid));
      assert.equal(answer.status, 200, answer.text);
      assertEnvelope(answer);
      const { token, user, serviceCatalog } = answer.json.access;
      assert.equal(token.id, first.token);
      assert.deepEqual(token.tenant, { id: first.uuid, name: 'Ada Löve' });
      assert.match(token.expires, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?\+00:00$/);
      assert.ok(Date.parse(token.expires) > cloud.clock.now());
      assert.equal(user.id, first.uuid);
      assert.equal(user.name, 'Ada Löve');
      assert.deepEqual(user.roles_links, []);
      assert.deepEqual(user.projects, [first.uuid]);
      assert.ok(user.roles.some((role: { name: string }) => role.name === 'member'));
      for (const role of user.roles) assert.equal(typeof role.id, 'string');
      const ours = serviceCatalog.filter(({ name }: { name: string }) => name.startsWith('service'));
      assert.deepEqual(
        ours.map(({ name, type }: { name: string; type: string }) => [name, type]),
        [1, 2, 3].map((n) => [`service${n}`, `type${n}`]),
      );
      for (const entry of serviceCatalog) {
        assert.deepEqual(entry.endpoints_links, []);
        for (const endpoint of entry.endpoints) {
          assert.equal(endpoint.region, 'default');
          assert.ok('SNF:uiURL' in endpoint);
        }
      }
    }
  });

  check('a repeated request gets the same response', async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => cloud.post(TOKENS, byToken(cloud.first.token))),
    );
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  });

  check('a change of the account or of the catalog is visible in the next response', async () => {
    const mary = await person(cloud, 'mary@example.org', 'Mary', 'Shelley');
    await cloud.post(TOKENS, byToken(mary.token));
    await cloud.domain.accounts.update(mary.uuid, { lastName: 'Wollstonecraft' });
    assert.equal(
      (await cloud.post(TOKENS, byToken(mary.token))).json.access.user.name,
      'Mary Wollstonecraft',
    );
    await cloud.domain.services.import({
      late: { component: cloud.component.name, type: 'late', endpoints: [] },
    });
    const { serviceCatalog } = (await cloud.post(TOKENS, byToken(mary.token))).json.access;
    const late = serviceCatalog.find(({ name }: { name: string }) => name === 'late');
    assert.deepEqual(late.endpoints, []);
  });

  check('roles of the whole cloud and of the default project are shown', async () => {
    const joan = await person(cloud, 'joan@example.org', 'Joan', 'Clarke');
    await cloud.domain.roles.grant(joan.uuid, 'admin');
    await cloud.domain.roles.grant(joan.uuid, 'project_mod', cloud.first.uuid);
    const { roles } = (await cloud.post(TOKENS, byToken(joan.token))).json.access.user;
    assert.deepEqual(
      roles.map(({ name }: { name: string }) => name),
      ['admin'],
    );
  });

  check('absent credentials are reported as missing', async () => {
    for (const body of [
      {},
      { auth: {} },
      { auth: { auth_token: { id: cloud.first.token } } },
      { auth: { passwordCredentials: { username: cloud.first.uuid } } },
      { auth: { passwordCredentials: { password: cloud.first.token } } },
      { auth: { token: {} } },
    ]) {
      badRequest(await cloud.post(TOKENS, body), 'Malformed request: missing credentials');
    }
    badRequest(await cloud.post(TOKENS, byToken(null)), 'Malformed request: missing token');
    badRequest(
      await cloud.post(TOKENS, byPassword(cloud.first.uuid, null)),
      'Malformed request: missing token',
    );
  });

  check('values of a wrong type are a bad request', async () => {
    const wrong = [null, 1, 1.5, true, 'text', [], [{}]];
    for (const value of wrong) {
      badRequest(await cloud.post(TOKENS, JSON.stringify(value)), /^Malformed request/);
      badRequest(await cloud.post(TOKENS, { auth: value }), /^Malformed request/);
      badRequest(await cloud.post(TOKENS, { auth: { token: value } }), /^Malformed request/);
      badRequest(await cloud.post(TOKENS, { auth: { passwordCredentials: value } }), /^Malformed request/);
    }
    for (const value of [1, 1.5, true, [], {}, { id: 'x' }]) {
      badRequest(await cloud.post(TOKENS, byToken(value)), 'Malformed request');
      badRequest(await cloud.post(TOKENS, byPassword(cloud.first.uuid, value)), 'Malformed request');
      badRequest(await cloud.post(TOKENS, byPassword(value, cloud.first.token)), 'Malformed request');
      badRequest(await cloud.post(TOKENS, byToken(cloud.first.token, value)), 'Not conforming tenantName');
    }
    const deep = 100_000;
    const nested = '['.repeat(deep) + ']'.repeat(deep);
    badRequest(await cloud.post(TOKENS, nested), 'Could not decode request body as JSON');
    badRequest(
      await cloud.post(TOKENS, '{"__proto__":{"auth":{"token":{"id":"x"}}}}'),
      'Malformed request: missing credentials',
    );
  });

  check('an unknown token is invalid', async () => {
    const odd = ['', 'x', 'ÿ\u0000\n', '\ud800', "' OR 1=1 --", 'x'.repeat(10_000), cloud.component.token];
    for (const id of odd) unauthorized(await cloud.post(TOKENS, byToken(id)), 'Invalid token');
    unauthorized(await cloud.post(TOKENS, byPassword(cloud.first.uuid, '')), 'Invalid token');
  });

  check('the token of another user does not match the claimed user', async () => {
    const { first, second } = cloud;
    for (const claimed of [first.uuid, first.email, 'unknown@example.org', '']) {
      unauthorized(
        await cloud.post(TOKENS, byPassword(claimed, second.token, second.uuid)),
        'Invalid credentials',
      );
    }
    unauthorized(
      await cloud.post(TOKENS, byPassword(first.uuid, second.token, 'anything')),
      'Invalid credentials',
    );
  });

  check('a token can be sent with the uuid or the e-mail address of its user', async () => {
    const { first } = cloud;
    for (const claimed of [first.uuid, first.email, 'TEST1@example.ORG']) {
      const answer = await cloud.post(TOKENS, byPassword(claimed, first.token, first.uuid));
      assert.equal(answer.status, 200, answer.text);
      assert.equal(answer.json.access.token.id, first.token);
      assert.equal(answer.json.access.user.id, first.uuid);
    }
  });

  check('the token form wins where both forms are sent', async () => {
    const answer = await cloud.post(TOKENS, {
      auth: {
        token: { id: cloud.first.token },
        passwordCredentials: { username: cloud.second.uuid, password: cloud.second.token },
      },
    });
    assert.equal(answer.json.access.user.id, cloud.first.uuid);
  });

  check('a tenant name is empty or the uuid of the user', async () => {
    const { first, second } = cloud;
    for (const tenantName of ['', null, false, 0, first.uuid]) {
      assert.equal((await cloud.post(TOKENS, byToken(first.token, tenantName))).status, 200);
    }
    for (const tenantName of [second.uuid, first.email, 'x']) {
      badRequest(await cloud.post(TOKENS, byToken(first.token, tenantName)), 'Not conforming tenantName');
    }
    const tenantId = await cloud.post(TOKENS, {
      auth: { token: { id: first.token }, tenantId: second.uuid },
    });
    assert.equal(tenantId.status, 200);
  });

  check('the default project is the tenant in the response, but cannot be named as one', async () => {
    const mary = await person(cloud, 'mary2@example.org', 'Mary', 'Somerville');
    await cloud.domain.accounts.update(mary.uuid, { defaultProject: cloud.first.uuid });
    const answer = await cloud.post(TOKENS, byToken(mary.token));
    assert.equal(answer.json.access.token.tenant.id, cloud.first.uuid);
    badRequest(await cloud.post(TOKENS, byToken(mary.token, cloud.first.uuid)), 'Not conforming tenantName');
  });

  check('the reason why a known token is refused follows the order inactive, expired, unsigned', async () => {
    const own = await startCloud(open);
    const { first, second, domain } = own;
    const short = await domain.tokens.issue(first.uuid, {
      name: 'short',
      expiresAt: own.clock.now() + 1000,
    });
    assert.equal((await own.post(TOKENS, byToken(short.secret))).status, 200);
    await domain.terms.add('Be kind.');
    own.clock.advance(500);
    unauthorized(await own.post(TOKENS, byToken(first.token)), 'Pending approval terms');
    unauthorized(await own.post(TOKENS, byPassword(second.uuid, first.token)), 'Pending approval terms');
    unauthorized(await own.post(TOKENS, byPassword(first.uuid, PASSWORD)), 'Pending approval terms');
    own.clock.advance(400);
    await domain.accounts.signTerms(first.uuid);
    assert.equal((await own.post(TOKENS, byToken(short.secret))).status, 200);
    own.clock.advance(99);
    await domain.terms.add('Be very kind.');
    const late = async () => (await own.send(TOKENS, { method: 'POST' })).status;
    assert.equal(await late(), 200);
    await domain.accounts.deactivate(second.uuid, 'tidying up');
    const inactive = await own.post(TOKENS, byToken(second.token));
    assert.equal(inactive.status, 401);
    assert.equal(inactive.json.unauthorized.message, 'User inactive');
    const password = await own.post(TOKENS, byPassword(second.email, PASSWORD));
    assert.equal(password.json.unauthorized.message, 'User inactive');
    own.clock.advance(10_000);
    const expired = await own.post(TOKENS, byToken(short.secret));
    assert.equal(expired.json.unauthorized.message, 'Authentication expired');
  });

  check('a real password is exchanged for a fresh token', async () => {
    const { first } = cloud;
    for (const claimed of [first.uuid, first.email, 'TEST1@example.ORG']) {
      const answer = await cloud.post(TOKENS, byPassword(claimed, PASSWORD, first.uuid));
      assert.equal(answer.status, 200, answer.text);
      const { token, user } = answer.json.access;
      assert.equal(user.id, first.uuid);
      assert.notEqual(token.id, first.token);
      assert.ok(Date.parse(token.expires) > cloud.clock.now());
      assert.equal((await cloud.post(TOKENS, byToken(token.id))).json.access.user.id, first.uuid);
    }
  });

  check(
    'a wrong password and a wrong token, a known user and an unknown one get the same answer',
    async () => {
      for (const claimed of [cloud.first.uuid, cloud.first.email, 'unknown@example.org', '']) {
        unauthorized(await cloud.post(TOKENS, byPassword(claimed, 'not the password')), 'Invalid token');
      }
    },
  );

  check('a password login reveals no more about the tenant than a token, and creates none', async () => {
    const { domain, first } = cloud;
    const before = await domain.tokens.list(first.uuid);
    badRequest(
      await cloud.post(TOKENS, byPassword(cloud.first.uuid, PASSWORD, cloud.second.uuid)),
      'Not conforming tenantName',
    );
    assert.deepEqual(await domain.tokens.list(first.uuid), before);
  });

  check('password logins do not fill an account with tokens: the oldest are replaced', async () => {
    const { first, domain } = cloud;
    const logins = async () =>
      (await domain.tokens.list(first.uuid)).filter(({ name }) => name === LOGIN_TOKENS.password);
    for (let n = 0; n < LIMITS.password_logins_per_account; n += 1) {
      await domain.tokens.issue(first.uuid, { name: LOGIN_TOKENS.password });
    }
    const [oldest, ...others] = await logins();
    assert.equal((await cloud.post(TOKENS, byPassword(first.uuid, PASSWORD))).status, 200);
    const left = await logins();
    assert.equal(left.length, LIMITS.password_logins_per_account);
    assert.ok(!left.some(({ id }) => id === oldest?.id));
    assert.ok(others.every(({ id }) => left.some((token) => token.id === id)));
    assert.equal((await cloud.post(TOKENS, byToken(first.token))).status, 200, 'other tokens stay');
  });

  check('too many simultaneous password logins are refused at once, with Retry-After', async () => {
    cloud.domain.accounts.verifyPassword = async () => {
      throw new PurserError('too_busy');
    };
    const answer = await cloud.post(TOKENS, byPassword(cloud.first.uuid, PASSWORD));
    assertFault(answer, 503, 'serviceUnavailable', /./);
    assert.equal(answer.headers['retry-after'], '1');
  });

  check('an unexpected error is not described', async () => {
    cloud.domain.accounts.verifyPassword = async () => {
      throw new Error('secret detail');
    };
    const answer = await cloud.post(TOKENS, byPassword(cloud.first.uuid, PASSWORD));
    assertFault(answer, 500, 'internalServerError', 'Unexpected error');
  });

  check('a token without an expiry shows one far in the future', async () => {
    const { secret } = await cloud.domain.tokens.issue(cloud.first.uuid, { name: 'long', expiresAt: null });
    const { expires } = (await cloud.post(TOKENS, byToken(secret))).json.access.token;
    assert.equal(expires, '2126-01-15T12:00:00+00:00');
  });

  check('tokens that can only be validated are refused here', async () => {
    const { secret } = await cloud.domain.tokens.issue(cloud.first.uuid, { name: 'scoped', scope: 'x' });
    unauthorized(await cloud.post(TOKENS, byToken(secret)), 'Invalid token');
  });

  check('a body beyond the limit is refused as too large', async () => {
    const answer = await cloud.post(TOKENS, JSON.stringify('x'.repeat(2 * 1024 * 1024)));
    assert.equal(answer.status, 413);
    assert.deepEqual(Object.keys(answer.json), ['overLimit']);
  });
});
