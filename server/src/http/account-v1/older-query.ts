import type { FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from '../../lib/limits.ts';
import { isObject, type Json, type JsonObject, parseInput } from '../../lib/text/json.ts';
import { badRequest, Refusal } from '../cloudfault/fault.ts';
import { lastValue } from '../kernel/bearer.ts';
import { decodeUtf8 } from '../kernel/body.ts';

/**
 * The filter of a list in the older generation: a JSON object in the body of the GET, or without a body in the query
 * parameter of that name (account-v1 §7.3). Undefined if there is neither.
 */
export async function olderQuery(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<JsonObject | undefined> {
  const text =
    (await bodyOfGet(request, reply)) || lastValue((request.query as Record<string, unknown>)['body']);
  if (!text) return undefined;
  let asked: Json;
  try {
    asked = parseInput(text);
  } catch {
    throw badRequest('Could not decode request body as JSON');
  }
  if (!isObject(asked)) throw badRequest('Request should be a JSON dict');
  return asked;
}

/** Reads the body of a GET, which the framework does not. */
async function bodyOfGet({ raw }: FastifyRequest, reply: FastifyReply): Promise<string> {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = raw.headers;
  if (length === '0' && encoding === undefined) return '';
  const bytes = await bytesOf(raw);
  if (bytes === undefined) {
    // The rest of the body is not read, so the connection cannot be reused.
    reply.header('connection', 'close');
    throw new Refusal('over_limit', 'The request body is too large.');
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) throw badRequest('Could not decode request as UTF-8 string');
  return text;
}

/** Undefined if the body is too large. */
async function bytesOf(raw: FastifyRequest['raw']): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of raw.iterator({ destroyOnReturn: false })) {
      length += chunk.length;
      if (length > LIMITS.body_bytes) return undefined;
      chunks.push(chunk);
    }
  } catch {
    throw badRequest('The request body ended early.');
  }
  return Buffer.concat(chunks);
}

/** A value of a filter: a text, or a list of alternative texts. Undefined if the filter has no such key. */
export function textsOf(filter: JsonObject, key: string): string[] | undefined {
  const value = filter[key];
  if (value === undefined) return undefined;
  const texts = Array.isArray(value) ? value : [value];
  if (texts.length <= LIMITS.page_max && texts.every((text) => typeof text === 'string')) return texts;
  throw badRequest(`${key} should be a text, or a list of at most ${LIMITS.page_max} texts.`);
}
