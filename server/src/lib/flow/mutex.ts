/** Lets one task at a time through, in the order in which they came. */
export class Mutex {
  #tail: Promise<unknown> = Promise.resolve();

  /** Runs `task` once all earlier ones have ended; its outcome, good or bad, does not touch its neighbours. */
  run<T>(task: () => T | Promise<T>): Promise<T> {
    const result = this.#tail.then(task);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
