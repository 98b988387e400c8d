/** What a loop runs, when, and where its failures go. */
export interface PeriodicTask {
  /** The wait before the first run, and after each run before the next. */
  readonly every_ms: number;
  /** One run. It may return the wait before the next run in milliseconds, which then replaces `every_ms` once. */
  readonly run: () => Promise<number | undefined>;
  /** Receives the error of a run; of several failures in a row with the same message, the first. */
  readonly onError: (error: unknown) => void;
}

/**
 * Runs a task again and again until it is stopped; every loop of the service is one of these.
 *
 * - The first run begins `every_ms` after the call, each further run a wait after the end of the run before: runs never
 *   overlap, and a slow run delays the next one.
 * - A run that fails does not end the loop.
 * - The loop does not keep the process alive.
 *
 * @returns stops the loop: no further run begins, and the promise resolves when the run under way has ended
 */
export function periodically({ every_ms, run, onError }: PeriodicTask): () => Promise<void> {
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  let reported: string | undefined;
  const runOnce = async (): Promise<void> => {
    let wait_ms: number | undefined;
    try {
      wait_ms = await run();
      reported = undefined;
    } catch (error) {
      const message = String(error);
      if (message !== reported) onError(error);
      reported = message;
    }
    if (!stopped) schedule(wait_ms ?? every_ms);
  };
  const schedule = (wait_ms: number): void => {
    timer = setTimeout(() => {
      running = runOnce();
    }, wait_ms);
    timer.unref();
  };
  schedule(every_ms);
  return () => {
    stopped = true;
    clearTimeout(timer);
    return running;
  };
}
