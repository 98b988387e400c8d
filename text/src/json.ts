/**
 * JSON with exact integers (decision exact-integers). A JavaScript number is exact up to 2^53 only, and
 * 9223372036854775807 is a common value on this wire.
 */

/** A JSON number written with a fraction or an exponent, or an integer of absurd length; kept as its text. */
export class JsonDecimal {
  readonly text: string;

  /** @param text a number as JSON writes it */
  constructor(text: string) {
    this.text = text;
  }

  /** Every JSON serializer writes the number with its original digits. */
  toJSON(): unknown {
    return rawJSON(this.text);
  }
}

/** What `parseExact` can return. */
export type Json = null | boolean | string | number | bigint | JsonDecimal | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** Maximum number of digits of an integer: far above 64 bits. */
const INTEGER_DIGITS_MAX = 100;
/** From this number of digits on, an integer can exceed the safe range. */
const LONG = 16;
/** Default maximum depth of arrays and objects: far deeper than real documents. */
const DEPTH_MAX = 200;

/**
 * Parses a JSON text. Integers come as `number` where that is exact and as `bigint` beyond; numbers written with
 * a fraction or an exponent come as `JsonDecimal`, so that `1.0` is never mistaken for `1`. Of duplicate keys the last
 * value counts. `stringifyExact` writes an equal value: every number has all its digits, and `-0` is `0`.
 * Throws SyntaxError if the text is not JSON, or nests too deep.
 * @param depth_max maximum depth of arrays and objects
 */
export function parseExact(text: string, depth_max = DEPTH_MAX): Json {
  const { deep, exacting } = look(text, depth_max);
  if (deep) throw new SyntaxError(`The JSON text nests deeper than ${depth_max} levels.`);
  if (!exacting) return JSON.parse(text) as Json;
  const value = new ExactParser(text).parse();
  // The text is not valid; the engine describes the error.
  return value === FAULTY ? (JSON.parse(text) as Json) : value;
}

/**
 * Scans a text once, valid JSON or not: its depth, and whether it has a number that plain parsing would change.
 */
function look(text: string, depth_max: number): { deep: boolean; exacting: boolean } {
  let depth = 0;
  let exacting = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at);
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > depth_max) return { deep: true, exacting };
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
    else if (!exacting && isDigit(code)) {
      const end = afterDigits(text, at);
      const next = text.charCodeAt(end);
      exacting = end - at >= LONG || next === DOT || next === 0x65 || next === 0x45;
      at = end - 1;
    }
  }
  return { deep: false, exacting };
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DOT = 0x2e;
const MINUS = 0x2d;
const ZERO = 0x30;
const isDigit = (code: number): boolean => code >= ZERO && code <= 0x39;

/** The end of the digits that begin at `start`. */
function afterDigits(text: string, start: number): number {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end += 1;
  return end;
}

/** The end of the string that begins with the quotation mark at `start`; the end of the text if it is not closed. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = end;
    while (text.charCodeAt(escapes - 1) === BACKSLASH) escapes -= 1;
    if ((end - escapes) % 2 === 0) return end;
  }
  return text.length;
}

const FAULTY = Symbol('faulty');
const SPACE = /[ \t\n\r]*/y;
/** Characters that a string must escape, and the backslash. */
const NOT_PLAIN = /[\u0000-\u001f\\]/;

