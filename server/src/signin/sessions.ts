import { type Actor, personAs, traceOf } from '../audit/actor.ts';
import type { Audit } from '../audit/audit.ts';
import type { Basis } from '../directory/tokens/credential-basis.ts';
import type { CredentialEndings } from '../directory/tokens/credential-endings.ts';
import type { EndingKind } from '../directory/tokens/descent.ts';
import type { Account, LoginMethod, Principal, TokenOrigin } from '../directory/tokens/principal.ts';
import type { Tokens } from '../directory/tokens/tokens.ts';
import type { Clock } from '../lib/clock.ts';
import { PurserError } from '../lib/errors.ts';
import { Lru } from '../lib/flow/lru.ts';
import { LIMITS } from '../lib/limits.ts';
import type { Secrets } from '../lib/secrets.ts';
import { isStorable } from '../lib/text/text.ts';
import { forUpdate } from '../storage/row-locks.ts';
import type { Storage, Transaction } from '../storage/storage.ts';
import type { Client, Session, StartedSession } from './session.ts';

/** The use of a session is written at most so often. */
const SEEN_MS = 60_000;
/** The name that the row of a session has among the tokens. */
const NAME = 'web session';

interface Parts {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly audit: Audit;
  readonly tokens: Tokens;
  readonly credentialEndings: CredentialEndings;
}

/** How long sessions last. */
export interface SessionTimes {
  /** A session that is not used for so long ends. */
  readonly idle_ms: number;
  /** A session ends after so long in any case. */
  readonly max_ms: number;
}

/**
 * Sessions of the web (decision sessions). A session is a token of its own kind, so that it ends as tokens do, on every
 * node: with its account, with a changed password, by its time. What it has in addition stands in `sessions`.
 */
export class Sessions {
  readonly #parts: Parts;
  readonly #times: SessionTimes;
  /** When this node has last seen a session or read when it was seen, by the number of its token. */
  readonly #seen = new Lru<number, number>(LIMITS.principal_cache);

  constructor(parts: Parts, times: SessionTimes) {
    this.#parts = parts;
    this.#times = times;
  }

