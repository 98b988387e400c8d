import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JsonObject } from '../../../../src/lib/text/json.ts';
import { forEachEngine } from '../../../support/engines.ts';
import { startPurser } from '../../../support/harness.ts';
import { person } from '../../cloud.ts';
import { asker, assertProblem, items } from '../asking.ts';

forEachEngine((_engine, open) => {
  test('a component with pending commissions is removed only with a choice, which resolves them first', async (t) => {
    const purser = await startPurser(open);
    const { domain } = purser;
    const ask = asker(purser);
    const { uuid } = await person(purser, 'ada@example.org', 'Ada', 'Lovelace');
    /** A component with a resource and three pending commissions, each of two units of it. */
    const busy = async (name: string) => {
      const { secret } = await domain.components.add({ name, baseUrl: 'http://c.example.org' });
      const resource = { name: `${name}.r`, service_type: name, service_origin: name };
      await domain.services.import({
        [name]: { component: name, type: name, endpoints: [], resources: { r: resource } },
      });
      const issue = asker(purser, secret);
      const provision = {
        holder: `user:${uuid}`,
        source: `project:${uuid}`,
        resource: `${name}.r`,
        quantity: 2,
      };
      const serials: number[] = [];
      for (let count = 0; count < 3; count += 1) {
        const { status, body } = await issue('POST', '/commissions', { name: '', provisions: [provision] });
        assert.equal(status, 201);
        serials.push(Number(body['serial']));
      }
      return serials;
    };
    const holding = async (name: string) => {
      const [quota] = items(await ask('GET', `/quotas?user=${uuid}&resource=${name}.r`));
      return quota as JsonObject;
    };
    const records = async (action: string) =>
      items(await ask('GET', `/audit?action=${action}&limit=10`)) as JsonObject[];

    await t.test(
      'without a choice the removal is refused, says how many there are, and changes nothing',
      async () => {
        await busy('idle');
        const refused = await ask('DELETE', '/components/idle');
        assertProblem(refused, 409, 'component_commissions_pending');
        assert.match(String(refused.body['detail']), /pending commissions \(3\)/);
        assertProblem(
          await ask('POST', '/rehearsals', { method: 'DELETE', path: '/components/idle' }),
          409,
          'component_commissions_pending',
        );
        assertProblem(await ask('DELETE', '/components/idle?resolve=both'), 400, 'invalid_request');
        assert.equal((await ask('GET', '/components/idle')).status, 200);
        assert.deepEqual((await domain.ledger.pending('idle')).length, 3);
      },
    );

    await t.test('a dry run shows how they would be resolved, and resolves none', async () => {
      const path = '/components/idle?resolve=reject';
      const { status, body } = await ask('POST', '/rehearsals', { method: 'DELETE', path });
      assert.equal(status, 200);
      const [change] = body['changes'] as JsonObject[];
      assert.deepEqual(change?.['after'], { commissions: { accepted: 0, rejected: 3 } });
      assert.equal((await domain.ledger.pending('idle')).length, 3);
    });

    for (const [resolve, state, usage] of [
      ['accept', 'accepted', 6],
      ['reject', 'rejected', 0],
    ] as const) {
      await t.test(`${resolve}: nothing stays reserved, and answer and record say how many`, async () => {
        const name = `busy_${resolve}`;
        const serials = await busy(name);
        const before = await holding(name);
        assert.deepEqual([before['usage'], before['pending']], [6, 6]);
        const settled = { accepted: 0, rejected: 0, [state]: 3 };
        const { status, body } = await ask('DELETE', `/components/${name}?resolve=${resolve}`);
        assert.deepEqual([status, body], [200, settled]);
        assertProblem(await ask('GET', `/components/${name}`), 404, 'component_not_found');
        for (const serial of serials) assert.equal((await domain.ledger.commission(serial))?.state, state);
        const after = await holding(name);
        assert.deepEqual([after['usage'], after['pending']], [usage, 0]);
        const removal = (await records('component.remove')).find(({ subject }) => subject === name);
        assert.deepEqual(removal?.['after'], { commissions: settled });
        assert.equal((await records(`commission.${resolve}`)).length, 3);
      });
    }

    await t.test('commissions of others stay, and without pending ones no choice is needed', async () => {
      const [serial = 0] = await busy('other');
      await domain.components.add({ name: 'quiet', baseUrl: 'http://q.example.org' });
      const { status, body } = await ask('DELETE', '/components/quiet');
      assert.deepEqual([status, body], [200, { accepted: 0, rejected: 0 }]);
      assert.equal((await domain.ledger.commission(serial))?.state, 'pending');
      assertProblem(await ask('DELETE', '/components/astakos?resolve=reject'), 409, 'component_built_in');
    });
  });
});
