import { parseQuantity } from '@purser/text/quantity';
import { PurserError } from '../lib/errors.ts';
import { LIMITS, UNLIMITED } from '../lib/limits.ts';
import { omitUndefined } from '../lib/omit-undefined.ts';
import { asInteger, isObject, type Json, JsonDecimal, type JsonObject } from '../lib/text/json.ts';
import { composed, lineFault, nameFault, textFault } from '../lib/text/text.ts';
import { webUrlFault } from '../lib/text/web-url.ts';
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
  /** Limits that a new resource starts with; left out: those of `Resources.register`. */
  readonly systemDefault?: bigint;
  readonly projectDefault?: bigint;
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
 * Reads a document of services (quota §5): an object keyed by service name.
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
  const called = faults.collect(() => nameAt({ value: name, words: 'The name of a service' })) ?? name;
  const service = objectAt({ value, words });
  const at = (key: string): Place => placeOf(service, key, words);
  const component = faults.collect(() => nameAt(at('component')));
  const type = faults.collect(() => nameAt(at('type')));
  const endpoints = faults
    .collect(() => listAt(at('endpoints')))
    ?.map((endpoint, index) => {
      const place = { value: endpoint, words: `${words}: endpoint ${index + 1}` };
      return faults.collect(() => readEndpoint(place)) ?? {};
    });
  const resources = faults.collect(() => readResources(called, at('resources'), faults));
  return { name: called, component, type, endpoints, resources } as Partial<ServiceDefinition>;
}

function readEndpoint(place: Place): Record<string, string> {
  const entries = Object.entries(objectAt(place)).map(([key, value]): [string, string] => {
    const words = `${place.words}: '${key}'`;
    if (lineFault(key, LIMITS.name_length) !== undefined) throw malformed(words, 'is not a usable key');
    const text = scalarText(value);
    if (text === undefined) throw malformed(words, 'must be a string, a number or a boolean');
    // An endpoint may leave a URL empty, as a component may.
    const fault = isUrlKey(key) && text !== '' ? webUrlFault(text) : lineFault(text, LIMITS.url_length);
    if (fault !== undefined) throw malformed(words, fault);
    return [key, text];
  });
  return Object.fromEntries(entries);
}

/** Whether clients take the value of an endpoint under this key for a URL: `publicURL`, `SNF:uiURL` and the like. */
const isUrlKey = (key: string): boolean => key.endsWith('URL');

/** A plain value as the text that is stored; booleans as the references spell them (identity-v2 §2.3). */
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
  const name = nameAt(at('name'));
  const serviceOrigin = nameAt(at('service_origin'));
  if (serviceOrigin !== service) throw malformed(`${place.words}: 'service_origin'`, `must be '${service}'`);
  const apiVisible = flagAt(at('api_visible'), true);
  const uiVisible = flagAt(at('ui_visible'), apiVisible);
  if (uiVisible && !apiVisible) throw new PurserError('resource_visibility', { resource: name });
  return {
    name,
    serviceOrigin,
    serviceType: nameAt(at('service_type')),
    description: optionalAt(at('desc'), (text) => textFault(text, LIMITS.text_length)),
    unit: optionalAt(at('unit'), (text) => lineFault(text, LIMITS.name_length)),
    uiVisible,
    apiVisible,
    ...omitUndefined({
      systemDefault: limitAt(at('system_default')),
      projectDefault: limitAt(at('project_default')),
    }),
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

/** A name in the form in which names are stored (`checkName`). */
function nameAt({ value, words }: Place): string {
  if (value === undefined) throw malformed(words, 'is missing');
  if (typeof value !== 'string') throw malformed(words, 'must be a string');
  const fault = nameFault(value, LIMITS.name_length);
  if (fault !== undefined) throw malformed(words, fault);
  return composed(value);
}

/** A text in which `faultOf` finds nothing wrong; null where there is none. */
function optionalAt({ value, words }: Place, faultOf: (text: string) => string | undefined): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value !== 'string') throw malformed(words, 'must be a string');
  const fault = faultOf(value);
  if (fault !== undefined) throw malformed(words, fault);
  return value;
}

/** A limit: an integer, or a text for people such as `10GiB` or `inf`. */
function limitAt({ value, words }: Place): bigint | undefined {
  if (value === undefined) return undefined;
  const limit = typeof value === 'string' ? parseQuantity(value) : asInteger(value as Json);
  if (limit !== undefined && limit >= 0n && limit <= UNLIMITED) return limit;
  throw malformed(
    words,
    `must be a limit: an integer from 0 to ${UNLIMITED}, a quantity such as '10GiB', or 'inf'`,
  );
}

function flagAt({ value, words }: Place, otherwise: boolean): boolean {
  if (value === undefined) return otherwise;
  if (typeof value !== 'boolean') throw malformed(words, 'must be true or false');
  return value;
}
