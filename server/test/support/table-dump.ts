import { sql } from 'kysely';
import type { Domain } from '../../src/domain.ts';
import { rollUp } from '../../src/ledger/usage/roll-up.ts';
import { stringifyExact } from '../../src/lib/text/json.ts';
import type { Storage } from '../../src/storage/storage.ts';

/**
 * Everything that is stored, as text, by table, once nothing is left to be done in the background: no mail is on its
 * way, all usage is added up. Two dumps are equal if and only if nothing has changed.
 */
export async function dumpTables({ storage, outbox }: Pick<Domain, 'storage' | 'outbox'>): Promise<Dump> {
  while ((await outbox.list({ state: 'waiting', limit: 1 })).length > 0) await outbox.deliverDue();
  while ((await rollUp(storage, 1000, 'wait')) > 0);
  return dump(storage);
}

type Dump = Record<string, string[]>;

async function dump({ db, native }: Storage): Promise<Dump> {
  const names =
    native.engine === 'sqlite'
      ? sql<{
          name: string;
        }>`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
      : sql<{
          name: string;
        }>`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`;
  const tables: Dump = {};
  for (const { name } of (await names.execute(db)).rows) {
    const { rows } = await sql<Record<string, unknown>>`SELECT * FROM ${sql.table(name)}`.execute(db);
    tables[name] = rows.map(rowText).sort();
  }
  return tables;
}

function rowText(row: Record<string, unknown>): string {
  const fields = Object.entries(row).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  ]);
  return stringifyExact(Object.fromEntries(fields));
}
