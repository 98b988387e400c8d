import { isObject, type JsonObject } from '../../lib/text/json.ts';

/**
 * Objects laid over one another, depth first: only what an upper one has replaces what is below it; null replaces
 * too (workflow-v1 §8). The result shares nothing with what it is made of.
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
