import { stringifyExact } from './json.ts';

/** One line of CSV (RFC 4180), its end included. Null and undefined are empty, objects are JSON. */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map((value) => quoted(cellText(value))).join(',')}\r\n`;
}

/** A value as text, without quotes and without the apostrophe that keeps spreadsheets from running it. */
export function csvText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? stringifyExact(value) : String(value);
}

/**
 * Spreadsheets run a cell as a formula if it begins with one of these, in their full-width forms too, or behind a tab or
 * a line end, which they skip. Apostrophes before them count, so that `csvValue` gives back every text as it was.
 */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;
/** Numbers are written as numbers, also where they came as a text. */
const NUMBER = /^[+-]?[0-9]+(\.[0-9]+)?$/;

/** A value as a cell that no spreadsheet runs: a text that begins like a formula has an apostrophe before it. */
function cellText(value: unknown): string {
  const text = csvText(value);
  return typeof value === 'string' && FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/** What a cell of ours says: without the apostrophe that `csvLine` puts before what looks like a formula. */
export function csvValue(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
