import { sql } from 'kysely';
import { UNLIMITED } from '../../../src/lib/limits.ts';
import { openStorage } from '../../../src/storage/open.ts';
import type { Storage, Transaction } from '../../../src/storage/storage.ts';

/**
 * Fills the ledger's tables with more users than can be registered over HTTP in reasonable time. Only the ledger's rows
 * are created: these users have no accounts.
 */

/** Users made in one transaction: few enough that the write-ahead log stays small. */
const CHUNK = 100_000;
/** Spreads the uuids of neighbours over the whole index, as random ones are. Odd, so no two are equal. */
const SPREAD = 2_654_435_761n;
const MASK = 0xffff_ffffn;

/** The uuid of the user with this number, and of the user's own project. */
export function filledUser(number: number): string {
  const head = (BigInt(number) * SPREAD) & MASK;
  return `${hex(head, 8)}-0000-4000-8000-${hex(BigInt(number), 12)}`;
}

const hex = (value: bigint, digits: number): string => value.toString(16).padStart(digits, '0');

/** The same in SQL, from a column `number`. */
export function userExpression(storage: Storage): string {
  const head = `(numbers.number * ${SPREAD}) & ${MASK}`;
  return storage.native.engine === 'sqlite'
    ? `printf('%08x-0000-4000-8000-%012x', ${head}, numbers.number)`
    : `lpad(to_hex(${head}), 8, '0') || '-0000-4000-8000-' || lpad(to_hex(numbers.number), 12, '0')`;
}

/** A table expression `numbers` with a column `number` that counts up. */
export function numbers(storage: Storage, from: number, count: number): string {
  const [first, last] = [from, from + count - 1];
  return storage.native.engine === 'sqlite'
    ? `(WITH RECURSIVE n (number) AS (SELECT ${first} UNION ALL SELECT number + 1 FROM n WHERE number < ${last})
        SELECT number FROM n) AS numbers`
    : `(SELECT generate_series(${first}::bigint, ${last}::bigint) AS number) AS numbers`;
}

const list = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ');

interface Filling {
  /** Names of resources that the ledger knows. */
  readonly resources: readonly string[];
  readonly users: number;
}

/** `fillUsers` on the database of a service that does not run. */
export async function fillDatabase(databaseUrl: string, filling: Filling): Promise<void> {
  const storage = openStorage(databaseUrl, 1);
  try {
    await fillUsers(storage, filling);
  } finally {
    await storage.close();
  }
}

/**
 * Users with a project of their own each, without limits and with one unit of each resource in use: so a usage row
 * per user and resource, and as many pools. The database must have the current schema.
 */
async function fillUsers(storage: Storage, { users, resources }: Filling): Promise<void> {
  for (let from = 0; from < users; from += CHUNK) {
    const count = Math.min(CHUNK, users - from);
    await storage.transaction(async (tx) => {
      const project = await lastId(tx, 'ledger_projects');
      await run(
        tx,
        `INSERT INTO ledger_projects (project, live)
         SELECT ${userExpression(storage)}, 1 FROM ${numbers(storage, from, count)}`,
      );
      await run(
        tx,
        `INSERT INTO pools (project_id, resource_id, capacity, member_capacity, usage_min, usage_max)
         SELECT l.id, r.id, ${UNLIMITED}, ${UNLIMITED}, 1, 1 FROM ledger_projects l CROSS JOIN ledger_resources r
          WHERE l.id > ${project} AND r.name IN (${list(resources)}) ORDER BY l.id, r.id`,
      );
      await fillSeats(
        tx,
        resources,
        `SELECT id, project, 1 FROM ledger_projects WHERE id > ${project} ORDER BY id`,
      );
    });
  }
  await tidy(storage);
}

/** Members of one project, which the ledger knows, each with one unit of each resource in use. */
export async function fillMembers(
  storage: Storage,
  project: string,
  { users, resources }: Filling,
): Promise<void> {
  for (let from = 0; from < users; from += CHUNK) {
    const members = numbers(storage, from, Math.min(CHUNK, users - from));
    await storage.transaction((tx) =>
      fillSeats(
        tx,
        resources,
        `SELECT l.id, ${userExpression(storage)}, 1 FROM ${members}
           JOIN ledger_projects l ON l.project = '${project}'`,
      ),
    );
  }
  await storage.transaction((tx) =>
    run(
      tx,
      `UPDATE pools SET usage_min = usage_min + ${users}, usage_max = usage_max + ${users}
        WHERE project_id = (SELECT id FROM ledger_projects WHERE project = '${project}')
          AND resource_id IN (SELECT id FROM ledger_resources WHERE name IN (${list(resources)}))`,
    ),
  );
  await tidy(storage);
}

/** @param rows answers project_id, user, open */
async function fillSeats(tx: Transaction, resources: readonly string[], rows: string): Promise<void> {
  const seat = await lastId(tx, 'seats');
  await run(tx, `INSERT INTO seats (project_id, "user", open) ${rows}`);
  await run(
    tx,
    `INSERT INTO seat_usages (seat_id, resource_id, usage_min, usage_max)
     SELECT s.id, r.id, 1, 1 FROM seats s CROSS JOIN ledger_resources r
      WHERE s.id > ${seat} AND r.name IN (${list(resources)}) ORDER BY s.id, r.id`,
  );
}

async function run(tx: Transaction, statement: string): Promise<void> {
  await sql.raw(statement).execute(tx.db);
}

async function lastId(tx: Transaction, table: 'ledger_projects' | 'seats'): Promise<number> {
  const { rows } = await sql<{ last: number }>`
    SELECT coalesce(max(id), 0) AS last FROM ${sql.table(table)}`.execute(tx.db);
  return rows[0]?.last ?? 0;
}

/** What a database does by itself sooner or later is done now, and not while something is measured. */
export async function tidy(storage: Storage): Promise<void> {
  if (storage.native.engine === 'sqlite') return;
  await storage.native.pool.query('VACUUM ANALYZE');
  await storage.native.pool.query('CHECKPOINT');
}
