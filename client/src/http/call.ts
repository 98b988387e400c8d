import type { PurserError } from '../errors/errors.ts';
import type { Path } from './path.ts';

/** Options of every call. */
export interface CallOptions {
  /** Ends the call; it then rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** How long the call may take in all, retries included, in milliseconds. */
  readonly timeoutMs?: number | undefined;
  /** How often it may be tried again, where that is safe. */
  readonly retries?: number | undefined;
}

/** One call, before it is known whether it takes several requests. */
export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The address that `path` is below, without a slash at its end. */
  readonly base: string;
  readonly path: Path;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, a `bigint` digit by digit. */
  readonly json?: unknown;
  /** Sent as it is; its type is for `headers` to say. */
  readonly text?: string;
  /** Whether sending it twice does no more than sending it once. GET, PUT and DELETE are repeatable unless said. */
  readonly repeatable?: boolean;
  /** Takes the answer as the text it is, whatever is in it. */
  readonly as?: 'text';
  /** The list that the body of a success must have, by its name; without it the answer is invalid. */
  readonly list?: string;
}

/** A success. */
export interface Answer {
  readonly status: number;
  /**
   * The body: integers as `number` where that is exact, else as `bigint`. Undefined if it is empty. The text itself if
   * the call wants it.
   */
  readonly data: unknown;
  header(name: string): string | null;
}

/** An attempt that did not succeed. */
export class Failed {
  readonly error: PurserError;
  /** The header of the answer, if there was one. */
  readonly retryAfter: string | null;
  /** Whether the request never left. */
  readonly notSent: boolean;

  constructor(error: PurserError, retryAfter: string | null = null, notSent = false) {
    this.error = error;
    this.retryAfter = retryAfter;
    this.notSent = notSent;
  }
}