/** A recursive parser for the grammar of RFC 8259. Its recursion is as deep as the text nests. */
class ExactParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): Json | typeof FAULTY {
    const value = this.#value();
    this.#skip();
    return this.#at === this.#text.length ? value : FAULTY;
  }

  #skip(): void {
    const code = this.#text.charCodeAt(this.#at);
    if (code > 0x20) return;
    SPACE.lastIndex = this.#at;
    SPACE.exec(this.#text);
    this.#at = SPACE.lastIndex;
  }

  /** Skips the next character if it is this one; returns whether it was. */
  #takes(code: number): boolean {
    this.#skip();
    if (this.#text.charCodeAt(this.#at) !== code) return false;
    this.#at += 1;
    return true;
  }

  #value(): Json | typeof FAULTY {
    this.#skip();
    switch (this.#text[this.#at]) {
      case '"':
        return this.#string();
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  #word<T>(word: string, value: T): T | typeof FAULTY {
    if (!this.#text.startsWith(word, this.#at)) return FAULTY;
    this.#at += word.length;
    return value;
  }

  #number(): Json | typeof FAULTY {
    const text = this.#text;
    const start = this.#at;
    const first = text.charCodeAt(start) === MINUS ? start + 1 : start;
    const whole = afterDigits(text, first);
    // No digit, or a leading zero.
    if (whole === first || (text.charCodeAt(first) === ZERO && whole > first + 1)) return FAULTY;
    let end = whole;
    if (text.charCodeAt(end) === DOT) {
      end = afterDigits(text, end + 1);
      if (end === whole + 1) return FAULTY;
    }
    const exponent = text.charCodeAt(end);
    if (exponent === 0x65 || exponent === 0x45) {
      const sign = text.charCodeAt(end + 1);
      const digits = sign === MINUS || sign === 0x2b ? end + 2 : end + 1;
      end = afterDigits(text, digits);
      if (end === digits) return FAULTY;
    }
    this.#at = end;
    const source = text.slice(start, end);
    if (end !== whole || source.length > INTEGER_DIGITS_MAX) return new JsonDecimal(source);
    const value = Number(source);
    return Number.isSafeInteger(value) ? value : BigInt(source);
  }

  #string(): string | typeof FAULTY {
    const start = this.#at;
    const end = endOfString(this.#text, start);
    if (end === this.#text.length) return FAULTY;
    this.#at = end + 1;
    const content = this.#text.slice(start + 1, end);
    if (!NOT_PLAIN.test(content)) return content;
    try {
      return JSON.parse(this.#text.slice(start, end + 1)) as string;
    } catch {
      return FAULTY;
    }
  }

  #array(): Json[] | typeof FAULTY {
    const items: Json[] = [];
    this.#at += 1;
    if (this.#takes(0x5d)) return items;
    do {
      const item = this.#value();
      if (item === FAULTY) return FAULTY;
      items.push(item);
    } while (this.#takes(0x2c));
    return this.#takes(0x5d) ? items : FAULTY;
  }

  #object(): JsonObject | typeof FAULTY {
    const object: JsonObject = {};
    this.#at += 1;
    if (this.#takes(0x7d)) return object;
    do {
      this.#skip();
      const key = this.#text.charCodeAt(this.#at) === QUOTE ? this.#string() : FAULTY;
      if (key === FAULTY || !this.#takes(0x3a)) return FAULTY;
      const value = this.#value();
      if (value === FAULTY) return FAULTY;
      if (key !== '__proto__') object[key] = value;
      else Object.defineProperty(object, key, { value, ...PLAIN_PROPERTY });
    } while (this.#takes(0x2c));
    return this.#takes(0x7d) ? object : FAULTY;
  }
}

/** Defines a property like an assignment, but also for the name `__proto__`, which would set the prototype. */
const PLAIN_PROPERTY = { configurable: true, enumerable: true, writable: true };

const exactly = (_key: string, item: unknown): unknown =>
  typeof item === 'bigint' ? rawJSON(item.toString()) : item;

/** Serialises a value to JSON on one line; a `bigint` is a JSON number with all its digits. */
export function stringifyExact(value: unknown): string {
  return JSON.stringify(value, exactly);
}

/**
 * The same, indented. A separate function, since some callers pass `stringifyExact` where it would get further
 * arguments.
 */
export function stringifyExactIndented(value: unknown): string {
  return JSON.stringify(value, exactly, 2);
}

/** Whether a parsed value is a JSON object: not null, not an array, not one of this module's number types. */
export function isObject(value: unknown): value is JsonObject {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonDecimal)
  );
}

/** The value as a `bigint` if it is a JSON integer, else undefined. */
export function asInteger(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : undefined;
}
