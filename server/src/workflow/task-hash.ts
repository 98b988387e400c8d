import { hash } from 'node:crypto';
import { isObject, type Json, type JsonObject, stringifyExact } from '../lib/json.ts';

/**
 * What equal requests have in common (spec workflow 2.5): SHA-256 over the type and what each action was given. The
 * order of fields, and of what stands in lists, does not matter: lists of roles and regions are sets.
 */
export function taskHash(
  taskType: string,
  actions: readonly { readonly name: string; readonly data: JsonObject }[],
): string {
  return hash('sha256', stringifyExact([taskType, actions.map(({ name, data }) => [name, sorted(data)])]));
}

function sorted(value: Json): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => stringifyExact(sorted(item)));
    return items.sort();
  }
  if (!isObject(value)) return value;
  return Object.keys(value)
    .sort()
    .map((key) => [key, sorted(value[key] as Json)]);
}
