import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const ROOT = join(import.meta.dirname, '..', '..');

/** What the linter says of a file, with the repository's configuration. */
function lint(text: string): { code: number | null; output: string } {
  const folder = mkdtempSync(join(tmpdir(), 'purser-lint-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  for (const file of ['biome.json', '.gitignore']) copyFileSync(join(ROOT, file), join(folder, file));
  writeFileSync(join(folder, 'sample.ts'), text);
  const biome = join(ROOT, 'node_modules', '.bin', 'biome');
  const { status, stdout, stderr } = spawnSync(biome, ['lint', '.'], { cwd: folder, encoding: 'utf8' });
  return { code: status, output: stdout + stderr };
}

const program = (call: string): string =>
  `async function work(): Promise<void> {}\n\nexport function start(): void {\n  ${call};\n}\n`;

test('the linter refuses a promise that is neither awaited nor handled', () => {
  const floating = lint(program('work()'));
  assert.equal(floating.code, 1, floating.output);
  assert.match(floating.output, /noFloatingPromises/);
  const handled = lint(program('void work()'));
  assert.equal(handled.code, 0, handled.output);
});
