import { sql } from 'kysely';
import type { Engine, Queryable, Storage } from './storage.ts';

/** Where a page of a long list is read from. */
export interface Reader {
  readonly db: Queryable;
  readonly engine: Engine;
}

/** What reads a table from end to end, or all of it before the first row. */
const WHOLESALE = ['seqscan', 'bitmapscan', 'hashjoin', 'mergejoin', 'hashagg', 'material'];

/**
 * Runs `work`, which reads the first rows of long lists in the order of an index. PostgreSQL weighs that against
 * reading everything by what it knows of the tables, which may be long ago; this states that few rows are wanted.
 * For these reads only, so it costs a transaction and leaves nothing on the connection.
 */
export function readByIndex<T>(storage: Storage, work: (reader: Reader) => Promise<T>): Promise<T> {
  const { engine } = storage.native;
  if (engine === 'sqlite') return work({ db: storage.db, engine });
  const settings = WHOLESALE.map((way) => sql`set_config(${`enable_${way}`}, 'off', true)`);
  return storage.transaction(async ({ db }) => {
    await sql`SELECT ${sql.join(settings)}`.execute(db);
    return work({ db, engine });
  });
}
