import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { PolledFreshness } from '../lib/freshness.ts';
import { once } from '../lib/once.ts';
import { exactInteger } from './integers.ts';
import type { Database } from './schema.ts';
import type { Queryable, Storage } from './storage.ts';
import { runInTransaction } from './transactions.ts';

const INT8_OID = 20;

/** How late a node may notice what another has changed in accounts, tokens or the catalog. */
const NOTICED_WITHIN_MS = 1000;

const raiseEpoch = (db: Queryable): Promise<unknown> =>
  db
    .updateTable('epochs')
    .set(({ eb }) => ({ value: eb('value', '+', 1) }))
    .execute();

async function readEpoch(db: Queryable): Promise<number> {
  const { value } = await db.selectFrom('epochs').select('value').executeTakeFirstOrThrow();
  return value;
}

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
  const common = { connectionString: url, types, application_name: 'purser' };
  const pool = new pg.Pool({ ...common, max: connections });
  // Batches share one connection, those with locks run one after the other on a second, a third stands in for a
  // broken one.
  const pipelined = new pg.Pool({ ...common, max: 3, pipeline: true });
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  for (const each of [pool, pipelined]) each.on('error', () => undefined);
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
  return {
    db,
    native: { engine: 'postgres', pool, pipelined },
    transaction: async (work) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await runInTransaction(db, work, raiseEpoch);
        } catch (error) {
          const { code } = error as { code?: string };
          if (attempt >= ATTEMPTS || code === undefined || !LOST_RACE.has(code)) throw error;
        }
      }
    },
    // The server itself decides when it uses the room of old rows again.
    eraseRemains: async () => undefined,
    freshness: (clock) => new PolledFreshness(() => readEpoch(db), clock, NOTICED_WITHIN_MS),
    ping: async () => {
      await pool.query('SELECT 1');
    },
    close: once(async () => {
      await pipelined.end();
      await db.destroy();
    }),
  };
}
