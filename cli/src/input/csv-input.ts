import { csvValue } from '@purser/text/csv';
import { shownFaults, usage } from '../failures.ts';
import { contentOf, fileName } from './text-input.ts';

/** A row of a table: its number, from 1 on, and its cells by the names of their columns; empty ones are left out. */
export interface Row {
  readonly number: number;
  readonly cells: Readonly<Record<string, string>>;
}

/**
 * The rows of a CSV file (RFC 4180) whose first line names its columns. The apostrophe that our own CSV has before what
 * looks like a formula is left out.
 * @param columns the names that are known
 * @param faultsOf what is wrong with a row, beyond what CSV itself forbids
 * @throws Failure with all faults at once: columns that are not known or come twice, rows with more cells than names,
 * quotes that are not closed, and what `faultsOf` says
 */
export async function csvRowsOf(
  file: string,
  columns: readonly string[],
  faultsOf: (row: Row) => readonly string[] = () => [],
): Promise<Row[]> {
  const { rows: all, fault } = cellsOf(await contentOf(file));
  const name = fileName(file);
  const [header = [], ...rows] = all;
  const names = header.map((one) => one.trim());
  const faults = fault === undefined ? [] : [fault];
  if (names.length === 0 && fault === undefined) {
    throw usage(`${name} is empty; its first line names columns among ${columns.join(', ')}.`);
  }
  const unknown = names.filter((one) => !columns.includes(one));
  if (unknown.length > 0) {
    const found = unknown.map((one) => `'${one}'`).join(', ');
    faults.push(
      unknown.length === 1
        ? `the column ${found} is not known; columns are ${columns.join(', ')}`
        : `the columns ${found} are not known; columns are ${columns.join(', ')}`,
    );
  }
  const twice = new Set(names.filter((one, at) => names.indexOf(one) !== at));
  for (const one of twice) faults.push(`there are two columns '${one}'`);
  const read = rows.map((cells, index): Row => {
    const number = index + 1;
    if (cells.length > names.length) faults.push(`row ${number} has too many cells`);
    const pairs = names.map((one, at) => [one, csvValue(cells[at] ?? '').trim()] as const);
    return { number, cells: Object.fromEntries(pairs.filter(([, value]) => value !== '')) };
  });
  // Without the right columns every row would seem to lack something.
  if (unknown.length === 0) faults.push(...read.flatMap(faultsOf));
  if (faults.length > 0) throw shownFaults(name, faults);
  return read;
}

/** Rows of cells; lines without anything are left out. What cannot be read ends the rows. */
function cellsOf(text: string): { rows: string[][]; fault?: string } {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|\r|$)/y;
  for (let at = 0; at <= text.length; at = cell.lastIndex) {
    cell.lastIndex = at;
    const found = cell.exec(text);
    if (!found) {
      const where = rows.length === 0 ? 'the first line' : `row ${rows.length}`;
      return { rows, fault: `a quote in ${where} is not closed, or stands inside of a cell` };
    }
    const [, quoted, plain = '', end] = found;
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',') continue;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
    if (end === '') break;
  }
  return { rows };
}
