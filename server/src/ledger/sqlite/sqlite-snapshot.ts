import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { breathe } from '../../lib/flow/breathe.ts';
import { integer, objects, type TypedRows, text } from '../../storage/sqlite-statements.ts';
import type { SqliteNative } from '../../storage/storage.ts';
import { decodeProvisions, type HoldingKind, POOL, SEAT, type StoredProvision } from '../core/stored.ts';
import type { ComparedSize, CounterDifference, LogSnapshot } from '../verification/log-snapshot.ts';
import { journalRows } from './sqlite-journal.ts';

/** Rows processed before other work of the thread gets its turn: some milliseconds. */
const CHUNK = 400;
/** Holdings whose sums are in memory before they are written to the table: some 10 MB. */
const IN_MEMORY = 50_000;

/**
 * The sums are in a temporary table of the snapshot's own connection, in a temporary file, so memory does not grow with
 * the number of holdings. They are texts: commissions are added in another order than they were resolved in, so an
 * intermediate sum can exceed 64 bits.
 */
const BOOK = `
  CREATE TEMP TABLE book (
    kind INTEGER NOT NULL,
    id INTEGER NOT NULL,
    resource INTEGER NOT NULL,
    expected_min TEXT NOT NULL DEFAULT '0',
    expected_max TEXT NOT NULL DEFAULT '0',
    actual_min INTEGER NOT NULL DEFAULT 0,
    actual_max INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, id, resource)
  ) STRICT, WITHOUT ROWID`;

const EXPECTED = [text('expected_min'), text('expected_max')] as const;

/** Rows of the table after a key, ordered by the key. */
const readBook = (db: DatabaseSync) =>
  objects(
    db,
    [
      integer('kind'),
      integer('id'),
      integer('resource'),
      ...EXPECTED,
      integer('actual_min'),
      integer('actual_max'),
    ],
    `SELECT * FROM book WHERE (kind, id, resource) > (?, ?, ?) ORDER BY kind, id, resource LIMIT ${CHUNK}`,
  );

type BookRow = NonNullable<ReturnType<ReturnType<typeof readBook>['get']>>;

interface Sum {
  readonly kind: HoldingKind;
  readonly id: number;
  readonly resource: number;
  min: bigint;
  max: bigint;
}

/**
 * The snapshot on the embedded engine. Rows of counters are older than the journal, but both are of the same moment and
 * together have all counters. The work is done in small parts, since the engine runs in this thread.
 */
export class SqliteSnapshot implements LogSnapshot {
  readonly #db: DatabaseSync;
  readonly #sums = new Map<string, Sum>();
  #commissions = 0;
  #holdings = 0;

  constructor(native: SqliteNative) {
    this.#db = native.snapshot();
    this.#db.exec(BOOK);
  }

