import { stringifyExact } from './json.ts';

/** One line of CSV (RFC 4180) with its line end. Null and undefined are empty, objects are JSON. */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map((value) => quoted(cellText(value))).join(',')}\r\n`;
}

/** A value as text, without quotes and without the apostrophe that keeps spreadsheets from running it. */
export function csvText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? stringifyExact(value) : String(value);
}

/**
 * Spreadsheets run a cell as a formula if it begins with one of these, in their full-width forms too, or behind a tab
 * or a line end, which they skip. Leading apostrophes count too, so that `csvValue` returns the original text.
 */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;
/** Numbers are not escaped, even if they are strings. */
const NUMBER = /^[+-]?[0-9]+(\.[0-9]+)?$/;

/** A value as a cell that no spreadsheet runs: a text that begins like a formula gets a leading apostrophe. */
function cellText(value: unknown): string {
  const text = csvText(value);
  return typeof value === 'string' && FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/** The text of a cell that `csvLine` wrote: without the apostrophe before a formula. */
export function csvValue(cell: string): string {
  return cell.startsWith("'") && FORMULA.test(cell) ? cell.slice(1) : cell;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
