import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from './support/engines.ts';
import { startPurser } from './support/harness.ts';
import { runWalk } from './support/walk.ts';

forEachEngine((_engine, open) => {
  test('the walk of the README runs as printed', async () => {
    const purser = await startPurser(open);
    const stdout = await runWalk(purser, 'README.md', { from: '## A walk', to: '## Settings' });
    const lines = stdout.split('\n').filter((line) => line.startsWith('{') || line.startsWith('['));
    assert.match(lines[0] ?? '', /"access":\{"token":\{"id":/);
    assert.match(lines[1] ?? '', /"cyclades.vm":\{"limit":2,"usage":0/);
    assert.match(lines[2] ?? '', /^\{"serial":1\}$/);
    assert.match(lines[3] ?? '', /^\[1\]\{"serial":1,"name":"start a server"/);
    assert.match(lines[4] ?? '', /"cyclades.vm":\{"limit":2,"usage":1,"pending":0/);
    assert.match(lines[5] ?? '', /^\{"overLimit":\{"code":413,.*"limit":2,"usage":1\}\}\}$/);
    assert.equal(lines.length, 6);
  });
});
