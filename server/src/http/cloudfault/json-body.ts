import type { FastifyRequest } from 'fastify';
import { isObject, type Json, type JsonObject, parseInput } from '../../lib/text/json.ts';
import { bodyBytes, decodeUtf8 } from '../kernel/body.ts';
import { badRequest } from './fault.ts';

/**
 * The JSON body of a call that requires the Content-Type (account-v1 §2.5). Integers are exact.
 * Errors, in this order: no Content-Type, another Content-Type, invalid UTF-8, invalid JSON.
 */
export function jsonBody(request: FastifyRequest): Json {
  requireJsonType(request);
  const text = textBody(request);
  try {
    return parseInput(text);
  } catch {
    throw badRequest('Could not decode request body as JSON');
  }
}

/** The JSON body of a call that accepts only an object. */
export function jsonObjectBody(request: FastifyRequest): JsonObject {
  const body = jsonBody(request);
  if (!isObject(body)) throw badRequest('Request should be a JSON dict');
  return body;
}

/** Refuses a request whose Content-Type does not begin with `application/json`. */
export function requireJsonType(request: FastifyRequest): void {
  const type = request.contentType;
  if (!type) throw badRequest('Missing Content-Type header field');
  if (!type.startsWith('application/json')) throw badRequest(`Unsupported Content-type: '${type}'`);
}

/** The body as text; refused if it is not UTF-8. */
export function textBody(request: FastifyRequest): string {
  const text = decodeUtf8(bodyBytes(request));
  if (text === undefined) throw badRequest('Could not decode request as UTF-8 string');
  return text;
}
