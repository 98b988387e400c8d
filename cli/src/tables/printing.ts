import { csvLine, csvText } from '@purser/text/csv';
import { isObject, stringifyExactIndented } from '@purser/text/json';
import { usage } from '../failures.ts';
import { currentIo } from '../io.ts';
import { fitsInto, inColumns } from './columns.ts';
import { shapedItems, shapedView } from './list-shape.ts';
import type { Format, Output } from './output.ts';
import { inStyle } from './quantities.ts';
import { localTime } from './times.ts';
import type { View } from './view.ts';
import { visibleText } from './visible-text.ts';

export type { Output } from './output.ts';
export type { View } from './view.ts';

/**
 * The text of a list: a table, a JSON array, or CSV with a header (RFC 4180); of what is asked for, in that order.
 * @throws Failure if something is asked for that the items do not have
 */
export function listText<T extends object>(
  all: readonly T[],
  whole: View<T>,
  { format, unitStyle, list }: Output,
): string {
  const items = list ? shapedItems(all, whole, list) : all;
  const view = list ? shapedView(whole, list) : whole;
  if (format === 'json') return json(list?.columns ? items.map((item) => picked(item, view.fields)) : items);
  if (isField(format)) return items.map((item) => fieldText(item, whole, format)).join('');
  const headers = list?.headers ?? true;
  if (format === 'csv') return csv(view.fields, items, headers);
  if (list && items.length === 0) return '';
  const rows = inStyle(unitStyle, () =>
    items.map((item) => view.columns.map((column) => cell(item, column, view))),
  );
  const table = headers ? [view.columns.map(heading), ...rows] : rows;
  const width = terminalWidth();
  return inColumns(list?.columns ? table : withoutLast(table, width), width);
}

/** How many characters a line of the terminal has; undefined where the output goes elsewhere, and is not fitted. */
function terminalWidth(): number | undefined {
  const { isTTY, columns } = currentIo().stdout;
  return isTTY && columns ? columns : undefined;
}

/**
 * As many columns as a terminal has room for, the first ones: the leading ones identify a row. Omitted ones are listed on
 * stderr. Columns that were asked for by name are never left out.
 */
function withoutLast(table: string[][], width: number | undefined): string[][] {
  if (width === undefined) return table;
  const [names = []] = table;
  let kept = names.length;
  const shown = (): string[][] => table.map((row) => row.slice(0, kept));
  while (kept > 1 && !fitsInto(shown(), width)) kept -= 1;
  if (kept < names.length) {
    const left = names.length - kept;
    currentIo().stderr.write(
      `${left === 1 ? '1 column is' : `${left} columns are`} left out for want of room; --columns names those to show.\n`,
    );
  }
  return shown();
}

/** The text of one item: its fields one below the other, a JSON object, or CSV with one row. */
export function itemText<T extends object>(item: T, view: View<T>, { format, unitStyle }: Output): string {
  if (format === 'json') return json(item);
  if (isField(format)) return fieldText(item, view, format);
  const fields = view.fields.filter((field) => item[field] !== undefined);
  if (format === 'csv') return csv(fields, [item], true);
  return inStyle(unitStyle, () =>
    inColumns(
      fields.map((field) => [heading(field), cell(item, field, view)]),
      terminalWidth(),
    ),
  );
}

function picked<T extends object>(item: T, fields: readonly (keyof T & string)[]): object {
  return Object.fromEntries(fields.map((field) => [field, item[field]]));
}

const FIELD = 'field:';
const isField = (format: Format): format is `field:${string}` => format.startsWith(FIELD);

/** One bare value on a line of its own. */
function fieldText<T extends object>(item: T, { fields }: View<T>, format: string): string {
  const name = format.slice(FIELD.length);
  const field = fields.find((candidate) => candidate === name);
  if (field === undefined) throw usage(`Unknown field '${name}'; the fields are ${fields.join(', ')}.`);
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
  return visibleText(text ? localTime(text(value, item)) : valueText(value));
}

/** A value as tables show it where its view has no words of its own. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.map(valueText).join(', ');
  if (isObject(value)) return foldedText(value);
  return typeof value === 'string' ? localTime(value) : String(value);
}

/** An object as people read it: its members, those within it by their paths, without braces and quotes. */
function foldedText(object: object, prefix = ''): string {
  const members = Object.entries(object).map(([key, value]) => {
    const path = `${prefix}${key}`;
    return isObject(value) && Object.keys(value).length > 0
      ? foldedText(value, `${path}.`)
      : `${path}: ${valueText(value)}`;
  });
  return members.join('; ') || '-';
}

function csv<T extends object>(
  fields: readonly (keyof T & string)[],
  items: readonly T[],
  headers: boolean,
): string {
  const rows = items.map((item) => fields.map((field) => item[field]));
  return (headers ? [fields, ...rows] : rows).map(csvLine).join('');
}
