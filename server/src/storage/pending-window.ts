import { type RawBuilder, type SqlBool, sql } from 'kysely';

/** A part of what waits, in the order in which it began to wait. */
export interface PendingWindow {
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
  /** Where the part begins; without it, at the beginning. */
  readonly from?: PendingEdge | undefined;
}

/** A moment, in milliseconds since the epoch, and what of that very moment is already past. */
export interface PendingEdge {
  readonly at: number;
  /** All entries of that moment up to the row with this number, in the order of the list; or all, or none. */
  readonly past: number | 'all' | 'none';
}

/** The condition that a row lies beyond an edge. */
export function beyond(
  time: string,
  id: string,
  order: PendingWindow['order'],
  { at, past }: PendingEdge,
): RawBuilder<SqlBool> {
  const further = sql.raw(order === 'newest' ? '<' : '>');
  if (past === 'all') return sql<SqlBool>`${sql.ref(time)} ${further} ${at}`;
  if (past === 'none') return sql<SqlBool>`${sql.ref(time)} ${further}= ${at}`;
  return sql<SqlBool>`(${sql.ref(time)}, ${sql.ref(id)}) ${further} (${at}, ${past})`;
}
