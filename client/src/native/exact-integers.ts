import { isObject } from '@purser/text/json';
import { BadValue } from '../errors/errors.ts';
import { EXACT_SHAPES } from './operation-table.ts';

type Shape = 1 | string | { readonly [property: string]: Shape };
const SHAPES: Readonly<Record<string, Shape | undefined>> = EXACT_SHAPES;

/**
 * A value of this shape, with a `bigint` for every integer that the API describes as one of 64 bits, small ones
 * included, so that callers handle one type. Other values stay as they are.
 */
export function exactlyShaped(value: unknown, shape: Shape | undefined): unknown {
  if (shape === undefined) return value;
  if (typeof shape === 'string') return exactlyShaped(value, SHAPES[shape]);
  if (Array.isArray(value)) return value.map((item) => exactlyShaped(item, shape));
  if (shape === 1) return typeof value === 'number' ? BigInt(value) : value;
  if (!isObject(value)) return value;
  // The client has parsed this object and shares it with no other code yet.
  for (const [key, item] of Object.entries(value)) {
    value[key] = exactlyShaped(item, shape[Object.hasOwn(shape, key) ? key : '*']) as typeof item;
  }
  return value;
}

/** @throws BadValue if a number in it is beyond the integers that a JavaScript number represents exactly */
export function requireExact(value: unknown, name = 'The body'): void {
  if (typeof value === 'number' && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER)) {
    throw new BadValue(`${name} is not an exact integer: ${value}; use a bigint above 2^53.`);
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, item] of Object.entries(value)) requireExact(item, key);
}
