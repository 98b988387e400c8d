import { type Actor, traceOf } from '../../audit/actor.ts';
import type { Audit } from '../../audit/audit.ts';
import type { Clock } from '../../lib/clock.ts';
import { PurserError } from '../../lib/errors.ts';
import type { Freshness } from '../../lib/flow/freshness.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Secrets } from '../../lib/secrets.ts';
import { isStorable } from '../../lib/text/text.ts';
import { oneOf } from '../../storage/one-of.ts';
import { forUpdate } from '../../storage/row-locks.ts';
import type { Storage, Transaction } from '../../storage/storage.ts';
import type { AccountChanges } from '../accounts/account-changes.ts';
import type { Terms } from '../terms/terms.ts';
import { Bearers, type BoundTokens } from './bearers.ts';
import { refuseWithoutBasis } from './credential-basis.ts';
import type { CredentialEndings, Ended, EndedCredential } from './credential-endings.ts';
import { makerOf } from './delegation.ts';
import type { EndingKind } from './descent.ts';
import type { Account, Principal, Token } from './principal.ts';
import { insertToken, type NewToken, tokenValues } from './token-issuing.ts';
import { recordedToken, toToken } from './token-row.ts';

/** A new token. */
export interface IssuedToken {
  readonly token: Token;
  /** Returned here and never again. */
  readonly secret: string;
  /** The tokens that `replace` revoked. */
  readonly replaced: readonly Token[];
  /** The application credentials that had been made with them, which ended too. */
  readonly replacedCredentials: readonly EndedCredential[];
}

/** API tokens of accounts (account-v1 §6.4, decision secrets-at-rest). */
export class Tokens {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #secrets: Secrets;
  readonly #changes: AccountChanges;
  readonly #endings: CredentialEndings;
  readonly #audit: Audit;
  readonly #lifetime_ms: number;
  readonly #bearers: Bearers;

  constructor(deps: {
    storage: Storage;
    clock: Clock;
    secrets: Secrets;
    changes: AccountChanges;
    endings: CredentialEndings;
    terms: Terms;
    audit: Audit;
    lifetime_ms: number;
    freshness: Freshness;
  }) {
    this.#storage = deps.storage;
    this.#clock = deps.clock;
    this.#secrets = deps.secrets;
    this.#changes = deps.changes;
    this.#endings = deps.endings;
    this.#audit = deps.audit;
    this.#lifetime_ms = deps.lifetime_ms;
    this.#bearers = new Bearers(deps);
  }

  /** Registers the check of tokens that are bound to projects. Called once, before the first request. */
  judgeBound(bound: BoundTokens): void {
    this.#bearers.judgeBound(bound);
  }

  /**
   * The bearer of this token; undefined if no such token exists. Expiry and state are not checked. Without a promise
   * if the answer is cached, because this is part of every charge.
   */
  lookup(secret: string): Promise<Principal | undefined> | Principal | undefined {
    return this.#bearers.lookup(secret);
  }

  /**
   * `lookup`, and the checks in the order of account-v1 §2.1: the token exists (`token_unknown`), its account is
   * active (`account_inactive`), it has not expired (`token_expired`), it stands (`token_unknown`), the terms are
   * signed (`terms_unsigned`).
   */
  authenticate(secret: string): Promise<Principal> | Principal {
    return this.#bearers.authenticate(secret);
  }

  /**
   * As `authenticate`, for the secret of a session, which is valid for nothing else. Whether the session was unused for
   * too long is not checked.
   * @param options.unsigned whether terms of service that are not accepted yet are no reason to refuse
   */
  authenticateSession(secret: string, options: { unsigned?: boolean } = {}): Promise<Principal> | Principal {
    return this.#bearers.authenticateSession(secret, options);
  }

  /**
   * Whether what a token is bound to still exists: its project is active, and its account has a role there that the
   * token carries. Without a promise if that is cached.
   */
  stands(principal: Principal): Promise<boolean> | boolean {
    return this.#bearers.stands(principal);
  }

