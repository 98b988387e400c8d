import type { FastifyRequest } from 'fastify';
import { isObject, type Json, type JsonObject, parseInput } from '../../lib/text/json.ts';
import { bodyBytes, decodeUtf8 } from '../kernel/body.ts';
import { badRequest } from './faults.ts';

/**
 * Typed access to the properties of a JSON object in a request. Null counts as absent: clients send it for values that
 * were not given. A value of another type is a bad request that names the property.
 */
export class Fields {
  readonly #object: JsonObject;
  readonly #place: string;

  constructor(object: JsonObject, place: string) {
    this.#object = object;
    this.#place = place;
  }

  /** The raw value; undefined if absent. */
  raw(key: string): Exclude<Json, null> | undefined {
    return Object.hasOwn(this.#object, key) ? (this.#object[key] ?? undefined) : undefined;
  }

  text(key: string): string | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === 'string') return value;
    throw this.#wrong(key, 'must be a string');
  }

  /** A required text. */
  required(key: string): string {
    return this.text(key) ?? this.#missing(key);
  }

  flag(key: string): boolean | undefined {
    const value = this.raw(key);
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.#wrong(key, 'must be true or false');
  }

  object(key: string): Fields | undefined {
    const value = this.raw(key);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw this.#wrong(key, 'must be an object');
    return new Fields(value, this.#name(key));
  }

  requiredObject(key: string): Fields {
    return this.object(key) ?? this.#missing(key);
  }

  list(key: string): Json[] | undefined {
    const value = this.raw(key);
    if (value === undefined || Array.isArray(value)) return value;
    throw this.#wrong(key, 'must be a list');
  }

  objects(key: string): Fields[] | undefined {
    return this.list(key)?.map((item, index) => {
      if (!isObject(item)) throw this.#wrong(key, 'must be a list of objects');
      return new Fields(item, `${this.#name(key)}.${index}`);
    });
  }

  /** Refuses a value for an unsupported feature, unless it is empty. */
  refuse(key: string, reason: string): void {
    const value = this.raw(key);
    if (value === undefined || value === '' || value === false) return;
    if (Array.isArray(value) ? value.length > 0 : true) throw this.#wrong(key, reason);
  }

  #name(key: string): string {
    return this.#place === '' ? key : `${this.#place}.${key}`;
  }

  #missing(key: string): never {
    throw this.#wrong(key, 'is missing');
  }

  #wrong(key: string, reason: string) {
    return badRequest(`${this.#name(key)}: ${reason}`);
  }
}

/** The object under a key of the request body, whatever the Content-Type. */
export function bodyOf(request: FastifyRequest, key: string): Fields {
  const text = decodeUtf8(bodyBytes(request));
  if (text === undefined) throw badRequest('The body is not UTF-8.');
  return new Fields(parsed(text), '').requiredObject(key);
}

function parsed(text: string): JsonObject {
  let body: Json;
  try {
    body = parseInput(text);
  } catch {
    throw badRequest('The body is not JSON.');
  }
  if (!isObject(body)) throw badRequest('The body is not a JSON object.');
  return body;
}
