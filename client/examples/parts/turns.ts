const last = new Map<string, Promise<unknown>>();

/**
 * Runs the changes of an object one after the other, since the quantity to charge depends on the state that the
 * previous change left.
 */
export async function inTurn<T>(thing: string, work: () => Promise<T>): Promise<T> {
  const turn = (last.get(thing) ?? Promise.resolve()).then(work, work);
  last.set(thing, turn);
  try {
    return await turn;
  } finally {
    if (last.get(thing) === turn) last.delete(thing);
  }
}
