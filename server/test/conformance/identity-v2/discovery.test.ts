import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import {
  assertEnvelope,
  badRequest,
  type Cloud,
  notAllowed,
  notFound,
  startCloud,
  unauthorized,
} from '../cloud.ts';

forEachEngine((_engine, open) => {
  let cloud: Cloud;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startCloud(open);
      await body();
    });

  check('the list of versions is at all of its addresses', async () => {
    for (const path of ['/identity', '/identity/', '/identity/.json']) {
      const answer = await cloud.send(path);
      assert.equal(answer.status, 200, path);
      assertEnvelope(answer);
      const [version] = answer.json.versions.values;
      assert.equal(version.id, 'v2.0');
      assert.equal(version.status, 'CURRENT');
      assert.equal(version.updated, '2014-04-17T00:00:00Z');
      assert.match(version.links[0].href, /\/identity\/v2\.0\/$/);
    }
  });

  check('the version document is at all of its addresses', async () => {
    for (const path of ['/identity/v2.0', '/identity/v2.0/', '/identity/v2.0.json']) {
      const { version } = (await cloud.send(path)).json;
      assert.equal(version.links[0].rel, 'self');
      assert.match(version.links[0].href, /^http.*\/identity\/v2\.0\/$/);
      assert.ok(version.links.some((link: { rel: string; type: string }) => link.rel === 'describedby'));
      assert.deepEqual(version.media_types, [
        { base: 'application/json', type: 'application/vnd.openstack.identity-v2.0+json' },
      ]);
    }
    notAllowed(await cloud.send('/identity/v2.0', { method: 'POST' }), 'GET');
    // As sent by a client that takes the service for a proxy.
    const whole = await cloud.send('http://elsewhere.example.org:80/identity/v2.0?format=json');
    assert.equal(whole.json.version.id, 'v2.0');
    assert.equal((await cloud.send('HTTPS://elsewhere.example.org')).status, 200);
    assert.equal((await cloud.send('/identity/', { method: 'HEAD' })).status, 405);
  });

  check('an unknown path is a bad request, by any method and without a token', async () => {
    const paths = [
      '/identity/v2.0/nonexistent',
      '/identity/v2.0/extensions',
      '/identity/v4',
      '/identity/x/y/z',
      '/account/v1.0/nonexistent',
      '/account/',
      '/account/v2.0/quotas',
      '/identity/v2.0/%zz',
      '/account/v1.0/%ff%',
    ];
    for (const path of ['/account', '/account?x=1']) notFound(await cloud.send(path), 'Not found');
    for (const path of paths) {
      for (const method of ['GET', 'POST', 'DELETE', 'OPTIONS']) {
        badRequest(await cloud.send(path, { method }), 'API endpoint not found');
      }
    }
    assert.equal((await cloud.send('/account/v1.0/nonexistent', { method: 'HEAD' })).status, 400);
  });

  check('the address of the account dialect in the catalog names its version', async () => {
    for (const path of ['/account/v1.0', '/account/v1.0/']) {
      const { status, json } = await cloud.send(path);
      assert.equal(status, 200);
      assert.equal(json.version.id, 'v1.0');
      assert.equal(json.version.links[0].href, 'http://127.0.0.1:8700/account/v1.0/');
    }
  });

  check("a user can list the user's own tenants", async () => {
    const headers = { 'x-auth-token': cloud.first.token };
    const answer = await cloud.send('/identity/v2.0/tenants', { headers });
    assert.equal(answer.status, 200, answer.text);
    assertEnvelope(answer);
    assert.deepEqual(answer.json.tenants_links, []);
    const [tenant] = answer.json.tenants;
    assert.equal(tenant.id, cloud.first.uuid);
    assert.equal(tenant.enabled, true);
    assert.deepEqual(Object.keys(tenant).sort(), ['description', 'enabled', 'id', 'name']);
    unauthorized(await cloud.send('/identity/v2.0/tenants'), 'Access denied. No authentication token');
    notAllowed(await cloud.send('/identity/v2.0/tenants', { method: 'POST' }), 'GET');
  });

  check('with a base path all addresses are below it, and links too', async () => {
    const own = await startCloud(open, { PURSER_BASE_URL: 'http://127.0.0.1:8700/astakos' });
    assert.ok(own.url.endsWith('/astakos'));
    const { version } = (await own.send('/identity/v2.0')).json;
    assert.equal(version.links[0].href, 'http://127.0.0.1:8700/astakos/identity/v2.0/');
    badRequest(await own.send('/account/v1.0/nonexistent'), 'API endpoint not found');
    const menu = (await own.send('/ui/get_menu')).json;
    assert.deepEqual(menu, [{ url: 'http://127.0.0.1:8700/astakos/ui/', name: 'Sign in', is_active: true }]);
    const browser = await own.send('/', { headers: { accept: 'text/html' } });
    assert.equal(browser.headers.location, '/astakos/ui/');
    const { versions } = (await own.send('/')).json;
    assert.equal(versions[0].links[0].href, `${own.url}/v1/`);
  });
});
