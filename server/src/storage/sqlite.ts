import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { type CompiledQuery, Kysely, SqliteDialect, type SqliteStatement } from 'kysely';
import { ALWAYS_FRESH } from '../lib/flow/freshness.ts';
import { Lru } from '../lib/flow/lru.ts';
import { Mutex } from '../lib/flow/mutex.ts';
import { once } from '../lib/flow/once.ts';
import { DerivedColumns } from './derived-columns.ts';
import { exactInteger } from './integers.ts';
import { Availability, type Outage } from './outages/availability.ts';
import { sqliteOutage } from './outages/sqlite-outages.ts';
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

/** The statements of one connection that were prepared lately; integers of their rows are read exactly. */
class PreparedStatements {
  readonly #db: DatabaseSync;
  readonly #statements = new Lru<string, StatementSync>(PREPARED_STATEMENTS);

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  of(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const fresh = this.#db.prepare(sql);
    fresh.setReadBigInts(true);
    this.#statements.set(sql, fresh);
    return fresh;
  }

  /** The rows of a compiled query, which has their type. */
  read<Row>({ sql, parameters }: CompiledQuery<Row>): Row[] {
    return this.of(sql)
      .all(...(parameters as SQLInputValue[]))
      .map((row) => exactRow(row)) as Row[];
  }
}

/** Runs a statement; what it throws may have been translated. */
type Guard = <T>(work: () => T) => T;

/** Lets Kysely speak to a `node:sqlite` connection, with integers exact. */
function kyselyOver(db: DatabaseSync, statements: PreparedStatements, guard: Guard): Kysely<Database> {
  const prepare = (sql: string): SqliteStatement => {
    // SQLite itself ends a transaction that fails badly, and the rollback that follows would hide why.
    if (sql === 'rollback' && !db.isTransaction) return NOTHING;
    // A rollback that failed left its transaction open.
    if (sql === 'begin' && db.isTransaction) guard(() => db.exec('ROLLBACK'));
    const statement = guard(() => statements.of(sql));
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => guard(() => statement.all(...(parameters as [])).map((row) => exactRow(row))),
      run: (parameters) => {
        const { changes, lastInsertRowid } = guard(() => statement.run(...(parameters as [])));
        return { changes: BigInt(changes), lastInsertRowid: BigInt(lastInsertRowid) };
      },
      *iterate(parameters) {
        for (const row of statement.iterate(...(parameters as []))) yield exactRow(row);
      },
    };
  };
  return new Kysely<Database>({
    dialect: new SqliteDialect({ database: { prepare, close: () => db.close() } }),
    plugins: [new DerivedColumns()],
  });
}

const NOTHING: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0n, lastInsertRowid: 0n }),
  iterate: () => [][Symbol.iterator](),
};

/** Throws `Removed` unless a path still leads to the file that was opened: what goes to another file is lost. */
function sameFile(path: string): () => void {
  const { ino } = statSync(path);
  return () => {
    if (statSync(path, { throwIfNoEntry: false })?.ino !== ino) throw new Removed(path);
  };
}

class Removed extends Error {
  constructor(path: string) {
    super(`The file ${path} was removed or replaced while it was open.`);
  }
}

function removed(path: string, error: unknown): Outage | undefined {
  if (!(error instanceof Removed)) return undefined;
  const advice = `The database ${path} was removed or replaced. Put the same file back, or stop the service, restore a backup and start it.`;
  return { kind: 'removed', advice, error };
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
  const checkFile = sameFile(path);
  // The write lock of the process is held by then, so no transaction is open.
  const probe = (): Promise<void> =>
    writes.run(() => {
      checkFile();
      // To set what is there already is not written. Other processes, which this number is for, there are none.
      writer.exec('UPDATE epochs SET value = value + 1');
      reader.prepare('SELECT value FROM epochs').get();
    });
  const availability = new Availability(probe, (error) => removed(path, error) ?? sqliteOutage(path, error));
  const guard: Guard = (work) => {
    try {
      return work();
    } catch (error) {
      throw availability.report(error);
    }
  };
  const readStatements = new PreparedStatements(reader);
  const db = kyselyOver(reader, readStatements, guard);
  const writing = kyselyOver(writer, new PreparedStatements(writer), guard);
  return {
    db,
    native: {
      engine: 'sqlite',
      read: (query) => guard(() => readStatements.read(query)),
      exclusive: (work) =>
        writes.run(() =>
          guard(() => {
            checkFile();
            return overwriting(false, () => work(writer));
          }),
        ),
      snapshot: () => {
        const snapshot = open(path, ['cache_size=-16384', 'temp_store=FILE'], true);
        // The first statement decides what a transaction sees.
        snapshot.exec('BEGIN; SELECT 1 FROM sqlite_schema LIMIT 1');
        return snapshot;
      },
    },
    transaction: (work) =>
      writes.run(() => {
        guard(checkFile);
        return guard(() => overwriting(true, () => runInTransaction(writing, work)));
      }),
    eraseRemains: () => writes.run(() => guard(() => truncateLog(writer))),
    freshness: () => ALWAYS_FRESH,
    availability,
    ping: async () => {
      guard(() => {
        checkFile();
        reader.prepare('SELECT 1').get();
      });
    },
    close: once(async () => {
      availability.close();
      await writes.run(() => undefined);
      await db.destroy();
      await writing.destroy();
      // Kysely leaves open what it has never used. The last connection to close tidies the file, and no other may be open then.
      for (const connection of [reader, writer]) if (connection.isOpen) connection.close();
      owner.close();
    }),
  };
}