  /**
   * Starts a session of an active account, and records it. Of more sessions than an account can have, the oldest ends.
   * Errors: those of `Tokens.issue`; `credentials_wrong` if the basis has ended meanwhile.
   */
  async start(
    tx: Transaction,
    account: Account,
    {
      methods,
      client,
      basis,
    }: { methods: readonly LoginMethod[]; client: Client; basis?: Basis | undefined },
  ): Promise<{ secret: string; session: Session }> {
    const { clock, secrets, tokens } = this.#parts;
    const now_ms = clock.now();
    const origin: TokenOrigin = { methods, breadth: null, ancestor: null, whole: true, credential: null };
    const { token, secret } = await tokens.issue(
      account.uuid,
      { name: NAME, expiresAt: now_ms + this.#times.max_ms, origin, basis, session: true },
      { tx },
    );
    const row = {
      token_id: token.id,
      uuid: secrets.uuid(),
      address: client.address,
      user_agent: client.userAgent.slice(0, LIMITS.user_agent_length).toWellFormed(),
      last_seen_at: now_ms,
      proved_at: now_ms,
    };
    await tx.db.insertInto('sessions').values(row).execute();
    await this.#retire(tx, account);
    await this.#record(tx, personAs(account, client.address), 'start', account.uuid, {
      session: row.uuid,
      methods,
    });
    return {
      secret,
      session: toSession({ ...row, created_at: now_ms, expires_at: token.expiresAt, origin }),
    };
  }

  /** The principal of a session that has just been started, as requests with its cookie have it. */
  async started(secret: string, session: Session): Promise<StartedSession> {
    return { secret, session, principal: await this.authenticate(secret) };
  }

  /**
   * The bearer of a session. Errors: `session_ended`; `account_inactive`, `terms_unsigned`.
   * @param options.unsigned whether terms of service that are not accepted yet are no reason to refuse
   */
  async authenticate(secret: string, { unsigned = false } = {}): Promise<Principal> {
    const principal = await this.#authenticated(secret, unsigned);
    const { id } = principal.token;
    const now_ms = this.#parts.clock.now();
    let seen_ms = this.#seen.get(id);
    // Another node may have seen it since.
    if (seen_ms === undefined || now_ms - seen_ms > SEEN_MS) seen_ms = await this.#lastSeen(id);
    if (seen_ms === undefined || now_ms - seen_ms > this.#times.idle_ms)
      throw new PurserError('session_ended');
    if (now_ms - seen_ms > SEEN_MS) {
      seen_ms = now_ms;
      await this.#noteSeen(id, now_ms);
    }
    this.#seen.set(id, seen_ms);
    return principal;
  }

  /** The bearer of a session; undefined for a secret that is not, or no longer, one. Terms may wait to be accepted. */
  async bearerOf(secret: string): Promise<Principal | undefined> {
    try {
      return await this.authenticate(secret, { unsigned: true });
    } catch (error) {
      if (error instanceof PurserError && error.kind === 'unauthenticated') return undefined;
      throw error;
    }
  }

  /** What is known of the session of a principal. Errors: `session_ended`. */
  async of(principal: Principal): Promise<Session> {
    const row = await this.#rows().where('sessions.token_id', '=', principal.token.id).executeTakeFirst();
    if (!row) throw new PurserError('session_ended');
    return toSession(row);
  }

  /** The sessions of an account that have not ended, the newest first. */
  async list(accountUuid: string): Promise<Session[]> {
    if (!isStorable(accountUuid)) return [];
    const now_ms = this.#parts.clock.now();
    const rows = await this.#rows()
      .where('accounts.uuid', '=', accountUuid)
      .where('tokens.ended', '=', 0)
      .where('tokens.expires_at', '>=', now_ms)
      .where('sessions.last_seen_at', '>=', now_ms - this.#times.idle_ms)
      .orderBy('tokens.id', 'desc')
      .execute();
    return rows.map(toSession);
  }

  /** Ends the session of its own bearer, and records it; what was created in it stays. Errors: `session_ended`. */
  async signOut({ account, token }: Pick<Principal, 'account' | 'token'>, by: Actor): Promise<void> {
    const ended = await this.#parts.storage.transaction((tx) =>
      this.#end(tx, account.uuid, (row) => row.token_id === token.id, { by, kind: 'logged_out' }),
    );
    if (ended === 0) throw new PurserError('session_ended');
  }

  /**
   * Ends one session of an account, which is not trusted any more, and records it; the tokens and application
   * credentials that were created in it end too. Errors: `session_not_found`.
   */
  async end(accountUuid: string, id: string, by: Actor): Promise<void> {
    const ended = await this.#parts.storage.transaction((tx) =>
      this.#end(tx, accountUuid, (row) => row.uuid === id, { by, kind: 'revoked' }),
    );
    if (ended === 0) throw new PurserError('session_not_found');
  }

  /**
   * Ends all sessions of an account, or all but one, and what was created in them.
   * @param keep the number of the token of the session that stays
   * @returns how many have ended
   */
  endAll(accountUuid: string, by: Actor, { keep }: { keep?: number | undefined } = {}): Promise<number> {
    return this.#parts.storage.transaction((tx) =>
      this.#end(tx, accountUuid, (row) => row.token_id !== keep, { by, kind: 'revoked' }),
    );
  }

  /**
   * Deletes a session whose place another one takes in the same transaction; that is not recorded as an end.
   * @internal for the sign-in
   */
  async forget(tx: Transaction, { account, token }: Pick<Principal, 'account' | 'token'>): Promise<void> {
    await this.#parts.credentialEndings.end(tx, account, { tokens: [token.id] }, 'expired');
  }

  /** Deletes sessions that have ended by their time. A session has no maker to which anything could be handed on. */
  async sweep(): Promise<void> {
    const { storage, clock } = this.#parts;
    const now_ms = clock.now();
    await storage.transaction(async ({ db }) => {
      const idle = db
        .selectFrom('sessions')
        .select('token_id')
        .where('last_seen_at', '<', now_ms - this.#times.idle_ms);
      await db
        .deleteFrom('tokens')
        .where('session', '=', 1)
        .where(({ or, eb }) => or([eb('expires_at', '<', now_ms), eb('id', 'in', idle)]))
        .execute();
    });
  }

  async #authenticated(secret: string, unsigned: boolean): Promise<Principal> {
    try {
      return await this.#parts.tokens.authenticateSession(secret, { unsigned });
    } catch (error) {
      const over = error instanceof PurserError && ['token_unknown', 'token_expired'].includes(error.code);
      throw over ? new PurserError('session_ended') : error;
    }
  }

  async #lastSeen(token_id: number): Promise<number | undefined> {
    const row = await this.#parts.storage.db
      .selectFrom('sessions')
      .select('last_seen_at')
      .where('token_id', '=', token_id)
      .executeTakeFirst();
    return row && Number(row.last_seen_at);
  }

  async #noteSeen(token_id: number, now_ms: number): Promise<void> {
    await this.#parts.storage.transaction(({ db }) =>
      db
        .updateTable('sessions')
        .set({ last_seen_at: now_ms })
        .where('token_id', '=', token_id)
        .where('last_seen_at', '<', now_ms)
        .execute(),
    );
  }

  #rows() {
    return this.#parts.storage.db
      .selectFrom('sessions')
      .innerJoin('tokens', 'tokens.id', 'sessions.token_id')
      .innerJoin('accounts', 'accounts.id', 'tokens.account_id')
      .selectAll('sessions')
      .select(['tokens.created_at', 'tokens.expires_at', 'tokens.origin']);
  }

  async #retire(tx: Transaction, account: Account): Promise<void> {
    const rows = await tx.db
      .selectFrom('tokens')
      .select('id')
      .where('account_id', '=', account.id)
      .where('session', '=', 1)
      .orderBy('id', 'desc')
      .execute();
    const oldest = rows.slice(LIMITS.sessions_per_account).map(({ id }) => id);
    if (oldest.length === 0) return;
    await this.#parts.credentialEndings.end(tx, account, { tokens: oldest }, 'expired');
  }

  async #end(
    tx: Transaction,
    accountUuid: string,
    which: (row: { token_id: number; uuid: string }) => boolean,
    { by, kind }: { by: Actor; kind: EndingKind },
  ): Promise<number> {
    const { storage, credentialEndings } = this.#parts;
    const account = isStorable(accountUuid)
      ? await forUpdate(
          storage,
          tx.db.selectFrom('accounts').select(['id', 'uuid']).where('uuid', '=', accountUuid),
        ).executeTakeFirst()
      : undefined;
    if (!account) return 0;
    const rows = await tx.db
      .selectFrom('sessions')
      .innerJoin('tokens', 'tokens.id', 'sessions.token_id')
      .select(['sessions.token_id', 'sessions.uuid'])
      .where('tokens.account_id', '=', account.id)
      .where('tokens.ended', '=', 0)
      .execute();
    const chosen = rows.filter(which);
    if (chosen.length === 0) return 0;
    const tokens = chosen.map(({ token_id }) => token_id);
    await credentialEndings.end(tx, account, { tokens }, kind);
    for (const { uuid } of chosen) await this.#record(tx, by, 'end', accountUuid, { session: uuid });
    return chosen.length;
  }

  #record(
    tx: Transaction,
    by: Actor,
    verb: 'start' | 'end',
    subject: string,
    facts: Record<string, unknown>,
  ): Promise<void> {
    return this.#parts.audit.record(tx, {
      ...traceOf(by),
      action: `session.${verb}`,
      subject,
      before: verb === 'end' ? facts : null,
      after: verb === 'start' ? facts : null,
    });
  }
}

function toSession(row: {
  uuid: string;
  created_at: number;
  last_seen_at: number;
  expires_at: number | null;
  address: string;
  user_agent: string;
  origin: string | TokenOrigin | null;
  proved_at: number;
}): Session {
  const origin = typeof row.origin === 'string' ? (JSON.parse(row.origin) as TokenOrigin) : row.origin;
  return {
    id: row.uuid,
    createdAt: Number(row.created_at),
    lastSeenAt: Number(row.last_seen_at),
    endsAt: Number(row.expires_at),
    address: row.address,
    userAgent: row.user_agent,
    methods: origin?.methods ?? [],
    provedAt: Number(row.proved_at),
  };
}
