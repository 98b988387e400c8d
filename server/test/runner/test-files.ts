import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..', '..');
/** The packages of the repository. */
export const PARTS = ['text', 'api', 'client', 'server', 'cli', 'bench'];
/** Long runs: kills under load, random histories, outages. They run as `npm run test:reliability` alone. */
const RELIABILITY = join('server', 'test', 'reliability');

/** Which test files to run. */
export interface Choice {
  /** Only files whose path contains one of them; without words all files. */
  readonly words: readonly string[];
  /** The long runs, instead of all other files. */
  readonly reliability: boolean;
}

/** The chosen test files of the repository. */
export function testFiles({ words, reliability }: Choice): string[] {
  return PARTS.flatMap((part) => filesBelow(join(ROOT, part)))
    .filter((file) => {
      const path = relative(ROOT, file);
      const isWanted = words.length === 0 || words.some((word) => path.includes(word));
      return isWanted && path.startsWith(RELIABILITY) === reliability;
    })
    .sort();
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(path);
    return entry.name.endsWith('.test.ts') ? [path] : [];
  });
}
