import type { JsonObject } from '../../../lib/text/json.ts';
import type { DelegateAnswer, DelegateMethod } from '../../delegates/delegate-api.ts';
import { type Caller, isKnown, type KnownCaller } from '../../engine/caller.ts';
import type { Task } from '../../engine/task.ts';

/** The answer about a new task; it contains the uuid if the caller may see the task. */
export function taskCreated(caller: Caller, task: Task): DelegateAnswer {
  const mayLook = isKnown(caller) && (isAdmin(caller) || caller.project_id === task.projectId);
  return { status: 202, body: { notes: ['task created'], ...(mayLook && { task: task.uuid }) } };
}

export function isAdmin({ roles }: KnownCaller): boolean {
  return roles.includes('admin');
}

/** A method that only creates a task of a type. */
export function creating(
  taskType: string,
  gate: DelegateMethod['gate'],
  inputOf: (request: Parameters<DelegateMethod['handle']>[0], config: JsonObject) => JsonObject,
): DelegateMethod {
  return {
    gate,
    handle: async (request, context) => {
      const input = inputOf(request, context.config);
      return taskCreated(request.caller, await context.createTask(taskType, request.caller, input));
    },
  };
}

/** The caller, behind a gate that requires authentication. */
export function known(caller: Caller): KnownCaller {
  if (isKnown(caller)) return caller;
  throw new Error('The gate has passed an anonymous caller.');
}
