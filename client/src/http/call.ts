import type { PurserError } from '../errors/errors.ts';
import type { Path } from './path.ts';

/** Options of every call. */
export interface CallOptions {
  /** Aborts the call, which rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Timeout of the call including its retries, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** Maximum number of retries, if retries are safe. */
  readonly retries?: number | undefined;
}

/** A call, which may take several requests because of retries. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The base URL of `path`, without a slash at the end. */
  readonly base: string;
  readonly path: Path;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON; a `bigint` with all its digits. */
  readonly json?: unknown;
  /** Sent unchanged; `headers` has its content type. */
  readonly text?: string;
  /** Whether the request is idempotent. Default: true for GET, PUT and DELETE. */
  readonly repeatable?: boolean;
  /** Returns the body as text without parsing it. */
  readonly as?: 'text';
  /** Name of a list that the body of a successful response must have. */
  readonly list?: string;
}

/** A successful response. */
export interface Answer {
  readonly status: number;
  /**
   * The parsed body: integers are `number` if that is exact, else `bigint`. Undefined if the body is empty. The text if
   * the call requests it.
   */
  readonly data: unknown;
  header(name: string): string | null;
}

/** A failed attempt. */
export class Failed {
  readonly error: PurserError;
  /** The header of the response, if there was one. */
  readonly retryAfter: string | null;
  /** Whether the request was certainly not sent. */
  readonly notSent: boolean;

  constructor(error: PurserError, retryAfter: string | null = null, notSent = false) {
    this.error = error;
    this.retryAfter = retryAfter;
    this.notSent = notSent;
  }
}
