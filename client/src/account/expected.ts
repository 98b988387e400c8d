import { asInteger, isObject, type JsonObject } from '@purser/text/json';
import { InvalidResponse } from '../errors/errors.ts';
import type { Answer } from '../http/call.ts';

/** Readers of responses: each function returns the expected value, or throws InvalidResponse. */

/** The property `key` of a response, or without `key` the whole response; it must be an object. */
export function objectIn(answer: Answer, key?: string): JsonObject {
  const { data } = answer;
  if (key === undefined) return isObject(data) ? data : unexpected(answer, 'an object');
  const value = isObject(data) && Object.hasOwn(data, key) ? data[key] : undefined;
  return isObject(value) ? value : unexpected(answer, `an object with an object '${key}'`);
}

/** The response, which must be a list of objects. */
export function objectsIn(answer: Answer): JsonObject[] {
  const { data } = answer;
  return Array.isArray(data) && data.every(isObject) ? data : unexpected(answer, 'a list of objects');
}

/** A numeric id. */
export function idIn(answer: Answer, value: unknown): number {
  return typeof value === 'number' ? value : unexpected(answer, 'an object with a number');
}

/** A list of numeric ids. */
export function idsIn(answer: Answer, value: unknown): number[] {
  return Array.isArray(value) ? value.map((id) => idIn(answer, id)) : unexpected(answer, 'a list of numbers');
}

/** A quantity of any size. */
export function quantityIn(answer: Answer, value: unknown): bigint {
  return asInteger(value) ?? unexpected(answer, 'an object with an exact integer');
}

/** An object whose properties are all read by the same function. */
export function eachIn<Value>(
  answer: Answer,
  value: unknown,
  read: (value: unknown) => Value,
): Record<string, Value> {
  if (!isObject(value)) return unexpected(answer, 'an object');
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, read(member)]));
}

/** A copy in which the named properties are `bigint` at any depth; null stays null. */
export function withQuantities(answer: Answer, value: unknown, names: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withQuantities(answer, item, names));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      names.has(key) && member !== null && !isObject(member)
        ? quantityIn(answer, member)
        : withQuantities(answer, member, names),
    ]),
  );
}

export function unexpected({ status, data }: Answer, what: string): never {
  throw new InvalidResponse(`The response is not ${what}.`, { status, data });
}
