import { BadValue, TimeoutError } from '../errors/errors.ts';
import type { CallOptions } from '../http/caller.ts';

/**
 * Waits for work that goes on whether or not somebody waits for it.
 * @throws TimeoutError when the time is over, or the reason of the signal
 */
export function within<T>(work: Promise<T>, { signal, timeoutMs }: CallOptions): Promise<T> {
  if (signal === undefined && timeoutMs === undefined) return work;
  return new Promise<T>((resolve, reject) => {
    const release = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    const abort = (): void => {
      release();
      reject(signal?.reason);
    };
    const late = (): void => {
      release();
      reject(new TimeoutError('The service did not answer in time.', { code: 'timeout' }));
    };
    // Timers know no longer time than this.
    const timer = timeoutMs === undefined ? undefined : setTimeout(late, Math.min(timeoutMs, 2_147_483_647));
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort, { once: true });
    work.finally(release).then(resolve, reject);
  });
}

/** What one caller has got wrong must not fail the others of a request. @throws BadValue */
export function checkPatience({ timeoutMs = 1, retries = 0 }: CallOptions): void {
  if (!(timeoutMs > 0)) throw new BadValue('timeoutMs must be more than 0, in milliseconds.');
  if (!Number.isInteger(retries) || retries < 0)
    throw new BadValue('retries must be 0 or a whole number above it.');
}
