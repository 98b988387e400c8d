import { type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { Database } from '../storage/schema.ts';
import { exactNameFirst, isNamed } from '../storage/text-conditions.ts';

/** Far below 2^53, and longer than any id that will be given. */
const ID = /^[0-9]{1,15}$/;

type Rows<T extends keyof Database, O> = SelectQueryBuilder<Database, T, O>;

/** The row of a component or service that operators refer to by id or by name. Digits are an id. */
export async function byIdOrName<T extends keyof Database, O>(
  rows: Rows<T, O>,
  table: 'components' | 'services',
  reference: number | string,
): Promise<O | undefined> {
  const id = typeof reference === 'number' ? reference : ID.test(reference) ? Number(reference) : undefined;
  if (id === undefined) return named(rows, table, String(reference));
  if (!Number.isSafeInteger(id)) return undefined;
  return rows.where(sql<SqlBool>`${sql.ref(`${table}.id`)} = ${id}`).executeTakeFirst();
}

/** The row of this name, in any spelling of the same name; one that is spelled like this before others. */
export function named<T extends keyof Database, O>(
  rows: Rows<T, O>,
  table: 'components' | 'services' | 'resources',
  name: string,
): Promise<O | undefined> {
  return rows.where(isNamed(table, name)).orderBy(exactNameFirst(table, name)).limit(1).executeTakeFirst();
}
