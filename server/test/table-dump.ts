import { sql } from 'kysely';
import { stringifyExact } from '../src/lib/json.ts';
import type { Storage } from '../src/storage/storage.ts';

/** Everything that is stored, as text, by table: two dumps are equal if and only if nothing has changed. */
export async function dumpTables({ db, native }: Storage): Promise<Record<string, string[]>> {
  const names =
    native.engine === 'sqlite'
      ? sql<{
          name: string;
        }>`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
      : sql<{
          name: string;
        }>`SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'`;
  const dump: Record<string, string[]> = {};
  for (const { name } of (await names.execute(db)).rows) {
    const { rows } = await sql<Record<string, unknown>>`SELECT * FROM ${sql.table(name)}`.execute(db);
    dump[name] = rows.map(rowText).sort();
  }
  return dump;
}

function rowText(row: Record<string, unknown>): string {
  const fields = Object.entries(row).map(([name, value]) => [
    name,
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
  ]);
  return stringifyExact(Object.fromEntries(fields));
}
