import type { Clock } from '../../lib/clock.ts';
import { Lru } from '../../lib/flow/lru.ts';
import { LIMITS } from '../../lib/limits.ts';
import { sourceOf } from '../../lib/text/network-address.ts';
import { userNameKey } from '../../lib/text/user-name.ts';
import type { KnownSources } from './known-sources.ts';

interface Failures {
  /** How many still counted at the time of the last one. */
  readonly count: number;
  readonly at_ms: number;
}

/** Failures that are forgotten one by one. */
class FailureCounts {
  readonly #clock: Clock;
  readonly #max: number;
  readonly #forgive_ms: number;
  readonly #failures = new Lru<string, Failures>(LIMITS.login_failures_remembered);

  constructor(clock: Clock, { max, forgive_ms }: { max: number; forgive_ms: number }) {
    this.#clock = clock;
    this.#max = max;
    this.#forgive_ms = forgive_ms;
  }

  exhausted(key: string): boolean {
    return this.#count(key) > this.#max - 1;
  }

  add(key: string): void {
    this.#failures.set(key, { count: this.#count(key) + 1, at_ms: this.#clock.now() });
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** Not an integer: the next one to be forgiven is so little by little. */
  #count(key: string): number {
    const failures = this.#failures.get(key);
    if (!failures) return 0;
    const forgiven = (this.#clock.now() - failures.at_ms) / this.#forgive_ms;
    return Math.max(0, failures.count - Math.max(0, forgiven));
  }
}

/**
 * Bounds how fast secrets can be guessed. Failures count per account and source, and per account over all sources.
 * The bound over all sources does not hold for sources from which the account has logged in before: strangers cannot
 * lock a person out there. It remembers a bounded number of keys, each node for itself; to flush it an attacker has to
 * fail thousands of times, each at the cost of a hash, for every few guesses won.
 */
export class LoginThrottle {
  readonly #known: KnownSources;
  readonly #perSource: FailureCounts;
  readonly #perAccount: FailureCounts;
  #wrong = 0;
  #throttled = 0;

  constructor({ clock, knownSources }: { clock: Clock; knownSources: KnownSources }) {
    this.#known = knownSources;
    const { login_failures, login_failure_ms, login_failures_of_all, login_failure_of_all_ms } = LIMITS;
    this.#perSource = new FailureCounts(clock, { max: login_failures, forgive_ms: login_failure_ms });
    this.#perAccount = new FailureCounts(clock, {
      max: login_failures_of_all,
      forgive_ms: login_failure_of_all_ms,
    });
  }

  /** Attempts since the start that failed: with a wrong secret, and not looked at because of earlier failures. */
  get refused(): { readonly wrong: number; readonly throttled: number } {
    return { wrong: this.#wrong, throttled: this.#throttled };
  }

  /**
   * Runs an attempt to log in. What it answers counts only if there have not been too many failures by then: of
   * guesses that are sent all at once, no more are heard than of those that are sent one by one, and honest logins at
   * the same moment do not count against one another.
   * @param login.named what failures count under, as the client names it, so that an answer does not depend on what
   * there is; other spellings of a user name count as the same
   * @param login.account uuid or user name of the account, where it is known and `named` is neither
   * @param login.secretOf uuid of the account whose password is tried, if there is one. Failures count under it too, so
   * that user name, e-mail address and uuid together allow no more guesses than one of them. It refuses only after the
   * work, as a wrong secret does: neither the answer nor its time reveals which names belong to one account.
   * @param login.address of the client
   * @param uuidOf the account that the attempt has proved to be
   * @returns undefined if the attempt failed or came too soon
   */
  async attempt<T>(
    login: {
      readonly named: string;
      readonly account?: string | undefined;
      readonly secretOf?: string | undefined;
      readonly address: string;
    },
    work: () => Promise<T | undefined>,
    uuidOf: (outcome: T) => string,
  ): Promise<T | undefined> {
    // No name is longer than the bound.
    const name = userNameKey(login.named.slice(0, LIMITS.name_length));
    const source = sourceOf(login.address);
    // No client can name the second key: what clients name is folded to lower case.
    const names = login.secretOf === undefined ? [name] : [name, `ACCOUNT ${login.secretOf}`];
    const keys = names.map((one) => `${source} ${one}`);
    const isLocked = async (count: number): Promise<boolean> => {
      if (keys.slice(0, count).some((key) => this.#perSource.exhausted(key))) return true;
      if (!names.slice(0, count).some((one) => this.#perAccount.exhausted(one))) return false;
      return !(await this.#known.has(login.account ?? login.secretOf ?? name, source));
    };
    if (await isLocked(1)) {
      this.#throttled += 1;
      return undefined;
    }
    const outcome = await work();
    if (outcome === undefined) {
      this.#wrong += 1;
      for (const key of keys) this.#perSource.add(key);
      for (const one of names) this.#perAccount.add(one);
      return undefined;
    }
    if (await isLocked(names.length)) {
      this.#throttled += 1;
      return undefined;
    }
    for (const key of keys) this.#perSource.forget(key);
    await this.#known.note(uuidOf(outcome), source);
    return outcome;
  }
}
