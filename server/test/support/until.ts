import { AssertionError } from 'node:assert';

/** Enough for the slowest machine; a longer wait is for something that never happens. */
const TIMEOUT_MS = 120_000;

/**
 * Resolves when a condition becomes true through work under way.
 * @param what the condition in words, for the error message
 * @throws AssertionError if it does not become true: an endless wait would outlast its test, and with it the process
 */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + TIMEOUT_MS;
  while (!(await condition())) {
    if (performance.now() > end) throw new AssertionError({ message: `waited in vain: ${what}` });
    await new Promise(setImmediate);
  }
}
