import * as client from '@purser/client';
import { isObject } from '@purser/text/json';
import { type Failure, refused, unreachable } from '../failures.ts';
import type { Reach } from './reach.ts';
import { ADVICE, adviceOnForbidden, type Caller, OPERATORS_ADVICE } from './refusal-advice.ts';

/** What was asked for. */
export interface Asked {
  /** Method and path, and behind them the action of the body, where it has one. */
  readonly request: string;
  readonly timeoutMs: number;
  /** Whether it would have changed something. */
  readonly changes: boolean;
  /** Who asked, as far as the service tells; it is asked only where the advice depends on it. */
  readonly caller: () => Promise<Caller | undefined>;
}

/**
 * What went wrong with a call, as one sentence that says what to do. What is no error of the client stays what it is.
 */
export async function failureOf(error: unknown, reach: Reach, asked: Asked): Promise<unknown> {
  const { url, urlAdvice } = reach;
  const { timeoutMs, changes } = asked;
  if (error instanceof client.TimeoutError) {
    const perhaps = changes ? '; the change may have been made' : '';
    return unreachable(
      `No answer from Purser at ${url.href} within ${timeoutMs / 1000} s${perhaps}; ` +
        'give it more time with --timeout or PURSER_TIMEOUT.',
    );
  }
  if (error instanceof client.ConnectionError) return notReached(reasonOf(error.cause), reach);
  if (error instanceof client.InvalidResponse) return stranger(url, urlAdvice, undefined, error.details);
  return error instanceof client.PurserError ? refusal(error, reach, asked) : error;
}

function notReached(reason: string, { url, urlAdvice }: Reach): Failure {
  const advice = CONNECTION_ADVICE[reason] ?? (reason.includes('CERT') ? CERTIFICATE : 'start it, or $');
  return unreachable(`Cannot reach Purser at ${url.href} (${reason}); ${advice.replace('$', urlAdvice)}.`);
}

const CERTIFICATE = 'name the certificates of its authority in NODE_EXTRA_CA_CERTS';
/** What to do about a connection that failed, by its code; `$` is how to say another address. */
const CONNECTION_ADVICE: Readonly<Record<string, string>> = {
  ENOTFOUND: 'no such host is known, so $',
  EAI_AGAIN: 'names of hosts cannot be looked up, so check the network',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak https, so $ to one that begins with http:',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak https, so $ to one that begins with http:',
  EPROTO: 'it does not speak https, so $ to one that begins with http:',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: CERTIFICATE,
};

async function refusal(error: client.PurserError, reach: Reach, asked: Asked): Promise<Failure> {
  const { url, urlAdvice } = reach;
  const { status, code, message, data, details } = error;
  // Whatever else speaks HTTP has no codes of ours.
  if (!isObject(data) || data['code'] !== code) return strangeRefusal(status, details, url, urlAdvice);
  if (status === 503) return unreachable(message);
  const advice = await adviceOn(code, reach, asked);
  const { reasons } = data;
  // Several faults of one document, each on a line of its own.
  if (Array.isArray(reasons)) return refused(reasons.map(String), code);
  // How much there is of what was too little.
  const numbers = error instanceof client.QuotaLimit ? ` ${details}` : '';
  return refused(joined(message + numbers, advice), code);
}

/** What the caller can do about a refusal, where the reason alone does not say it. */
async function adviceOn(code: string, reach: Reach, { request, caller }: Asked): Promise<string | undefined> {
  if (TOKEN_CODES.has(code)) return reach.tokenAdvice;
  if (code === 'forbidden') return adviceOnForbidden(request, await caller());
  const operators = OPERATORS_ADVICE[code];
  if (operators !== undefined) return (await caller())?.operator ? operators : undefined;
  return ADVICE[code];
}

/** Something between us and the service has answered, or something else altogether. */
function strangeRefusal(status: number, text: string, url: URL, urlAdvice: string): Failure {
  if (status === 413)
    return refused('What was sent is too large for the way to Purser (status 413); send less at once.');
  if (status === 429) return unreachable('Purser is asked too often (status 429); try again in a moment.');
  if (status >= 502 && status <= 504) {
    return unreachable(
      `What stands before Purser at ${url.href} does not reach it (status ${status}); try again in a moment.`,
    );
  }
  return stranger(url, urlAdvice, status, text);
}

/** A success that says what Purser never says. */
export function strangerFailure({ url, urlAdvice }: Reach): Failure {
  return stranger(url, urlAdvice, undefined, '');
}

function stranger(url: URL, urlAdvice: string, status: number | undefined, text: string): Failure {
  const facts = [
    ...(status === undefined ? [] : [`status ${status}`]),
    ...(/^\s*<(!doctype|html)/i.test(text) ? ['a web page'] : []),
  ];
  const answered = facts.length === 0 ? '' : ` (${facts.join(', ')})`;
  const scheme = url.protocol === 'http:' && status !== undefined && ELSEWHERE.has(status) ? SCHEME : '';
  return unreachable(`What answers at ${url.href} is not Purser${answered}; ${urlAdvice}${scheme}.`);
}

/** How servers answer plain HTTP where they want https. */
const ELSEWHERE: ReadonlySet<number> = new Set([301, 302, 307, 308, 400]);
const SCHEME = ', perhaps to one that begins with https:';

/** What is wrong with a token; a better one helps. */
const TOKEN_CODES: ReadonlySet<string> = new Set(['token_unknown', 'token_expired', 'token_missing']);

/** One sentence from a reason and an advice. */
function joined(reason: string, advice: string | undefined): string {
  if (advice === undefined) return /[.!?]$/.test(reason) ? reason : `${reason}.`;
  return `${reason.replace(/\.$/, '')}; ${advice}.`;
}

/** What a failed connection says of its reason: a code such as ECONNREFUSED where there is one. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (cause instanceof Error) return reasonOf(cause);
  return typeof code === 'string' ? code : error.message;
}
