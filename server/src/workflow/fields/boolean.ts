import { type Json, JsonDecimal } from '../../lib/text/json.ts';
import { type Field, type FieldOptions, FieldRefusal } from './field.ts';

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...['t', 'y', 'yes', 'true', 'on', '1'].map((word) => [word, true] as const),
  ...['f', 'n', 'no', 'false', 'off', '0'].map((word) => [word, false] as const),
]);

/** A boolean; 1 and 0, and words such as `yes` and `off`, are accepted. */
export function boolean(options: FieldOptions = {}): Field {
  return {
    ...options,
    read: (value) => {
      const read = meant(value);
      if (read === undefined) throw new FieldRefusal('Must be a valid boolean.');
      return read;
    },
  };
}

function meant(value: Json): boolean | undefined {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return WORDS.get(value.toLowerCase());
  if (value instanceof JsonDecimal) return numbered(Number(value.text));
  return typeof value === 'number' ? numbered(value) : undefined;
}

function numbered(value: number): boolean | undefined {
  return value === 0 || value === 1 ? value === 1 : undefined;
}
