import { lostInCommit } from './outages/availability.ts';
import { RolledBack, rehearsal } from './rehearsal.ts';
import type { Queryable, Transaction } from './storage.ts';

/**
 * Runs `work` in a transaction of `db`, then what was put off until after the commit. In a rehearsal, the transaction
 * is undone and nothing follows it.
 * Throws `OutcomeUnknown` if the connection was lost during the commit.
 * @param announceIn the last thing done in a transaction that has something to tell other nodes
 */
export async function runInTransaction<T>(
  db: Queryable,
  work: (tx: Transaction) => Promise<T>,
  announceIn?: (inner: Queryable) => Promise<unknown>,
): Promise<T> {
  const current = rehearsal();
  const noted = current?.notes.length ?? 0;
  try {
    return await commit(db, work, announceIn);
  } catch (error) {
    if (error instanceof RolledBack) return error.result as T;
    current?.forgetSince(noted);
    throw error;
  }
}

async function commit<T>(
  db: Queryable,
  work: (tx: Transaction) => Promise<T>,
  announceIn?: (inner: Queryable) => Promise<unknown>,
): Promise<T> {
  const deferred: (() => void)[] = [];
  let announced = false;
  let committing = false;
  const transaction = db.transaction().execute(async (inner) => {
    const done = await work({
      db: inner,
      afterCommit: (task) => deferred.push(task),
      announce: () => {
        announced = true;
      },
    });
    if (rehearsal()) throw new RolledBack(done);
    if (announced) await announceIn?.(inner);
    committing = true;
    return done;
  });
  const result = await transaction.catch((error: unknown) => {
    throw committing ? lostInCommit(error) : error;
  });
  for (const task of deferred) {
    try {
      task();
    } catch (error) {
      // The transaction is durable whatever happens here; to report it as failed would invite a repetition.
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  }
  return result;
}
