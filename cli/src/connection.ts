import { isObject } from '@purser/api/json';
import type { Page } from '@purser/api/native/common';
import type { Purser, PurserError } from '@purser/client';
import { type Failure, refused, unreachable, usage } from './failures.ts';
import { atEnd } from './io.ts';

const TIMEOUT_MS = 60_000;
const DEFAULT_URL = 'http://127.0.0.1:8700';
/** As many as the API gives at once. */
const PAGE_SIZE = 1000;

type Query = Readonly<Record<string, string | number | boolean | undefined>>;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Where Purser is, and who asks. */
export interface Reach {
  readonly url: URL;
  readonly token: string;
  /** How many items of a list are read at most. */
  readonly readLimit: number;
}

/** Speaks to the native API for one token. Whatever goes wrong ends as a `Failure`. */
export class Connection {
  readonly #reach: Reach;
  #client: Promise<Purser> | undefined;

  constructor(reach: Reach) {
    this.#reach = reach;
  }

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.#call('GET', path, query);
  }

  /** @param timeout_ms how long the whole answer may take */
  post<T>(path: string, body: unknown, timeout_ms = TIMEOUT_MS): Promise<T> {
    return this.#call('POST', path, {}, { json: body }, timeout_ms);
  }

  /** Sends a JSON text as it is. */
  postText<T>(path: string, text: string): Promise<T> {
    return this.#call('POST', path, {}, { text, headers: { 'content-type': 'application/json' } });
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#call('PATCH', path, {}, { json: body });
  }

  put(path: string, query: Query = {}): Promise<void> {
    return this.#call('PUT', path, query);
  }

  /** PUT with a body. */
  set<T>(path: string, body: unknown): Promise<T> {
    return this.#call('PUT', path, {}, { json: body });
  }

  /** DELETE that answers something. */
  deleteFor<T>(path: string, query: Query = {}): Promise<T> {
    return this.#call('DELETE', path, query);
  }

  delete(path: string, query: Query = {}): Promise<void> {
    return this.#call('DELETE', path, query);
  }

  /** All items of a list, page by page; no more than are going to be printed. */
  async all<T>(path: string, query: Query = {}): Promise<T[]> {
    const { readLimit } = this.#reach;
    const items: T[] = [];
    let after: string | undefined;
    do {
      const limit = Math.min(PAGE_SIZE, readLimit - items.length);
      const page: Page<T> = await this.get(path, { ...query, limit, after });
      for (const item of page.items) items.push(item);
      after = page.next ?? undefined;
    } while (after !== undefined && items.length < readLimit);
    return items;
  }

  async #call<T>(
    method: Method,
    path: string,
    query: Query,
    body: { json?: unknown; text?: string; headers?: Record<string, string> } = {},
    timeoutMs = TIMEOUT_MS,
  ): Promise<T> {
    this.#client ??= this.#open();
    const client = await this.#client;
    try {
      const call = { method, path: { text: path, pattern: path }, query, ...body };
      return (await client.api.call(call, { timeoutMs })).data as T;
    } catch (error) {
      throw await this.#failure(error, timeoutMs);
    }
  }

  /** The client library is loaded when it is first needed: most of what is asked of a command is help. */
  async #open(): Promise<Purser> {
    const { Purser } = await import('@purser/client');
    const { url, token } = this.#reach;
    // One attempt may take as long as the whole call; what is asked for here can be long.
    const client = new Purser({ url: url.href, token, attemptTimeoutMs: Number.POSITIVE_INFINITY });
    atEnd(() => client.close());
    return client;
  }

  /** What went wrong as one sentence that says what to do. */
  async #failure(error: unknown, timeoutMs: number): Promise<unknown> {
    const { ConnectionError, InvalidResponse, PurserError, TimeoutError } = await import('@purser/client');
    if (!(error instanceof PurserError)) return error;
    if (error instanceof TimeoutError) return this.#unreached(`no answer within ${timeoutMs / 1000} s`);
    if (error instanceof ConnectionError) return this.#unreached(reasonOf(error.cause));
    if (error instanceof InvalidResponse) return this.#stranger();
    return this.#refusal(error);
  }

  #unreached(reason: string): Failure {
    return unreachable(
      `Cannot reach Purser at ${this.#reach.url.href} (${reason}); start it, or set PURSER_URL.`,
    );
  }

  #refusal({ status, code, message, data }: PurserError): Failure {
    // Whatever else speaks HTTP has no codes of ours.
    if (!isObject(data) || data['code'] !== code) return this.#stranger(status);
    if (status === 503) return unreachable(message);
    return refused(joined(message, ADVICE[code]));
  }

  #stranger(status?: number): Failure {
    const answered = status === undefined ? '' : ` (status ${status})`;
    return unreachable(`What answers at ${this.#reach.url.href} is not Purser${answered}; set PURSER_URL.`);
  }
}

/** Connects as the environment says: `PURSER_URL` and `PURSER_TOKEN`. */
export function connect(
  env: Readonly<Record<string, string | undefined>>,
  readLimit = Number.POSITIVE_INFINITY,
): Connection {
  const given = env['PURSER_URL'] || DEFAULT_URL;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw usage(`PURSER_URL must be an http or https address, and '${given}' is none.`);
  }
  const token = env['PURSER_TOKEN']?.trim();
  if (!token) throw usage('Set PURSER_TOKEN to your API token.');
  if (!/^[!-~]+$/.test(token)) throw usage('PURSER_TOKEN has characters that no token has; copy it again.');
  return new Connection({ url, token, readLimit });
}

/** A path of the API; what stands for a part of it is encoded. */
export function path(fixed: TemplateStringsArray, ...parts: string[]): string {
  const encoded = parts.map((part) => {
    // These would be taken for steps of the path however they are encoded.
    if (part === '' || part === '.' || part === '..')
      throw usage(`'${part}' names nothing; give a name or an id.`);
    return encodeURIComponent(part);
  });
  return String.raw({ raw: fixed }, ...encoded);
}

/** What to do about a refusal, by its code, where the reason alone does not say it. */
const ADVICE: Record<string, string> = {
  token_unknown: 'set PURSER_TOKEN to a valid API token',
  token_expired: 'set PURSER_TOKEN to a newer one',
  account_inactive: 'ask an operator',
  terms_unsigned: "accept them first, in the console or with 'purser terms sign'",
  forbidden: 'use the token of an operator',
  account_not_found: "'purser user list' shows all",
  component_not_found: "'purser component list' shows all",
  component_not_registered: "add it with 'purser component add'",
  service_not_found: "'purser service list' shows all",
  resource_not_found: "'purser resource list' shows all",
  commission_not_found: "'purser commission list' shows all",
  token_not_found: "'purser user token USER list' shows all",
  role_not_found: "'purser role list' shows all",
  project_not_found: "'purser project list --all' shows all",
  application_not_found: "'purser application list' shows all",
  task_not_found: "'purser task list' shows all",
  notification_not_found: "'purser notification list' shows all",
  webhook_not_found: "'purser webhook list' shows all",
  membership_not_found: "'purser membership list' shows all",
};

/** One sentence from a reason and an advice. */
function joined(reason: string, advice: string | undefined): string {
  if (advice === undefined) return /[.!?]$/.test(reason) ? reason : `${reason}.`;
  return `${reason.replace(/\.$/, '')}; ${advice}.`;
}

/** What a failed connection says of its reason: a code such as ECONNREFUSED where there is one. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  if (typeof code === 'string') return code;
  return cause === undefined ? error.message : reasonOf(cause);
}
