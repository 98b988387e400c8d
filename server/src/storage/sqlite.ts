import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { Kysely, SqliteDialect, type SqliteStatement } from 'kysely';
import { ALWAYS_FRESH } from '../lib/freshness.ts';
import { Lru } from '../lib/lru.ts';
import { Mutex } from '../lib/mutex.ts';
import { once } from '../lib/once.ts';
import { exactInteger } from './integers.ts';
import type { Database } from './schema.ts';
import type { Storage } from './storage.ts';
import { runInTransaction } from './transactions.ts';

/** Statements that Kysely builds at run time are few and repeat; preparing one costs more than running it. */
const PREPARED_STATEMENTS = 500;

const BUSY_TIMEOUT = 'busy_timeout=5000';

function open(path: string, pragmas: string[], readOnly = false): DatabaseSync {
  const db = new DatabaseSync(path, { readOnly });
  for (const pragma of pragmas) db.exec(`PRAGMA ${pragma}`);
  return db;
}

function exactRow(row: Record<string, unknown>): Record<string, unknown> {
  for (const key in row) {
    const value = row[key];
    if (typeof value === 'bigint') row[key] = exactInteger(value);
  }
  return row;
}

/** Lets Kysely speak to a `node:sqlite` connection, with integers exact. */
function kyselyOver(db: DatabaseSync): Kysely<Database> {
  const prepared = new Lru<string, StatementSync>(PREPARED_STATEMENTS);
  const statementFor = (sql: string): StatementSync => {
    const known = prepared.get(sql);
    if (known) return known;
    const fresh = db.prepare(sql);
    fresh.setReadBigInts(true);
    prepared.set(sql, fresh);
    return fresh;
  };
  const prepare = (sql: string): SqliteStatement => {
    const statement = statementFor(sql);
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...(parameters as [])).map((row) => exactRow(row)),
      run: (parameters) => {
        const { changes, lastInsertRowid } = statement.run(...(parameters as []));
        return { changes: BigInt(changes), lastInsertRowid: BigInt(lastInsertRowid) };
      },
      *iterate(parameters) {
        for (const row of statement.iterate(...(parameters as []))) yield exactRow(row);
      },
    };
  };
  return new Kysely<Database>({
    dialect: new SqliteDialect({ database: { prepare, close: () => db.close() } }),
  });
}

/**
 * Creates a file that its owner alone may read, whatever the mask of the process is. SQLite gives the write-ahead log
 * and the shared memory beside a database the mode of the database.
 */
function createPrivately(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
}

/**
 * Runs work with or without overwriting what it deletes or replaces. Mails have secrets in them, and would stay in
 * free pages of the file. The ledger's batches have none: they need not pay for writing pages that they give up.
 */
function overwritingOf(writer: DatabaseSync): <T>(overwrites: boolean, work: () => T) => T {
  let set: boolean | undefined;
  return (overwrites, work) => {
    if (set !== overwrites) writer.exec(`PRAGMA secure_delete=${overwrites ? 'ON' : 'OFF'}`);
    set = overwrites;
    return work();
  };
}

/** Puts the write-ahead log into the database and empties it, unless a read under way still needs it. */
function truncateLog(writer: DatabaseSync): void {
  writer.exec('PRAGMA busy_timeout=0');
  try {
    writer.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    writer.exec(`PRAGMA ${BUSY_TIMEOUT}`);
  }
}

/**
 * Opens the embedded engine: one file in WAL mode with `synchronous=FULL`, so a commit is on disk before anyone
 * hears of it. One connection writes and takes turns through a lock; another reads beside it.
 * Throws if another process has the file open: the ledger remembers what it wrote, so there is one owner.
 */
export function openSqlite(path: string): Storage {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  for (const file of [path, `${path}.lock`]) createPrivately(file);
  // A lock that the system drops with the process, however it ends. A lock file of our own would outlive a crash.
  const owner = open(`${path}.lock`, ['busy_timeout=0']);
  try {
    owner.exec('BEGIN EXCLUSIVE');
  } catch {
    owner.close();
    throw new Error(`The database ${path} is in use by another process.`);
  }
  const common = [BUSY_TIMEOUT, 'journal_mode=WAL', 'synchronous=FULL', 'foreign_keys=ON'];
  const writer = open(path, [...common, 'cache_size=-32768', 'temp_store=MEMORY', 'wal_autocheckpoint=4000']);
  const reader = open(path, [...common, 'query_only=ON', 'cache_size=-16384', 'temp_store=MEMORY']);
  const overwriting = overwritingOf(writer);
  const writes = new Mutex();
  const db = kyselyOver(reader);
  const writing = kyselyOver(writer);
  return {
    db,
    native: {
      engine: 'sqlite',
      reader,
      exclusive: (work) => writes.run(() => overwriting(false, () => work(writer))),
      snapshot: () => {
        const snapshot = open(path, ['cache_size=-16384', 'temp_store=FILE'], true);
        // The first statement decides what a transaction sees.
        snapshot.exec('BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1');
        return snapshot;
      },
    },
    transaction: (work) => writes.run(() => overwriting(true, () => runInTransaction(writing, work))),
    eraseRemains: () => writes.run(() => truncateLog(writer)),
    freshness: () => ALWAYS_FRESH,
    ping: async () => {
      reader.prepare('SELECT 1').get();
    },
    close: once(async () => {
      await writes.run(() => undefined);
      await db.destroy();
      await writing.destroy();
      // Kysely leaves open what it has never used. The last to close tidies the file, and nobody may meet that.
      for (const connection of [reader, writer]) if (connection.isOpen) connection.close();
      owner.close();
    }),
  };
}
