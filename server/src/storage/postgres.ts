import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { once } from '../lib/once.ts';
import { exactInteger } from './integers.ts';
import type { Database } from './schema.ts';
import type { Storage } from './storage.ts';
import { runInTransaction } from './transactions.ts';

const INT8_OID = 20;

/** How often a transaction is tried when the database says it lost a race (serialization failure, deadlock). */
const ATTEMPTS = 5;
const LOST_RACE = new Set(['40001', '40P01']);

/**
 * Opens a PostgreSQL database by URL. No session state is used, so poolers and PostgreSQL-compatible distributed
 * engines work (design D3).
 * @param connections connections at most; a few are enough, the hot path needs one.
 */
export function openPostgres(url: string, connections: number): Storage {
  const types = new pg.TypeOverrides();
  types.setTypeParser(INT8_OID, (text) => exactInteger(BigInt(text)));
  const pool = new pg.Pool({ connectionString: url, max: connections, types, application_name: 'purser' });
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    native: { engine: 'postgres', pool },
    transaction: async (work) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await runInTransaction(db, work);
        } catch (error) {
          const { code } = error as { code?: string };
          if (attempt >= ATTEMPTS || code === undefined || !LOST_RACE.has(code)) throw error;
        }
      }
    },
    ping: async () => {
      await pool.query('SELECT 1');
    },
    close: once(() => db.destroy()),
  };
}
