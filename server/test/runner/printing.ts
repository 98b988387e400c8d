import { relative } from 'node:path';
import { ROOT } from './test-files.ts';
import type { FileResult } from './worker-process.ts';

/** What came of all files so far, and the lines that say so. */
export class Results {
  readonly #total: number;
  readonly #listsTests: boolean;
  #files = 0;
  passed = 0;
  failed = 0;
  skipped = 0;
  readonly #failures: string[] = [];

  /**
   * @param total files to run
   * @param listsTests whether each test has a line, not only each file
   */
  constructor(total: number, listsTests: boolean) {
    this.#total = total;
    this.#listsTests = listsTests;
  }

  /** Counts a file; answers the lines to print for it. */
  add({ file, events, output, duration_ms }: FileResult): string {
    const path = relative(ROOT, file);
    this.#files += 1;
    const lines: string[] = [];
    const failures: string[] = [];
    let tests = 0;
    for (const event of events) {
      if (event.kind === 'note') lines.push(`  ${event.text}`);
      if (event.kind !== 'passed' && event.kind !== 'failed' && event.kind !== 'skipped') continue;
      const name = event.names.join(' › ') || 'the file as a whole';
      tests += 1;
      this[event.kind] += 1;
      if (event.kind === 'failed') {
        failures.push(`✖ ${path}\n  ${name}\n${indented(event.error)}`);
        lines.push(`  ✖ ${name}`);
      } else if (this.#listsTests) {
        const how = event.kind === 'passed' ? `${Math.round(event.duration_ms)} ms` : 'skipped';
        lines.push(`  ${event.kind === 'passed' ? '✔' : '–'} ${name} (${how})`);
      }
    }
    this.#failures.push(...failures);
    const sign = failures.length === 0 ? '✔' : '✖';
    const place = `${String(this.#files).padStart(String(this.#total).length)}/${this.#total}`;
    const head = `${sign} ${place} ${path}: ${tests} tests, ${(duration_ms / 1000).toFixed(1)} s`;
    return [head, ...lines, ...failures, ...(output.trim() === '' ? [] : [indented(output.trimEnd())])].join(
      '\n',
    );
  }

  /** The failures once more, and the counts; the last line is `N passed, N failed`. */
  summary(): string {
    const again = this.#failures.length === 0 ? [] : ['', 'Failed:', '', ...this.#failures];
    const skipped = this.skipped === 0 ? [] : [`${this.skipped} skipped`];
    return [...again, '', ...skipped, `${this.passed} passed, ${this.failed} failed`].join('\n');
  }
}

const indented = (text: string): string => text.replace(/^/gm, '    ');
