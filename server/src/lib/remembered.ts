import type { Clock } from './clock.ts';
import { Lru } from './lru.ts';

interface Entry<V> {
  readonly value: V;
  readonly until_ms: number;
  readonly group: string;
  /** Stands for the group as it was when the value was loaded. */
  readonly generation: object;
}

/**
 * A bounded memory of what a database answered. A value can belong to a group, and all values of a group can be
 * dropped at once without walking the memory: dropping forgets the group's generation, and a value counts only
 * while its generation is the group's.
 */
export class Remembered<V> {
  readonly #entries: Lru<string, Entry<V>>;
  readonly #generations: Lru<string, object>;
  readonly #clock: Clock;
  readonly #ttl_ms: number;
  #drops = 0;

  /** @param ttl_ms for how long a value counts; Infinity where nobody else changes the database. */
  constructor(options: { capacity: number; clock: Clock; ttl_ms: number }) {
    this.#entries = new Lru(options.capacity);
    this.#generations = new Lru(options.capacity);
    this.#clock = options.clock;
    this.#ttl_ms = options.ttl_ms;
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const counts =
      this.#generations.get(entry.group) === entry.generation && this.#clock.now() <= entry.until_ms;
    if (counts) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  /**
   * Loads a value and remembers it, unless something was dropped while it was loading: it might have been read
   * before the change that was the reason for dropping. What is undefined is not remembered.
   */
  async load<T extends V | undefined>(
    key: string,
    load: () => Promise<T>,
    groupOf: (value: V) => string = () => key,
  ): Promise<T> {
    const drops = this.#drops;
    const loaded_at_ms = this.#clock.now();
    const value = await load();
    if (value !== undefined && drops === this.#drops) {
      const group = groupOf(value as V);
      const generation = this.#generations.get(group) ?? {};
      this.#generations.set(group, generation);
      this.#entries.set(key, { value: value as V, until_ms: loaded_at_ms + this.#ttl_ms, group, generation });
    }
    return value;
  }

  drop(group: string): void {
    this.#drops += 1;
    this.#generations.delete(group);
  }

  dropAll(): void {
    this.#drops += 1;
    this.#generations.clear();
    this.#entries.clear();
  }
}
