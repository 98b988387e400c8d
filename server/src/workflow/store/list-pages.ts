import { type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Database } from '../../storage/schema.ts';
import type { ListPage, ListPosition } from './task-query.ts';

/** The tables that can be listed, and the column that identifies an entry. */
const KEYS = { tasks: 'uuid', notifications: 'uuid', workflow_tokens: 'handle' } as const;
type ListTable = keyof typeof KEYS;

/**
 * Reads one page of a list, the newest entries first. A page by its number has to count all rows, a page after an entry
 * does not. Errors: `page_empty`.
 * @param query without order and limit
 */
export async function readListPage<TB extends keyof Database, O>(
  query: SelectQueryBuilder<Database, TB, O>,
  table: ListTable,
  at: ListPosition,
): Promise<ListPage<O>> {
  const ordered = query
    .orderBy(sql.ref(`${table}.created_on`), 'desc')
    .orderBy(sql.ref(`${table}.id`), 'desc');
  if (at === 'all') {
    const items = await ordered.limit(LIMITS.workflow_list).execute();
    return { items, pages: null, hasMore: false, hasPrevious: false };
  }
  if ('limit' in at) {
    const limit = Math.min(at.limit, LIMITS.page_max);
    const below = at.after === undefined ? ordered : ordered.where(afterEntry(table, at.after));
    const found = await below.limit(limit + 1).execute();
    const previous = at.after !== undefined;
    return {
      items: found.slice(0, limit),
      pages: null,
      hasMore: found.length > limit,
      hasPrevious: previous,
    };
  }
  const { page, size } = at;
  const { count } = await (query.clearSelect() as SelectQueryBuilder<Database, TB, object>)
    .select(sql<number>`COUNT(*)`.as('count'))
    .executeTakeFirstOrThrow();
  const pages = Math.max(1, Math.ceil(Number(count) / size));
  if (page < 1 || page > pages) throw new PurserError('page_empty', { page, pages });
  const items = await ordered
    .limit(size)
    .offset((page - 1) * size)
    .execute();
  return { items, pages, hasMore: page < pages, hasPrevious: page > 1 };
}

/** After an entry of the list; after an unknown entry there are none. */
function afterEntry(table: ListTable, uuid: string): RawBuilder<SqlBool> {
  const known = /^[0-9a-f]{32}$/.test(uuid) ? uuid : '';
  return sql<SqlBool>`(${sql.ref(`${table}.created_on`)}, ${sql.ref(`${table}.id`)}) <
    (SELECT e.created_on, e.id FROM ${sql.table(table)} AS e WHERE ${sql.ref(`e.${KEYS[table]}`)} = ${known})`;
}
