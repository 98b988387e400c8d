import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { nameKey } from '../lib/text/fold.ts';
import { isStorable } from '../lib/text/text.ts';
import type { Engine } from './storage.ts';

/** Whether a text contains another one, in which no character has a meaning of its own. */
export function contains(
  engine: Engine,
  text: RawBuilder<unknown>,
  part: RawBuilder<unknown>,
): RawBuilder<SqlBool> {
  return engine === 'postgres' ? sql`strpos(${text}, ${part}) > 0` : sql`instr(${text}, ${part}) > 0`;
}

/** Tables whose rows have a name that is unique in the form of `nameKey`. */
type NamedTable = 'roles' | 'components' | 'services' | 'resources' | 'application_credentials';

/**
 * Whether a row has this name, as it is stored or in another spelling of the same name. Of two rows that were given
 * the same name before names were compared like this, both are found: order by `exactNameFirst`.
 */
export function isNamed(table: NamedTable, name: string): RawBuilder<SqlBool> {
  if (!isStorable(name)) return sql<SqlBool>`1 = 0`;
  return sql<SqlBool>`(${sql.ref(`${table}.name_key`)} = ${nameKey(name)} OR ${sql.ref(`${table}.name`)} = ${name})`;
}

/** Sorts the row whose name is spelled like this before others. */
export function exactNameFirst(table: NamedTable, name: string): RawBuilder<number> {
  return sql<number>`CASE WHEN ${sql.ref(`${table}.name`)} = ${isStorable(name) ? name : ''} THEN 0 ELSE 1 END`;
}
