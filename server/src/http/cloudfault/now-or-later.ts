/**
 * A value that is known already or has been promised. What is known must not cost a turn of the event loop on the
 * hot paths, which `await` would.
 */
export type NowOrLater<T> = T | Promise<T>;

/** Goes on with a value: at once if it is known. */
export function whenKnown<T, R>(value: NowOrLater<T>, next: (known: T) => NowOrLater<R>): NowOrLater<R> {
  return value instanceof Promise ? value.then(next) : next(value);
}
