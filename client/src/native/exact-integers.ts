import { isObject } from '@purser/text/json';
import { BadValue } from '../errors/errors.ts';
import { EXACT_NAMES, OPAQUE_NAMES } from './operation-table.ts';

const EXACT: ReadonlySet<string> = new Set(EXACT_NAMES.split(' '));
const OPAQUE: ReadonlySet<string> = new Set(OPAQUE_NAMES.split(' '));

interface Names {
  has(name: string): boolean;
}

/**
 * Makes each integer that need not fit into a `number` a `bigint`, always, so that nobody has to reckon with both. What
 * the API does not describe stays as it came.
 */
export function exactAnswer(value: unknown): unknown {
  return exactlyNamed(value, EXACT, OPAQUE);
}

/** An answer whose integers with these names are `bigint`. What has an opaque name stays as it came. */
export function exactlyNamed(value: unknown, exact: Names, opaque: Names, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => exactlyNamed(item, exact, opaque, name));
  if (typeof value === 'number') return exact.has(name) ? BigInt(value) : value;
  if (!isObject(value)) return value;
  // The answer is ours alone: nobody sees it change.
  for (const [key, item] of Object.entries(value)) {
    if (!opaque.has(key)) value[key] = exactlyNamed(item, exact, opaque, key) as typeof item;
  }
  return value;
}

/** @throws BadValue if a number in it may have been another one before it became a JavaScript number */
export function requireExact(value: unknown, name = 'The body'): void {
  if (typeof value === 'number' && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
    throw new BadValue(`${name} is no exact number: ${value}; above 2^53 give a bigint.`);
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) requireExact(item, key);
}
