const last = new Map<string, Promise<unknown>>();

/**
 * Runs what is done to one thing one after the other: how much a change costs depends on what the thing is when its
 * turn comes.
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
