import { csvLine, csvText } from '@purser/server/lib/csv';
import { stringifyExact, stringifyExactIndented } from '@purser/server/lib/json';
import { inColumns } from './columns.ts';
import { usage } from './failures.ts';

/** How to print; `field:NAME` is that field of each item and nothing else, for scripts. */
export type Output = 'table' | 'json' | 'csv' | `field:${string}`;
export const OUTPUTS: readonly Output[] = ['table', 'json', 'csv'];

/** How the items of one kind are shown. */
export interface View<T> {
  /** All fields, in the order in which `csv` and a single item show them. */
  readonly fields: readonly (keyof T & string)[];
  /** The fields that a table of many shows. */
  readonly columns: readonly (keyof T & string)[];
  /** How people read a field, where it is not obvious. */
  readonly texts?: { readonly [K in keyof T]?: (value: T[K], item: T) => string };
}

/** The text of a list: a table, a JSON array, or CSV with a header (RFC 4180). */
export function listText<T extends object>(items: readonly T[], view: View<T>, output: Output): string {
  if (output === 'json') return json(items);
  if (output === 'csv') return csv(view.fields, items);
  if (isField(output)) return items.map((item) => fieldText(item, view, output)).join('');
  const rows = items.map((item) => view.columns.map((column) => cell(item, column, view)));
  return inColumns([view.columns.map(heading), ...rows]);
}

/** The text of one item: its fields one below the other, a JSON object, or CSV with one row. */
export function itemText<T extends object>(item: T, view: View<T>, output: Output): string {
  if (output === 'json') return json(item);
  if (isField(output)) return fieldText(item, view, output);
  const fields = view.fields.filter((field) => item[field] !== undefined);
  if (output === 'csv') return csv(fields, [item]);
  return inColumns(fields.map((field) => [heading(field), cell(item, field, view)]));
}

const FIELD = 'field:';
const isField = (output: Output): output is `field:${string}` => output.startsWith(FIELD);

/** One bare value on a line of its own. */
function fieldText<T extends object>(item: T, { fields }: View<T>, output: string): string {
  const name = output.slice(FIELD.length);
  const field = fields.find((candidate) => candidate === name);
  if (field === undefined) throw usage(`There is no field '${name}' here; there are ${fields.join(', ')}.`);
  return `${csvText(item[field])}\n`;
}

function json(value: unknown): string {
  return `${stringifyExactIndented(value)}\n`;
}

function heading(field: string): string {
  return field.replaceAll('_', ' ').toUpperCase();
}

function cell<T extends object>(item: T, field: keyof T & string, { texts }: View<T>): string {
  const value = item[field];
  const text = texts?.[field];
  return visible(text ? text(value, item) : plain(value));
}

function plain(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.map(plain).join(', ');
  return typeof value === 'object' ? stringifyExact(value) : String(value);
}

/** Characters that would move the cursor or colour the terminal, made visible. Line breaks stay. */
function visible(text: string): string {
  return text.replace(
    /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g,
    (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
}

function csv<T extends object>(fields: readonly (keyof T & string)[], items: readonly T[]): string {
  return [fields, ...items.map((item) => fields.map((field) => item[field]))].map(csvLine).join('');
}
