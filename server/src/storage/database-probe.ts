import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import pg from 'pg';
import { type DatabasePlace, databaseFault, nameOfDatabase } from './open-database.ts';

const PROBE_MS = 5_000;
/** The first bytes of every SQLite file. */
const SQLITE_MAGIC = 'SQLite format 3\0';

/**
 * Whether a start could use the database. Nothing is created and nothing is changed.
 * @returns a sentence about its state
 * @throws Error with a sentence that names the database, what is wrong with it, and the setting
 */
export async function probeDatabase(place: DatabasePlace): Promise<string> {
  const name = nameOfDatabase(place.url);
  try {
    if (!place.url.startsWith('sqlite:')) {
      await askServer(place.url);
      return `The database ${name} can be reached.`;
    }
    return fileExists(name)
      ? `The database ${name} exists and can be opened.`
      : `The database ${name} does not exist yet; the first start creates it.`;
  } catch (error) {
    throw new Error(databaseFault(error, place), { cause: error });
  }
}

async function askServer(url: string): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'purser config',
    connectionTimeoutMillis: PROBE_MS,
    query_timeout: PROBE_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Whether there is a database file that can be read and written; throws if there is another file, or no permission. */
function fileExists(path: string): boolean {
  if (!exists(path)) {
    let folder = dirname(path);
    while (!exists(folder)) folder = dirname(folder);
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error(folder), { code: 'ENOTDIR' });
    accessSync(folder, constants.W_OK | constants.X_OK);
    return false;
  }
  accessSync(path, constants.R_OK | constants.W_OK);
  const start = Buffer.alloc(SQLITE_MAGIC.length);
  const file = openSync(path, 'r');
  try {
    const length = readSync(file, start);
    if (length > 0 && start.toString('latin1') !== SQLITE_MAGIC)
      throw Object.assign(new Error('not a database'), { errcode: NOT_A_DATABASE });
  } finally {
    closeSync(file);
  }
  return true;
}

/** SQLite's result code. */
const NOT_A_DATABASE = 26;

/** Whether something has this path; a part of the path that is a file is an error. */
function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
