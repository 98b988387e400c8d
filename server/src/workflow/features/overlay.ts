import { isObject, type JsonObject } from '../../lib/text/json.ts';

/**
 * A deep merge: a value of a later layer replaces that of an earlier one, also if it is null (workflow-v1 §8). The
 * result is a copy.
 */
export function overlay(...layers: readonly (JsonObject | undefined)[]): JsonObject {
  const result: JsonObject = {};
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer ?? {})) {
      const below = result[key];
      if (isObject(value)) result[key] = overlay(isObject(below) ? below : {}, value);
      else result[key] = Array.isArray(value) ? structuredClone(value) : value;
    }
  }
  return result;
}
