import type { FastifyInstance, FastifyRequest } from 'fastify';
import { PurserError } from '../../../lib/errors.ts';
import { LIMITS } from '../../../lib/limits.ts';
import { JsonDecimal, parseInput } from '../../../lib/text/json.ts';
import { isStorable } from '../../../lib/text/text.ts';
import { decodeUtf8 } from '../../kernel/body.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route itself checks that the strings of its body are storable text. */
    judgesText?: boolean;
  }
}

/** In this scope, bodies are parsed as JSON with exact integers. */
export function jsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: LIMITS.body_bytes },
    async (request: FastifyRequest, body: Buffer) => readBody(body, request.routeOptions.config),
  );
}

/** Parses the bytes of a body; undefined if there are none. */
function readBody(bytes: Buffer, { judgesText }: { judgesText?: boolean }): unknown {
  if (bytes.byteLength === 0) return undefined;
  const text = decodeUtf8(bytes);
  if (text === undefined) throw invalid('The body is not valid UTF-8.');
  const value = parse(text);
  // Only an escape can produce a character that a database cannot store, so most bodies are not walked.
  if (!judgesText && /\\u(?:0000|[dD][89a-fA-F])/.test(text)) refuseUnstorable(value);
  return value;
}

function parse(text: string): unknown {
  try {
    const value = parseInput(text);
    return value instanceof JsonDecimal ? Number(value.text) : value;
  } catch (error) {
    throw invalid(`The body is not valid JSON. ${(error as Error).message}`);
  }
}

/** Refuses strings that are not storable text: NUL, which PostgreSQL cannot store, and unpaired surrogates. */
function refuseUnstorable(root: unknown): void {
  // Not recursive: the sender chooses how deep a body nests.
  const pending: { value: unknown; field: string }[] = [{ value: root, field: 'body' }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { value, field } = next;
    if (typeof value === 'string') checkText(value, field);
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, item] of Object.entries(value)) {
      checkText(key, 'body');
      pending.push({ value: item, field: Array.isArray(value) ? field : key });
    }
  }
}

function checkText(text: string, field: string): void {
  if (!isStorable(text)) throw new PurserError('invalid_field', { field, reason: NOT_TEXT });
}

/** Refuses the same characters in the path and in the query. */
export function checkAddress(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ params, query }) => {
    for (const [field, value] of Object.entries({ ...(query as object), ...(params as object) })) {
      if (typeof value === 'string') checkText(value, field);
    }
  });
}

const NOT_TEXT = 'contains NUL or is not valid Unicode';
const invalid = (reason: string) => new PurserError('invalid_request', { reason });
