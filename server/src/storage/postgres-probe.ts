import pg from 'pg';
import type { LiveConnections } from './postgres-pool.ts';

/** How long a probe may take, and after how many in a row without an answer the open connections are given up. */
const PROBE_MS = 5_000;
const SILENT_PROBES = 3;

/**
 * A probe of whether the database can be changed, on a connection of its own: those of the pools may all be waiting.
 * If the database stays silent, statements under way would wait until the system gives up their connections, which can
 * take a quarter of an hour; after some probes they are cut.
 */
export function probeOver(config: pg.ClientConfig, live: LiveConnections): () => Promise<void> {
  let silent = 0;
  return async () => {
    const client = new pg.Client({ ...config, connectionTimeoutMillis: PROBE_MS, query_timeout: PROBE_MS });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('UPDATE epochs SET value = value');
      silent = 0;
    } catch (error) {
      silent = isSilence(error) ? silent + 1 : 0;
      if (silent >= SILENT_PROBES) for (const cut of live) cut();
      throw error;
    } finally {
      await client.end().catch(() => undefined);
    }
  };
}

function isSilence(error: unknown): boolean {
  const { message = '', code = '' } = error as { message?: string; code?: string };
  return /timeout/.test(message) || code === 'ETIMEDOUT' || code === 'EHOSTUNREACH';
}
