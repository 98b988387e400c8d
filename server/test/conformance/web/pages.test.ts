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

  check('the landing page describes the service and runs no script', async () => {
    const answer = await cloud.send('/ui/');
    assert.equal(answer.status, 200);
    assert.equal(answer.headers['content-type'], 'text/html; charset=UTF-8');
    assert.match(String(answer.headers['content-security-policy']), /default-src 'none'/);
    assert.ok(answer.text.includes('href="/api/docs"'));
    assert.ok(answer.text.includes('A &lt;b&gt;cloud&lt;/b&gt;'));
    assert.ok(!answer.text.includes('<script'));
    const head = await cloud.send('/ui/', { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(head.text, '');
  });

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
