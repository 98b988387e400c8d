import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../../server/test/engines.ts';
import { startPurser } from '../../server/test/harness.ts';
import { runWalk } from '../../server/test/walk.ts';

forEachEngine((_engine, open) => {
  test('the first service of the README charges as printed', async () => {
    const purser = await startPurser(open);
    const stdout = await runWalk(purser, 'client/README.md', {
      from: '## A service',
      to: '## Charging',
      direct: true,
    });
    const made = stdout.split('\n').filter((line) => /^Here|^Over/.test(line));
    assert.deepEqual(made, [
      'Here a machine is made.',
      'Here a machine is made.',
      'Over quota: 0 of cyclades.vm are left.',
    ]);
    assert.match(stdout, /cyclades\.vm +2 +2 +0 /);
    assert.match(stdout, /cyclades\.ram +4 GiB +2 GiB +0/);
  });
});
