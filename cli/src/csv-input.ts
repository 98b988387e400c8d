import { usage } from './failures.ts';
import { contentOf, fileName } from './text-input.ts';

/**
 * The rows of a CSV file (RFC 4180) whose first line names its columns, each by name; empty cells are left out.
 * @param columns the names that are known
 * @throws Failure if there are others, or one comes twice, or a row has more cells than there are names
 */
export async function csvRowsOf(file: string, columns: readonly string[]): Promise<Record<string, string>[]> {
  const [names = [], ...rows] = cellsOf((await contentOf(file)).replace(/^\ufeff/, ''), file);
  const unknown = names.find((name) => !columns.includes(name.trim()));
  if (unknown !== undefined || names.length === 0) {
    const complaint = unknown === undefined ? 'is empty' : `has a column '${unknown}'`;
    throw usage(`${fileName(file)} ${complaint}; its first line names columns among ${columns.join(', ')}.`);
  }
  const twice = names.find((name, at) => names.findIndex((other) => other.trim() === name.trim()) !== at);
  if (twice !== undefined)
    throw usage(`${fileName(file)} has two columns '${twice.trim()}'; leave one of them out.`);
  return rows.map((cells, index) => {
    if (cells.length > names.length) throw usage(`${fileName(file)}: row ${index + 1} has too many cells.`);
    const pairs = names.map((name, at) => [name.trim(), (cells[at] ?? '').trim()] as const);
    return Object.fromEntries(pairs.filter(([, value]) => value !== ''));
  });
}

/** Rows of cells; lines without anything are left out. */
function cellsOf(text: string, file: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;
  for (let at = 0; at <= text.length; at = cell.lastIndex) {
    cell.lastIndex = at;
    const found = cell.exec(text);
    if (!found)
      throw usage(
        `${fileName(file)}: a quote in row ${rows.length} is not closed, or stands inside of a cell.`,
      );
    const [, quoted, plain = '', end] = found;
    row.push(quoted?.replaceAll('""', '"') ?? plain);
    if (end === ',') continue;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
    if (end === '') break;
  }
  return rows;
}
