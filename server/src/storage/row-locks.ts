import type { SelectQueryBuilder } from 'kysely';
import type { Storage } from './storage.ts';

/**
 * Makes a query inside a transaction keep others from changing its rows until the end. SQLite has one writer at a
 * time and needs nothing.
 */
export function forUpdate<DB, TB extends keyof DB, O>(
  storage: Storage,
  query: SelectQueryBuilder<DB, TB, O>,
): SelectQueryBuilder<DB, TB, O> {
  return storage.native.engine === 'postgres' ? query.forUpdate() : query;
}

/** As `forUpdate`, but several transactions can hold the rows at once, against those who want to change them. */
export function forShare<DB, TB extends keyof DB, O>(
  storage: Storage,
  query: SelectQueryBuilder<DB, TB, O>,
): SelectQueryBuilder<DB, TB, O> {
  return storage.native.engine === 'postgres' ? query.forShare() : query;
}

/** As `forUpdate`, but rows that another transaction holds are skipped. */
export function forUpdateOfFree<DB, TB extends keyof DB, O>(
  storage: Storage,
  query: SelectQueryBuilder<DB, TB, O>,
): SelectQueryBuilder<DB, TB, O> {
  return storage.native.engine === 'postgres' ? query.forUpdate().skipLocked() : query;
}
