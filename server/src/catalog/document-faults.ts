import { PurserError } from '../lib/errors.ts';

/** What is wrong with a document of services. It is collected, so that one answer names all of it. */
export class DocumentFaults {
  readonly #all: PurserError[] = [];

  /** Answers what is read; where that fails, undefined, and the reason is kept. */
  collect<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.#keep(error);
      return undefined;
    }
  }

  /** `collect` for what takes a while. */
  async collectLater<T>(read: () => Promise<T>): Promise<T | undefined> {
    try {
      return await read();
    } catch (error) {
      this.#keep(error);
      return undefined;
    }
  }

  /** A single fault as it is; several as one `service_malformed` with all reasons. */
  throwIfAny(): void {
    const [first, ...others] = this.#all;
    if (first === undefined) return;
    if (others.length === 0) throw first;
    const reasons = this.#all.map(({ message, data }) => String(data['reason'] ?? message));
    throw new PurserError('service_malformed', { reason: reasons.join(' '), reasons });
  }

  #keep(error: unknown): void {
    if (!(error instanceof PurserError)) throw error;
    this.#all.push(error);
  }
}
