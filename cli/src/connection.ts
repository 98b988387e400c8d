import type { Page } from '@purser/api/native/common';
import type { Problem } from '@purser/api/native/problem';
import { isObject, parseExact, stringifyExact } from '@purser/server/lib/json';
import { refused, unreachable, usage } from './failures.ts';

const TIMEOUT_MS = 60_000;
const DEFAULT_URL = 'http://127.0.0.1:8700';
/** As many as the API gives at once. */
const PAGE_SIZE = 1000;

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** Speaks to the native API for one token. Whatever goes wrong ends as a `Failure`. */
export class Connection {
  readonly #base: URL;
  readonly #token: string;

  constructor(base: URL, token: string) {
    this.#base = base;
    this.#token = token;
  }

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.#call('GET', path, query);
  }

  /** @param timeout_ms how long the whole answer may take */
  post<T>(path: string, body: unknown, timeout_ms = TIMEOUT_MS): Promise<T> {
    return this.#call('POST', path, {}, stringifyExact(body), timeout_ms);
  }

  /** Sends a JSON text as it is. */
  postText<T>(path: string, text: string): Promise<T> {
    return this.#call('POST', path, {}, text);
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#call('PATCH', path, {}, stringifyExact(body));
  }

  put(path: string, query: Query = {}): Promise<void> {
    return this.#call('PUT', path, query);
  }

  /** PUT with a body. */
  set<T>(path: string, body: unknown): Promise<T> {
    return this.#call('PUT', path, {}, stringifyExact(body));
  }

  delete(path: string, query: Query = {}): Promise<void> {
    return this.#call('DELETE', path, query);
  }

  /** All items of a list, page by page. */
  async all<T>(path: string, query: Query = {}): Promise<T[]> {
    const items: T[] = [];
    let after: string | undefined;
    do {
      const page: Page<T> = await this.get(path, { ...query, limit: PAGE_SIZE, after });
      for (const item of page.items) items.push(item);
      after = page.next ?? undefined;
    } while (after !== undefined);
    return items;
  }

  async #call<T>(
    method: string,
    path: string,
    query: Query,
    body?: string,
    timeout_ms = TIMEOUT_MS,
  ): Promise<T> {
    const url = new URL(this.#base);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/api${path}`;
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const { status, text } = await this.#fetch(url, method, body, timeout_ms);
    if (status >= 200 && status < 300) return (text === '' ? undefined : this.#read(text)) as T;
    throw this.#refusal(status, text);
  }

  async #fetch(
    url: URL,
    method: string,
    body: string | undefined,
    timeout_ms: number,
  ): Promise<{ status: number; text: string }> {
    try {
      const response = await fetch(url, {
        method,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeout_ms),
        headers: {
          accept: 'application/json',
          authorization: `Bearer ${this.#token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body }),
      });
      return { status: response.status, text: await response.text() };
    } catch (error) {
      throw unreachable(
        `Cannot reach Purser at ${this.#base.href} (${reasonOf(error, timeout_ms)}); start it, or set PURSER_URL.`,
      );
    }
  }

  #read(text: string): unknown {
    try {
      return parseExact(text);
    } catch {
      throw this.#stranger();
    }
  }

  #refusal(status: number, text: string): Error {
    const problem = problemOf(text);
    if (problem === undefined) return this.#stranger(status);
    if (problem.status === 503) return unreachable(problem.detail);
    return refused(joined(problem.detail, ADVICE[problem.code]));
  }

  #stranger(status?: number): Error {
    const answered = status === undefined ? '' : ` (status ${status})`;
    return unreachable(`What answers at ${this.#base.href} is not Purser${answered}; set PURSER_URL.`);
  }
}

/** Connects as the environment says: `PURSER_URL` and `PURSER_TOKEN`. */
export function connect(env: NodeJS.ProcessEnv): Connection {
  const given = env['PURSER_URL'] || DEFAULT_URL;
  const url = URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw usage(`PURSER_URL must be an http or https address, and '${given}' is none.`);
  }
  const token = env['PURSER_TOKEN']?.trim();
  if (!token) throw usage('Set PURSER_TOKEN to your API token.');
  if (!/^[!-~]+$/.test(token)) throw usage('PURSER_TOKEN has characters that no token has; copy it again.');
  return new Connection(url, token);
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
  membership_not_found: "'purser membership list' shows all",
};

/** One sentence from a reason and an advice. */
function joined(reason: string, advice: string | undefined): string {
  if (advice === undefined) return /[.!?]$/.test(reason) ? reason : `${reason}.`;
  return `${reason.replace(/\.$/, '')}; ${advice}.`;
}

function problemOf(text: string): Problem | undefined {
  try {
    const value = parseExact(text);
    if (!isObject(value) || typeof value['code'] !== 'string' || typeof value['detail'] !== 'string')
      return undefined;
    return value as unknown as Problem;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown, timeout_ms: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${timeout_ms / 1000} s`;
  const { cause } = error as { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? error.message;
}
