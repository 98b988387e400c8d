import type { PurserError } from '../errors/errors.ts';

/** How much travels in one request at most. */
export interface BatchBounds<Item> {
  readonly items: number;
  /** Sum of `weigh` over the items; one that is heavier than this travels alone. */
  readonly weight?: number;
  readonly weigh?: (item: Item) => number;
}

/**
 * Carries a batch and answers what became of each item, in their order: a value, or an error of its own. If it throws,
 * that is the error of all. `retries` is what the most patient of the callers asked for; undefined if one of them is
 * content with what is usual.
 */
export type SendBatch<Item, Value> = (
  items: readonly Item[],
  retries: number | undefined,
) => Promise<readonly (Value | PurserError)[]>;

/** A place in the queue. */
export interface Ticket<Value> {
  readonly verdict: Promise<Value>;
  /** Leaves the queue; false if the item is on its way already, or back. The verdict of one that left never comes. */
  withdraw(): boolean;
}

interface Waiting<Item, Value> {
  readonly item: Item;
  readonly retries: number | undefined;
  resolve(value: Value): void;
  reject(error: unknown): void;
}

/**
 * Collects what is asked for while a request is on its way, and sends it in one request when that is back. There is no
 * timer: what comes to an idle batcher leaves at once, together with what is asked for in the same breath.
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

  /** Puts an item into the queue. */
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

  /** Resolves when the request that is on its way now is back; at once if there is none. */
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
