/** The two counters of a holding, as a table keeps them. */
export interface StoredCounters {
  readonly usageMin: bigint;
  readonly usageMax: bigint;
}

const SMALLEST = 1024;
const HIGH = 0x1_0000_0000;

/**
 * Pairs of counters by number, in typed arrays: some 40 bytes each. An object in a map has 200, and each garbage
 * collection visits it. The table grows as it is filled. Entries are removed all at once, and the arrays are kept: a
 * large array that is dropped stays in memory until the next full collection.
 */
export class CounterTable {
  /** Place of an entry plus 1, found by hashing its key; 0 where there is none. Never more than half full. */
  #slots = new Int32Array(2 * SMALLEST);
  #keys = new Float64Array(SMALLEST);
  #min = new BigInt64Array(SMALLEST);
  #max = new BigInt64Array(SMALLEST);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: number): StoredCounters | undefined {
    const place = (this.#slots[this.#slotOf(key)] as number) - 1;
    if (place < 0) return undefined;
    return { usageMin: this.#min[place] as bigint, usageMax: this.#max[place] as bigint };
  }

  /** @param key an integer from 0 to 2^53 */
  set(key: number, { usageMin, usageMax }: StoredCounters): void {
    let slot = this.#slotOf(key);
    let place = (this.#slots[slot] as number) - 1;
    if (place < 0) {
      if (this.#size === this.#keys.length) {
        this.#grow();
        slot = this.#slotOf(key);
      }
      place = this.#size;
      this.#size += 1;
      this.#slots[slot] = this.#size;
      this.#keys[place] = key;
    }
    this.#min[place] = usageMin;
    this.#max[place] = usageMax;
  }

  clear(): void {
    this.#slots.fill(0);
    this.#size = 0;
  }

  /** Ascending; a copy. */
  sortedKeys(): Float64Array {
    return this.#keys.slice(0, this.#size).sort();
  }

  /** Where the key is, or where it would go. */
  #slotOf(key: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(key) & mask;
    for (;;) {
      const place = (this.#slots[slot] as number) - 1;
      if (place < 0 || this.#keys[place] === key) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #grow(): void {
    const capacity = 2 * this.#keys.length;
    this.#keys = extended(this.#keys, new Float64Array(capacity));
    this.#min = extended(this.#min, new BigInt64Array(capacity));
    this.#max = extended(this.#max, new BigInt64Array(capacity));
    this.#slots = new Int32Array(2 * capacity);
    for (let place = 0; place < this.#size; place += 1) {
      this.#slots[this.#slotOf(this.#keys[place] as number)] = place + 1;
    }
  }
}

function extended<Numbers extends Float64Array | BigInt64Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from as never);
  return to;
}

/** Mixes all 53 bits: keys of neighbours differ in high bits only (the finaliser of MurmurHash3). */
function hash(key: number): number {
  let mixed = ((key % HIGH) | 0) ^ Math.imul((key / HIGH) | 0, 0x9e3779b1);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
