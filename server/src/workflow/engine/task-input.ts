import { PurserError } from '../../lib/errors.ts';
import type { JsonObject } from '../../lib/text/json.ts';
import { manageableRoles } from '../features/workflow-settings.ts';
import type { FieldContext, FieldErrors } from '../fields/fields.ts';
import type { WorkflowParts } from '../workflow-parts.ts';
import type { StoredAction } from './task.ts';

/**
 * Validates one input against the fields of several actions, and answers the data of each (workflow-v1 §2.3). All
 * actions are asked, so that all errors are answered at once; of messages about one field those of the later action
 * count. Errors: `task_input`, `task_action_unknown`; `task_failed` if a check itself fails.
 */
export async function readTaskInput(
  { registry, backends, settings }: Pick<WorkflowParts, 'registry' | 'backends' | 'settings'>,
  actions: readonly string[],
  input: JsonObject,
): Promise<StoredAction[]> {
  const context: FieldContext = {
    backends,
    assignableRoles: manageableRoles(settings.identity.roleMapping),
    quotaSizes: Object.keys(settings.quota.sizes),
  };
  const errors: FieldErrors = {};
  const read: StoredAction[] = [];
  for (const name of actions) {
    const definition = registry.action(name);
    if (!definition) throw new PurserError('task_action_unknown', { action: name });
    try {
      const result = await definition.fields.read(input, context);
      if (result.ok) read.push(newAction(name, result.data));
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

/** An action before its first stage. */
function newAction(name: string, data: JsonObject): StoredAction {
  return {
    name,
    data,
    cache: {},
    state: 'default',
    valid: false,
    needToken: false,
    tokenFields: [],
    autoApprove: null,
  };
}
