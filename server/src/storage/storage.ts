import type { DatabaseSync } from 'node:sqlite';
import type { CompiledQuery, Kysely } from 'kysely';
import type { Pool } from 'pg';
import type { Clock } from '../lib/clock.ts';
import type { Freshness } from '../lib/flow/freshness.ts';
import type { Availability } from './outages/availability.ts';
import type { Database } from './schema.ts';

/** Anything that statements can be run on: the storage itself for reads, a transaction for writes. */
export type Queryable = Kysely<Database>;

/** A unit of work: all of it becomes durable and visible at once, or nothing does. */
export interface Transaction {
  readonly db: Queryable;
  /** Runs once the transaction is durable; not at all if it fails. For dropping cached copies of what changed. */
  afterCommit(task: () => void): void;
  /** Tells other nodes, if there are any, that something they may remember has changed (`Storage.freshness`). */
  announce(): void;
}

/**
 * One place for all data (decision storage-engines): an embedded SQLite file, or a PostgreSQL database shared by many nodes.
 * Everything but the ledger's hot statements goes through Kysely; the ledger uses `native`.
 */
export interface Storage {
  /** Reads outside a transaction. They see everything that was committed before they began. */
  readonly db: Queryable;
  readonly native: SqliteNative | PostgresNative;
  /** Runs `work` in one durable transaction; if it throws, nothing has happened. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Removes what was overwritten or deleted from the files of the embedded engine, as far as that is possible now. */
  eraseRemains(): Promise<void>;
  /** Whether what was remembered of the database can still be believed. */
  freshness(clock: Clock): Freshness;
  /** Whether the database can be used. Statements throw `DatabaseUnavailable` while it cannot. */
  readonly availability: Availability;
  /** Throws `DatabaseUnavailable` if the database does not answer or cannot be written. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface SqliteNative {
  readonly engine: 'sqlite';
  /**
   * Runs `work` on the one writing connection while no other transaction writes. The work begins and ends its own
   * transaction and does not wait for anything in between, so the lock is held for the statements alone.
   */
  exclusive<T>(work: (db: DatabaseSync) => T): Promise<T>;
  /**
   * A connection of its own that sees the database as it is now for as long as it is open, whatever is written
   * meanwhile. It can keep tables of its own, `temp`, and must be closed.
   */
  snapshot(): DatabaseSync;
  /**
   * The rows of a query, at once: no batch commits between the call and its return. It runs on the connection for
   * reads, which never blocks the writer. Throws `DatabaseUnavailable`.
   */
  read<Row>(query: CompiledQuery<Row>): Row[];
}

export interface PostgresNative {
  readonly engine: 'postgres';
  readonly pool: Pool;
  /** Connections that send the next statement without waiting for the answer to the last. For the ledger's batches. */
  readonly pipelined: Pool;
}

export type Engine = Storage['native']['engine'];
