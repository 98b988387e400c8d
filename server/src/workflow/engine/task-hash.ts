import { hash } from 'node:crypto';
import { canonicalEmail } from '../../lib/text/email-address.ts';
import { isObject, type Json, type JsonObject, stringifyExact } from '../../lib/text/json.ts';

/**
 * What equal requests have in common: SHA-256 over the type and the input of each action. The order of fields and of
 * the items of lists does not matter: lists of roles and regions are sets. An e-mail address counts in its canonical
 * form, because two spellings of one address are one recipient.
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
  if (typeof value === 'string') return canonicalEmail(value) ?? value;
  if (!isObject(value)) return value;
  return Object.keys(value)
    .sort()
    .map((key) => [key, sorted(value[key] as Json)]);
}
