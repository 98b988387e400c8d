import { PurserError } from '../lib/errors.ts';
import { isObject, JsonDecimal, type JsonObject } from '../lib/json.ts';
import { LIMITS } from '../lib/limits.ts';
import { isStorable } from '../lib/text.ts';
import { DocumentFaults } from './document-faults.ts';

/** A resource as its service describes it. */
export interface ResourceDefinition {
  readonly name: string;
  readonly serviceType: string;
  readonly serviceOrigin: string;
  readonly description: string | null;
  readonly unit: string | null;
  readonly uiVisible: boolean;
  readonly apiVisible: boolean;
}

/** A service as its component describes it. */
export interface ServiceDefinition {
  readonly name: string;
  readonly component: string;
  readonly type: string;
  readonly endpoints: readonly Readonly<Record<string, string>>[];
  readonly resources: readonly ResourceDefinition[];
}

/** A value together with the words that say where in the document it stands. */
interface Place {
  readonly value: unknown;
  readonly words: string;
}

const malformed = (words: string, complaint: string): PurserError =>
  new PurserError('service_malformed', { reason: `${words} ${complaint}.` });

/**
 * Reads a document of services (spec identity 5, quota-projects 5.2): an object keyed by service name.
 * Whatever it does not know it ignores. Throws `service_malformed` with a reason for every fault that names its place;
 * `resource_visibility` if that is the only one.
 */
export function readServiceDocument(document: unknown): ServiceDefinition[] {
  const services = objectAt({ value: document, words: 'The document' });
  const faults = new DocumentFaults();
  const definitions = Object.entries(services).map(([name, value]) =>
    faults.collect(() => readService(name, value, faults)),
  );
  faults.throwIfAny();
  return definitions as ServiceDefinition[];
}

/** What was read, or nothing where a fault was collected: no document with faults is imported. */
function readService(name: string, value: unknown, faults: DocumentFaults): Partial<ServiceDefinition> {
  const words = `Service '${name}'`;
  faults.collect(() => textAt({ value: name, words: 'The name of a service' }, LIMITS.name_length));
  const service = objectAt({ value, words });
  const at = (key: string): Place => placeOf(service, key, words);
  const component = faults.collect(() => textAt(at('component'), LIMITS.name_length));
  const type = faults.collect(() => textAt(at('type'), LIMITS.name_length));
  const endpoints = faults
    .collect(() => listAt(at('endpoints')))
    ?.map((endpoint, index) => {
      const place = { value: endpoint, words: `${words}: endpoint ${index + 1}` };
      return faults.collect(() => readEndpoint(place)) ?? {};
    });
  const resources = faults.collect(() => readResources(name, at('resources'), faults));
  return { name, component, type, endpoints, resources } as Partial<ServiceDefinition>;
}

function readEndpoint(place: Place): Record<string, string> {
  const entries = Object.entries(objectAt(place)).map(([key, value]): [string, string] => {
    const words = `${place.words}: '${key}'`;
    if (key.length > LIMITS.name_length || !isStorable(key)) throw malformed(words, 'is not a usable key');
    const text = scalarText(value);
    if (text === undefined) throw malformed(words, 'must be a string, a number or a boolean');
    checkStorable(text, words, LIMITS.url_length);
    return [key, text];
  });
  return Object.fromEntries(entries);
}

/** A plain value as the text that is stored; booleans as the references spell them (spec identity 1.4). */
function scalarText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' || typeof value === 'bigint') return value.toString();
  return value instanceof JsonDecimal ? value.text : undefined;
}

function readResources(service: string, place: Place, faults: DocumentFaults): ResourceDefinition[] {
  if (place.value === undefined) return [];
  return Object.entries(objectAt(place)).flatMap(([key, value]) => {
    const own = { value, words: `Service '${service}': resource '${key}'` };
    return faults.collect(() => readResource(service, own)) ?? [];
  });
}

function readResource(service: string, place: Place): ResourceDefinition {
  const resource = objectAt(place);
  const at = (key: string): Place => placeOf(resource, key, place.words);
  const name = textAt(at('name'), LIMITS.name_length);
  const serviceOrigin = textAt(at('service_origin'), LIMITS.name_length);
  if (serviceOrigin !== service) throw malformed(`${place.words}: 'service_origin'`, `must be '${service}'`);
  const apiVisible = flagAt(at('api_visible'), true);
  const uiVisible = flagAt(at('ui_visible'), apiVisible);
  if (uiVisible && !apiVisible) throw new PurserError('resource_visibility', { resource: name });
  return {
    name,
    serviceOrigin,
    serviceType: textAt(at('service_type'), LIMITS.name_length),
    description: optionalTextAt(at('desc'), LIMITS.text_length),
    unit: optionalTextAt(at('unit'), LIMITS.name_length),
    uiVisible,
    apiVisible,
  };
}

function placeOf(object: JsonObject, key: string, words: string): Place {
  return { value: Object.hasOwn(object, key) ? object[key] : undefined, words: `${words}: '${key}'` };
}

function objectAt({ value, words }: Place): JsonObject {
  if (value === undefined) throw malformed(words, 'is missing');
  if (!isObject(value)) throw malformed(words, 'must be an object');
  return value;
}

function listAt({ value, words }: Place): unknown[] {
  if (value === undefined) throw malformed(words, 'is missing');
  if (!Array.isArray(value)) throw malformed(words, 'must be a list');
  return value;
}

function textAt({ value, words }: Place, max: number): string {
  if (value === undefined) throw malformed(words, 'is missing');
  if (typeof value !== 'string') throw malformed(words, 'must be a string');
  if (value.trim() === '') throw malformed(words, 'must not be empty');
  return checkStorable(value, words, max);
}

function optionalTextAt({ value, words }: Place, max: number): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw malformed(words, 'must be a string');
  return checkStorable(value, words, max);
}

function checkStorable(text: string, words: string, max: number): string {
  if (text.length > max) throw malformed(words, `is longer than ${max} characters`);
  if (!isStorable(text)) throw malformed(words, 'contains NUL or half a character');
  return text;
}

function flagAt({ value, words }: Place, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (typeof value !== 'boolean') throw malformed(words, 'must be true or false');
  return value;
}
