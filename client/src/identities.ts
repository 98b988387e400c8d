import { isObject } from '@purser/text/json';
import type { Connection } from './connection.ts';
import { forCaller } from './errors/caller-frames.ts';
import { BadValue, Forbidden, InvalidResponse, PurserError, Unauthorized } from './errors/errors.ts';
import type { CallOptions } from './http/call.ts';
import { orAborted, positive } from './http/deadline.ts';
import { path } from './http/path.ts';
import type { Me } from './native/schemas.ts';

/** The owner of a token, and what the token permits. */
export interface Identity {
  /** Uuid of the user, as in reservations. */
  readonly user: string;
  readonly username: string;
  /** First and last name. */
  readonly name: string;
  /** Uuid of the project that the token is bound to; null where it is not bound. */
  readonly project: string | null;
  /** Uuids of the projects that the token can draw from; the system project has the uuid of the user. */
  readonly projects: readonly string[];
  /** The roles of the token: on a project, by its uuid, or on the whole cloud, with null. */
  readonly roles: readonly { readonly role: string; readonly project: string | null }[];
  /** Whether the token has the rights of an operator. */
  readonly operator: boolean;
  /** When the token expires; null: never. */
  readonly expiresAt: Date | null;
}

/** Options of `identify`. */
export interface IdentifyOptions extends CallOptions {
  /**
   * Maximum age of a cached result, in milliseconds: a revoked token, or one of a deactivated user, stays valid for
   * this long. Default 60,000; 0 disables the cache.
   */
  readonly maxAgeMs?: number | undefined;
}

const MAX_AGE_MS = 60_000;
/** A refused token may become valid soon, for example when the account is activated or the terms are signed. */
const REFUSED_MAX_AGE_MS = 5_000;
/** Maximum number of cached results; the least recently used one is removed first. */
const REMEMBERED_MAX = 10_000;

interface Known {
  readonly at_ms: number;
  readonly outcome: Identity | PurserError;
}

/** A cache of token validations. */
export class Identities {
  readonly #connection: Connection;
  readonly #known = new Map<string, Known>();
  readonly #asked = new Map<string, Promise<Identity>>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  #now(): number {
    return this.#connection.caller.now();
  }

  async of(token: string, { maxAgeMs = MAX_AGE_MS, signal, timeoutMs }: IdentifyOptions): Promise<Identity> {
    if (typeof token !== 'string' || !/^[!-~]+$/.test(token)) {
      throw new BadValue('The token is missing or has invalid characters.');
    }
    const known = this.#remembered(token, maxAgeMs === 0 ? 0 : positive('maxAgeMs', maxAgeMs));
    if (known instanceof PurserError) throw forCaller(known);
    if (known !== undefined) return known;
    try {
      signal?.throwIfAborted();
      // A caller that stops waiting does not cancel the request for other callers.
      const end = signal ?? new AbortController().signal;
      return await orAborted(this.#ask(token, timeoutMs), end);
    } catch (error) {
      throw signal?.aborted ? error : forCaller(error);
    }
  }

  #remembered(token: string, maxAge_ms: number): Known['outcome'] | undefined {
    const known = this.#known.get(token);
    if (known === undefined) return undefined;
    const { outcome, at_ms } = known;
    const now_ms = this.#now();
    const refused = outcome instanceof PurserError;
    const good = now_ms - at_ms < Math.min(maxAge_ms, refused ? REFUSED_MAX_AGE_MS : maxAge_ms);
    const ended = !refused && outcome.expiresAt !== null && outcome.expiresAt.getTime() <= now_ms;
    this.#known.delete(token);
    if (!good || ended) return undefined;
    this.#known.set(token, known);
    return outcome;
  }

  /** Concurrent calls with the same token share one request. */
  #ask(token: string, timeoutMs: number | undefined): Promise<Identity> {
    const asked = this.#asked.get(token) ?? this.#request(token, timeoutMs);
    this.#asked.set(token, asked);
    return asked;
  }

  async #request(token: string, timeoutMs: number | undefined): Promise<Identity> {
    const at_ms = this.#now();
    try {
      const { caller, addresses } = this.#connection;
      const headers = { authorization: `Bearer ${token}` };
      const call = { method: 'GET', base: addresses.native, path: path`/me`, headers } as const;
      const { data } = await caller.call(call, { timeoutMs });
      const identity = identityOf(data);
      this.#remember(token, { at_ms, outcome: identity });
      return identity;
    } catch (error) {
      // A refusal is cached; a failure to reach the service is not.
      const refused = error instanceof Unauthorized || error instanceof Forbidden;
      if (refused) this.#remember(token, { at_ms, outcome: error });
      throw error;
    } finally {
      this.#asked.delete(token);
    }
  }

  #remember(token: string, known: Known): void {
    this.#known.delete(token);
    this.#known.set(token, known);
    if (this.#known.size <= REMEMBERED_MAX) return;
    const [oldest] = this.#known.keys();
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}

function identityOf(data: unknown): Identity {
  const known = isObject(data) && isObject(data['user']) && isObject(data['token']);
  if (!known) throw new InvalidResponse('The response does not name the owner of the token.', { data });
  const { user, token, roles, operator, projects } = data as unknown as Me;
  const { project, expires_at } = token;
  return {
    user: user.id,
    username: user.username,
    name: user.full_name,
    project,
    projects: project === null ? projects : projects.filter((one) => one === project),
    roles: roles.map(({ role, project: on }) => ({ role, project: on })),
    operator,
    expiresAt: expires_at === null ? null : new Date(expires_at),
  };
}
