import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';
import type { Storage } from './storage.ts';

/**
 * Opens the storage that a database URL names: `sqlite:PATH` or `postgres://…`.
 * @param connections connections at most, for PostgreSQL.
 */
export function openStorage(url: string, connections = 10): Storage {
  if (url.startsWith('sqlite:')) return openSqlite(url.slice('sqlite:'.length));
  if (/^postgres(?:ql)?:\/\//.test(url)) return openPostgres(url, connections);
  throw new Error(`A database URL starts with sqlite: or postgres://, not '${url.split(':')[0]}:'.`);
}
