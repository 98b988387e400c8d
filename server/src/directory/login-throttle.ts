import type { Clock } from '../lib/clock.ts';
import { LIMITS } from '../lib/limits.ts';
import { Lru } from '../lib/lru.ts';

interface Failures {
  /** How many count still, at the time of the last one. */
  readonly count: number;
  readonly at_ms: number;
}

/**
 * Slows down who guesses secrets: per account and address, failures count, and are forgotten one by one. It remembers
 * a bounded number of pairs, each node for itself; to flush it somebody has to fail thousands of times, each at the
 * cost of a hash, for every few guesses won.
 */
export class LoginThrottle {
  readonly #clock: Clock;
  readonly #failures = new Lru<string, Failures>(LIMITS.login_failures_remembered);

  constructor({ clock }: { clock: Clock }) {
    this.#clock = clock;
  }

  /**
   * Runs an attempt to log in. What it answers counts only if there have not been too many failures by then: of
   * guesses that are sent all at once, no more are heard than of those that are sent one by one, and honest logins at
   * the same moment do not count against one another.
   * @param account however the caller names it; letter case does not matter
   * @returns undefined if the attempt failed or came too soon
   */
  async attempt<T>(
    account: string,
    address: string,
    work: () => Promise<T | undefined>,
  ): Promise<T | undefined> {
    // No name is long; that of a longer one is nobody's.
    const key = `${address} ${account.toLowerCase().slice(0, LIMITS.name_length)}`;
    if (this.#exhausted(this.#count(key))) return undefined;
    const outcome = await work();
    const count = this.#count(key);
    if (outcome === undefined) {
      this.#failures.set(key, { count: count + 1, at_ms: this.#clock.now() });
      return undefined;
    }
    if (this.#exhausted(count)) return undefined;
    this.#failures.delete(key);
    return outcome;
  }

  #exhausted(count: number): boolean {
    return count > LIMITS.login_failures - 1;
  }

  /** Not an integer: the next one to be forgiven is so little by little. */
  #count(key: string): number {
    const failures = this.#failures.get(key);
    if (!failures) return 0;
    const forgiven = (this.#clock.now() - failures.at_ms) / LIMITS.login_failure_ms;
    return Math.max(0, failures.count - Math.max(0, forgiven));
  }
}
