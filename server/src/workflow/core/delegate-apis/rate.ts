import { LIMITS } from '../../../lib/limits.ts';
import { Lru } from '../../../lib/lru.ts';

interface Window {
  readonly since_ms: number;
  count: number;
}

/** Counts what each of many does in a stretch of time, and remembers those who did something lately. */
export class Rate {
  readonly #windows = new Lru<string, Window>(LIMITS.rates_remembered);
  readonly #stretch_ms: number;

  constructor(stretch_ms: number) {
    this.#stretch_ms = stretch_ms;
  }

  /** Counts one more; answers whether there were at most so many in the stretch that began with the first. */
  allows(who: string, limit: number, now_ms: number): boolean {
    const known = this.#windows.get(who);
    if (known && now_ms < known.since_ms + this.#stretch_ms) {
      known.count += 1;
      return known.count <= limit;
    }
    this.#windows.set(who, { since_ms: now_ms, count: 1 });
    return limit >= 1;
  }
}
