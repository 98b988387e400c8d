import type { SelectQueryBuilder } from 'kysely';
import type { Database } from '../storage/schema.ts';
import type { Queryable } from '../storage/storage.ts';

/** Rows of a table that may be seen for one reason. */
export type Way<Table extends keyof Database> = SelectQueryBuilder<Database, Table, { id: number }>;
/** All the reasons why rows of a table may be seen. */
export type Ways<Table extends keyof Database> = readonly [Way<Table>, ...Way<Table>[]];

/**
 * The ids on a page of rows that may be seen for any of several reasons. Each is followed by itself, along its own
 * index and no further than the page reaches; joined by OR, they make a database look at every row there is.
 * @param page narrows and orders the rows, and takes as many as the page holds
 */
export function firstIds<Table extends keyof Database>(
  db: Queryable,
  [first, ...others]: Ways<Table>,
  page: (way: Way<Table>) => Way<Table>,
) {
  const along = (way: Way<Table>) => db.selectFrom(page(way).as('way')).select('way.id');
  return others.reduce((all, way) => all.union(along(way)), along(first));
}
