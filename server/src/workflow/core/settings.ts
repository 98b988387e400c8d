import { isObject, type JsonObject } from '../../lib/text/json.ts';

/** Reads the operator's settings; a value of the wrong type counts as not set. */

export function texts(config: JsonObject, key: string): string[] {
  const value = config[key];
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function textOf(config: JsonObject, key: string): string | null {
  const value = config[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

export function flag(config: JsonObject, key: string): boolean {
  return config[key] === true;
}

export function numberOf(config: JsonObject, key: string, otherwise: number): number {
  const value = config[key];
  return typeof value === 'number' ? value : otherwise;
}

export function group(config: JsonObject, key: string): JsonObject {
  const value = config[key];
  return isObject(value) ? value : {};
}
