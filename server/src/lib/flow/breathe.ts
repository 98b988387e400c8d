import { setImmediate } from 'node:timers/promises';

/**
 * Lets the event loop turn once. Work on the embedded database is synchronous, and awaiting it does not yield to other work;
 * long work calls this between its parts.
 */
export async function breathe(): Promise<void> {
  await setImmediate();
}
