import { PurserError } from './errors.ts';

/**
 * A bounded number of workplaces with a bounded queue before them: for work that is costly enough to starve
 * everything else if all of it ran at once. Beyond the queue the answer is `too_busy`, at once.
 */
export class Workplaces {
  readonly #places: number;
  readonly #queue_max: number;
  #busy = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number, queue_max: number) {
    this.#places = places;
    this.#queue_max = queue_max;
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy >= this.#places) {
      if (this.#waiting.length >= this.#queue_max) throw new PurserError('too_busy');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#busy += 1;
    }
    try {
      return await work();
    } finally {
      // The place is handed on without being given up in between, so nobody overtakes.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#busy -= 1;
    }
  }
}