  /**
   * Creates a token. Its secret is returned here and never again.
   * Errors: `account_not_found`, `too_many_tokens`, `invalid_field`.
   * @param within by: the actor of the audit entry; left out for logins by a protocol of clients, which are not
   * recorded. caller: the bearer of the token with which it is made; a token of the same account bounds it
   */
  async issue(
    accountUuid: string,
    options: NewToken,
    within: { by?: Actor; tx?: Transaction; caller?: Principal } = {},
  ): Promise<IssuedToken> {
    const { by, tx, caller } = within;
    if (tx === undefined) {
      return this.#storage.transaction((own) => this.issue(accountUuid, options, { ...within, tx: own }));
    }
    const maker = caller && makerOf(caller, accountUuid);
    const values = tokenValues(options, maker, {
      now_ms: this.#clock.now(),
      lifetime_ms: this.#lifetime_ms,
    });
    const account = await this.#lockedAccount(tx, accountUuid);
    const basis = options.basis ?? (maker && { token: maker.id });
    if (basis) await refuseWithoutBasis(tx, account.id, basis);
    const replaced = options.replace ? await this.#replaceAll(tx, account) : NOTHING;
    if (options.mostOfName !== undefined)
      await this.#retire(tx, account, options.name, options.mostOfName - 1);
    if (!options.session) await this.#makeRoom(tx, account);
    const row = { ...values, account_id: account.id };
    const { token, secret } = await insertToken(tx, this.#secrets, row, options.secret);
    if (by) {
      const replacement = options.replace && { replace: true, ...recordedEnded('replaced', replaced) };
      const after = { ...recordedToken(token), ...replacement };
      await this.#record(tx, by, { verb: 'add', subject: accountUuid, before: null, after });
    }
    return { token, secret, replaced: replaced.tokens, replacedCredentials: replaced.credentials };
  }

  /** The account's tokens in ascending order of id. Empty if there is no such account. */
  async list(accountUuid: string, page: { after?: number; limit?: number } = {}): Promise<Token[]> {
    if (!isStorable(accountUuid)) return [];
    const rows = await this.#storage.db
      .selectFrom('tokens')
      .innerJoin('accounts', 'accounts.id', 'tokens.account_id')
      .selectAll('tokens')
      .where('accounts.uuid', '=', accountUuid)
      .where('tokens.ended', '=', 0)
      .where('tokens.session', '=', 0)
      .where('tokens.id', '>', page.after ?? 0)
      .orderBy('tokens.id')
      .limit(Math.min(page.limit ?? LIMITS.page_max, LIMITS.page_max))
      .execute();
    return rows.map(toToken);
  }

  /**
   * Until when accounts have a token that is bound to nothing, by uuid. Accounts without one, and accounts whose tokens
   * do not expire, are left out. Milliseconds since the epoch.
   */
  async lastExpiries(accountUuids: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.#storage.db
      .selectFrom('tokens')
      .innerJoin('accounts', 'accounts.id', 'tokens.account_id')
      .select(['accounts.uuid', ({ fn }) => fn.max('tokens.expires_at').as('expires_at')])
      .where(oneOf(this.#storage, 'accounts.uuid', accountUuids))
      .where('tokens.project', 'is', null)
      .where('tokens.scope', 'is', null)
      .where('tokens.ended', '=', 0)
      .where('tokens.session', '=', 0)
      .groupBy('accounts.uuid')
      .execute();
    return new Map(
      rows.flatMap(({ uuid, expires_at }) => (expires_at === null ? [] : [[uuid, Number(expires_at)]])),
    );
  }

  /**
   * Ends a token. A token that ends itself is a logout; ended by another token or by an operator it is revoked, and
   * all that came of it ends too (decision credential-endings). Errors: `account_not_found`, `token_not_found`.
   * @param by the actor of the audit entry
   * @param caller the bearer of the token that ends it
   */
  async revoke(
    accountUuid: string,
    tokenId: number,
    { by, caller }: { by?: Actor; caller?: Principal } = {},
  ): Promise<void> {
    await this.#end(accountUuid, tokenId, caller?.token.id === tokenId ? 'logged_out' : 'revoked', by);
  }

  /** Deletes a token that has expired. Errors: `account_not_found`, `token_not_found`. */
  async removeExpired(accountUuid: string, tokenId: number): Promise<void> {
    await this.#end(accountUuid, tokenId, 'expired');
  }

  async #end(accountUuid: string, tokenId: number, kind: EndingKind, by?: Actor): Promise<void> {
    await this.#storage.transaction(async (tx) => {
      const account = await this.#lockedAccount(tx, accountUuid);
      if (!Number.isSafeInteger(tokenId)) throw new PurserError('token_not_found');
      const row = await tx.db
        .selectFrom('tokens')
        .selectAll()
        .where('account_id', '=', account.id)
        .where('id', '=', tokenId)
        .where('ended', '=', 0)
        .where('session', '=', 0)
        .executeTakeFirst();
      if (!row) throw new PurserError('token_not_found');
      const { tokens, credentials } = await this.#endings.end(tx, account, { tokens: [tokenId] }, kind);
      if (!by) return;
      const others = { tokens: tokens.filter(({ id }) => id !== tokenId), credentials };
      const also = others.tokens.length + credentials.length > 0 && recordedEnded('also_ended', others);
      const before = { ...recordedToken(toToken(row)), ...also };
      await this.#record(tx, by, { verb: 'revoke', subject: accountUuid, before, after: null });
    });
  }

