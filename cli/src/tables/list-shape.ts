import { CommanderError, type Option } from 'commander';
import { usage } from '../failures.ts';
import { type Condition, conditionsOf, meets } from './list-conditions.ts';
import { inOrder, type SortKey, sortKeysOf } from './list-order.ts';
import { type Output, OutputOption } from './output.ts';
import type { View } from './printing.ts';

/** What of a list is printed, and in which order. Fields have the names that they have in JSON. */
export interface ListShape {
  /** What the things are called, for when there are none. */
  readonly noun: string;
  readonly columns?: readonly string[];
  readonly sort: readonly SortKey[];
  readonly conditions: readonly Condition[];
  /** How many are printed at most. */
  readonly limit: number;
  /** Whether tables and CSV begin with the names of their columns. */
  readonly headers: boolean;
}

/** A list as it comes: all of it. */
export function wholeList(noun: string): ListShape {
  return { noun, sort: [], conditions: [], limit: Number.POSITIVE_INFINITY, headers: true };
}

/** How many items of the list have to be read: all, unless the first ones are what is printed. */
export function readLimit({ sort, conditions, limit }: ListShape): number {
  return sort.length === 0 && conditions.length === 0 ? limit : Number.POSITIVE_INFINITY;
}

/**
 * The items that are asked for, in the order that is asked for.
 * @throws Failure if a field is named that the items do not have, or a value cannot be compared with it
 */
export function shapedItems<T extends object>(
  items: readonly T[],
  view: View<T>,
  { sort, conditions, limit }: ListShape,
): readonly T[] {
  for (const { field } of [...sort, ...conditions]) known(field, view);
  const met = conditions.length === 0 ? items : items.filter((item) => meets(item, conditions));
  const ordered = sort.length === 0 ? met : [...met].sort(inOrder(sort));
  return limit < ordered.length ? ordered.slice(0, limit) : ordered;
}

/** The view with the columns that are asked for, in their order. */
export function shapedView<T extends object>(view: View<T>, { columns }: ListShape): View<T> {
  if (columns === undefined) return view;
  const fields = columns.map((name) => known(name, view));
  return { ...view, fields, columns: fields };
}

function known<T extends object>(name: string, { fields }: View<T>): keyof T & string {
  const field = fields.find((candidate) => candidate === name);
  if (field !== undefined) return field;
  throw usage(`There is no column '${name}' here; there are ${fields.join(', ')}.`);
}

/** The options that every list has, for items of these fields. */
export function listOptions(fields: readonly string[], print: (text: string) => void): Option[] {
  const naming = new OutputOption(
    '--list-columns',
    'print the names of all columns, and nothing else',
    () => {
      print(fields.map((field) => `${field}\n`).join(''));
      throw new CommanderError(0, 'commander.listColumns', '');
    },
  );
  shared ??= sharedOptions();
  return [naming, ...shared];
}

/** The same for all lists, and there are many: made once. */
let shared: readonly Option[] | undefined;

function sharedOptions(): Option[] {
  const option = (
    flags: string,
    description: string,
    add: (shape: ListShape, value: string) => Partial<ListShape>,
  ): Option =>
    new OutputOption(flags, description, (output, value) => withShape(output, (shape) => add(shape, value)));
  return [
    option('--columns <names>', 'which, in this order, with commas between them', (_, names) => ({
      columns: namesOf(names),
    })),
    option('--sort <names>', "by these columns; '-' before a name turns it round", (_, names) => ({
      sort: sortKeysOf(namesOf(names)),
    })),
    option(
      '--filter <conditions>',
      "only those that meet all of these: NAME=VALUE, or with !=, >, >=, <, <= or '~' for 'contains'; " +
        'with commas between them; repeatable',
      ({ conditions }, text) => ({ conditions: [...conditions, ...conditionsOf(text)] }),
    ),
    option('--limit <number>', 'so many at the most', (_, text) => ({ limit: limitOf(text) })),
    option('--no-headers', 'leave out the names of the columns, in tables and CSV', () => ({
      headers: false,
    })),
  ];
}

function withShape(output: Output, add: (shape: ListShape) => Partial<ListShape>): Output {
  return output.list === undefined ? output : { ...output, list: { ...output.list, ...add(output.list) } };
}

function namesOf(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.some((name) => name === '')) {
    throw usage(`'${text}' names no columns; write their names with commas between them.`);
  }
  return names;
}

function limitOf(text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw usage(`--limit takes a number above 0, and '${text}' is none.`);
}
