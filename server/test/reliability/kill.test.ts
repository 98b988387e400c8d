import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../support/engines.ts';
import { killRounds } from './kill-rounds.ts';

/** A short run; `npm run reliability` makes it as long as one likes. */
const ROUNDS = 5;

forEachEngine((engine, _open, freshUrl) => {
  test('what was acknowledged survives a kill under load, once, and nothing else appears', async (context) => {
    const report = (line: string): void => context.diagnostic(line);
    const seed = Date.now() % 1_000_000;
    report(`seed ${seed}`);
    const summary = await killRounds({ engine, rounds: ROUNDS, seed, freshUrl, report });
    assert.deepEqual(summary.violations, []);
    assert.equal(summary.rounds, ROUNDS);
    if (engine === 'sqlite') assert.ok(summary.pagesSettled > 0, 'the journal was settled under load');
    assert.ok(summary.issued > 0 && summary.resolved > 0, 'there was load');
  });
});