  async size(): Promise<ComparedSize> {
    return { commissions: this.#commissions, holdings: this.#holdings };
  }

  async *damaged(): AsyncGenerator<number[]> {
    const commissions = objects(
      this.#db,
      [integer('serial'), integer('state'), text('taken')],
      `SELECT serial, state, coalesce(accepted, provisions) AS taken FROM commissions
        WHERE serial > ? AND state <> 2 ORDER BY serial LIMIT ${CHUNK}`,
    );
    for await (const rows of this.#walk(commissions, [0n], ({ serial }) => [serial])) {
      const damaged = rows.filter(({ state, taken }) => !this.#addUp(state === 1n, taken));
      if (damaged.length > 0) yield damaged.map(({ serial }) => Number(serial));
      this.#commissions += rows.length;
      if (this.#sums.size >= IN_MEMORY) await this.#writeDown();
    }
    await this.#writeDown();
  }

  async *differences(): AsyncGenerator<CounterDifference[]> {
    await this.#enterCounters();
    const keyOf = ({ kind, id, resource }: BookRow) => [kind, id, resource];
    for await (const rows of this.#walk(readBook(this.#db), [-1n, 0n, 0n], keyOf)) {
      this.#holdings += rows.length;
      const differences = rows.map(toDifference).filter(differs);
      if (differences.length > 0) yield differences;
    }
  }

  async close(): Promise<void> {
    this.#db.close();
  }

  /** All rows, in chunks, of a statement whose parameters are the key of the row before the chunk. */
  async *#walk<Row>(
    statement: TypedRows<Row>,
    start: SQLInputValue[],
    keyOf: (row: Row) => SQLInputValue[],
  ): AsyncGenerator<Row[]> {
    for (let after = start; ; ) {
      const rows = statement.all(...after);
      const last = rows.at(-1);
      if (!last) return;
      yield rows;
      after = keyOf(last);
      await breathe();
    }
  }

  /** Adds a commission to the sums; false if its text is not valid. */
  #addUp(accepted: boolean, taken: string): boolean {
    const provisions = decodeProvisions(taken);
    for (const provision of provisions ?? []) {
      const { quantity } = provision;
      const sum = this.#sumOf(provision);
      if (accepted || quantity < 0n) sum.min += quantity;
      if (accepted || quantity > 0n) sum.max += quantity;
    }
    return provisions !== undefined;
  }

  #sumOf({ kind, id, resource }: StoredProvision): Sum {
    const key = `${kind}.${id}.${resource}`;
    let sum = this.#sums.get(key);
    if (!sum) {
      sum = { kind, id, resource, min: 0n, max: 0n };
      this.#sums.set(key, sum);
    }
    return sum;
  }

  async #writeDown(): Promise<void> {
    const known = objects(
      this.#db,
      EXPECTED,
      'SELECT expected_min, expected_max FROM book WHERE kind = ? AND id = ? AND resource = ?',
    );
    const write = this.#db.prepare(
      `INSERT INTO book (kind, id, resource, expected_min, expected_max) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET expected_min = excluded.expected_min, expected_max = excluded.expected_max`,
    );
    let written = 0;
    for (const { kind, id, resource, min, max } of this.#sums.values()) {
      const row = known.get(kind, id, resource);
      const sums = [BigInt(row?.expected_min ?? 0) + min, BigInt(row?.expected_max ?? 0) + max];
      write.run(kind, id, resource, ...sums.map(String));
      written += 1;
      if (written % CHUNK === 0) await breathe();
    }
    this.#sums.clear();
  }

  /** First the rows, then the journal, which is newer. */
  async #enterCounters(): Promise<void> {
    const enter = this.#db.prepare(
      `INSERT INTO book (kind, id, resource, actual_min, actual_max) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET actual_min = excluded.actual_min, actual_max = excluded.actual_max`,
    );
    for (const [kind, table, column] of TABLES) {
      const rows = objects(
        this.#db,
        COUNTERS,
        `SELECT ${column} AS id, resource_id, usage_min, usage_max FROM ${table}
          WHERE (${column}, resource_id) > (?, ?) ORDER BY ${column}, resource_id LIMIT ${CHUNK}`,
      );
      for await (const chunk of this.#walk(rows, [0n, 0n], (row) => [row.id, row.resource_id])) {
        for (const { id, resource_id, usage_min, usage_max } of chunk) {
          enter.run(kind, id, resource_id, usage_min, usage_max);
        }
      }
    }
    for (const { entries } of journalRows(this.#db)) {
      for (const { kind, id, resource, usageMin, usageMax } of entries) {
        enter.run(kind, id, resource, usageMin, usageMax);
      }
      await breathe();
    }
  }
}

const COUNTERS = [integer('id'), integer('resource_id'), integer('usage_min'), integer('usage_max')] as const;

const TABLES = [
  [POOL, 'pools', 'project_id'],
  [SEAT, 'seat_usages', 'seat_id'],
] as const;

function toDifference(row: BookRow): CounterDifference {
  return {
    stored: { kind: Number(row.kind) as HoldingKind, id: Number(row.id), resource: Number(row.resource) },
    expected: { min: BigInt(row.expected_min), max: BigInt(row.expected_max) },
    actual: { min: row.actual_min, max: row.actual_max },
  };
}

function differs({ expected, actual }: CounterDifference): boolean {
  return expected.min !== actual.min || expected.max !== actual.max;
}
