import { suite } from 'node:test';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import type { RunFile, TestEvent } from './test-events.ts';

/**
 * Runs test files in this process, one after the other, each in a suite of its own: what a file registers with `after`
 * runs when its suite ends. Files share the loaded modules, which is most of the gain: loading the service takes longer
 * than most files do.
 */

/** A test that hangs is a failure, not a reason to wait. It bounds the file and each of its tests. */
const TEST_MS = 300_000;

process.on('message', ({ file }: RunFile) => {
  // The pool knows which file is run; a name would take part in the choice of tests by name.
  void suite('·', { timeout: TEST_MS }, async () => {
    await import(pathToFileURL(file).href);
  });
});
// The error of work that goes on after its test has no test to be reported with.
for (const event of ['uncaughtExceptionMonitor', 'unhandledRejection'] as const) {
  process.on(event, (error: unknown) =>
    process.send?.({ kind: 'note', text: inspect(error) } satisfies TestEvent),
  );
}
process.on('disconnect', () => process.exit());
