import type { Page } from '@purser/api/native/common';
import type { Purser } from '@purser/client';
import { isObject } from '@purser/text/json';
import { Failure, refused, usage } from '../failures.ts';
import { namedBy } from '../input/named-filters.ts';
import { showProgress } from '../input/progress.ts';
import { atEnd } from '../io.ts';
import type { Reach } from './reach.ts';
import type { Caller } from './refusal-advice.ts';

const TIMEOUT_MS = 60_000;
/** As many as the API gives at once. */
const PAGE_SIZE = 1000;
/** The status of an answer that has nothing to say. */
const NO_CONTENT = 204;

type Query = Readonly<Record<string, string | number | boolean | undefined>>;
/** What a call is made of; the last is how long its whole answer may take. */
type CallParts = [
  method: Method,
  path: string,
  query: Query,
  body?: { json?: unknown; text?: string; headers?: Record<string, string> },
  usual_ms?: number,
];
type Answer = { readonly status: number; readonly data: unknown };
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Speaks to the native API for one token. Whatever goes wrong ends as a `Failure`. */
export class Connection {
  readonly #reach: Reach;
  readonly #readLimit: number;
  #client: Promise<Purser> | undefined;
  #caller: Promise<Caller | undefined> | undefined;

  /** @param readLimit how many items of a list are read at most */
  constructor(reach: Reach, readLimit = Number.POSITIVE_INFINITY) {
    this.#reach = reach;
    this.#readLimit = readLimit;
  }

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.#shown(this.#object('GET', path, query));
  }

  /** The items of a list that comes whole. What its filters name has to be there, or it is refused. */
  async items<T>(path: string, query: Query = {}): Promise<T[]> {
    const { items } = await this.get<{ items?: T[] }>(path, query);
    if (items === undefined) throw await this.#stranger();
    if (items.length === 0) await this.#checkNames(query);
    return items;
  }

  /** @param timeout_ms how long the whole answer may take */
  post<T>(path: string, body: unknown, timeout_ms = TIMEOUT_MS): Promise<T> {
    return this.#shown(this.#object('POST', path, {}, { json: body }, timeout_ms));
  }

  /** POST that answers nothing. */
  async send(path: string, body: unknown): Promise<void> {
    await this.#shown(this.#nothing('POST', path, {}, { json: body }));
  }

  /** Sends a JSON text as it is. */
  postText<T>(path: string, text: string): Promise<T> {
    return this.#shown(
      this.#object('POST', path, {}, { text, headers: { 'content-type': 'application/json' } }),
    );
  }

  patch<T>(path: string, body: unknown): Promise<T> {
    return this.#shown(this.#object('PATCH', path, {}, { json: body }));
  }

  put(path: string, query: Query = {}): Promise<void> {
    return this.#nothing('PUT', path, query);
  }

  /** PUT with a body. */
  set<T>(path: string, body: unknown): Promise<T> {
    return this.#object('PUT', path, {}, { json: body });
  }

  /** DELETE that answers something. */
  deleteFor<T>(path: string, query: Query = {}): Promise<T> {
    return this.#object('DELETE', path, query);
  }

  delete(path: string, query: Query = {}): Promise<void> {
    return this.#nothing('DELETE', path, query);
  }

  /**
   * All items of a list, page by page; no more than are going to be printed. What its filters name has to be there, or
   * it is refused: an empty list would say that there is a user, and that there is nothing.
   */
  async all<T>(path: string, query: Query = {}): Promise<T[]> {
    const items: T[] = [];
    let after: string | undefined;
    const progress = showProgress('Reading');
    try {
      do {
        const limit = Math.min(PAGE_SIZE, this.#readLimit - items.length);
        const page: Page<T> = await this.#object('GET', path, { ...query, limit, after });
        if (page.items === undefined) throw await this.#stranger();
        for (const item of page.items) items.push(item);
        progress.reached(items.length);
        after = page.next ?? undefined;
      } while (after !== undefined && items.length < this.#readLimit);
    } finally {
      progress.end();
    }
    if (items.length === 0) await this.#checkNames(query);
    return items;
  }

  /** A single call; a terminal shows its duration once it takes long. */
  async #shown<T>(call: Promise<T>): Promise<T> {
    const progress = showProgress('Waiting for Purser');
    try {
      return await call;
    } finally {
      progress.end();
    }
  }

  /** A call that answers something: an object, and where it has items these are a list of objects. */
  async #object<T>(...call: CallParts): Promise<T> {
    const { data } = await this.#call(...call);
    if (!isObject(data)) throw await this.#stranger();
    const { items = [] } = data;
    if (!Array.isArray(items) || !items.every(isObject)) throw await this.#stranger();
    return data as T;
  }

  /** A call that answers nothing, and says so by its status. */
  async #nothing(...call: CallParts): Promise<void> {
    const { status } = await this.#call(...call);
    if (status !== NO_CONTENT) throw await this.#stranger();
  }

  async #call(...[method, path, query, body = {}, usual_ms = TIMEOUT_MS]: CallParts): Promise<Answer> {
    this.#client ??= this.#open();
    const { api } = await this.#client;
    const timeoutMs = this.#reach.timeoutMs ?? usual_ms;
    const call = { method, path: { text: path, pattern: path }, query, ...body };
    try {
      const { caller, addresses } = api.connection;
      if (this.#reach.token !== undefined) return await api.call(call, { timeoutMs });
      return await caller.call({ ...call, base: addresses.native }, { timeoutMs });
    } catch (error) {
      const { failureOf } = await import('./call-failures.ts');
      const { action } = isObject(body.json) ? body.json : {};
      throw await failureOf(error, this.#reach, {
        request: `${method} ${path}${typeof action === 'string' ? ` ${action}` : ''}`,
        timeoutMs,
        changes: method !== 'GET',
        caller: () => this.#asked(),
      });
    }
  }

  /** Who asks, once for the connection; undefined where the service does not tell, as to a component. */
  #asked(): Promise<Caller | undefined> {
    this.#caller ??= this.#whoAsks().catch(() => undefined);
    return this.#caller;
  }

  async #whoAsks(): Promise<Caller | undefined> {
    if (this.#reach.token === undefined) return undefined;
    this.#client ??= this.#open();
    const { api } = await this.#client;
    const { operator, token } = await api.getMe();
    return { operator, narrowed: token.project !== null || token.roles !== null };
  }

  /** @throws Failure if a filter of a list that is empty names something that is not there */
  async #checkNames(query: Query): Promise<void> {
    for (const { kind, name, path, listed } of namedBy(query)) {
      try {
        if (!listed) await this.#call('GET', path, {});
        else if (!(await this.all<{ name: string }>(path)).some((one) => one.name === name)) {
          throw refused(`Unknown ${kind} ${name}; 'purser ${kind} list' shows all.`, `${kind}_not_found`);
        }
      } catch (error) {
        // A caller who may not read it may still list. Only a missing one is reported.
        if (error instanceof Failure && error.code?.endsWith('_not_found')) throw error;
      }
    }
  }

  /** What is thrown where something answers as Purser never does. */
  async #stranger(): Promise<Failure> {
    const { strangerFailure } = await import('./call-failures.ts');
    return strangerFailure(this.#reach);
  }

  /** The client library is loaded when it is first needed: most of what is asked of a command is help. */
  async #open(): Promise<Purser> {
    const { Purser } = await import('@purser/client');
    const { url, token } = this.#reach;
    // One attempt may take as long as the whole call; what is asked for here can be long.
    const client = new Purser({
      url: url.href,
      ...(token !== undefined && { token }),
      attemptTimeoutMs: Number.POSITIVE_INFINITY,
    });
    atEnd(() => client.close());
    return client;
  }
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
