import type { FastifyRequest } from 'fastify';
import { lastValue } from '../kernel/bearer.ts';

/**
 * Whether the response is XML: decided by the query parameter `format`, else by the suffix of the path, else by the first
 * of the two types in `Accept`, whatever its weight; else JSON (account-v1 §2.3).
 */
export function wantsXml(request: FastifyRequest): boolean {
  const url = request.raw.url ?? '';
  const queryAt = url.indexOf('?');
  if (queryAt >= 0) {
    const format = lastValue((request.query as Record<string, unknown>)['format']);
    if (format === 'json' || format === 'xml') return format === 'xml';
  }
  const path = queryAt < 0 ? url : url.slice(0, queryAt);
  if (path.endsWith('.json')) return false;
  if (path.endsWith('.xml')) return true;
  const { accept } = request.headers;
  return accept !== undefined && firstKnownType(accept) === 'application/xml';
}

function firstKnownType(accept: string): string | undefined {
  return accept
    .split(',')
    .map((range) => range.split(';', 1)[0]?.trim())
    .find((type) => type === 'application/json' || type === 'application/xml');
}
