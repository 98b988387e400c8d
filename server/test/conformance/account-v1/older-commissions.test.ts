import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../engines.ts';
import { startCloud, VISIBLE } from './cloud.ts';

forEachEngine((_engine, open) => {
  test('a client of the older generation charges the own project of a user', async () => {
    const { call, service, user } = await startCloud(open);
    const charge = (quantity: number) => ({
      holder: user.uuid,
      source: 'system',
      resource: VISIBLE,
      quantity,
    });
    const issued = await call('POST', '/commissions', service, { provisions: [charge(60), charge(10)] });
    assert.equal(issued.status, 201, issued.text);
    const { json } = await call('GET', '/quotas', user.token);
    const { usage, pending, project_usage, project_pending } = json[user.uuid][VISIBLE];
    assert.deepEqual([usage, pending, project_usage, project_pending], [70, 70, 70, 70]);
    const accepted = await call('POST', `/commissions/${issued.json.serial}/action`, service, { accept: '' });
    assert.equal(accepted.status, 200);
  });

  test('a refusal names what such a client has asked for', async () => {
    const { call, service, user } = await startCloud(open);
    const provision = { holder: user.uuid, source: 'system', resource: VISIBLE, quantity: 101 };
    const refused = await call('POST', '/commissions', service, { provisions: [provision] });
    assert.equal(refused.status, 413);
    assert.deepEqual(refused.json.overLimit.data, {
      name: 'NoCapacityError',
      provision,
      limit: 100,
      usage: 0,
    });
    const nobody = { ...provision, holder: 'nobody' };
    const unknown = await call('POST', '/commissions', service, { provisions: [nobody] });
    assert.equal(unknown.status, 404);
    assert.deepEqual(unknown.json.itemNotFound.data.provision, nobody);
  });
});
