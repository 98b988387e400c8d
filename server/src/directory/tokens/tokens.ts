import type { Insertable, Selectable } from 'kysely';
import { type Actor, traceOf } from '../../audit/actor.ts';
import type { Audit } from '../../audit/audit.ts';
import type { Clock } from '../../lib/clock.ts';
import { PurserError } from '../../lib/errors.ts';
import type { Freshness } from '../../lib/flow/freshness.ts';
import { Remembered } from '../../lib/flow/remembered.ts';
import { checkGivenSecret } from '../../lib/given-secret.ts';
import { LIMITS } from '../../lib/limits.ts';
import { digestSecret, digestText, type Secrets } from '../../lib/secrets.ts';
import { checkEnd } from '../../lib/text/moment.ts';
import { checkLine, checkName, isStorable } from '../../lib/text/text.ts';
import { oneOf } from '../../storage/one-of.ts';
import { forUpdate } from '../../storage/row-locks.ts';
import type { Flag, TokensTable } from '../../storage/schema.ts';
import type { Queryable, Storage, Transaction } from '../../storage/storage.ts';
import type { AccountChanges } from '../accounts/account-changes.ts';
import { toAccount } from '../accounts/account-row.ts';
import { readGrants } from '../roles/roles.ts';
import type { Terms } from '../terms/terms.ts';
import { type Basis, refuseWithoutBasis } from './credential-basis.ts';
import { boundsOf, makerOf, NO_BOUNDS, withinBounds } from './delegation.ts';
import type { Account, Principal, RoleGrant, Token, TokenOrigin } from './principal.ts';
import { reachOf } from './reach.ts';

export interface NewToken {
  readonly name: string;
  /** Milliseconds since the epoch; null: never; left out: the lifetime that is configured. */
  readonly expiresAt?: number | null | undefined;
  /** Uuid of the project that the token is bound to. */
  readonly project?: string | undefined;
  /** Names of the roles that the token is narrowed to. */
  readonly roles?: readonly string[] | undefined;
  readonly scope?: string | undefined;
  readonly origin?: TokenOrigin | undefined;
  /** Whether what it was made from came of a login with the password; left out: as the maker, and `origin`, say. */
  readonly ofPassword?: boolean | undefined;
  /** Number of the application credential that it is made with, and ends with. */
  readonly applicationCredential?: number | undefined;
  /** What was shown for it. If that has ended by the time when the token is made, none is. */
  readonly basis?: Basis | undefined;
  /** In place of a generated one, such as a token of an older installation. */
  readonly secret?: string | undefined;
  /** Whether it takes the place of all others that the account has. */
  readonly replace?: boolean | undefined;
  /** How many of its name the account has at most, this one included: the oldest give way. */
  readonly mostOfName?: number | undefined;
  /** Whether it is a session of the web; see `Token.session`. */
  readonly session?: boolean | undefined;
}

type TokenRow = Selectable<TokensTable>;

/** A new token. */
export interface IssuedToken {
  readonly token: Token;
  /** Answered here and never again. */
  readonly secret: string;
  /** The tokens that were revoked at the same time, because `replace` was asked for. */
  readonly replaced: readonly Token[];
}

/** Judges tokens that are bound to a project; for those above the directory, who know projects. */
export interface BoundTokens {
  /** Whether the account has a part in the project that the token is bound to. Read when a token is. */
  holds(principal: Omit<Principal, 'holds'>, project: string): Promise<boolean>;
  /** Whether a project is active; without a promise if that is remembered. */
  isActive(project: string): Promise<boolean> | boolean;
}

/** Two generated secrets never meet; that they do is a fault of the generator, and not one to loop over. */
const ATTEMPTS = 3;

/** API tokens of accounts, and who stands behind one (account-v1 §6.4, decision secrets-at-rest). */
export class Tokens {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #secrets: Secrets;
  readonly #changes: AccountChanges;
  readonly #terms: Terms;
  readonly #audit: Audit;
  readonly #lifetime_ms: number;
  readonly #principals: Remembered<Principal>;
  #bound: BoundTokens = { holds: async () => true, isActive: () => true };

  constructor(deps: {
    storage: Storage;
    clock: Clock;
    secrets: Secrets;
    changes: AccountChanges;
    terms: Terms;
    audit: Audit;
    lifetime_ms: number;
    freshness: Freshness;
  }) {
    this.#storage = deps.storage;
    this.#clock = deps.clock;
    this.#secrets = deps.secrets;
    this.#changes = deps.changes;
    this.#terms = deps.terms;
    this.#audit = deps.audit;
    this.#lifetime_ms = deps.lifetime_ms;
    const principals = new Remembered<Principal>({
      capacity: LIMITS.principal_cache,
      freshness: deps.freshness,
    });
    deps.changes.onChanged((uuid) => (uuid === 'everyone' ? principals.dropAll() : principals.drop(uuid)));
    this.#principals = principals;
  }

