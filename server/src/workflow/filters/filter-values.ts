import { PurserError } from '../../lib/errors.ts';
import { type Json, JsonDecimal, stringifyExact } from '../../lib/text/json.ts';
import { isStorable } from '../../lib/text/text.ts';

/** Converts a filter's value to the type of a column. Throws `filter_value`. */
export type ValueReader = (value: Json) => string | number;

function refuse(value: Json, reason: string): never {
  const shown =
    value instanceof JsonDecimal ? value.text : typeof value === 'string' ? value : stringifyExact(value);
  throw new PurserError('filter_value', { value: shown.slice(0, 100), reason });
}

const TRUE = new Set<Json>([true, 1, 'true', 'True', 't', '1']);
const FALSE = new Set<Json>([false, 0, 'false', 'False', 'f', '0']);

export const readFlag: ValueReader = (value) => {
  if (TRUE.has(value)) return 1;
  if (FALSE.has(value)) return 0;
  return refuse(value, 'must be either True or False.');
};

/** A number becomes its digits; a text that a database cannot store matches nothing. */
export const readText: ValueReader = (value) => {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value !== 'string' || !isStorable(value)) return refuse(value, 'must be a text.');
  return value;
};

/** JSON columns are compared by their text. */
export const readJson: ValueReader = (value) => stringifyExact(value);

/** A part of the text of a JSON column, escaped as it is stored. */
export const readJsonPart: ValueReader = (value) => {
  if (typeof value !== 'string') return stringifyExact(value);
  return readText(value);
};

const MOMENT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)\s*(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Whether the day exists: `Date` would convert 31 February to a day in March. */
function isDay(day: string): boolean {
  const at_ms = Date.parse(day);
  return !Number.isNaN(at_ms) && new Date(at_ms).toISOString().startsWith(day);
}

/** A date or a timestamp, by default in UTC, as milliseconds since the epoch. */
export const readMoment: ValueReader = (value) => {
  const match = typeof value === 'string' ? MOMENT.exec(value) : null;
  const [, day = '', time = '00:00', zone = 'Z'] = match ?? [];
  const offset = /^[+-]\d{4}$/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone;
  const at_ms = match && isDay(day) ? Date.parse(`${day}T${time}${offset}`) : Number.NaN;
  if (Number.isNaN(at_ms)) {
    return refuse(value, 'has an invalid format. It must be in YYYY-MM-DD HH:MM[:ss[.uuuuuu]][TZ] format.');
  }
  return at_ms;
};

export const readNumber: ValueReader = (value) => {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) {
    return refuse(value, 'must be an integer.');
  }
  return number;
};

export const readDay: ValueReader = (value) => {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}$/.test(value) || !isDay(value)) {
    return refuse(value, 'has an invalid date format. It must be in YYYY-MM-DD format.');
  }
  return value;
};

export const readTimeOfDay: ValueReader = (value) => {
  const match = typeof value === 'string' ? /^(\d{2}:\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?$/.exec(value) : null;
  if (!match) return refuse(value, 'has an invalid format. It must be in HH:MM[:ss[.uuuuuu]] format.');
  const [, minutes = '', seconds = '00', fraction = ''] = match;
  return `${minutes}:${seconds}.${fraction.padEnd(3, '0').slice(0, 3)}`;
};

/** A list of at most `max` values. */
export function readList(value: Json, max: number): Json[] {
  if (!Array.isArray(value)) return refuse(value, 'must be a list.');
  if (value.length > max) return refuse(`a list of ${value.length}`, `must have at most ${max} entries.`);
  return value;
}

export function readPair(value: Json): [Json, Json] {
  if (!Array.isArray(value) || value.length !== 2) return refuse(value, 'must be a list of two.');
  return value as [Json, Json];
}

export function readFlagOnly(value: Json): boolean {
  return readFlag(value) === 1;
}
