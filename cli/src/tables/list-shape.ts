import { usage } from '../failures.ts';
import { type Condition, meets } from './list-conditions.ts';
import { inOrder, type SortKey } from './list-order.ts';
import type { View } from './view.ts';

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
  throw usage(`Unknown column '${name}'; the columns are ${fields.join(', ')}.`);
}
