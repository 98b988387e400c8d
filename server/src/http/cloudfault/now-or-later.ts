/**
 * A value or a promise of one. A value that is known must not cost a turn of the event loop on hot paths, as `await`
 * would.
 */
export type NowOrLater<T> = T | Promise<T>;

/** Calls `next` with a value: synchronously if it is known. */
export function whenKnown<T, R>(value: NowOrLater<T>, next: (known: T) => NowOrLater<R>): NowOrLater<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
