import { isObject, type Json, type JsonObject } from '../../lib/text/json.ts';
import { badRequest } from '../cloudfault/fault.ts';

/**
 * The one action that a body requests, with its value. A body with none or several of the known actions is refused;
 * unknown keys are ignored (projects §3).
 */
export function readAction<Action extends string>(
  body: JsonObject,
  actions: readonly Action[],
): { action: Action; value: Json } {
  const asked = actions.filter((action) => Object.hasOwn(body, action));
  const [action] = asked;
  if (action === undefined || asked.length > 1) {
    throw badRequest(`Specify exactly one of these actions: ${actions.join(', ')}.`);
  }
  return { action, value: body[action] as Json };
}

/**
 * The reason in the value of an action: an object with `reason`; in the older generation the value itself is the text.
 * The official client sends `reasons` for some actions.
 */
export function reasonOf(value: Json): string | null {
  const reason = isObject(value) ? (value['reason'] ?? value['reasons'] ?? null) : value;
  if (reason === null || typeof reason === 'string') return reason || null;
  throw badRequest('The reason of an action should be a text.');
}
