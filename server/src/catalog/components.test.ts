import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine, START_MS } from '../../test/support/engines.ts';
import { partsOver, refusal } from '../../test/support/parts.ts';

const URLS = { baseUrl: 'https://compute.example.org/cyclades', uiUrl: 'https://compute.example.org/ui' };

forEachEngine((_engine, open) => {
  test('a component is known by its secret, which is answered once', async () => {
    const { components } = partsOver(await open());
    const { component, secret } = await components.add({ name: 'cyclades', ...URLS });
    assert.match(secret, /^[A-Za-z0-9_-]{43}$/);
    assert.deepEqual(component, {
      id: component.id,
      name: 'cyclades',
      ...URLS,
      tokenCreatedAt: START_MS,
      tokenExpiresAt: null,
      commissionExpiry_s: null,
      createdAt: START_MS,
      older: false,
    });
    assert.deepEqual(await components.authenticate(secret), component);
    assert.equal(components.authenticate(secret), components.lookup(secret));
    assert.equal(await components.lookup('unknown'), undefined);
    await assert.rejects(async () => components.authenticate('unknown'), refusal('token_unknown'));
    await assert.rejects(async () => components.authenticate(''), refusal('token_unknown'));
  });

  test('a name belongs to one component, and URLs are links for browsers', async () => {
    const { components } = partsOver(await open());
    await components.add({ name: 'pithos' });
    await assert.rejects(components.add({ name: 'pithos' }), refusal('component_exists'));
    for (const name of ['', ' x', 'a\nb', 'a\0b', 'x'.repeat(256)]) {
      await assert.rejects(components.add({ name }), refusal('invalid_field'));
    }
    for (const uiUrl of ['javascript:alert(1)', 'nonsense', '/ui', `https://x/${'y'.repeat(1024)}`]) {
      await assert.rejects(components.add({ name: 'bad', uiUrl }), refusal('invalid_field'), uiUrl);
    }
    assert.equal((await components.add({ name: 'bare', baseUrl: '' })).component.baseUrl, null);
  });

  test('a component is found by id and by name', async () => {
    const { components } = partsOver(await open());
    const { component } = await components.add({ name: 'cyclades' });
    for (const key of [component.id, String(component.id), 'cyclades']) {
      assert.deepEqual(await components.get(key), component);
    }
    for (const key of [0, 1.5, 2 ** 60, '9'.repeat(40), 'a\0b', 'Cyclades']) {
      await assert.rejects(components.get(key), refusal('component_not_found'));
    }
    assert.deepEqual(await components.list(), [component]);
    assert.deepEqual(await components.list({ after: component.id }), []);
  });

  test('a renewed secret replaces the old one at once, and starts without an end', async () => {
    const { components, clock } = partsOver(await open());
    const { secret } = await components.add({ name: 'cyclades', ...URLS });
    await components.authenticate(secret);
    await components.modify('cyclades', { tokenExpiresAt: START_MS + 5 });
    await components.authenticate(secret);
    clock.advance(6);
    assert.throws(() => components.authenticate(secret), refusal('token_expired'));
    const renewed = await components.modify('cyclades', { renewToken: true });
    assert.equal(renewed.component.tokenExpiresAt, null);
    assert.equal(renewed.component.tokenCreatedAt, START_MS + 6);
    assert.equal(await components.lookup(secret), undefined);
    await components.authenticate(renewed.secret ?? '');
  });

  test('operators can give a secret, but not one that is in use', async () => {
    const { components } = partsOver(await open());
    await components.add({ name: 'a' });
    await components.add({ name: 'b' });
    const secret = '4kkPAcJKtrCYACMTmXaPDg==';
    assert.equal((await components.modify('a', { secret })).secret, undefined);
    assert.equal((await components.authenticate(secret)).name, 'a');
    await assert.rejects(components.modify('b', { secret }), refusal('invalid_field'));
    await assert.rejects(components.modify('b', { secret: 'short' }), refusal('invalid_field'));
    assert.equal((await components.authenticate(secret)).name, 'a');
  });

  test('a change names what it changes, and leaves the rest', async () => {
    const { components } = partsOver(await open());
    const { component, secret } = await components.add({ name: 'cyclades', ...URLS });
    assert.deepEqual((await components.modify('cyclades', {})).component, component);
    assert.equal((await components.modify('cyclades', { uiUrl: null })).component.uiUrl, null);
    assert.equal((await components.get('cyclades')).baseUrl, URLS.baseUrl);
    assert.equal((await components.authenticate(secret)).uiUrl, null);
    await assert.rejects(components.modify('unknown', {}), refusal('component_not_found'));
  });

  test('a component goes with its services; the service itself stays', async () => {
    const { components, services, resources } = partsOver(await open());
    await services.ensureBuiltIn('https://accounts.example.org');
    const { secret } = await components.add({ name: 'cyclades' });
    await services.import({
      compute: {
        component: 'cyclades',
        type: 'compute',
        endpoints: [{ publicURL: 'https://x' }],
        resources: {
          vm: { name: 'cyclades.vm', service_type: 'compute', service_origin: 'compute' },
        },
      },
    });
    await components.authenticate(secret);
    await components.modify('cyclades', { purgeServices: true });
    await assert.rejects(services.get('compute'), refusal('service_not_found'));
    await components.remove('cyclades');
    assert.equal(await components.lookup(secret), undefined);
    await assert.rejects(components.remove('cyclades'), refusal('component_not_found'));
    assert.equal((await resources.get('cyclades.vm')).component, '');
    await assert.rejects(components.remove('astakos'), refusal('component_built_in'));
    await assert.rejects(
      components.modify('astakos', { purgeServices: true }),
      refusal('component_built_in'),
    );
    assert.equal((await services.list()).length, 6);
  });
});
