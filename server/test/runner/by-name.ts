import { run } from 'node:test';
import { type Event, outcome } from './reporter.ts';
import type { TestEvent } from './test-events.ts';
import type { FileResult } from './worker-process.ts';

/** A test that hangs is a failure, not a reason to wait. */
const TEST_MS = 300_000;

/**
 * Runs the tests of a file whose name matches a regular expression, in a process of its own: what a pattern leaves out
 * is known at the end of a process only, so files cannot share one.
 */
export async function runByName(file: string, namePattern: string): Promise<FileResult> {
  const started = performance.now();
  const events: TestEvent[] = [];
  const names: string[] = [];
  let output = '';
  const stream = run({
    files: [file],
    testNamePatterns: [namePattern],
    execArgv: ['--disable-warning=ExperimentalWarning'],
    timeout: TEST_MS,
  });
  for await (const { type, data } of stream as AsyncIterable<Event & { data: { message?: string } }>) {
    if (type === 'test:start') {
      names.length = data.nesting;
      names.push(data.name);
    } else if (type === 'test:pass' || type === 'test:fail') {
      const isFile = data.nesting === 0 && data.name === file;
      const event = outcome(data, isFile ? [] : [...names.slice(0, data.nesting), data.name]);
      // A file in which no test matches counts as a test that passed, under the name of the file.
      if (event !== undefined && !(isFile && event.kind === 'passed')) events.push(event);
    } else if (type === 'test:stdout' || type === 'test:stderr') output += data.message ?? '';
  }
  return { file, events, output, duration_ms: performance.now() - started };
}
