import { Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { PolledFreshness } from '../lib/flow/freshness.ts';
import { once } from '../lib/flow/once.ts';
import { DerivedColumns } from './derived-columns.ts';
import { exactInteger } from './integers.ts';
import { Availability, OutcomeUnknown } from './outages/availability.ts';
import { postgresOutage } from './outages/postgres-outages.ts';
import { type LiveConnections, watchedPool } from './postgres-pool.ts';
import { probeOver } from './postgres-probe.ts';
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

/** How long it may take to get a connection, new or free. Under load waiting is better than an error, but not for ever. */
const CONNECT_MS = 10_000;
/** When the system begins to ask a silent peer whether it is still there. */
const KEEPALIVE_MS = 10_000;
/**
 * Opens a PostgreSQL database by URL. No session state is used, so poolers and PostgreSQL-compatible distributed
 * engines work (decision storage-engines).
 * @param connections connections at most; a few are enough, the hot path needs one.
 */
export function openPostgres(url: string, connections: number): Storage {
  const types = new pg.TypeOverrides();
  types.setTypeParser(INT8_OID, (text) => exactInteger(BigInt(text)));
  const common: pg.PoolConfig = {
    connectionString: url,
    types,
    application_name: 'purser',
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEPALIVE_MS,
  };
  const live: LiveConnections = new Set();
  const availability = new Availability(probeOver(common, live), (error) =>
    postgresOutage(placeOf(url), error),
  );
  const pool = watchedPool({ ...common, max: connections }, availability, live);
  // Batches share one connection, those with locks run one after the other on a second, a third stands in for a
  // broken one.
  const pipelined = watchedPool({ ...common, max: 3, pipeline: true }, availability, live);
  const db = new Kysely<Database>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new DerivedColumns()],
  });
  const remembered: PolledFreshness[] = [];
  return {
    db,
    native: { engine: 'postgres', pool, pipelined },
    transaction: async (work) => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await runInTransaction(db, work, raiseEpoch);
        } catch (error) {
          // If it was stored, what this node remembers is stale, and nothing was dropped after the commit.
          if (error instanceof OutcomeUnknown) for (const each of remembered) each.doubt();
          const { code } = error as { code?: string };
          if (attempt >= ATTEMPTS || code === undefined || !LOST_RACE.has(code)) throw error;
        }
      }
    },
    // The server itself decides when it uses the room of old rows again.
    eraseRemains: async () => undefined,
    freshness: (clock) => {
      const freshness = new PolledFreshness(() => readEpoch(db), clock, NOTICED_WITHIN_MS);
      remembered.push(freshness);
      return freshness;
    },
    availability,
    ping: async () => {
      await pool.query('SELECT 1');
    },
    close: once(async () => {
      availability.close();
      await pipelined.end();
      await db.destroy();
    }),
  };
}

/** A database, without user and password. */
function placeOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed ? `${parsed.host}${parsed.pathname}` : 'that database_url names';
}