  /** Registers the check of tokens that are bound to projects. Once, before the first request. */
  judgeBound(bound: BoundTokens): void {
    this.#bound = bound;
  }

  /**
   * Makes a token. Its secret is answered here and never again.
   * Errors: `account_not_found`, `too_many_tokens`, `invalid_field`.
   * @param within by: who asked for it, which is recorded; left out where it came of a login by a protocol of clients.
   * caller: with which token it is made; a token of the same account bounds it
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
    const values = this.#valuesOf(options, caller && makerOf(caller, accountUuid));
    const account_id = await this.#lockedAccount(tx, accountUuid);
    const basis = options.basis ?? (values.made_with === null ? undefined : { token: values.made_with });
    if (basis) await refuseWithoutBasis(tx, account_id, basis);
    const replaced = options.replace ? await this.#clear(tx, account_id, accountUuid) : [];
    if (options.mostOfName !== undefined)
      await this.#retire(tx, { id: account_id, uuid: accountUuid }, options.name, options.mostOfName - 1);
    if (!options.session) await this.#makeRoom(tx, account_id);
    const issued = await this.#insert(tx, { ...values, account_id }, options.secret);
    const after = { after: issued.token };
    if (by) await this.#record(tx, by, 'add', accountUuid, after, options.replace ? replaced : undefined);
    return { ...issued, replaced };
  }

  async #insert(
    tx: Transaction,
    values: Omit<Insertable<TokensTable>, 'digest'>,
    given: string | undefined,
  ): Promise<{ token: Token; secret: string }> {
    for (let attempt = 1; attempt <= (given === undefined ? ATTEMPTS : 1); attempt += 1) {
      const secret = given ?? this.#secrets.token();
      const row = await tx.db
        .insertInto('tokens')
        .values({ ...values, digest: digestSecret(secret) })
        .onConflict((conflict) => conflict.column('digest').doNothing())
        .returningAll()
        .executeTakeFirst();
      if (row) return { token: toToken(row), secret };
    }
    throw new PurserError('invalid_field', { field: 'secret', reason: 'is already in use' });
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
   * Until when accounts have a token that stands for all of the account, by uuid; those who have none, or none that
   * expires, are left out. Milliseconds since the epoch.
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
   * Errors: `account_not_found`, `token_not_found`.
   * @param by who wants it, which is recorded
   */
  async revoke(accountUuid: string, tokenId: number, by?: Actor): Promise<void> {
    await this.#storage.transaction(async (tx) => {
      const account_id = await this.#lockedAccount(tx, accountUuid);
      if (!Number.isSafeInteger(tokenId)) throw new PurserError('token_not_found');
      const gone = await tx.db
        .deleteFrom('tokens')
        .where('account_id', '=', account_id)
        .where('id', '=', tokenId)
        .where('ended', '=', 0)
        .where('session', '=', 0)
        .returningAll()
        .executeTakeFirst();
      if (!gone) throw new PurserError('token_not_found');
      this.#changes.changed(tx, accountUuid);
      if (by) await this.#record(tx, by, 'revoke', accountUuid, { before: toToken(gone) });
    });
  }

  /**
   * Deletes an account's tokens: all, those that came of logins with the password, or those made since a moment.
   * @internal for the directory; the caller holds the account's row
   */
  async end(
    tx: Transaction,
    { id, uuid }: Pick<Account, 'id' | 'uuid'>,
    which: 'all' | 'of_password' | { readonly since_ms: number },
  ): Promise<void> {
    let rows = tx.db.deleteFrom('tokens').where('account_id', '=', id);
    if (which === 'of_password') rows = rows.where('of_password', '=', 1);
    else if (which !== 'all') rows = rows.where('created_at', '>=', which.since_ms);
    await rows.execute();
    this.#changes.changed(tx, uuid);
  }

  /**
   * Ends all tokens of an account that was ended. They are kept until it is revived, so that their bearers learn that
   * the account is inactive.
   * @internal for the directory; the caller holds the account's row
   */
  async close(tx: Transaction, { id, uuid }: Pick<Account, 'id' | 'uuid'>): Promise<void> {
    await tx.db.updateTable('tokens').set({ ended: 1 }).where('account_id', '=', id).execute();
    this.#changes.changed(tx, uuid);
  }

  /** Revokes the oldest of a name until so many of it are left. */
  async #retire(tx: Transaction, account: { id: number; uuid: string }, name: string, left: number) {
    const rows = await tx.db
      .selectFrom('tokens')
      .select('id')
      .where('account_id', '=', account.id)
      .where('name', '=', name)
      .orderBy('id', 'desc')
      .execute();
    const oldest = rows.slice(left).map(({ id }) => id);
    if (oldest.length === 0) return;
    await tx.db.deleteFrom('tokens').where('id', 'in', oldest).execute();
    this.#changes.changed(tx, account.uuid);
  }

  /** Deletes all tokens of an account, but not its sessions; answers those that could still be used or shown. */
  async #clear(tx: Transaction, account_id: number, accountUuid: string): Promise<Token[]> {
    const gone = await tx.db
      .deleteFrom('tokens')
      .where('account_id', '=', account_id)
      .where('session', '=', 0)
      .returningAll()
      .execute();
    this.#changes.changed(tx, accountUuid);
    return gone
      .map(toToken)
      .filter(({ ended }) => !ended)
      .sort((one, other) => one.id - other.id);
  }

  #record(
    tx: Transaction,
    by: Actor,
    verb: string,
    subject: string,
    { before, after }: { before?: Token; after?: Token },
    replaced?: readonly Token[],
  ): Promise<void> {
    return this.#audit.record(tx, {
      ...traceOf(by),
      action: `token.${verb}`,
      subject,
      before: before ? recorded(before) : null,
      after: after
        ? {
            ...recorded(after),
            ...(replaced && {
              replace: true,
              replaced: replaced.map(({ id, name }) => ({ token: id, name })),
            }),
          }
        : null,
    });
  }

  /**
   * The bearer of this token; undefined if no such token exists. Expiry and state are not judged. It answers without a promise
   * if the answer is remembered: the hot path must not pay for one.
   */
  lookup(secret: string): Promise<Principal | undefined> | Principal | undefined {
    const found = this.#find(secret);
    return found instanceof Promise ? found.then(exceptSession) : exceptSession(found);
  }

  /**
   * As `authenticate`, for the secret of a session, which is good for nothing else. Whether the session was unused for
   * too long is not judged.
   */
  authenticateSession(secret: string): Promise<Principal> | Principal {
    const judge = (found: Principal | undefined) => this.#judge(found?.token.session ? found : undefined);
    const found = this.#find(secret);
    return found instanceof Promise ? found.then(judge) : judge(found);
  }

  /** The bearer of a token or of a session. */
  #find(secret: string): Promise<Principal | undefined> | Principal | undefined {
    if (secret === '') return undefined;
    const key = digestText(secret);
    return (
      this.#principals.get(key) ??
      this.#principals.load(
        key,
        () => this.#read(Buffer.from(key, 'latin1')),
        ({ account }) => account.uuid,
      )
    );
  }

  /**
   * `lookup`, and the checks in the order of account-v1 §2.1: the token exists (`token_unknown`), its account is
   * active (`account_inactive`), it has not expired (`token_expired`), it stands (`token_unknown`), the terms are
   * signed (`terms_unsigned`).
   */
  authenticate(secret: string): Promise<Principal> | Principal {
    const found = this.lookup(secret);
    return found instanceof Promise ? found.then((principal) => this.#judge(principal)) : this.#judge(found);
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

  /**
   * Whether what a token is bound to is still there: its project is active, and its account has a role that the token
   * carries. Without a promise if that is remembered.
   */
  stands({ token, holds }: Principal): Promise<boolean> | boolean {
    return holds && (token.project === null || this.#bound.isActive(token.project));
  }

  #judge(principal: Principal | undefined): Promise<Principal> | Principal {
    // A token with a scope is for showing to a third party, which has it validated; it opens nothing here.
    if (!principal || principal.token.scope !== null) throw new PurserError('token_unknown');
    if (!principal.account.active) throw new PurserError('account_inactive');
    const { expiresAt, ended } = principal.token;
    if (ended) throw new PurserError('token_unknown');
    if (expiresAt !== null && expiresAt < this.#clock.now()) throw new PurserError('token_expired');
    const stands = this.stands(principal);
    return stands instanceof Promise
      ? stands.then((good) => welcome(principal, good))
      : welcome(principal, stands);
  }

  #valuesOf(options: NewToken, maker: Token | undefined) {
    const { scope, secret, origin, applicationCredential } = options;
    if (secret !== undefined) checkGivenSecret('secret', secret);
    const now_ms = this.#clock.now();
    const bounds = maker ? boundsOf(maker) : NO_BOUNDS;
    const { project, roles, expiresAt } = withinBounds(bounds, options, now_ms + this.#lifetime_ms);
    if (expiresAt !== null) checkEnd('expires_at', expiresAt, now_ms);
    const ofPassword =
      options.ofPassword ?? maker?.ofPassword ?? origin?.methods.includes('password') ?? false;
    const line = (field: string, text: string) => checkName(field, text, LIMITS.name_length);
    return {
      name: line('name', options.name),
      created_at: now_ms,
      expires_at: expiresAt,
      project: project === undefined ? null : line('project', project),
      roles: roles === undefined ? null : JSON.stringify(roles.map((role) => line('roles', role))),
      scope: scope === undefined ? null : checkLine('scope', scope, LIMITS.text_length),
      origin: origin === undefined ? null : JSON.stringify(origin),
      application_credential: applicationCredential ?? null,
      of_password: flag(ofPassword),
      made_with: maker?.id ?? null,
      session: flag(options.session ?? false),
    };
  }

  /** A transaction that changes an account's tokens holds its row, so that their number can be trusted. */
  async #lockedAccount(tx: Transaction, uuid: string): Promise<number> {
    const row = isStorable(uuid)
      ? await forUpdate(
          this.#storage,
          tx.db.selectFrom('accounts').select('id').where('uuid', '=', uuid),
        ).executeTakeFirst()
      : undefined;
    if (!row) throw new PurserError('account_not_found', { user: uuid });
    return row.id;
  }

  /** Throws `too_many_tokens` if the account has all the tokens it can have, not counting expired ones. */
  async #makeRoom(tx: Transaction, account_id: number): Promise<void> {
    const count = async (): Promise<number> => {
      const { n } = await tx.db
        .selectFrom('tokens')
        .select(({ fn }) => fn.countAll<number>().as('n'))
        .where('account_id', '=', account_id)
        .where('session', '=', 0)
        .executeTakeFirstOrThrow();
      return n;
    };
    const limit = LIMITS.tokens_per_account;
    if ((await count()) < limit) return;
    await tx.db
      .deleteFrom('tokens')
      .where('account_id', '=', account_id)
      .where('session', '=', 0)
      .where('expires_at', '<', this.#clock.now())
      .execute();
    if ((await count()) >= limit) throw new PurserError('too_many_tokens', { limit });
  }

  async #read(digest: Buffer): Promise<Principal | undefined> {
    const { db } = this.#storage;
    const row = await db.selectFrom('tokens').selectAll().where('digest', '=', digest).executeTakeFirst();
    if (!row) return undefined;
    const [account, grants, current] = await Promise.all([
      readAccount(db, row.account_id),
      readGrants(db, row.account_id),
      this.#terms.currentId(),
    ]);
    if (!account) return undefined;
    const token = toToken(row);
    // It ended with its account, and does not come back with it.
    if (token.ended && account.active) return undefined;
    const termsPending = current !== undefined && (account.termsSigned ?? 0) < current;
    const principal = { account, token, grants: narrowed(grants, token), termsPending };
    return { ...principal, holds: await this.#holds(principal) };
  }

  async #holds(principal: Omit<Principal, 'holds'>): Promise<boolean> {
    const { project, origin } = principal.token;
    if (project !== null) return this.#bound.holds(principal, project);
    if ((origin?.breadth ?? null) === null) return true;
    return principal.grants.some((grant) => grant.project === null);
  }
}

