import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { startPurser } from '../../server/test/support/harness.ts';
import { runWalk } from '../../server/test/support/walk.ts';

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
      'Here a machine is created.',
      'Here a machine is created.',
      'Over quota: 0 of cyclades.vm are available.',
    ]);
    assert.match(stdout, /cyclades\.vm +2 +2 +0 /);
    assert.match(stdout, /cyclades\.ram +4 GiB +2 GiB +0/);
  });

  test('the second program of the README runs as printed', async () => {
    const purser = await startPurser(open);
    await purser.domain.accounts.createActive({
      ...{ email: 'ada@example.org', firstName: 'Ada', lastName: 'Lovelace' },
    });
    const service = readFileSync(
      new URL('../../docs/examples/compute-services.json', import.meta.url),
      'utf8',
    );
    await purser.domain.components.add({ name: 'compute', baseUrl: 'http://127.0.0.1:8801/compute' });
    await purser.domain.services.import(JSON.parse(service));
    const stdout = await runWalk(purser, 'client/README.md', { from: '## Everything else', direct: true });
    assert.deepEqual(stdout.trim().split('\n'), [
      'cyclades.ram: 0 of 9223372036854775807 bytes',
      'Ada Lovelace is active',
      'Identity is at http://127.0.0.1:8700/identity/v2.0',
      '0 tasks are open',
      '404 account_not_found: There is no user unknown@example.org.',
    ]);
  });
});
