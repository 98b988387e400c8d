import type { FastifyRequest } from 'fastify';
import { isObject, type Json, type JsonObject, parseInput } from '../../lib/text/json.ts';
import { pythonType } from '../../workflow/filters/python-text.ts';
import { bodyBytes, decodeUtf8 } from '../kernel/body.ts';
import { fieldRefusal, refusal } from './faults.ts';

/** The Content-Types that curl sends by default, as in the examples of the older documentation. */
const UNLABELLED = ['', 'application/x-www-form-urlencoded'];

/** The body as JSON; an empty one is an empty object. Throws 415 and 400. */
export function jsonBody(request: FastifyRequest): Json {
  const bytes = bodyBytes(request);
  if (bytes.length === 0) return {};
  const text = decodeUtf8(bytes);
  const type = (request.contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const unlabelled = UNLABELLED.includes(type) && /^\s*[{[]/.test(text ?? '');
  if (type !== 'application/json' && !unlabelled) {
    throw refusal(415, `Unsupported media type "${request.contentType ?? ''}" in request.`);
  }
  if (text === undefined) throw refusal(400, 'JSON parse error - the body is not UTF-8');
  if (text.trim() === '') return {};
  try {
    return parseInput(text);
  } catch (error) {
    throw refusal(400, `JSON parse error - ${(error as Error).message}`);
  }
}

/** The body of a call that accepts only an object. */
export function objectBody(request: FastifyRequest): JsonObject {
  const body = jsonBody(request);
  if (isObject(body)) return body;
  const message = `Invalid data. Expected a dictionary, but got ${pythonType(body)}.`;
  throw fieldRefusal({ non_field_errors: [message] });
}
