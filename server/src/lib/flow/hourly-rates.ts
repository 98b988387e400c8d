import type { Clock } from '../clock.ts';
import { LIMITS } from '../limits.ts';
import { Lru } from './lru.ts';

interface Used {
  /** How much was used up at that time and has not come back since. */
  readonly amount: number;
  readonly at_ms: number;
}

const HOUR_MS = 3_600_000;

/**
 * How much each of many may do in an hour. What was used comes back little by little, all of it in an hour. It
 * remembers a bounded number of keys.
 */
export class HourlyRates {
  readonly #clock: Clock;
  readonly #per_hour: number;
  readonly #used = new Lru<string, Used>(LIMITS.rates_remembered);

  constructor(clock: Clock, per_hour: number) {
    this.#clock = clock;
    this.#per_hour = per_hour;
  }

  /** Milliseconds until so much is there; 0 if it is there now. */
  missing_ms(key: string, amount: number): number {
    const beyond = this.#amount(key) + amount - this.#per_hour;
    return beyond <= 0 ? 0 : (beyond / this.#per_hour) * HOUR_MS;
  }

  use(key: string, amount: number): void {
    this.#used.set(key, { amount: this.#amount(key) + amount, at_ms: this.#clock.now() });
  }

  #amount(key: string): number {
    const used = this.#used.get(key);
    if (!used) return 0;
    const back = (Math.max(0, this.#clock.now() - used.at_ms) / HOUR_MS) * this.#per_hour;
    return Math.max(0, used.amount - back);
  }
}
