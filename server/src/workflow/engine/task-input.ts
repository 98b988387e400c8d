import { PurserError } from '../../lib/errors.ts';
import type { JsonObject } from '../../lib/text/json.ts';
import type { FeatureRegistry } from '../features/feature-registry.ts';
import type { FieldContext, FieldErrors } from '../fields/fields.ts';

/**
 * Checks one input against the fields of several actions and answers the data of each (workflow-v1 §2.3). Every
 * action is asked, so that all that is wrong is told at once; of messages on one field those of the later one count.
 * Errors: `task_input`, `task_action_unknown`; `task_failed` if a check itself fails.
 */
export async function readTaskInput(
  registry: FeatureRegistry,
  actions: readonly string[],
  input: JsonObject,
  context: FieldContext,
): Promise<{ name: string; data: JsonObject }[]> {
  const errors: FieldErrors = {};
  const read: { name: string; data: JsonObject }[] = [];
  for (const name of actions) {
    const definition = registry.action(name);
    if (!definition) throw new PurserError('task_action_unknown', { action: name });
    try {
      const result = await definition.fields.read(input, context);
      if (result.ok) read.push({ name, data: result.data });
      else Object.assign(errors, result.errors);
    } catch (cause) {
      const failure = new PurserError('task_failed');
      failure.cause = cause;
      throw failure;
    }
  }
  if (Object.keys(errors).length > 0) throw new PurserError('task_input', { errors });
  return read;
}
