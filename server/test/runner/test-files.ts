import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..', '..');
const PARTS = ['text', 'api', 'client', 'server', 'cli', 'bench'];

/** Files that change what all of their process share, with the reason. Each gets a process to itself. */
const OWN_PROCESS: Readonly<Record<string, string>> = {};

export const ownProcess = (file: string): boolean => Object.hasOwn(OWN_PROCESS, relative(ROOT, file));

/** The test files of the repository whose path contains one of the words; without words all of them. */
export function testFiles(words: readonly string[]): string[] {
  return PARTS.flatMap((part) => filesBelow(join(ROOT, part)))
    .filter((file) => words.length === 0 || words.some((word) => relative(ROOT, file).includes(word)))
    .sort();
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesBelow(path);
    return entry.name.endsWith('.test.ts') ? [path] : [];
  });
}
