/** A task that is done at the first call; later calls wait for that one and get the same. */
export function once<T>(task: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => {
    done ??= task();
    return done;
  };
}
