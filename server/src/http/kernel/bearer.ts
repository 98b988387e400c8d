import type { FastifyRequest } from 'fastify';

/** The value of a query parameter or header; the last one if it was sent several times. */
export function lastValue(value: unknown): string | undefined {
  const last = Array.isArray(value) ? value.at(-1) : value;
  return typeof last === 'string' ? last : undefined;
}

/**
 * The token of the account and identity dialects: query parameter `X-Auth-Token` if it is not empty, else the
 * header of that name (account-v1 §2.1). Empty counts as absent.
 */
export function astakosToken(request: FastifyRequest): string | undefined {
  // Most requests have no query; looking for the question mark is cheaper than parsing it.
  if (request.raw.url?.includes('?')) {
    const fromQuery = lastValue((request.query as Record<string, unknown>)['X-Auth-Token']);
    if (fromQuery) return fromQuery;
  }
  return lastValue(request.headers['x-auth-token']) || undefined;
}
