import { isObject, JsonDecimal } from '../../lib/text/json.ts';

/** Notes and messages show lists and sets as Python literals, as the older service did. */

/** A value as a Python literal. Strings have single quotes, unless they contain one and no double quote. */
export function pythonLiteral(value: unknown): string {
  if (typeof value === 'string') return pythonString(value);
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  if (value instanceof JsonDecimal) return value.text;
  if (isObject(value)) {
    const entries = Object.entries(value).map(
      ([key, item]) => `${pythonString(key)}: ${pythonLiteral(item)}`,
    );
    return `{${entries.join(', ')}}`;
  }
  return String(value);
}

/** A set; the empty one is `set()`. */
export function pythonSet(values: Iterable<unknown>): string {
  const items = [...new Set(values)].map(pythonLiteral);
  return items.length === 0 ? 'set()' : `{${items.join(', ')}}`;
}

/** The name of the Python type of a JSON value. */
export function pythonType(value: unknown): string {
  if (value === null || value === undefined) return 'NoneType';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'str';
  if (Array.isArray(value)) return 'list';
  if (value instanceof JsonDecimal) return 'float';
  return typeof value === 'number' || typeof value === 'bigint' ? 'int' : 'dict';
}

/** Whether the value is true in Python. */
export function isTruthy(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof JsonDecimal) return Number(value.text) !== 0;
  if (isObject(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

function pythonString(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll(quote, `\\${quote}`);
  return quote + escaped + quote;
}
