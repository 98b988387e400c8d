import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** Formats source with the formatter of the project. */
export function formatted(file: string, source: string): string {
  return execFileSync(
    process.execPath,
    [
      join(ROOT, 'node_modules/.bin/biome'),
      'check',
      '--write',
      `--stdin-file-path=client/src/native/${file}`,
    ],
    { cwd: ROOT, input: source, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
}
