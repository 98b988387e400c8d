/**
 * JSON with exact integers (design D7). A JavaScript number is exact up to 2^53 only, and 9223372036854775807 is
 * a common value on this wire.
 */

/** A JSON number written with a fraction or an exponent, or an integer of absurd length; kept as its text. */
export class JsonDecimal {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What `parseExact` can return. */
export type Json = null | boolean | string | number | bigint | JsonDecimal | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

/**
 * Only texts that could hold a number which plain parsing would change take the slow road. A number stands at the
 * beginning, or after a key's colon, a bracket or a comma. A match inside a string is harmless, it just costs time;
 * a looser pattern would match in every other uuid.
 */
const NEEDS_CARE = /(?:^|"\s*:|[[,])\s*-?(?:[0-9]{16}|[0-9]+[.eE])/;
/** Far above 64 bit; beyond it a number is not worth a big integer. */
const INTEGER_DIGITS_MAX = 100;

type ReviverContext = { source?: string };
const parseWithSource = JSON.parse as (
  text: string,
  reviver: (this: unknown, key: string, value: unknown, context: ReviverContext) => unknown,
) => Json;

/**
 * Parses a JSON text. Integers come as `number` where that is exact and as `bigint` beyond; numbers written with
 * a fraction or an exponent come as `JsonDecimal`, so that `1.0` is never mistaken for `1`.
 * Throws SyntaxError if the text is not JSON, or nests too deep to be walked.
 */
export function parseExact(text: string): Json {
  if (!NEEDS_CARE.test(text)) return JSON.parse(text) as Json;
  try {
    return parseWithSource(text, (_key, value, context) => {
      if (typeof value !== 'number' || context.source === undefined) return value;
      const { source } = context;
      if (!/^-?[0-9]+$/.test(source)) return new JsonDecimal(source);
      if (Number.isSafeInteger(value)) return value;
      return source.length > INTEGER_DIGITS_MAX ? new JsonDecimal(source) : BigInt(source);
    });
  } catch (error) {
    if (error instanceof RangeError) throw new SyntaxError('The JSON text nests too deep.');
    throw error;
  }
}

const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

const exactly = (_key: string, item: unknown): unknown =>
  typeof item === 'bigint' ? rawJSON(item.toString()) : item;

/** Serialises a value to JSON on one line; a `bigint` is written digit by digit as a JSON number. */
export function stringifyExact(value: unknown): string {
  return JSON.stringify(value, exactly);
}

/** The same for people: indented. A function of its own, since the other is handed to callers with arguments of theirs. */
export function stringifyExactIndented(value: unknown): string {
  return JSON.stringify(value, exactly, 2);
}

/** Whether a parsed value is a JSON object: not null, not an array, not one of this module's number types. */
export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonDecimal)
  );
}

/** The value as a `bigint` if it is an integer of JSON, else undefined. Booleans are not integers. */
export function asInteger(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : undefined;
}
