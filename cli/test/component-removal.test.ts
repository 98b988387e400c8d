import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { VISIBLE } from '../../server/test/conformance/account-v1/cloud.ts';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { startCommanding } from './support/commanding.ts';
import { atTerminal, withoutTerminals } from './support/terminal.ts';

const COMMAND = fileURLToPath(new URL('../bin/purser.js', import.meta.url));

forEachEngine((_engine, open) => {
  test('a component with pending commissions is removed with --resolve alone, which settles them', async () => {
    const { run, json, issue } = await startCommanding(open);
    const serials = [
      (await issue({ [VISIBLE]: 1 })).json.serial,
      (await issue({ [VISIBLE]: 2 })).json.serial,
    ];
    const remove = ['component', 'remove', 'component1'];
    const refused = await run([...remove, '--yes']);
    assert.deepEqual([refused.code, refused.stdout], [1, '']);
    assert.match(
      refused.stderr,
      /pending commissions \(2\).*; use --resolve accept or --resolve reject\.\n$/,
    );
    const wrong = await run([...remove, '--resolve', 'both', '--yes']);
    assert.deepEqual([wrong.code, wrong.stdout], [2, '']);
    const preview = await run([...remove, '--resolve', 'reject', '--dry-run']);
    assert.match(preview.stdout, /^component\.remove +component1 +commissions\.rejected +- +2$/m);
    const removed = await json([...remove, '--resolve', 'reject', '--yes']);
    assert.deepEqual(removed, { removed: 'component1', accepted: 0, rejected: 2 });
    for (const serial of serials) {
      assert.equal((await json(['commission', 'show', String(serial)])).state, 'rejected');
    }
  });

  test('at a terminal the command asks what to do with them', { skip: withoutTerminals() }, async () => {
    const { purser, issue, json } = await startCommanding(open);
    await issue({ [VISIBLE]: 1 });
    const env = { PURSER_URL: purser.url, PURSER_TOKEN: purser.adminToken };
    const line = `"${process.execPath}" "${COMMAND}" component remove component1`;
    const sure = { when: '[y/N]', type: 'y\r' };
    const question = '[accept/reject/N]';
    const left = await atTerminal(line, [sure, { when: question, type: '\r' }], env);
    assert.match(left, /Nothing was done\./);
    assert.equal((await json(['component', 'show', 'component1'])).name, 'component1');
    const gone = await atTerminal(line, [sure, { when: question, type: 'accept\r' }], env);
    assert.match(gone, /1 accepted and 0 rejected/);
  });
});
