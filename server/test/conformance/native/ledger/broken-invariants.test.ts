import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import type { JsonObject } from '../../../../src/lib/text/json.ts';
import { forEachEngine, type OpenStorage } from '../../../support/engines.ts';
import { VISIBLE } from '../../account-v1/cloud.ts';
import { assertProblem } from '../asking.ts';
import { type IssuingCloud, startIssuing } from './issuing.ts';

/** A cloud with a user whose system project has invalid counters, and the lines of its log. */
async function startCorrupted(open: OpenStorage): Promise<{ cloud: IssuingCloud; lines: JsonObject[] }> {
  const lines: JsonObject[] = [];
  const logger = pino({ level: 'error' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const cloud = await startIssuing(open, { logger });
  await cloud.purser.domain.storage.transaction(({ db }) =>
    db
      .updateTable('pools')
      .set({ usage_min: 7, usage_max: 3 })
      .where('project_id', '=', (rows) =>
        rows.selectFrom('ledger_projects').select('id').where('project', '=', cloud.user.uuid),
      )
      .execute(),
  );
  return { cloud, lines };
}

/** Texts that a response must not contain. */
const INTERNAL = /invariant|usage_?min|counter|row|batch/i;

forEachEngine((_engine, open) => {
  test('a broken invariant is an unexpected error in each dialect, which names no internals', async () => {
    const { cloud } = await startCorrupted(open);
    const older = await cloud.issue({ [VISIBLE]: 1 });
    assert.equal(older.status, 500);
    assert.deepEqual(Object.keys(older.json), ['internalServerError']);
    assert.doesNotMatch(older.text, INTERNAL);

    const native = await cloud.ask('POST', '/commissions', { provisions: cloud.provisions() });
    assertProblem(native, 500, 'unexpected');
    assert.doesNotMatch(JSON.stringify(native.body), INTERNAL);

    const commissions = [{ provisions: cloud.provisions() }];
    const bulk = await cloud.ask('POST', '/commissions/bulk', { commissions });
    assert.equal(bulk.status, 200);
    const [result] = bulk.body['results'] as { problem: JsonObject }[];
    assert.equal(result?.problem['code'], 'unexpected');
    assert.doesNotMatch(JSON.stringify(bulk.body), INTERNAL);
    assert.deepEqual((await cloud.operator('GET', '/commissions')).body['items'], []);
  });

  test('the log names the invariant, the holding and its numbers, and the metrics count it', async () => {
    const { cloud, lines } = await startCorrupted(open);
    for (let n = 0; n < 2; n += 1) {
      const commissions = [{ provisions: cloud.provisions() }];
      assert.equal((await cloud.ask('POST', '/commissions/bulk', { commissions })).status, 200);
    }
    const metrics = await (await cloud.purser.fetch('/metrics')).text();
    assert.match(metrics, /^purser_ledger_invariants_broken 2$/m);
    const [line, ...more] = lines.filter(({ msg }) => msg === 'a ledger transaction broke an invariant');
    assert.deepEqual(more, [], 'the same values are logged once a minute');
    assert.ok(line);
    const { invariant, facts } = line['err'] as JsonObject;
    assert.equal(invariant, 'The counters of a holding are 0 ≤ usageMin ≤ usageMax ≤ 2^63 - 1.');
    const { holder, resource, usageMin, usageMax } = facts as JsonObject;
    const found = { holder, resource, usageMin, usageMax };
    const expected = {
      holder: `project:${cloud.user.uuid}`,
      resource: VISIBLE,
      usageMin: '7',
      usageMax: '3',
    };
    assert.deepEqual(found, expected);
  });
});
