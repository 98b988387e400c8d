import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../support/engines.ts';
import { type Cloud, startCloud } from '../cloud.ts';

/** Commissions for a resource of the component and for one of another component, by each way of issuing them. */
async function issued(cloud: Cloud): Promise<string[]> {
  const { uuid } = cloud.first;
  const outcomes: string[] = [];
  for (const resource of ['service1.disk', 'astakos.pending_app']) {
    const provisions = [{ holder: `user:${uuid}`, source: `project:${uuid}`, resource, quantity: 0 }];
    const commission = { name: '', force: false, auto_accept: true, provisions };
    const headers = { 'x-auth-token': cloud.component.token };
    const old = await cloud.post('/account/v1.0/commissions', commission, headers);
    const native = await cloud.post('/api/commissions', commission, headers);
    const bulk = await cloud.post('/api/commissions/bulk', { commissions: [commission] }, headers);
    const [result] = bulk.json.results;
    const body = (text: string) => (/belongs to another component/.test(text) ? 'foreign' : 'none');
    outcomes.push(
      `${old.status} ${body(old.text)}`,
      `${native.status} ${native.json.code ?? 'none'}`,
      `${bulk.status} ${result.problem?.code ?? 'none'}`,
    );
  }
  return outcomes;
}

forEachEngine((_name, open) => {
  test('a component may charge any resource, unless it is restricted to those of its own services', async () => {
    const ok = ['201 none', '201 none', '200 none'];
    assert.deepEqual(await issued(await startCloud(open)), [...ok, ...ok]);
    const bound = await startCloud(open, { PURSER_COMPONENTS_OWN_RESOURCES: 'true' });
    const before = await bound.domain.ledger.pending('testing');
    const refused = ['403 foreign', '403 resource_foreign', '200 resource_foreign'];
    assert.deepEqual(await issued(bound), [...ok, ...refused]);
    assert.deepEqual(await bound.domain.ledger.pending('testing'), before);
  });
});
