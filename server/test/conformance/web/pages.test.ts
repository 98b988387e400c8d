import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { type Cloud, startCloud } from '../cloud.ts';

forEachEngine((_engine, open) => {
  let cloud: Cloud;
  const check = (guarantee: string, body: () => Promise<void>) =>
    test(guarantee, async () => {
      cloud = await startCloud(open, { PURSER_SERVICE_NAME: 'A <b>cloud</b>' });
      await body();
    });

  check('the landing page names the services and runs no script', async () => {
    const answer = await cloud.send('/ui/landing');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'text/html; charset=UTF-8');
    assert.match(String(answer.headers['content-security-policy']), /default-src 'none'/);
    assert.ok(answer.text.includes('href="/api/docs"'));
    assert.ok(answer.text.includes('http://testing.example.org/ui?a=1&amp;b=2'));
    assert.ok(answer.text.includes('A &lt;b&gt;cloud&lt;/b&gt;'));
    assert.ok(!answer.text.includes('<script'));
    const head = await cloud.send('/ui/landing', { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(head.text, '');
  });

  check(
    'the start leads to the sign-in, and with a session to the services; the menu knows the session',
    async () => {
      const start = await cloud.send('/ui/');
      assert.deepEqual([start.status, start.headers.location], [302, '/ui/login']);
      const client = { address: '192.0.2.1', userAgent: '' };
      const { started } = await cloud.domain.signIn.begin(cloud.first.account, ['password'], client);
      const headers = { cookie: `a=b; __Host-purser=${started?.secret}` };
      assert.equal((await cloud.send('/ui/', { headers })).headers.location, '/ui/landing');
      const menu = (await cloud.send('/ui/get_menu', { headers })).json as { name: string }[];
      assert.deepEqual(
        menu.map(({ name }) => name),
        ['Test1@Example.org', 'Dashboard', 'Sign out'],
      );
      assert.equal(
        (await cloud.send('/ui/get_menu', { headers: { cookie: '__Host-purser=x' } })).json.length,
        1,
      );
    },
  );

  check('short and old addresses redirect', async () => {
    const cases: [string, number, string][] = [
      ['/', 302, '/ui/'],
      ['/?x=1', 302, '/ui/?x=1'],
      ['/ui', 301, '/ui/'],
      ['/im', 302, '/ui/'],
      ['/im/', 302, '/ui/'],
      ['/im/login?next=%2Fx', 302, '/ui/login?next=%2Fx'],
      ['/im/landing', 302, '/ui/landing'],
      ['/im/token/0123', 302, '/ui/token/0123'],
      ['/im/a/b?x=1', 302, '/ui/?x=1'],
      ['/im//evil.example.org', 302, '/ui/'],
    ];
    for (const [path, status, location] of cases) {
      const answer = await cloud.send(path, { headers: { accept: 'text/html,*/*;q=0.8' } });
      assert.equal(answer.status, status, path);
      assert.equal(answer.headers.location, location, path);
    }
  });

  check('old addresses of calls are calls and not pages', async () => {
    assert.equal((await cloud.send('/im/authenticate')).status, 401);
    assert.equal((await cloud.send('/im/get_menu')).status, 200);
    assert.equal((await cloud.send('/im/get_services')).status, 200);
  });
});
