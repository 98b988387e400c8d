import { setImmediate } from 'node:timers/promises';

/**
 * Lets the event loop turn once. Work on the embedded database is synchronous, and awaiting it gives way to nobody;
 * whoever has much of it to do breathes between its parts.
 */
export async function breathe(): Promise<void> {
  await setImmediate();
}
