import type { JsonObject } from '../../lib/text/json.ts';
import type { ActionRun } from '../features/action.ts';

/** What steps that several actions share are told: a run whose input has at least these fields. */
export type AnyRun<Data extends object = object> = Omit<ActionRun<JsonObject>, 'data'> & {
  readonly data: Data;
};

/** What went wrong, for a note. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Does something; if it fails, notes so in these words and fails in the same way. */
export async function noting<T>(run: AnyRun, deed: () => Promise<T>, whileDoing: string): Promise<T> {
  try {
    return await deed();
  } catch (error) {
    run.note(`Error: '${reasonOf(error)}' while ${whileDoing}`);
    throw error;
  }
}
