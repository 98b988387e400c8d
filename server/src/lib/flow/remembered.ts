import type { Freshness } from './freshness.ts';
import { Lru } from './lru.ts';

interface Entry<V> {
  readonly value: V;
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
  readonly #freshness: Freshness;
  #drops = 0;

  constructor(options: { capacity: number; freshness: Freshness }) {
    this.#entries = new Lru(options.capacity);
    this.#generations = new Lru(options.capacity);
    this.#freshness = options.freshness;
    options.freshness.onStale(() => this.dropAll());
  }

  /** The value, without waiting; undefined if it is not remembered, or has to be looked at again. */
  get(key: string): V | undefined {
    return this.#freshness.current() ? this.#get(key) : undefined;
  }

  #get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (this.#generations.get(entry.group) === entry.generation) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  /**
   * Loads a value and remembers it, unless something was dropped while it was loading: it might have been read
   * before the change that was the reason for dropping. What is undefined is not remembered. If the value proves to
   * be fresh after all, it is not loaded.
   */
  async load<T extends V | undefined>(
    key: string,
    load: () => Promise<T>,
    groupOf: (value: V) => string = () => key,
  ): Promise<T> {
    if (!this.#freshness.current()) {
      await this.#freshness.refresh();
      const known = this.#get(key);
      if (known !== undefined) return known as T;
    }
    const drops = this.#drops;
    const value = await load();
    if (value !== undefined && drops === this.#drops) {
      const group = groupOf(value as V);
      const generation = this.#generations.get(group) ?? {};
      this.#generations.set(group, generation);
      this.#entries.set(key, { value: value as V, group, generation });
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
