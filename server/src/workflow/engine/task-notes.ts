import { LIMITS } from '../../lib/limits.ts';
import { withoutPaths } from '../../lib/text/without-paths.ts';

/** A time as notes show it: `2017-08-30 21:29:48.484000+00:00`, without a fraction on the full second. */
export function noteTime(at_ms: number): string {
  const iso = new Date(at_ms).toISOString();
  const fraction = iso.slice(20, 23);
  const second = `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
  return fraction === '000' ? `${second}+00:00` : `${second}.${fraction}000+00:00`;
}

/** A note as it is stored: the text, and the time in parentheses (workflow-v1 §2.7). */
export function noteOf(text: string, at_ms: number): string {
  return `${text.slice(0, LIMITS.text_length).toWellFormed()} - (${noteTime(at_ms)})`;
}

/** Stored notes with new texts after them; beyond `LIMITS.notes_per_task` the oldest are dropped. */
export function withNewNotes(stored: readonly string[], texts: readonly string[], at_ms: number): string[] {
  return [...stored, ...texts.map((text) => noteOf(text, at_ms))].slice(-LIMITS.notes_per_task);
}

/** What the engine was doing when something was thrown, as error notifications say it (workflow-v1 §6.3). */
const WHILE = {
  prepare: 'while setting up task',
  approve: 'while approving task',
  submit: 'while submiting task',
  token: 'while sending token',
} as const;

export type FailedPart = keyof typeof WHILE;

/** The sentence about a failure in the error notification and the audit record. */
export function failureText(cause: unknown, part: FailedPart): string {
  return `Error: ${thrownAs(cause)} ${WHILE[part]}. See task itself for details.`;
}

/** What was thrown, as error notifications name it: `KeyError('no such key')`. */
function thrownAs(error: unknown): string {
  if (!(error instanceof Error)) return `Error(${quoted(withoutPaths(String(error)))})`;
  return `${error.name}(${quoted(withoutPaths(error.message))})`;
}

/** A quoted text as older operators' tools parse it: single quotes, unless the text has some itself. */
function quoted(text: string): string {
  const line = text
    .slice(0, LIMITS.text_length)
    .toWellFormed()
    .replaceAll('\\', '\\\\')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  if (line.includes("'") && !line.includes('"')) return `"${line}"`;
  return `'${line.replaceAll("'", "\\'")}'`;
}
