import type { KyselyPlugin } from 'kysely';
import type { Storage } from '../../src/storage/storage.ts';

/** A storage that counts what goes through Kysely; the ledger's batches do not. */
export interface CountedStorage {
  readonly storage: Storage;
  /** Statements since the last call. */
  take(): number;
}

/** Makes the statements of a storage countable, so that a test can say that their number does not grow with the rows. */
export function countStatements(storage: Storage): CountedStorage {
  let statements = 0;
  const counter: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    // Parts of a query are transformed one by one; a result there is once for each statement.
    transformResult: async ({ result }) => {
      statements += 1;
      return result;
    },
  };
  const counted: Storage = {
    ...storage,
    db: storage.db.withPlugin(counter),
    transaction: (work) =>
      storage.transaction((tx) =>
        work({
          db: tx.db.withPlugin(counter),
          afterCommit: (task) => tx.afterCommit(task),
          announce: () => tx.announce(),
        }),
      ),
  };
  return {
    storage: counted,
    take: () => {
      const taken = statements;
      statements = 0;
      return taken;
    },
  };
}
