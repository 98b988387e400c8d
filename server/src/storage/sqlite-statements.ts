import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';

type Declared = 'INTEGER' | 'TEXT' | 'BLOB';

/** A column of a result. `value` exists for the compiler only: it carries the type of the values. */
export interface Column<Name extends string = string, Value = unknown> {
  readonly name: Name;
  readonly declared: Declared;
  readonly value?: Value;
}

/** A column of 64-bit integers, read exactly. */
export const integer = <Name extends string>(name: Name): Column<Name, bigint> => ({
  name,
  declared: 'INTEGER',
});
export const text = <Name extends string>(name: Name): Column<Name, string> => ({ name, declared: 'TEXT' });
export const bytes = <Name extends string>(name: Name): Column<Name, Uint8Array> => ({
  name,
  declared: 'BLOB',
});
/** The same column where it can be NULL. */
export const nullable = <Name extends string, Value>({
  name,
  declared,
}: Column<Name, Value>): Column<Name, Value | null> => ({ name, declared });

type ValueOf<C> = C extends Column<string, infer Value> ? Value : never;
type ObjectOf<Columns extends readonly Column[]> = {
  readonly [C in Columns[number] as C['name']]: ValueOf<C>;
};
type TupleOf<Columns extends readonly Column[]> = {
  readonly [Index in keyof Columns]: ValueOf<Columns[Index]>;
};

/** A prepared statement of the embedded engine whose rows have a type. */
export class TypedRows<Row> {
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
  }

  get(...parameters: SQLInputValue[]): Row | undefined {
    return this.#statement.get(...parameters) as Row | undefined;
  }

  all(...parameters: SQLInputValue[]): Row[] {
    return this.#statement.all(...parameters) as Row[];
  }

  iterate(...parameters: SQLInputValue[]): IterableIterator<Row> {
    return this.#statement.iterate(...parameters) as IterableIterator<Row>;
  }
}

/**
 * Prepares a query whose rows are objects. Throws if the query has other columns than stated here, by name, order or
 * type of the table's column; whether a column can be NULL, and the type of an expression, is not compared.
 */
export function objects<const Columns extends readonly Column[]>(
  db: DatabaseSync,
  columns: Columns,
  sql: string,
): TypedRows<ObjectOf<Columns>> {
  return new TypedRows(prepared(db, columns, sql));
}

/** The same with rows as arrays: it costs more to make an object of a row than to find it. */
export function tuples<const Columns extends readonly Column[]>(
  db: DatabaseSync,
  columns: Columns,
  sql: string,
): TypedRows<TupleOf<Columns>> {
  const statement = prepared(db, columns, sql);
  statement.setReturnArrays(true);
  return new TypedRows(statement);
}

function prepared(db: DatabaseSync, columns: readonly Column[], sql: string): StatementSync {
  const statement = db.prepare(sql);
  statement.setReadBigInts(true);
  const actual = statement.columns();
  const fits =
    actual.length === columns.length &&
    columns.every(({ name, declared }, index) => {
      const column = actual[index];
      return column?.name === name && (column.type === null || column.type === declared);
    });
  if (!fits) throw new Error(`The columns of a statement are not those that are stated with it: ${sql}`);
  return statement;
}
