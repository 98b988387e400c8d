import type { JsonObject } from '../../lib/text/json.ts';
import type { ActionRun } from '../features/action.ts';

/** A run of any action whose input has at least these fields; for steps that several actions share. */
export type AnyRun<Data extends object = object> = Omit<ActionRun<JsonObject>, 'data'> & {
  readonly data: Data;
};

/** The message of an error, for a note. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs work; if it fails, notes the failure and throws the same error. */
export async function noting<T>(run: AnyRun, work: () => Promise<T>, whileDoing: string): Promise<T> {
  try {
    return await work();
  } catch (error) {
    run.note(`Error: '${reasonOf(error)}' while ${whileDoing}`);
    throw error;
  }
}
