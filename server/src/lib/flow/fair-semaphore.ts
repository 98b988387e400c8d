import { PurserError } from '../errors.ts';

interface Waiting {
  readonly start: () => void;
  readonly refuse: (error: PurserError) => void;
}

/**
 * A bounded number of semaphore with a queue per source before them: for work that is costly enough to starve
 * everything else if all of it ran at once. Sources take turns, so work of one source waits for at most one piece of
 * work of each other source before each piece of its own. All queues together are bounded. Where they are full, the
 * longest one gives up its newest work for a source that has less; otherwise the answer is `too_busy`, at once.
 */
export class FairSemaphore {
  readonly #places: number;
  readonly #queue_max: number;
  #busy = 0;
  #waiting = 0;
  /** A source is here while it has work waiting; the first one is next. */
  readonly #queues = new Map<string, Waiting[]>();

  constructor(places: number, queue_max: number) {
    this.#places = places;
    this.#queue_max = queue_max;
  }

  /** Pieces of work that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  async run<T>(source: string, work: () => Promise<T>): Promise<T> {
    if (this.#busy >= this.#places) await this.#turn(source);
    else this.#busy += 1;
    try {
      return await work();
    } finally {
      // The place is handed on without being given up in between, so no later work overtakes.
      const next = this.#next();
      if (next) next.start();
      else this.#busy -= 1;
    }
  }

  #turn(source: string): Promise<void> {
    const queue = this.#queues.get(source) ?? [];
    if (this.#waiting >= this.#queue_max) this.#displace(queue.length);
    return new Promise<void>((start, refuse) => {
      queue.push({ start, refuse });
      this.#queues.set(source, queue);
      this.#waiting += 1;
    });
  }

  /** Makes room for work of a source that has `less` waiting than the longest queue. */
  #displace(less: number): void {
    let longest: Waiting[] = [];
    for (const queue of this.#queues.values()) if (queue.length > longest.length) longest = queue;
    const displaced = longest.length > less + 1 ? longest.pop() : undefined;
    if (!displaced) throw new PurserError('too_busy');
    this.#waiting -= 1;
    displaced.refuse(new PurserError('too_busy'));
  }

  /** The oldest work of the source whose turn it is; the source goes to the end. */
  #next(): Waiting | undefined {
    const [turn] = this.#queues;
    if (!turn) return undefined;
    const [source, queue] = turn;
    const next = queue.shift();
    this.#queues.delete(source);
    if (queue.length > 0) this.#queues.set(source, queue);
    this.#waiting -= 1;
    return next;
  }
}
