import { dirname } from 'node:path';
import type { Outage } from './availability.ts';

/** Result codes of SQLite (sqlite.org/rescode.html); the rest of an extended code says what exactly failed. */
const BUSY = 5;
const READONLY = 8;
const IOERR = 10;
const FULL = 13;
const CANTOPEN = 14;

/** The outage that an error reports, if it does. @param path of the database */
export function sqliteOutage(path: string, error: unknown): Outage | undefined {
  const { errcode, cause } = (error ?? {}) as { errcode?: unknown; cause?: unknown };
  if (typeof errcode !== 'number') return cause === undefined ? undefined : sqliteOutage(path, cause);
  switch (errcode & 0xff) {
    case FULL:
      return {
        kind: 'full',
        advice: `There is no room for the database ${path}. Make room in ${dirname(path)}.`,
        error,
      };
    case READONLY:
      return {
        kind: 'read_only',
        advice: `The database ${path} cannot be written. Look at the permissions of ${dirname(path)} and whether its file system is mounted read-only.`,
        error,
      };
    case BUSY:
      return {
        kind: 'failing',
        advice: `Another process keeps the database ${path} locked. Stop that process.`,
        error,
      };
    case IOERR:
    case CANTOPEN:
      return {
        kind: 'failing',
        advice: `The database ${path} cannot be read or written. Look at the disk and the limits of the file system at ${dirname(path)}.`,
        error,
      };
    default:
      return undefined;
  }
}
