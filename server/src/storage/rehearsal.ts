import { AsyncLocalStorage } from 'node:async_hooks';

/** What would have happened, as those who would have done it tell it, in order. */
export class Rehearsal {
  readonly notes: unknown[] = [];

  /** @internal Forgets what was noted since then: the transaction that noted it is tried again, or was refused. */
  forgetSince(count: number): void {
    this.notes.length = count;
  }
}

/** Carries the result of a rehearsed transaction past its end, which undoes everything. */
export class RolledBack<T> extends Error {
  readonly result: T;

  constructor(result: T) {
    super('rehearsed');
    this.result = result;
  }
}

const rehearsals = new AsyncLocalStorage<Rehearsal>();

/** The rehearsal that is under way here, if one is. */
export function rehearsal(): Rehearsal | undefined {
  return rehearsals.getStore();
}

/**
 * Runs work of which nothing stays: each transaction in it is undone as soon as it is done, what was to happen after
 * its commit does not, and no message is sent. What reads outside of a transaction sees everything as it is, so a work of
 * several transactions that build on one another cannot be rehearsed. What changes something otherwise than by
 * `Storage.transaction` has to refuse, with `refuseRehearsal`.
 */
export async function rehearse<T>(work: () => Promise<T>): Promise<{ result: T; notes: readonly unknown[] }> {
  const current = new Rehearsal();
  // Awaited inside: some promises begin their work only when they are awaited.
  const result = await rehearsals.run(current, async () => await work());
  return { result, notes: current.notes };
}

/** For what cannot be undone. To come here is a fault of the program, not of a request. */
export function refuseRehearsal(what: string): void {
  if (rehearsals.getStore()) throw new Error(`${what} cannot be rehearsed.`);
}
