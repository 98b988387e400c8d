import type { PurserError } from '../errors/errors.ts';

/** Maximum size of a batch. */
export interface BatchBounds<Item> {
  readonly items: number;
  /** Maximum sum of `weigh` over the items; a heavier item is sent alone. */
  readonly weight?: number;
  readonly weigh?: (item: Item) => number;
}

/**
 * Sends a batch and returns the result of each item, in their order: a value or an error. If it throws, all items have
 * that error. `retries` is the largest number of the callers; undefined if one of them uses the default.
 */
export type SendBatch<Item, Value> = (
  items: readonly Item[],
  retries: number | undefined,
) => Promise<readonly (Value | PurserError)[]>;

/** A queued item. */
export interface Ticket<Value> {
  readonly verdict: Promise<Value>;
  /** Removes the item from the queue; false if it was sent already. The verdict of a removed item stays pending. */
  withdraw(): boolean;
}

interface Waiting<Item, Value> {
  readonly item: Item;
  readonly retries: number | undefined;
  resolve(value: Value): void;
  reject(error: unknown): void;
}

/**
 * Collects items while a request is in progress, and sends them in one request after it. There is no timer: an idle
 * batcher sends an item immediately, together with those submitted in the same tick.
 */
export class Batcher<Item, Value> {
  readonly #send: SendBatch<Item, Value>;
  readonly #bounds: BatchBounds<Item>;
  readonly #queue = new Set<Waiting<Item, Value>>();
  #running = false;
  #request: Promise<void> = Promise.resolve();

  constructor(send: SendBatch<Item, Value>, bounds: BatchBounds<Item>) {
    this.#send = send;
    this.#bounds = bounds;
  }

  /** Queues an item. */
  submit(item: Item, retries?: number): Ticket<Value> {
    let withdraw = (): boolean => false;
    const verdict = new Promise<Value>((resolve, reject) => {
      const waiting = { item, retries, resolve, reject };
      this.#queue.add(waiting);
      withdraw = () => this.#queue.delete(waiting);
    });
    if (!this.#running) void this.#run();
    return { verdict, withdraw };
  }

  /** Resolves when the request in progress has ended; immediately if there is none. */
  get landed(): Promise<void> {
    return this.#request;
  }

  async #run(): Promise<void> {
    this.#running = true;
    await undefined;
    while (this.#queue.size > 0) {
      this.#request = this.#carry(this.#next());
      await this.#request;
    }
    this.#running = false;
  }

  #next(): Waiting<Item, Value>[] {
    const { items, weight = 0, weigh = () => 0 } = this.#bounds;
    const batch: Waiting<Item, Value>[] = [];
    let sum = 0;
    for (const waiting of this.#queue) {
      sum += weigh(waiting.item);
      if (batch.length === items || (batch.length > 0 && sum > weight)) break;
      batch.push(waiting);
      this.#queue.delete(waiting);
    }
    return batch;
  }

  async #carry(batch: readonly Waiting<Item, Value>[]): Promise<void> {
    const asked = batch.map(({ retries }) => retries ?? Number.POSITIVE_INFINITY);
    const most = asked.reduce((one, other) => Math.max(one, other));
    try {
      const verdicts = await this.#send(
        batch.map(({ item }) => item),
        Number.isFinite(most) ? most : undefined,
      );
      for (const [index, { resolve, reject }] of batch.entries()) {
        const verdict = verdicts[index] as Value | PurserError;
        if (verdict instanceof Error) reject(verdict);
        else resolve(verdict);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
