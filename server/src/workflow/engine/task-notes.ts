import { LIMITS } from '../../lib/limits.ts';
import { withoutPaths } from '../../lib/text/without-paths.ts';

/** A time as notes have it: `2017-08-30 21:29:48.484000+00:00`, without a fraction on the full second. */
export function noteTime(at_ms: number): string {
  const iso = new Date(at_ms).toISOString();
  const fraction = iso.slice(20, 23);
  const second = `${iso.slice(0, 10)} ${iso.slice(11, 19)}`;
  return fraction === '000' ? `${second}+00:00` : `${second}.${fraction}000+00:00`;
}

/** A note as it is stored (workflow-v1 §2.7). */
export function noteOf(text: string, at_ms: number): string {
  return `${text.slice(0, LIMITS.text_length).toWellFormed()} - (${noteTime(at_ms)})`;
}

/** Notes with more of them; beyond the bound the oldest go. */
export function withNotes(notes: readonly string[], more: readonly string[]): string[] {
  return [...notes, ...more].slice(-LIMITS.notes_per_task);
}

/** What was thrown, as error notifications name it: `KeyError('no such key')`. */
export function thrownAs(error: unknown): string {
  if (!(error instanceof Error)) return `Error(${quoted(withoutPaths(String(error)))})`;
  return `${error.name}(${quoted(withoutPaths(error.message))})`;
}

/** A text in quotes as older operators' tools read it: single quotes unless it has some itself. */
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
