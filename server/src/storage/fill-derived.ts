import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { isUniqueViolation } from './conflicts.ts';
import { DERIVED, type Derivation } from './derived-columns.ts';
import { oneOf } from './one-of.ts';
import type { Database } from './schema.ts';
import type { Queryable, Storage } from './storage.ts';

/** Rows that are filled in one transaction: a short one, so that other nodes go on meanwhile. */
const CHUNK = 1000;

type Row = Record<string, string | number | null> & { id: number };

/**
 * Fills the derived columns of rows that were written before these columns existed. Rows that wait are recognised by
 * NULL, so an interrupted run is continued by the next one, and several nodes can run it at the same time.
 * Where two existing names are the same name in the form in which they are compared, both rows stay: the later one
 * gets a key of its own. Answers a sentence about each of these, for an operator.
 */
export async function fillDerivedColumns(storage: Storage): Promise<string[]> {
  const complaints: string[] = [];
  for (const table of await tablesToFill(storage.db)) {
    for (let after: number | undefined = 0; after !== undefined; ) {
      after = await fillNext(storage, table, after, complaints);
    }
  }
  return complaints;
}

/** How often rows are tried again when a name was taken between reading and writing them. */
const ATTEMPTS = 5;

async function fillNext(
  storage: Storage,
  table: keyof Database,
  after: number,
  complaints: string[],
): Promise<number | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const said = complaints.length;
    try {
      return await storage.transaction(({ db }) => fillChunk(storage, db, table, after, complaints));
    } catch (error) {
      if (attempt >= ATTEMPTS || !isUniqueViolation(error)) throw error;
      complaints.length = said;
    }
  }
}

const TABLES = Object.keys(DERIVED) as (keyof typeof DERIVED)[];

/** Whether a row of the table waits, in the words of the partial index that finds it. */
function waiting(table: keyof Database): RawBuilder<SqlBool> {
  const sought = Object.entries(DERIVED[table] ?? {}).filter(([, { along }]) => !along);
  const terms = sought.map(([column, { from }]) =>
    from === 'reserved_name' ? `(${column} IS NULL AND ${from} IS NOT NULL)` : `${column} IS NULL`,
  );
  return sql.raw(terms.join(' OR '));
}

async function tablesToFill(db: Queryable): Promise<(keyof Database)[]> {
  const asked = TABLES.map(
    (table) =>
      sql`SELECT ${sql.lit(table)} AS name WHERE EXISTS (SELECT 1 FROM ${sql.table(table)} WHERE ${waiting(table)})`,
  );
  const { rows } = await sql<{ name: keyof Database }>`${sql.join(asked, sql` UNION ALL `)}`.execute(db);
  return rows.map(({ name }) => name);
}

/** Fills the next rows after a number; answers the number of the last one, or undefined where none is left. */
async function fillChunk(
  storage: Storage,
  db: Queryable,
  table: keyof Database,
  after: number,
  complaints: string[],
): Promise<number | undefined> {
  const derivations = Object.entries(DERIVED[table] ?? {});
  const scopes = derivations.flatMap(([, { uniqueWithin = [] }]) => uniqueWithin);
  const columns = [...new Set(['id', ...derivations.map(([, { from }]) => from), ...scopes])];
  const { rows } = await sql<Row>`
    SELECT ${sql.join(columns.map((column) => sql.ref(column)))} FROM ${sql.table(table)}
    WHERE id > ${after} AND (${waiting(table)}) ORDER BY id LIMIT ${sql.lit(CHUNK)}`.execute(db);
  const last = rows.at(-1);
  if (!last) return undefined;
  const values: Record<string, (string | null)[]> = {};
  for (const [column, derivation] of derivations) {
    values[column] = derivation.uniqueWithin
      ? await uniqueForms(storage, db, table, column, derivation, rows, complaints)
      : rows.map((row) => formOf(row, derivation));
  }
  await write(storage, db, table, rows, values);
  return last.id;
}

function formOf(row: Row, { from, form }: Derivation): string | null {
  const text = row[from];
  return typeof text === 'string' ? form(text) : null;
}

/** Forms of rows, made different from those of other rows by a control character, which no name contains. */
async function uniqueForms(
  storage: Storage,
  db: Queryable,
  table: keyof Database,
  column: string,
  derivation: Derivation,
  rows: readonly Row[],
  complaints: string[],
): Promise<(string | null)[]> {
  const { from, uniqueWithin = [] } = derivation;
  const forms = rows.map((row) => formOf(row, derivation));
  const known = forms.filter((form) => form !== null);
  const scope = uniqueWithin.map((name) => sql.ref(name));
  const { rows: taken } = await sql<Row>`
    SELECT ${sql.join([sql.ref('id'), sql`${sql.ref(column)} AS taken`, ...scope])} FROM ${sql.table(table)}
    WHERE ${oneOf(storage, column, known)}`.execute(db);
  const keyOf = (row: Row, form: unknown): string =>
    JSON.stringify([form, ...uniqueWithin.map((name) => row[name])]);
  const holders = new Map(taken.map((row) => [keyOf(row, row['taken']), row.id]));
  return rows.map((row, index) => {
    const form = forms[index] ?? null;
    if (form === null) return null;
    const key = keyOf(row, form);
    const holder = holders.get(key);
    if (holder === undefined || holder === row.id) {
      holders.set(key, row.id);
      return form;
    }
    complaints.push(
      `${table}: the ${from} of row ${row.id}, ${JSON.stringify(row[from])}, is the same name as that of row ` +
        `${holder}. Both stay as they are; give one of them another name.`,
    );
    return `${form}\u0001${row.id}`;
  });
}

/** Sets columns that are still empty: what was written meanwhile is newer. */
async function write(
  storage: Storage,
  db: Queryable,
  table: keyof Database,
  rows: readonly Row[],
  values: Readonly<Record<string, readonly (string | null)[]>>,
): Promise<void> {
  const columns = Object.keys(values);
  const filled = sql.table(table);
  const sets = columns.map(
    (column) =>
      sql`${sql.ref(column)} = COALESCE(${sql.ref(`${table}.${column}`)}, ${sql.ref(`given.${column}`)})`,
  );
  const ids = rows.map(({ id }) => id);
  const given =
    storage.native.engine === 'postgres'
      ? sql`unnest(${sql.join([sql`${ids}::bigint[]`, ...columns.map((column) => sql`${values[column]}::text[]`)])})
          AS given (${sql.join(['id', ...columns].map((name) => sql.ref(name)))})`
      : sql`(SELECT ${sql.join(
          ['id', ...columns].map(
            (name, at) => sql`json_extract(value, ${sql.lit(`$[${at}]`)}) AS ${sql.ref(name)}`,
          ),
        )} FROM json_each(${JSON.stringify(ids.map((id, at) => [id, ...columns.map((name) => values[name]?.[at])]))})) AS given`;
  await sql`UPDATE ${filled} SET ${sql.join(sets)} FROM ${given} WHERE ${sql.ref(`${table}.id`)} = given.id`.execute(
    db,
  );
}
