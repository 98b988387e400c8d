import { type RawBuilder, sql } from 'kysely';
import type { Engine } from '../../storage/storage.ts';

interface DatePart {
  /** Whether it is a number; the others are texts. */
  readonly numeric: boolean;
  readonly sqlite: (column: RawBuilder<unknown>) => RawBuilder<unknown>;
  readonly postgres: (column: RawBuilder<unknown>) => RawBuilder<unknown>;
}

const moment = (column: RawBuilder<unknown>) => sql`(to_timestamp(${column} / 1000.0) AT TIME ZONE 'UTC')`;

/** A number of SQLite's `strftime` and of PostgreSQL's `extract`, in UTC. */
const numeric = (format: string, field: string, add = 0): DatePart => ({
  numeric: true,
  sqlite: (column) =>
    sql`(CAST(strftime(${sql.lit(format)}, ${column} / 1000.0, 'unixepoch') AS INTEGER) + ${sql.lit(add)})`,
  postgres: (column) =>
    sql`(floor(extract(${sql.raw(field)} FROM ${moment(column)}))::bigint + ${sql.lit(add)})`,
});

const month = numeric('%m', 'month');

/** Parts of timestamps in UTC, by their names in filters (workflow-v1 §7). Weeks are those of ISO 8601. */
export const DATE_PARTS: Readonly<Record<string, DatePart>> = {
  year: numeric('%Y', 'year'),
  iso_year: numeric('%G', 'isoyear'),
  month,
  day: numeric('%d', 'day'),
  week: numeric('%V', 'week'),
  /** Sunday is 1. */
  week_day: numeric('%w', 'dow', 1),
  /** Monday is 1. */
  iso_week_day: numeric('%u', 'isodow'),
  quarter: {
    numeric: true,
    sqlite: (column) => sql`((${month.sqlite(column)} + 2) / 3)`,
    postgres: (column) => sql`((${month.postgres(column)} + 2) / 3)`,
  },
  hour: numeric('%H', 'hour'),
  minute: numeric('%M', 'minute'),
  second: numeric('%S', 'second'),
  date: {
    numeric: false,
    sqlite: (column) => sql`strftime('%Y-%m-%d', ${column} / 1000.0, 'unixepoch')`,
    postgres: (column) => sql`to_char(${moment(column)}, 'YYYY-MM-DD')`,
  },
  time: {
    numeric: false,
    sqlite: (column) => sql`strftime('%H:%M:%f', ${column} / 1000.0, 'unixepoch')`,
    postgres: (column) => sql`to_char(${moment(column)}, 'HH24:MI:SS.MS')`,
  },
};

export function datePartOf(engine: Engine, part: DatePart, column: string): RawBuilder<unknown> {
  return part[engine](sql.ref(column));
}
