import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { forEachEngine } from '../../server/test/support/engines.ts';
import { startPurser } from '../../server/test/support/harness.ts';
import { runWalk } from '../../server/test/support/walk.ts';

const hasJq = spawnSync('jq', ['--version']).error === undefined;

forEachEngine((engine, open) => {
  // What it shows is the command, which is the same before either engine, and its many processes take long.
  if (engine !== 'sqlite') return;

  test('the guide to the command runs as printed', {
    skip: hasJq ? false : 'there is no jq here',
  }, async () => {
    const purser = await startPurser(open);
    const stdout = await runWalk(purser, 'docs/guides/command-line.md');
    assert.match(stdout, /^Usage: purser user add \[options\] \[email\]$/m);
    assert.match(stdout, /^lise@example\.org\nalan@example\.org\nemmy@example\.org$/m);
    assert.match(
      stdout,
      /^NAME +CURRENT +URL +USERNAME +TOKEN +EXPIRES AT\nlise +yes +http\S+ +lise@example\.org +\S+…/m,
    );
    assert.match(stdout, /^cyclades\.ram +4 GiB +0 B /m);
    assert.match(stdout, /^cyclades\.ram\ncyclades\.disk$/m);
    assert.match(stdout, /^USER +LIMIT +USAGE\n(?:[0-9a-f-]{36} +\S+( GiB)? +0 B\n){4}/m);
    assert.match(stdout, / 4096 MiB +0 MiB /);
    assert.match(stdout, /^emmy@example\.org +active\nalan@example\.org +active$/m);
    assert.match(stdout, /^RESOURCE +LIMIT +USAGE\ncyclades\.vm +2 +0$/m);
    assert.match(
      stdout,
      /^lise@example\.org is there\nexit code 1: There is no user unknown@example\.org; 'purser user list' shows all\.$/m,
    );
    const limits = await purser.admin('GET', '/api/quotas?resource=cyclades.vm');
    const { items } = (await limits.json()) as { items: { limit: number }[] };
    assert.deepEqual(
      items.map(({ limit }) => limit).filter((limit) => limit === 4),
      [4, 4, 4],
    );
  });
});
