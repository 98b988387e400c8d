import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { badRequest, type Cloud, notAllowed, startCloud } from '../cloud.ts';

const BASE = 'http://127.0.0.1:8700';

forEachEngine((_engine, open) => {
  let cloud: Cloud;
  const withCookie = (cookie: string) => ({ headers: { cookie } });
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startCloud(open);
      await body();
    });

  check('the services of the cloud bar are sorted, and have the properties of every version', async () => {
    for (const path of ['/ui/get_services', '/im/get_services', '/ui/get_services/']) {
      const answer = await cloud.send(path);
      assert.equal(answer.status, 200);
      assert.equal(answer.headers['content-type'], 'application/json');
      const services = answer.json;
      const orders = services.map(({ order }: { order: number }) => order);
      assert.deepEqual(
        orders,
        orders.toSorted((a: number, b: number) => a - b),
      );
      const ours = services.find(({ name }: { name: string }) => name === cloud.component.name);
      assert.equal(typeof ours.id, 'string');
      assert.notEqual(ours.id, '');
      assert.equal(ours.url, 'http://testing.example.org/ui?a=1&b=2');
      assert.equal(typeof ours.icon, 'string');
      assert.equal(typeof ours.verbose_name, 'string');
      assert.equal(ours.cloudbar.show, true);
      assert.equal(ours.dashboard.show, true);
    }
  });

  check('any method returns the services', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      assert.ok((await cloud.send('/ui/get_services', { method })).json.length > 0, method);
    }
    assert.equal((await cloud.send('/ui/get_services', { method: 'HEAD' })).status, 200);
  });

  check('the menu without a token offers to sign in, under the prefix of the request', async () => {
    for (const prefix of ['/ui', '/im']) {
      for (const query of ['', '?', '?location=elsewhere', '?callback=']) {
        const answer = await cloud.send(`${prefix}/get_menu${query}`);
        assert.equal(answer.headers['content-type'], 'application/json');
        assert.match(String(answer.headers['cache-control']), /no-store/);
        assert.deepEqual(answer.json, [{ url: `${BASE}${prefix}/`, name: 'Sign in', is_active: true }]);
      }
    }
    notAllowed(await cloud.send('/ui/get_menu', { method: 'POST' }), 'GET');
    for (const path of ['/ui/get_menu', '/im/get_menu', '/im/get_menu/', '/im/authenticate']) {
      const answer = await cloud.send(path, { method: 'HEAD' });
      assert.equal(answer.status, 405, path);
      assert.equal(answer.headers.allow, 'GET');
    }
  });

  check('the menu names the authenticated user, by cookie or by token', async () => {
    const { first } = cloud;
    const cookie = `other=1; _pithos2_a=${encodeURIComponent(`${first.uuid}|${first.token}`)}; more=2`;
    const ways = [withCookie(cookie), { headers: { 'x-auth-token': first.token } }];
    for (const prefix of ['/ui', '/im']) {
      for (const way of ways) {
        assert.deepEqual((await cloud.send(`${prefix}/get_menu`, way)).json, [
          { url: `${BASE}${prefix}/`, name: 'Test1@Example.org', is_active: true },
          { url: `${BASE}${prefix}/landing`, name: 'Dashboard' },
          { url: `${BASE}${prefix}/logout`, name: 'Sign out' },
        ]);
      }
    }
  });

  check('an invalid cookie is ignored', async () => {
    const { first, second } = cloud;
    const values = [
      '',
      'x',
      '%7C',
      '%zz',
      '%00%7C%00',
      encodeURIComponent(`${first.uuid}|${second.token}`),
      encodeURIComponent(`${first.uuid}|`),
      encodeURIComponent(`|${first.token}`),
      encodeURIComponent(`${first.uuid}|${first.token}|x`),
      'y'.repeat(8000),
    ];
    for (const value of values) {
      const [item] = (await cloud.send('/ui/get_menu', withCookie(`_pithos2_a=${value}`))).json;
      assert.equal(item.name, 'Sign in', value);
    }
    const [item] = (await cloud.send('/ui/get_menu', { headers: { 'x-auth-token': '\u00ff' } })).json;
    assert.equal(item.name, 'Sign in');
  });

  check('a callback wraps the feed', async () => {
    for (const path of ['/ui/get_menu', '/im/get_menu', '/ui/get_services']) {
      for (const callback of ['cb', '$', 'a.b_c.$d1', 'x'.repeat(100)]) {
        const answer = await cloud.send(`${path}?callback=${callback}`);
        assert.equal(answer.status, 200);
        assert.equal(answer.headers['content-type'], 'application/javascript');
        assert.equal(answer.headers['x-content-type-options'], 'nosniff');
        assert.ok(answer.text.startsWith(`${callback}([`) && answer.text.endsWith('])'), answer.text);
        JSON.parse(answer.text.slice(callback.length + 1, -1));
      }
    }
  });

  check('a callback that is not a plain name is refused', async () => {
    const hostile = [
      'alert(1)//',
      '1a',
      'a..b',
      '.a',
      'a.',
      'a b',
      'a\n',
      '<script>',
      'ünï',
      'x'.repeat(101),
      'a;b',
    ];
    for (const path of ['/ui/get_menu', '/ui/get_services']) {
      for (const callback of hostile) {
        badRequest(await cloud.send(`${path}?callback=${encodeURIComponent(callback)}`), 'Invalid callback');
      }
    }
  });
});
