import { isObject } from '@purser/text/json';
import type { Connection } from './connection.ts';
import { forCaller } from './errors/caller-frames.ts';
import { BadValue, Forbidden, InvalidResponse, PurserError, Unauthorized } from './errors/errors.ts';
import type { CallOptions } from './http/call.ts';
import { orAborted, positive } from './http/deadline.ts';
import { path } from './http/path.ts';
import type { Me } from './native/schemas.ts';

/** Who is behind a token. */
export interface Identity {
  /** Uuid of the user, as in reservations. */
  readonly user: string;
  readonly username: string;
  /** First and last name. */
  readonly name: string;
  /** Uuid of the project that the token is bound to; null where it is not bound. */
  readonly project: string | null;
  /** Uuids of the projects that the token can draw from; the user's own one has the uuid of the user. */
  readonly projects: readonly string[];
  /** The roles that the token carries: on a project, by its uuid, or on the whole cloud with null. */
  readonly roles: readonly { readonly role: string; readonly project: string | null }[];
  /** Whether the token may operate the cloud. */
  readonly operator: boolean;
  /** When the token ends; null for never. */
  readonly expiresAt: Date | null;
}

/** How `identify` may answer. */
export interface IdentifyOptions extends CallOptions {
  /**
   * How old an answer may be, in milliseconds: a token that is revoked, or a user who is deactivated, is still known
   * for so long. 60,000 unless said; 0 asks anew.
   */
  readonly maxAgeMs?: number | undefined;
}

const MAX_AGE_MS = 60_000;
/** A token that was refused may be good in a moment: the account is activated, the terms are signed. */
const REFUSED_MAX_AGE_MS = 5_000;
/** So many answers are remembered; the one that was not asked for the longest time is forgotten first. */
const REMEMBERED_MAX = 10_000;

interface Known {
  readonly at_ms: number;
  readonly outcome: Identity | PurserError;
}

/** Who is behind tokens, remembered for a while. */
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
      throw new BadValue('The token is missing, or has characters that no token has.');
    }
    const known = this.#remembered(token, maxAgeMs === 0 ? 0 : positive('maxAgeMs', maxAgeMs));
    if (known instanceof PurserError) throw forCaller(known);
    if (known !== undefined) return known;
    try {
      signal?.throwIfAborted();
      // Who stops waiting leaves the request to the others who wait for it.
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

  /** One request for all who want to know the same at the same time. */
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
      // What the service has said of the token; that it could not be asked is no answer.
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
  if (!known) throw new InvalidResponse('The answer does not say who has the token.', { data });
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
