import { STATUS_CODES } from 'node:http';

/**
 * An answer to a request that reached no dialect: what is wrong with it was found before, or there is nothing at its
 * address. Problem details (RFC 9457), as the native API has them.
 */
export interface PlainAnswer {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const PLAIN_TYPE = 'application/problem+json';

/** The body, as text. */
export function plainBody({ status, code, detail }: PlainAnswer): string {
  const title = STATUS_CODES[status] ?? 'The request failed';
  return JSON.stringify({ type: `urn:purser:problem:${code}`, title, status, detail, code });
}

/** All headers but those about the connection. */
export function plainHeaders(answer: PlainAnswer, body: string): Record<string, string> {
  return {
    ...answer.headers,
    'content-type': PLAIN_TYPE,
    'content-length': String(Buffer.byteLength(body)),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
}
