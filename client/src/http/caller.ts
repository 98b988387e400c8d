import { isObject, parseExact, stringifyExact } from '@purser/text/json';
import { errorOfAnswer } from '../errors/answer-errors.ts';
import { forCaller } from '../errors/caller-frames.ts';
import { BadValue, ConnectionError, InvalidResponse, PurserError } from '../errors/errors.ts';
import { type Answer, type Call, type CallOptions, Failed } from './call.ts';
import { counting, deadline, orAborted, positive, tooLate } from './deadline.ts';
import { backoff_ms, mayRepeat } from './retrying.ts';
import { REAL_TIMING, type Timing } from './timing.ts';
import { NotSent, type Transport, type TransportRequest, type TransportResponse } from './transport.ts';

/** An attempt, for a log. It omits tokens, bodies, and names in paths or messages. */
export type LogEvent =
  | { readonly kind: 'request'; readonly method: string; readonly path: string; readonly attempt: number }
  | {
      readonly kind: 'response';
      readonly method: string;
      readonly path: string;
      readonly attempt: number;
      readonly status: number;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'failure';
      readonly method: string;
      readonly path: string;
      readonly attempt: number;
      /** The status of the response; 0 if there was none. */
      readonly status: number;
      /** The name of the error, for example `TimeoutError`. */
      readonly error: string;
      /** Milliseconds until the next attempt; undefined: there is none. */
      readonly retryInMs: number | undefined;
    };

export interface CallerOptions {
  readonly transport: Transport;
  /** Timeout of a call including its retries, in milliseconds; default 60,000. */
  readonly timeoutMs?: number | undefined;
  /** Timeout of one attempt of a call, in milliseconds; default 30,000. */
  readonly attemptTimeoutMs?: number | undefined;
  /** Maximum number of retries of a call, if retries are safe; default 2. */
  readonly retries?: number | undefined;
  /** Headers of every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Receives an event for every attempt. An error that it throws ends the call. */
  readonly logger?: ((event: LogEvent) => void) | undefined;
  /** Clock and random numbers; for tests. */
  readonly timing?: Timing | undefined;
}

/**
 * Makes calls and returns successful responses; everything else rejects with a `PurserError`, or with the reason of the
 * caller's signal. A call is retried after a temporary failure if that is safe: it is idempotent, or was not sent.
 */
export class Caller {
  readonly #options: CallerOptions;
  readonly #timing: Timing;

  constructor(options: CallerOptions) {
    this.#options = options;
    this.#timing = options.timing ?? REAL_TIMING;
  }

  /** Milliseconds since 1970, by the clock of retries. */
  now(): number {
    return this.#timing.now();
  }

