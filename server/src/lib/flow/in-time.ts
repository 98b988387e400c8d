/** Something took longer than it may. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/**
 * Waits for work, but not for ever: after `timeout_ms` it throws `TimeoutError`, `what` being its name there. The work
 * is then left to itself.
 * @param or other reasons not to wait any longer
 */
export async function inTime<T>(
  work: Promise<T>,
  timeout_ms: number,
  what: string,
  ...or: readonly Promise<never>[]
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    const fail = () => reject(new TimeoutError(`${what} took longer than ${timeout_ms} ms`));
    timer = setTimeout(fail, timeout_ms);
  });
  try {
    return await Promise.race([work, timeout, ...or]);
  } finally {
    clearTimeout(timer);
    // The result of abandoned work is ignored.
    work.catch(() => undefined);
  }
}
