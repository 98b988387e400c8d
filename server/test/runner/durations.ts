import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT } from './test-files.ts';

const FILE = join(ROOT, 'node_modules', '.cache', 'test-durations.json');

/**
 * How long each file took when it was last run, in milliseconds: long files start first, so that none is left to run
 * alone at the end.
 */
export class Durations {
  readonly #known: Record<string, number>;

  constructor() {
    this.#known = read();
  }

  /** Longest first; a file that was never run counts as long. */
  longestFirst(files: readonly string[]): string[] {
    const of = (file: string): number => this.#known[file] ?? Number.POSITIVE_INFINITY;
    return [...files].sort((a, b) => (of(a) === of(b) ? 0 : of(b) - of(a)));
  }

  set(file: string, duration_ms: number): void {
    this.#known[file] = Math.round(duration_ms);
  }

  save(): void {
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, JSON.stringify(this.#known));
  }
}

function read(): Record<string, number> {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'));
  } catch {
    return {};
  }
}