  /**
   * Looks up the address of a call and makes it; the timeout of the call includes the lookup.
   * @throws PurserError, or the reason of `options.signal`
   */
  async callBelow(
    find: () => Promise<string>,
    call: Omit<Call, 'base'>,
    options: CallOptions = {},
  ): Promise<Answer> {
    const timeout_ms = positive('timeoutMs', options.timeoutMs ?? this.#options.timeoutMs ?? 60_000);
    const until = this.#timing.now() + timeout_ms;
    const { signal, release } = deadline(timeout_ms, options.signal);
    try {
      signal.throwIfAborted();
      // Other calls that wait for the address continue to wait.
      const base = await orAborted(find(), signal).catch((error: unknown) => {
        throw forCaller(error);
      });
      const left_ms = Math.max(1, until - this.#timing.now());
      return await this.call({ ...call, base }, { ...options, timeoutMs: left_ms });
    } finally {
      release();
    }
  }

  /** @throws PurserError, or the reason of `options.signal` */
  async call(call: Call, options: CallOptions = {}): Promise<Answer> {
    const timeout_ms = positive('timeoutMs', options.timeoutMs ?? this.#options.timeoutMs ?? 60_000);
    const attempt_ms = positive('attemptTimeoutMs', this.#options.attemptTimeoutMs ?? 30_000);
    const retries = counting('retries', options.retries ?? this.#options.retries ?? 2);
    const request = requestOf(call, this.#options.headers);
    const until = this.#timing.now() + timeout_ms;
    const whole = deadline(timeout_ms, options.signal);
    try {
      for (let attempt = 1; ; attempt += 1) {
        whole.signal.throwIfAborted();
        const outcome = await this.#attempt(call, request, attempt, attempt_ms, whole.signal);
        if (!(outcome instanceof Failed)) return outcome;
        const again = attempt <= retries && !whole.signal.aborted && mayRepeat(call, outcome);
        const wait_ms = again ? backoff_ms(attempt, outcome.retryAfter, this.#timing) : Infinity;
        const retryInMs = this.#timing.now() + wait_ms < until ? wait_ms : undefined;
        const { status, name } = outcome.error;
        this.#log({ kind: 'failure', attempt, status, error: name, retryInMs }, call);
        if (retryInMs === undefined) throw fromHere(outcome.error);
        await this.#timing.wait(retryInMs, whole.signal);
      }
    } catch (error) {
      throw options.signal?.aborted ? options.signal.reason : error;
    } finally {
      whole.release();
    }
  }

  async #attempt(
    call: Call,
    request: Unsent,
    attempt: number,
    attempt_ms: number,
    outer: AbortSignal,
  ): Promise<Answer | Failed> {
    this.#log({ kind: 'request', attempt }, call);
    const begun = this.#timing.now();
    const { signal, release } = deadline(attempt_ms, outer);
    let response: TransportResponse;
    try {
      response = await this.#options.transport({ ...request, signal });
    } catch (error) {
      return unanswered(error, signal.aborted);
    } finally {
      release();
    }
    const durationMs = this.#timing.now() - begun;
    this.#log({ kind: 'response', attempt, status: response.status, durationMs }, call);
    return outcomeOf(response, call);
  }

  #log(event: DistributiveOmit<LogEvent, 'method' | 'path'>, { method, path }: Call): void {
    this.#options.logger?.({ ...event, method, path: path.pattern });
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/**
 * Captures the stack of the error here. Otherwise the frames of reading the response would displace those of the
 * caller, since engines keep only a few.
 */
function fromHere(error: PurserError): PurserError {
  const { captureStackTrace } = Error as { captureStackTrace?: (error: Error, above: unknown) => void };
  captureStackTrace?.(error, fromHere);
  return error;
}

/** An attempt without a complete response. */
function unanswered(error: unknown, late: boolean): Failed {
  if (error instanceof PurserError) return new Failed(error);
  const notSent = error instanceof NotSent;
  if (late) return new Failed(tooLate(error), null, notSent);
  const failure = new ConnectionError(`The service could not be reached: ${sentence(error)}`, {
    code: 'unreachable',
    cause: error,
  });
  return new Failed(failure, null, notSent);
}

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function outcomeOf(response: TransportResponse, { as, list }: Call): Answer | Failed {
  const { status, text } = response;
  if (status < 200 || status > 299)
    return new Failed(errorOfAnswer(response), response.header('retry-after'));
  try {
    const data = as ? text : text === '' ? undefined : parseExact(text);
    if (list !== undefined && !(isObject(data) && Array.isArray(data[list])))
      return new Failed(new InvalidResponse(`The response has no list '${list}'.`, { status, data }));
    return { status, data, header: (name) => response.header(name) };
  } catch (cause) {
    return new Failed(new InvalidResponse('The response is not JSON.', { status, details: text, cause }));
  }
}

/** A request, which can be sent several times. */
type Unsent = Omit<TransportRequest, 'signal'>;

/** @throws BadValue if a header or the body cannot be sent */
function requestOf(call: Call, common: Readonly<Record<string, string>> | undefined): Unsent {
  const { method, json } = call;
  const headers: Record<string, string> = { accept: 'application/json' };
  if (json !== undefined) headers['content-type'] = 'application/json';
  for (const [name, value] of Object.entries({ ...common, ...call.headers })) {
    if (!HEADER_NAME.test(name) || NOT_IN_HEADERS.test(value))
      throw new BadValue(`The header '${name}' cannot be sent.`);
    headers[name.toLowerCase()] = value;
  }
  try {
    const body = call.text ?? (json === undefined ? undefined : stringifyExact(json));
    return { method, url: urlOf(call), headers, body };
  } catch (error) {
    throw new BadValue(`The body cannot be sent: ${sentence(error)}`);
  }
}

/** RFC 9110 5.1 and 5.5. */
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]+$/;
const NOT_IN_HEADERS = /[^\t\x20-\x7e\x80-\xff]/;

function urlOf({ base, path, query = {} }: Call): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parameters.set(name, String(value));
  }
  const search = parameters.toString();
  return `${base}${path.text}${search && `?${search}`}`;
}