/** Errors: `token_unknown`, `terms_unsigned`. @param stands see `Tokens.stands` */
function welcome(principal: Principal, stands: boolean): Principal {
  if (!stands) throw new PurserError('token_unknown');
  if (principal.termsPending) throw new PurserError('terms_unsigned');
  return principal;
}

const exceptSession = (found: Principal | undefined): Principal | undefined =>
  found?.token.session ? undefined : found;

/** What is remembered of a token for ever. */
function recorded({ id, name, expiresAt, project, roles, scope, madeWith }: Token): Record<string, unknown> {
  return {
    token: id,
    name,
    expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
    ...(project !== null && { project }),
    ...(roles !== null && { roles }),
    ...(scope !== null && { scope }),
    ...(madeWith !== null && { made_with: madeWith }),
  };
}

/** A narrowed token that is bound to a project carries the roles on that project only; one cut to roles, only those. */
function narrowed(grants: readonly RoleGrant[], token: Token): RoleGrant[] {
  if (reachOf(token) === 'whole') return [...grants];
  const { project, roles } = token;
  return grants.filter(
    (grant) =>
      (project === null || grant.project === project) && (roles === null || roles.includes(grant.role.name)),
  );
}

async function readAccount(db: Queryable, id: number): Promise<Account | undefined> {
  const row = await db.selectFrom('accounts').selectAll().where('id', '=', id).executeTakeFirst();
  return row && toAccount(row);
}

const flag = (value: boolean): Flag => (value ? 1 : 0);

function toToken(row: TokenRow): Token {
  return {
    id: row.id,
    accountId: row.account_id,
    name: row.name,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    project: row.project,
    roles: row.roles === null ? null : (JSON.parse(row.roles) as string[]),
    scope: row.scope,
    origin: row.origin === null ? null : (JSON.parse(row.origin) as TokenOrigin),
    older: row.generation === 'a',
    ofPassword: row.of_password === 1,
    madeWith: row.made_with,
    ended: row.ended === 1,
    session: row.session === 1,
  };
}
