import { PurserError } from '../errors.ts';
import { hasInvisible } from './fold.ts';

const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;
const CONTROL_BUT_LINES = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/**
 * Whether every database can hold the text: PostgreSQL refuses NUL, and half a surrogate pair is no text.
 * What is not storable is not stored anywhere either, so a look-up can answer without asking.
 */
export function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Whether the text has more characters than that. One beyond the basic plane, as an emoji, is one like any other. */
export function isLonger(text: string, max: number): boolean {
  if (text.length <= max) return false;
  return text.length > 2 * max || [...text].length > max;
}

/** Answers `text` if it is one line of at most `max` characters; otherwise throws `invalid_field`. */
export function checkLine(field: string, text: string, max: number): string {
  const reason = lineFault(text, max);
  if (reason !== undefined) throw new PurserError('invalid_field', { field, reason });
  return text;
}

/** Why a text cannot be one line of at most `max` characters without control characters; undefined if it can. */
export function lineFault(text: string, max: number): string | undefined {
  if (isLonger(text, max)) return `longer than ${max} characters`;
  return CONTROL.test(text) || !text.isWellFormed() ? 'contains control characters' : undefined;
}

const ASCII = /^[\u0000-\u007f]*$/;

/** A text in the form in which names are stored: Unicode's canonical composition (NFC). */
export function composed(text: string): string {
  return ASCII.test(text) ? text : text.normalize('NFC');
}

/**
 * Answers a name in the form in which it is stored: Unicode's canonical composition (NFC). Throws `invalid_field` with
 * the reason of `nameFault`.
 */
export function checkName(field: string, text: string, max: number): string {
  const reason = nameFault(text, max);
  if (reason !== undefined) throw new PurserError('invalid_field', { field, reason });
  return composed(text);
}

/**
 * Why a text cannot be a name; undefined if it can: one line of at most `max` characters, not empty, without white
 * space at its ends, and without characters that cannot be seen, with which two different names would look the same.
 */
export function nameFault(text: string, max: number): string | undefined {
  if (text.trim() === '') return 'must not be empty';
  if (text !== text.trim()) return 'must not begin or end with a space';
  const fault = lineFault(composed(text), max);
  if (fault !== undefined) return fault;
  return hasInvisible(text) ? 'contains characters that cannot be seen' : undefined;
}

/** Answers `text`, which may have several lines, if it has at most `max` characters; otherwise `invalid_field`. */
export function checkText(field: string, text: string, max: number): string {
  const reason = textFault(text, max);
  if (reason !== undefined) throw new PurserError('invalid_field', { field, reason });
  return text;
}

/** Why a text cannot be stored, as `checkText` tells it; undefined if it can. */
export function textFault(text: string, max: number): string | undefined {
  if (isLonger(text, max)) return `longer than ${max} characters`;
  return CONTROL_BUT_LINES.test(text) || !text.isWellFormed() ? 'contains control characters' : undefined;
}
