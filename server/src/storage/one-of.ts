import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { isStorable } from '../lib/text/text.ts';
import type { Storage } from './storage.ts';

/**
 * The condition that a text column has one of the values. The statement is the same for any number of values, so it
 * is prepared once; a list of placeholders would be a new statement for each length.
 * @param column a column's name, optionally with its table's, as in `accounts.uuid`.
 */
export function oneOf(storage: Storage, column: string, values: readonly string[]): RawBuilder<SqlBool> {
  const storable = values.filter(isStorable);
  return storage.native.engine === 'postgres'
    ? sql<SqlBool>`${sql.ref(column)} = ANY(${storable}::text[])`
    : sql<SqlBool>`${sql.ref(column)} IN (SELECT value FROM json_each(${JSON.stringify(storable)}))`;
}

/** The same for a column of integers. */
export function oneOfNumbers(
  storage: Storage,
  column: string,
  values: readonly number[],
): RawBuilder<SqlBool> {
  return storage.native.engine === 'postgres'
    ? sql<SqlBool>`${sql.ref(column)} = ANY(${values}::bigint[])`
    : sql<SqlBool>`${sql.ref(column)} IN (SELECT value FROM json_each(${JSON.stringify(values)}))`;
}
