import { isStorable } from '../lib/text.ts';

/** Far below 2^53, and longer than any id that will be given. */
const ID = /^[0-9]{1,15}$/;

/**
 * How operators refer to components and services: by id or by name. Digits are an id.
 * Undefined if it cannot be either.
 */
export function byIdOrName(
  reference: number | string,
): { column: 'id'; value: number } | { column: 'name'; value: string } | undefined {
  if (typeof reference === 'number') {
    return Number.isSafeInteger(reference) ? { column: 'id', value: reference } : undefined;
  }
  if (ID.test(reference)) return { column: 'id', value: Number(reference) };
  return isStorable(reference) ? { column: 'name', value: reference } : undefined;
}
