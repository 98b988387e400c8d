import { PurserError } from '../../lib/errors.ts';
import type { JsonObject } from '../../lib/text/json.ts';
import type { Task } from '../engine/task.ts';
import type { WorkflowParts } from '../workflow-parts.ts';

/** The fields that are submitted with a token: those of all actions in order, each once. */
export function requiredFieldsOf({ actions }: Task): string[] {
  return [...new Set(actions.flatMap(({ tokenFields }) => tokenFields))];
}

/** These fields of a body. Errors: `workflow_token_fields` names those that are missing. */
export function fieldsFrom(data: JsonObject, fields: readonly string[]): JsonObject {
  const missing = fields.filter((field) => !Object.hasOwn(data, field));
  if (missing.length > 0) {
    const errors = Object.fromEntries(missing.map((field) => [field, ['This field is required.']]));
    throw new PurserError('workflow_token_fields', { errors });
  }
  return Object.fromEntries(fields.map((field) => [field, data[field] ?? null]));
}

/** Lets each action check the fields that it asked for, before the stage begins. Errors: `workflow_token_fields`. */
export function checkSubmission(
  { registry, backends }: Pick<WorkflowParts, 'registry' | 'backends'>,
  { actions }: Task,
  given: JsonObject,
): void {
  for (const { name, needToken, tokenFields } of actions) {
    if (!needToken) continue;
    try {
      registry.action(name)?.checkSubmission?.(fieldsFrom(given, tokenFields), backends);
    } catch (error) {
      if (!(error instanceof PurserError && error.code === 'invalid_field')) throw error;
      const errors = { [String(error.data['field'])]: [String(error.data['reason'])] };
      throw new PurserError('workflow_token_fields', { errors });
    }
  }
}
