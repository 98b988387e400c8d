import { isEmailAddress } from '../../lib/text/email-address.ts';
import { hasInvisible } from '../../lib/text/fold.ts';
import { type Json, JsonDecimal } from '../../lib/text/json.ts';
import { isStorable } from '../../lib/text/text.ts';
import { type Field, type FieldOptions, FieldRefusal } from './field.ts';

export interface TextOptions extends FieldOptions {
  /** Characters. */
  readonly max?: number;
  /** Whether an empty text is valid. */
  readonly blank?: boolean;
  /** Whether leading and trailing spaces are kept. */
  readonly untrimmed?: boolean;
  /** Whether line breaks, control characters and invisible characters are refused, as in names. */
  readonly oneLine?: boolean;
}

const CONTROL = /[\u0001-\u001f\u007f-\u009f\u2028\u2029]/;

/** A text. A number becomes its digits. */
export function text(options: TextOptions = {}): Field {
  return { ...options, read: (value) => readText(value, options) };
}

/** An e-mail address. */
export function email(options: FieldOptions = {}): Field {
  return {
    ...options,
    read: (value) => {
      const address = readText(value, {});
      if (!isEmailAddress(address)) throw new FieldRefusal('Enter a valid email address.');
      return address;
    },
  };
}

function readText(value: Json, { max, blank, untrimmed, oneLine }: TextOptions): string {
  const written = spelled(value);
  if (written === undefined) throw new FieldRefusal('Not a valid string.');
  const read = untrimmed ? written : written.trim();
  if (read.trim() === '') {
    if (!blank) throw new FieldRefusal('This field may not be blank.');
    return '';
  }
  const wrong: string[] = [];
  // A character outside the basic plane counts as one.
  if (max !== undefined && read.length > max && [...read].length > max) {
    wrong.push(`Ensure this field has no more than ${max} characters.`);
  }
  if (read.includes('\0')) wrong.push('Null characters are not allowed.');
  else if (!isStorable(read)) wrong.push('Surrogate characters are not allowed.');
  if (oneLine && CONTROL.test(read)) wrong.push('Control characters are not allowed.');
  else if (oneLine && hasInvisible(read)) wrong.push('Invisible characters are not allowed.');
  if (wrong.length > 0) throw new FieldRefusal(...wrong);
  return read;
}

function spelled(value: Json): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return value instanceof JsonDecimal ? value.text : undefined;
}