  /** Remembers which generation of the account dialect a token is used in. One that is gone is passed over. */
  async noteGeneration(accountUuid: string, tokenId: number, older: boolean): Promise<void> {
    await this.#storage.transaction(async (tx) => {
      await tx.db
        .updateTable('tokens')
        .set({ generation: older ? 'a' : null })
        .where('id', '=', tokenId)
        .execute();
      this.#changes.changed(tx, accountUuid);
    });
  }

  /** Ends all tokens of an account, but not its sessions, in favour of a new one. Returns what could still be used or listed. */
  async #replaceAll(tx: Transaction, account: AccountKey): Promise<Ended> {
    const { tokens, credentials } = await this.#endings.end(tx, account, 'tokens', 'revoked');
    return { tokens: tokens.filter(({ ended }) => !ended), credentials };
  }

  /** Ends the oldest tokens of a name until so many of it are left. */
  async #retire(tx: Transaction, account: AccountKey, name: string, left: number): Promise<void> {
    const rows = await tx.db
      .selectFrom('tokens')
      .select('id')
      .where('account_id', '=', account.id)
      .where('name', '=', name)
      .orderBy('id', 'desc')
      .execute();
    const oldest = rows.slice(left).map(({ id }) => id);
    if (oldest.length > 0) await this.#endings.end(tx, account, { tokens: oldest }, 'expired');
  }

  /** Throws `too_many_tokens` if the account has as many tokens as it may have, not counting expired ones. */
  async #makeRoom(tx: Transaction, account: AccountKey): Promise<void> {
    const limit = LIMITS.tokens_per_account;
    if ((await countTokens(tx, account)) < limit) return;
    const expired = await tx.db
      .selectFrom('tokens')
      .select('id')
      .where('account_id', '=', account.id)
      .where('session', '=', 0)
      .where('expires_at', '<', this.#clock.now())
      .execute();
    await this.#endings.end(tx, account, { tokens: expired.map(({ id }) => id) }, 'expired');
    if ((await countTokens(tx, account)) >= limit) throw new PurserError('too_many_tokens', { limit });
  }

  #record(
    tx: Transaction,
    by: Actor,
    { verb, ...change }: { verb: string; subject: string; before: object | null; after: object | null },
  ): Promise<void> {
    return this.#audit.record(tx, { ...traceOf(by), action: `token.${verb}`, ...change });
  }

  /** A transaction that changes an account's tokens holds the account's row, so that their number can be trusted. */
  async #lockedAccount(tx: Transaction, uuid: string): Promise<AccountKey> {
    const query = tx.db.selectFrom('accounts').select(['id', 'uuid']).where('uuid', '=', uuid);
    const row = isStorable(uuid) ? await forUpdate(this.#storage, query).executeTakeFirst() : undefined;
    if (!row) throw new PurserError('account_not_found', { user: uuid });
    return row;
  }
}

type AccountKey = Pick<Account, 'id' | 'uuid'>;

const NOTHING: Ended = { tokens: [], credentials: [] };

async function countTokens({ db }: Transaction, account: AccountKey): Promise<number> {
  const { n } = await db
    .selectFrom('tokens')
    .select(({ fn }) => fn.countAll<number>().as('n'))
    .where('account_id', '=', account.id)
    .where('session', '=', 0)
    .executeTakeFirstOrThrow();
  return Number(n);
}

/** What the audit record stores of credentials that ended because another one did. */
function recordedEnded(word: 'replaced' | 'also_ended', { tokens, credentials }: Ended): object {
  return {
    [word]: tokens.map(({ id, name }) => ({ token: id, name })),
    ...(credentials.length > 0 && { [`${word}_application_credentials`]: credentials }),
  };
}
