import { AssertionError } from 'node:assert';

/** Long enough for the slowest machine; whoever waits longer waits for what never comes. */
const PATIENCE_MS = 120_000;

/**
 * Resolves when a condition holds that work under way brings about.
 * @param what the condition in words, for whoever reads of its failure
 * @throws AssertionError if it does not come to hold: a wait without end would outlive its test, and with it the process
 */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > end) throw new AssertionError({ message: `waited in vain: ${what}` });
    await new Promise(setImmediate);
  }
}
