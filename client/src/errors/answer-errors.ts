import { asInteger, isObject, type JsonObject, parseExact } from '@purser/text/json';
import type { TransportResponse } from '../http/transport.ts';
import {
  BadRequest,
  Conflict,
  type ErrorFacts,
  type Excess,
  Forbidden,
  NotFound,
  PurserError,
  QuotaLimit,
  Unauthorized,
  Unavailable,
} from './errors.ts';
import { wordsOf } from './excess-words.ts';

const CLASSES: Readonly<Record<number, typeof PurserError>> = {
  400: BadRequest,
  401: Unauthorized,
  403: Forbidden,
  404: NotFound,
  409: Conflict,
  503: Unavailable,
};

/**
 * The error for a response outside 2xx in any of the formats of the service: a cloud fault, an `error` of the identity
 * API, the `errors` of the workflow, or problem details (RFC 9457). For other bodies, the message is the reason phrase
 * and `details` is the text.
 */
export function errorOfAnswer(answer: TransportResponse): PurserError {
  const { status, reason, text } = answer;
  return errorOf(parsed(text), status, text, movedTo(status, answer.header('location')) || reason);
}

/** The error for problem details that are one result in a response with several. */
export function errorOfProblem(problem: unknown): PurserError {
  const status = isObject(problem) ? Number(problem['status']) : 0;
  return errorOf(problem, status || 500, '', '');
}

function errorOf(data: unknown, status: number, text: string, reason: string): PurserError {
  const { message, code, details } = factsOf(data) ?? { message: '', code: '', details: '' };
  const facts: ErrorFacts = { status, code: code || `http_${status}`, details: details || text, data };
  const sentence = message || reason || `The service responded with status ${status}.`;
  const excess = excessOf(data);
  if (status === 413 && excess !== undefined) {
    const words = wordsOf(excess);
    return new QuotaLimit(words.message, { ...facts, details: words.details }, excess);
  }
  return new (CLASSES[status] ?? PurserError)(sentence, facts);
}

/** The error for a redirect, which is never followed; it names the target. */
const movedTo = (status: number, location: string | null): string =>
  status > 299 && status < 400 && location
    ? `The service redirects to ${location}, which is not followed.`
    : '';

interface Told {
  readonly message: string;
  readonly code: string;
  readonly details: string;
}

function parsed(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
}

function factsOf(data: unknown): Told | undefined {
  // Some errors of the workflow are a bare string.
  if (typeof data === 'string') return { message: data, code: '', details: '' };
  if (!isObject(data)) return undefined;
  if (typeof data['code'] === 'string' && typeof data['detail'] === 'string') {
    return { message: data['detail'], code: data['code'], details: textOf(data['title']) };
  }
  if (Object.hasOwn(data, 'errors')) {
    return { message: sentences(data['errors']).join(' '), code: '', details: '' };
  }
  const [[name, fault] = []] = Object.entries(data);
  if (name === undefined) return undefined;
  if (!isObject(fault)) {
    // Some are an object with the texts under the name of a field or of an error.
    const isError = /^error$/i.test(name);
    const message = isError || Array.isArray(fault) ? sentences(fault, isError ? '' : name).join(' ') : '';
    return message === '' ? undefined : { message, code: '', details: '' };
  }
  return { message: textOf(fault['message']), code: name, details: textOf(fault['details']) };
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The `errors` of the workflow: strings, lists of strings, or either by field name. */
function sentences(errors: unknown, field = '', depth = 0): string[] {
  if (typeof errors === 'string')
    return [field && field !== 'non_field_errors' ? `${field}: ${errors}` : errors];
  // No service nests deeper; the limit protects against other servers.
  if (depth > 8) return [];
  if (Array.isArray(errors)) return errors.flatMap((error) => sentences(error, field, depth + 1));
  if (!isObject(errors)) return [];
  return Object.entries(errors).flatMap(([name, error]) => sentences(error, name, depth + 1));
}

/** The `data` of an `overLimit` fault, or the corresponding members of a problem. */
function excessOf(data: unknown): Excess | undefined {
  if (!isObject(data)) return undefined;
  const fault = data['overLimit'];
  const facts = isObject(fault) ? fault['data'] : data;
  if (!isObject(facts) || !isObject(facts['provision'])) return undefined;
  const { holder, source, resource, quantity } = facts['provision'] as JsonObject;
  const [requested, limit, usage] = [quantity, facts['limit'], facts['usage']].map(asInteger);
  if (requested === undefined || limit === undefined || usage === undefined) return undefined;
  return {
    holder: textOf(holder),
    source: typeof source === 'string' ? source : null,
    resource: textOf(resource),
    requested,
    limit,
    usage,
    available: requested < 0n ? usage : limit - usage,
  };
}
