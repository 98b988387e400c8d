import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { forEachEngine } from './engines.ts';
import { startPurser } from './harness.ts';

const root = join(import.meta.dirname, '..', '..');

/** The walk of the README as one shell script: its blocks in order, without the one that is to be filled in. */
function walk(): string {
  const text = readFileSync(join(root, 'README.md'), 'utf8');
  const section = text.slice(text.indexOf('## A walk'), text.indexOf('## Settings'));
  const blocks = [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block as string);
  assert.ok(blocks.length > 6, 'the walk has been found');
  return blocks.filter((block) => !block.includes('PURSER_TOKEN=')).join('\necho\n');
}

/** A folder that looks like a checkout, in which the walk may leave its files. */
function checkout(): string {
  const folder = mkdtempSync(join(tmpdir(), 'purser-walk-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, 'docs', 'examples'), join(folder, 'docs', 'examples'), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

forEachEngine((_engine, open) => {
  test('the walk of the README runs as printed', async () => {
    const purser = await startPurser(open);
    const script = walk().replaceAll('http://127.0.0.1:8700', purser.url);
    const { stdout } = await promisify(execFile)('bash', ['-euc', script], {
      cwd: checkout(),
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: tmpdir(),
        PURSER_URL: purser.url,
        PURSER_TOKEN: purser.adminToken,
      },
    });
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
