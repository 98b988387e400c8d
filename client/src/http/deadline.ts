import { BadValue, TimeoutError } from '../errors/errors.ts';
import type { CallOptions } from './call.ts';

/** A signal that is aborted after a timeout. */
interface Deadline {
  readonly signal: AbortSignal;
  /** Stops the timer and the listener of the outer signal. */
  release(): void;
}

/**
 * A signal that is aborted with a `TimeoutError` after this number of milliseconds, or together with another signal.
 */
export function deadline(ms: number, outer: AbortSignal | undefined): Deadline {
  const controller = new AbortController();
  const end = (): void => controller.abort(outer?.aborted ? outer.reason : tooLate());
  const timer = setTimeout(end, ms);
  if (outer?.aborted) end();
  else outer?.addEventListener('abort', end, { once: true });
  return {
    signal: controller.signal,
    release: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', end);
    },
  };
}

export const tooLate = (cause?: unknown): TimeoutError =>
  new TimeoutError('The service did not respond in time.', { code: 'timeout', cause });

/** Waits for work until a signal is aborted; the work itself continues. @throws the reason of the signal */
export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(signal.reason);
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
    work.then(resolve, reject);
  });
}

/**
 * Waits for work within the timeout and signal of a call.
 * @throws TimeoutError after the timeout, or the reason of the signal
 */
export async function within<T>(
  work: Promise<T>,
  { signal, timeoutMs = TIMER_MAX_MS }: CallOptions,
): Promise<T> {
  const limit = deadline(positive('timeoutMs', timeoutMs), signal);
  try {
    return await orAborted(work, limit.signal);
  } finally {
    limit.release();
  }
}

/** The longest time of a timer: more than three weeks. */
const TIMER_MAX_MS = 2_147_483_647;

/** @throws BadValue */
export function positive(name: string, value: number): number {
  if (!(value > 0)) throw new BadValue(`${name} must be above 0 (milliseconds).`);
  return Math.min(value, TIMER_MAX_MS);
}

/** @throws BadValue */
export function counting(name: string, value: number, least = 0): number {
  if (!Number.isInteger(value) || value < least)
    throw new BadValue(`${name} must be an integer from ${least}.`);
  return value;
}
