import type { Queryable, Transaction } from './storage.ts';

/** Runs `work` in a transaction of `db`, then what was put off until after the commit. */
export async function runInTransaction<T>(db: Queryable, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const deferred: (() => void)[] = [];
  const result = await db
    .transaction()
    .execute((inner) => work({ db: inner, afterCommit: (task) => deferred.push(task) }));
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
