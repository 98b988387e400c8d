/**
 * Where the service takes the time from. Injected, so that tests are exact and never sleep.
 */
export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that moves only when `advance` is called. For tests. */
export class ManualClock implements Clock {
  #now_ms: number;

  constructor(start_ms: number) {
    this.#now_ms = start_ms;
  }

  now(): number {
    return this.#now_ms;
  }

  advance(by_ms: number): void {
    this.#now_ms += by_ms;
  }
}
