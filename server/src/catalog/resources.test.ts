import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../test/support/engines.ts';
import { partsOver, refusal } from '../../test/support/parts.ts';
import { UNLIMITED } from '../lib/limits.ts';

forEachEngine((_engine, open) => {
  async function prepared() {
    const parts = partsOver(await open());
    await parts.components.add({ name: 'c' });
    const r = { name: 'r', service_type: 't', service_origin: 's' };
    await parts.services.import({ s: { component: 'c', type: 't', endpoints: [], resources: { r } } });
    return parts;
  }

  test('limits are exact up to 2^63 - 1, and nothing beyond is taken', async () => {
    const { resources } = await prepared();
    for (const limit of [0n, 9007199254740993n, UNLIMITED - 1n, UNLIMITED]) {
      const changed = await resources.modify('r', { systemDefault: limit, projectDefault: limit });
      assert.deepEqual([changed.systemDefault, changed.projectDefault], [limit, limit]);
      assert.deepEqual(await resources.get('r'), changed);
    }
    for (const limit of [-1n, UNLIMITED + 1n]) {
      await assert.rejects(resources.modify('r', { systemDefault: limit }), refusal('invalid_field'));
      await assert.rejects(resources.modify('r', { projectDefault: limit }), refusal('invalid_field'));
    }
    assert.equal((await resources.get('r')).systemDefault, UNLIMITED);
  });

  test('visibility is kept consistent', async () => {
    const { resources } = await prepared();
    const flags = async (change: object) => {
      const { apiVisible, uiVisible } = await resources.modify('r', change);
      return [apiVisible, uiVisible];
    };
    assert.deepEqual(await flags({ apiVisible: false }), [false, false]);
    assert.deepEqual(await flags({ apiVisible: true }), [true, false]);
    assert.deepEqual(await flags({ apiVisible: false }), [false, false]);
    assert.deepEqual(await flags({ uiVisible: true }), [true, true]);
    assert.deepEqual(await flags({}), [true, true]);
    await assert.rejects(
      resources.modify('r', { uiVisible: true, apiVisible: false }),
      refusal('resource_visibility'),
    );
  });

  test('resources are remembered until one changes', async () => {
    const { resources } = await prepared();
    const all = await resources.all();
    assert.equal(resources.all(), all);
    await resources.modify('r', { systemDefault: 7n });
    assert.deepEqual(
      (await resources.all()).map(({ systemDefault }) => systemDefault),
      [7n],
    );
    await assert.rejects(resources.get('nothing'), refusal('resource_not_found'));
    await assert.rejects(resources.modify('a\0b', {}), refusal('resource_not_found'));
  });
});
