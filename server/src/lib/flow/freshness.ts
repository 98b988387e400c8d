import type { Clock } from '../clock.ts';

/**
 * Whether what was remembered of the database can still be believed. A database of one process is changed by that
 * process alone, which drops what it changes. Nodes that share one look at a number in it that every change raises:
 * while it stands still, nothing that was remembered has gone stale.
 */
export interface Freshness {
  /** Whether it was looked at within the bound. Answers at once. */
  current(): boolean;
  /** Looks again; what has gone stale is dropped before this resolves. */
  refresh(): Promise<void>;
  /** Called when another node has changed something; it is not known what. */
  onStale(listener: () => void): void;
}

/** For a database that no other process changes. */
export const ALWAYS_FRESH: Freshness = {
  current: () => true,
  refresh: () => Promise.resolve(),
  onStale: () => undefined,
};

/** Looks at a number that every change in a shared database raises, at most once per `bound_ms`, and only when asked. */
export class PolledFreshness implements Freshness {
  readonly #read: () => Promise<number>;
  readonly #clock: Clock;
  readonly #bound_ms: number;
  readonly #listeners: (() => void)[] = [];
  #seen: number | undefined;
  #verified_ms = Number.NEGATIVE_INFINITY;
  #looking: Promise<void> | undefined;
  #doubts = 0;

  /** @param bound_ms for how long a look counts: how late a change of another node may be noticed. */
  constructor(read: () => Promise<number>, clock: Clock, bound_ms: number) {
    this.#read = read;
    this.#clock = clock;
    this.#bound_ms = bound_ms;
  }

  current(): boolean {
    return this.#clock.now() - this.#verified_ms <= this.#bound_ms;
  }

  refresh(): Promise<void> {
    if (this.current()) return Promise.resolve();
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  onStale(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Forgets what was seen: the next look counts as one that found a change. */
  doubt(): void {
    this.#seen = undefined;
    this.#verified_ms = Number.NEGATIVE_INFINITY;
    this.#doubts += 1;
  }

  async #look(): Promise<void> {
    // What is changed while we look may be missed, so the look counts from its beginning.
    const began_ms = this.#clock.now();
    const doubts = this.#doubts;
    const number = await this.#read();
    // What was doubted meanwhile is looked at again.
    if (doubts !== this.#doubts) return this.#look();
    if (number !== this.#seen) for (const listener of this.#listeners) listener();
    this.#seen = number;
    this.#verified_ms = began_ms;
  }
}
