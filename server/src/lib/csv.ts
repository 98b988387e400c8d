import { stringifyExact } from './json.ts';

/** One line of CSV (RFC 4180), its end included. Null and undefined are empty, objects are JSON. */
export function csvLine(values: readonly unknown[]): string {
  return `${values.map((value) => quoted(csvText(value))).join(',')}\r\n`;
}

/** A value as it stands between commas, before any quotes. */
export function csvText(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? stringifyExact(value) : String(value);
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
