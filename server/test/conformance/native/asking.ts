import assert from 'node:assert/strict';
import { type JsonObject, parseExact, stringifyExact } from '../../../src/lib/text/json.ts';
import type { TestPurser } from '../../support/harness.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Exact integers; an empty object without a body. */
  readonly body: JsonObject;
}

/** Sends a request to the native API with a token; null for none. */
export type Ask = (method: string, path: string, body?: unknown) => Promise<Answer>;

export function asker(
  purser: TestPurser,
  token: string | null = purser.adminToken,
  extra: Record<string, string> = {},
): Ask {
  return async (method, path, body) => {
    const response = await purser.fetch(`/api${path}`, {
      method,
      headers: {
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...extra,
      },
      ...(body !== undefined && { body: stringifyExact(body) }),
    });
    return readAnswer(response);
  };
}

export async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  const body = text === '' ? {} : (parseExact(text) as JsonObject);
  return { status: response.status, headers: response.headers, body };
}

/** Asserts that a response is problem details (RFC 9457) with this status and code. */
export function assertProblem({ status, headers, body }: Answer, expected: number, code: string): void {
  assert.equal(`${status} ${body['code']}`, `${expected} ${code}`, stringifyExact(body));
  assert.equal(headers.get('content-type'), 'application/problem+json');
  assert.equal(body['type'], `urn:purser:problem:${code}`);
  assert.equal(body['status'], expected);
  assert.equal(typeof body['title'], 'string');
  assert.equal(typeof body['detail'], 'string');
}

/** The fields that a problem names. */
export function fieldsOf({ body }: Answer): string[] {
  return ((body['errors'] ?? []) as { field: string }[]).map(({ field }) => field).sort();
}

export const items = ({ body }: Answer): JsonObject[] => body['items'] as JsonObject[];

/** Creates an active user; returns the response, token included. */
export async function addUser(ask: Ask, email: string): Promise<JsonObject & { id: string; token: string }> {
  const answer = await ask('POST', '/users', { email, first_name: 'Test', last_name: 'Person' });
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  return answer.body as JsonObject & { id: string; token: string };
}
