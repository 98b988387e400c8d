import assert from 'node:assert/strict';
import { test } from 'node:test';
import { XMLValidator } from 'fast-xml-parser';
import { forEachEngine } from '../../support/engines.ts';
import {
  assertEnvelope,
  assertFault,
  type Cloud,
  notAllowed,
  notFound,
  startCloud,
  unauthorized,
} from '../cloud.ts';

const bearer = (token: string) => ({ headers: { 'x-auth-token': token } });
const pathOf = (id: string, query = '') => `/identity/v2.0/tokens/${encodeURIComponent(id)}${query}`;

forEachEngine((_engine, open) => {
  let cloud: Cloud;
  let scoped: string;
  const ask = (id: string, token?: string, query = '') =>
    cloud.send(pathOf(id, query), { headers: token === undefined ? {} : { 'x-auth-token': token } });
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startCloud(open);
      scoped = (await cloud.domain.tokens.issue(cloud.first.uuid, { name: 'scoped', scope: '/files/1' }))
        .secret;
      await body();
    });

  check('GET is the only method, for any caller', async () => {
    notAllowed(await cloud.send(pathOf(scoped), { method: 'POST' }), 'GET');
    assert.equal((await cloud.send(pathOf(scoped), { method: 'HEAD' })).status, 405);
    assert.equal((await cloud.send(`${pathOf('invalid')}/`, { method: 'DELETE' })).status, 405);
  });

  check('tokens that are unknown or of a whole account are reported as missing', async () => {
    const ids = ['invalid', 'a/b+c==', '..', '\u0000', 'ÿ', cloud.first.token, cloud.component.token];
    for (const id of ids) notFound(await ask(id), 'No such token');
    notFound(await ask(cloud.first.token, cloud.first.token), 'No such token');
    for (const path of ['x'.repeat(10_000), '%zz', 'a/b+c==', 'a/b/', `${scoped}/endpoints`, '/']) {
      notFound(await cloud.send(`/identity/v2.0/tokens/${path}`), 'No such token');
    }
  });

  check('an address with a slash and without a token is the tokens call', async () => {
    for (const method of ['GET', 'HEAD', 'PUT']) {
      const answer = await cloud.send('/identity/v2.0/tokens/', { method });
      assert.equal(answer.status, 405, method);
      assert.equal(answer.headers.allow, 'POST');
    }
    notAllowed(await cloud.send('/identity/v2.0/tokens/?format=json'), 'POST');
    assert.equal((await cloud.send(`${pathOf(scoped, '/')}`, bearer(scoped))).status, 200);
    assert.equal((await cloud.send(`${pathOf(scoped, '/?format=json')}`, bearer(scoped))).status, 200);
  });

  check('a token is reported as missing while its account has unsigned terms', async () => {
    const { domain, first, component } = cloud;
    await domain.terms.add('Be kind.');
    notFound(await ask(scoped, component.token), 'No such token');
    await domain.accounts.signTerms(first.uuid);
    assert.equal((await ask(scoped, component.token)).status, 200);
  });

  check('components, operators and the account itself can validate a scoped token', async () => {
    for (const token of [cloud.component.token, cloud.adminToken, cloud.first.token, scoped]) {
      const answer = await ask(scoped, token);
      assert.equal(answer.status, 200, answer.text);
      assertEnvelope(answer);
      const { access } = answer.json;
      assert.deepEqual(Object.keys(access).sort(), ['token', 'user']);
      assert.equal(access.token.id, scoped);
      assert.match(access.token.expires, /\+00:00$/);
      assert.equal(access.token.tenant.id, cloud.first.uuid);
      assert.equal(access.user.id, cloud.first.uuid);
      assert.ok(!('projects' in access.user));
      assert.deepEqual(access.user.roles_links, []);
    }
    const byQuery = await cloud.send(pathOf(scoped, `/?X-Auth-Token=${cloud.component.token}`));
    assert.equal(byQuery.status, 200);
  });

  check('other callers are refused', async () => {
    unauthorized(await ask(scoped), 'Access denied. No authentication token');
    unauthorized(await ask(scoped, 'nonsense'), 'Invalid X-Auth-Token');
    assertFault(await ask(scoped, cloud.second.token), 403, 'forbidden', /./);
  });

  check('a claimed tenant must be within the scope', async () => {
    const outside = "The specified tenant is outside the token's scope";
    for (const place of ['invalid', '', '/files', encodeURIComponent('/files/2')]) {
      notFound(await ask(scoped, cloud.first.token, `?belongsTo=${place}`), outside);
    }
    for (const place of ['/files/1', '/files/1/and/more']) {
      const answer = await ask(scoped, cloud.first.token, `?belongsTo=${encodeURIComponent(place)}`);
      assert.equal(answer.status, 200, answer.text);
    }
  });

  check('a token bound to a project alone has that as its scope', async () => {
    const project = cloud.first.uuid;
    const { secret } = await cloud.domain.tokens.issue(cloud.first.uuid, { name: 'bound', project });
    assert.equal((await ask(secret, secret, `?belongsTo=${project}`)).status, 200);
    assert.equal((await ask(secret, secret, `?belongsTo=${cloud.second.uuid}`)).status, 404);
  });

  check('XML is well formed', async () => {
    const answer = await ask(scoped, cloud.first.token, '?format=xml');
    assert.equal(answer.headers['content-type'], 'application/xml; charset=UTF-8');
    assert.equal(XMLValidator.validate(answer.text), true);
    assert.ok(!answer.text.includes('serviceCatalog'));
  });

  check('a token can be validated until it expires, and then is reported as missing', async () => {
    const own = await startCloud(open);
    const { token, secret } = await own.domain.tokens.issue(own.first.uuid, {
      name: 'short',
      scope: 's',
      expiresAt: own.clock.now() + 1000,
    });
    const headers = { 'x-auth-token': own.component.token };
    assert.equal((await own.send(pathOf(secret), { headers })).status, 200);
    assert.equal((await own.send(pathOf(secret), { headers })).status, 200);
    own.clock.advance(2000);
    const expired = await own.send(pathOf(secret), { headers });
    assert.equal(expired.status, 404);
    assert.equal(expired.json.itemNotFound.message, 'Token has expired');
    assert.ok(!(await own.domain.tokens.list(own.first.uuid)).some(({ id }) => id === token.id));
    const gone = await own.send(pathOf(secret), { headers });
    assert.equal(gone.json.itemNotFound.message, 'No such token');
  });

  check('the token of an inactive account is not valid', async () => {
    const own = await startCloud(open);
    const { secret } = await own.domain.tokens.issue(own.second.uuid, { name: 'scoped', scope: 's' });
    await own.domain.accounts.deactivate(own.second.uuid, 'gone');
    notFound(
      await own.send(pathOf(secret), { headers: { 'x-auth-token': own.component.token } }),
      'No such token',
    );
  });
});
