import { stringifyExact } from '@purser/text/json';

/** A field that a list is sorted by. */
export interface SortKey {
  readonly field: string;
  readonly downwards: boolean;
}

/** The keys that names stand for; one with `-` before it turns the order round. */
export function sortKeysOf(names: readonly string[]): SortKey[] {
  return names.map((name) => ({ field: name.replace(/^-/, ''), downwards: name.startsWith('-') }));
}

/**
 * Compares items by these fields. Numbers go by their value, however large; texts by their code units, so that the
 * order is the same everywhere, and times with them, as the API writes all of them in one form. Nothing comes last.
 */
export function inOrder(keys: readonly SortKey[]): (one: object, other: object) => number {
  return (one, other) => {
    for (const { field, downwards } of keys) {
      const [a, b] = [fieldValue(one, field), fieldValue(other, field)];
      const order = compared(a, b);
      if (order !== 0) return downwards && a !== null && b !== null ? -order : order;
    }
    return 0;
  };
}

function fieldValue(item: object, field: string): unknown {
  return (item as Record<string, unknown>)[field] ?? null;
}

/** Negative if the first comes first, positive if the second does. */
function compared(a: unknown, b: unknown): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const [x, y] = [comparable(a), comparable(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function comparable(value: unknown): number | bigint | string {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' ? value : stringifyExact(value);
}
