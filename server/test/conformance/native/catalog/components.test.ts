import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../../support/engines.ts';
import { startPurser, type TestPurser } from '../../../support/harness.ts';
import { type Ask, addUser, asker, assertProblem, fieldsOf, items } from '../asking.ts';

forEachEngine((_name, open) => {
  let purser: TestPurser;
  let ask: Ask;
  const check = (guarantee: string, body: () => Promise<void> | void) =>
    test(guarantee, async () => {
      purser = await startPurser(open);
      ask = asker(purser);
      await body();
    });

  check('the secret of a component is returned once, and works', async () => {
    const made = await ask('POST', '/components', { name: 'compute', base_url: 'http://127.0.0.1:8801' });
    assert.equal(made.status, 201);
    const { token, ...component } = made.body;
    assert.equal((await purser.domain.components.authenticate(String(token))).name, 'compute');
    for (const reference of ['compute', component['id']]) {
      assert.deepEqual((await ask('GET', `/components/${reference}`)).body, component);
    }
    assert.ok(items(await ask('GET', '/components')).every((one) => !('token' in one)));
    assertProblem(await ask('POST', '/components', { name: 'compute' }), 409, 'component_exists');
  });

  check('a renewed secret replaces the old one', async () => {
    const { body: made } = await ask('POST', '/components', { name: 'renewing' });
    const unchanged = await ask('PATCH', '/components/renewing', { ui_url: 'http://127.0.0.1:8802/ui' });
    assert.equal(unchanged.body['ui_url'], 'http://127.0.0.1:8802/ui');
    assert.equal('token' in unchanged.body, false);
    const renewed = await ask('PATCH', '/components/renewing', { renew_token: true, ui_url: null });
    assert.equal(renewed.body['ui_url'], null);
    const found = (secret: unknown) => purser.domain.components.lookup(String(secret));
    assert.equal(await found(made['token']), undefined);
    assert.equal((await found(renewed.body['token']))?.name, 'renewing');
  });

  check('services of a component can be purged, and are removed with it', async () => {
    await ask('POST', '/components', { name: 'fleeting' });
    const document = { fleeting_one: { component: 'fleeting', type: 'x', endpoints: [], resources: {} } };
    await ask('POST', '/services/import', document);
    assert.equal((await ask('GET', '/services/fleeting_one')).status, 200);
    await ask('PATCH', '/components/fleeting', { purge_services: true });
    assertProblem(await ask('GET', '/services/fleeting_one'), 404, 'service_not_found');
    await ask('POST', '/services/import', document);
    assert.equal((await ask('DELETE', '/components/fleeting')).status, 200);
    assertProblem(await ask('GET', '/components/fleeting'), 404, 'component_not_found');
    assertProblem(await ask('GET', '/services/fleeting_one'), 404, 'service_not_found');
    assertProblem(await ask('DELETE', '/components/fleeting'), 404, 'component_not_found');
  });

  check('a component has a default time for its commissions', async () => {
    const made = await ask('POST', '/components', { name: 'timed', commission_expiry: 60 });
    assert.equal(made.body['commission_expiry'], 60);
    const change = async (commission_expiry: unknown) =>
      ask('PATCH', '/components/timed', { commission_expiry });
    assert.equal((await change(3600)).body['commission_expiry'], 3600);
    assert.equal((await ask('PATCH', '/components/timed', { ui_url: null })).body['commission_expiry'], 3600);
    assert.equal((await change(null)).body['commission_expiry'], null);
    for (const wrong of [0, -1, 1.5, '60', 315_360_001, true]) {
      const answer = await change(wrong);
      assertProblem(answer, 400, 'invalid_request');
      assert.deepEqual(fieldsOf(answer), ['commission_expiry']);
    }
    const plain = await ask('POST', '/components', { name: 'plain' });
    assert.equal(plain.body['commission_expiry'], null);
  });

  check('lists of components are paged', async () => {
    for (let n = 0; n < 3; n += 1) await ask('POST', '/components', { name: `listed${n}` });
    const first = await ask('GET', '/components?limit=2');
    assert.equal(items(first).length, 2);
    const second = await ask('GET', `/components?limit=2&after=${first.body['next']}`);
    assert.ok(items(second).length > 0);
    const ids = [...items(first), ...items(second)].map(({ id }) => Number(id));
    assert.deepEqual(
      ids,
      [...new Set(ids)].sort((a, b) => a - b),
    );
  });

  check('invalid requests are refused with the field', async () => {
    const cases: [unknown, string[]][] = [
      [{}, ['name']],
      [{ name: 7, base_url: 8 }, ['base_url', 'name']],
      [{ name: 'x', base_url: 'ftp://example.org' }, ['base_url']],
      [{ name: 'x', ui_url: 'javascript:alert(1)' }, ['ui_url']],
      [{ name: 'x', token: 'secret' }, ['token']],
      [{ name: 'x'.repeat(256) }, ['name']],
    ];
    for (const [body, fields] of cases) {
      const answer = await ask('POST', '/components', body);
      assert.equal(answer.status, 400, JSON.stringify(answer.body));
      assert.deepEqual(fieldsOf(answer), fields);
    }
  });

  check('only operators manage components', async () => {
    const { token } = await addUser(ask, 'curious@example.org');
    const self = asker(purser, token);
    assertProblem(await self('GET', '/components'), 403, 'forbidden');
    assertProblem(await self('POST', '/components', { name: 'mine' }), 403, 'forbidden');
    assertProblem(await self('GET', '/services'), 403, 'forbidden');
    assertProblem(await self('POST', '/services/import', {}), 403, 'forbidden');
  });
});
