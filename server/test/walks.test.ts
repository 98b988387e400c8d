import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { forEachEngine } from './support/engines.ts';
import { startPurser } from './support/harness.ts';
import { runWalk } from './support/walk.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const README = ['README.md', { from: '## A walk', to: '## Settings', direct: true }] as const;
/** The first one once more at the end: then each has come after the others. */
const WALKS = [
  README,
  ['docs/guides/projects.md', { direct: true }],
  ['client/README.md', { from: '## A service', to: '## Charging', direct: true }],
  README,
] as const;

forEachEngine((engine, open) => {
  // The walks are about the command, which is the same before either engine.
  if (engine !== 'sqlite') return;

  test('the walks of the documents can follow one another on one installation, in either order', async () => {
    const purser = await startPurser(open);
    const printed: string[] = [];
    for (const [document, section] of WALKS) printed.push(await runWalk(purser, document, section));
    // What the walk of the README ends with: two more machines are refused.
    assert.match(printed.at(-1) ?? '', /^\{"overLimit":\{"code":413,/m);
    assert.match(printed.at(-1) ?? '', /"cyclades\.vm":\{"limit":\d,"usage":2,"pending":0/);
  });
});

test('git ignores what the walks write', () => {
  for (const document of ['README.md', 'client/README.md', 'docs/guides/command-line.md']) {
    const text = readFileSync(join(ROOT, document), 'utf8');
    const redirected = [...text.matchAll(/ 2?> ([\w-]+\.\w+)/g)].map(([, file = '']) => file);
    const written = [...text.matchAll(/`([a-z-]+\.ts)`:\n\n```ts/g)].map(([, file = '']) => file);
    const files = [...redirected, ...written, 'data/purser.db', 'purser-client-0.1.0.tgz'];
    const ignored = execFileSync('git', ['check-ignore', '--no-index', ...files], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    assert.deepEqual(ignored.trim().split('\n'), files, document);
  }
});
