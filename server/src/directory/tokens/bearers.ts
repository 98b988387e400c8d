import type { Clock } from '../../lib/clock.ts';
import { PurserError } from '../../lib/errors.ts';
import type { Freshness } from '../../lib/flow/freshness.ts';
import { Remembered } from '../../lib/flow/remembered.ts';
import { LIMITS } from '../../lib/limits.ts';
import { digestText } from '../../lib/secrets.ts';
import type { Queryable, Storage } from '../../storage/storage.ts';
import type { AccountChanges } from '../accounts/account-changes.ts';
import { toAccount } from '../accounts/account-row.ts';
import { readGrants } from '../roles/roles.ts';
import type { Terms } from '../terms/terms.ts';
import type { Account, Principal, RoleGrant, Token } from './principal.ts';
import { reachOf } from './reach.ts';
import { toToken } from './token-row.ts';

/** Judges tokens that are bound to a project. The layer above the directory implements it, because it has projects. */
export interface BoundTokens {
  /** Whether the account has a role in the project that the token is bound to. Read together with the token. */
  holds(principal: Omit<Principal, 'holds'>, project: string): Promise<boolean>;
  /** Whether a project is active; without a promise if that is cached. */
  isActive(project: string): Promise<boolean> | boolean;
}

/** Authentication: finds the bearer of a token, and decides whether the token is valid. */
export class Bearers {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #terms: Terms;
  readonly #principals: Remembered<Principal>;
  #bound: BoundTokens = { holds: async () => true, isActive: () => true };

  constructor(deps: {
    storage: Storage;
    clock: Clock;
    changes: AccountChanges;
    terms: Terms;
    freshness: Freshness;
  }) {
    this.#storage = deps.storage;
    this.#clock = deps.clock;
    this.#terms = deps.terms;
    const principals = new Remembered<Principal>({
      capacity: LIMITS.principal_cache,
      freshness: deps.freshness,
    });
    deps.changes.onChanged((uuid) => (uuid === 'everyone' ? principals.dropAll() : principals.drop(uuid)));
    this.#principals = principals;
  }

  /** Registers the check of tokens that are bound to projects. Called once, before the first request. */
  judgeBound(bound: BoundTokens): void {
    this.#bound = bound;
  }

  /** See `Tokens.lookup`. */
  lookup(secret: string): Promise<Principal | undefined> | Principal | undefined {
    const found = this.#find(secret);
    return found instanceof Promise ? found.then(exceptSession) : exceptSession(found);
  }

  /** See `Tokens.authenticateSession`. */
  authenticateSession(
    secret: string,
    { unsigned = false }: { unsigned?: boolean },
  ): Promise<Principal> | Principal {
    const judge = (found: Principal | undefined) =>
      this.#judge(found?.token.session ? found : undefined, unsigned);
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

  /** See `Tokens.authenticate`. */
  authenticate(secret: string): Promise<Principal> | Principal {
    const found = this.lookup(secret);
    return found instanceof Promise ? found.then((principal) => this.#judge(principal)) : this.#judge(found);
  }

  /** See `Tokens.stands`. */
  stands({ token, holds }: Principal): Promise<boolean> | boolean {
    return holds && (token.project === null || this.#bound.isActive(token.project));
  }

  #judge(principal: Principal | undefined, unsigned = false): Promise<Principal> | Principal {
    // A token with a scope is passed on to a third party, which validates it; it authenticates no request here.
    if (!principal || principal.token.scope !== null) throw new PurserError('token_unknown');
    if (!principal.account.active) throw new PurserError('account_inactive');
    const { expiresAt, ended } = principal.token;
    if (ended) throw new PurserError('token_unknown');
    if (expiresAt !== null && expiresAt < this.#clock.now()) throw new PurserError('token_expired');
    const stands = this.stands(principal);
    return stands instanceof Promise
      ? stands.then((good) => welcome(principal, good, unsigned))
      : welcome(principal, stands, unsigned);
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
function welcome(principal: Principal, stands: boolean, unsigned: boolean): Principal {
  if (!stands) throw new PurserError('token_unknown');
  if (principal.termsPending && !unsigned) throw new PurserError('terms_unsigned');
  return principal;
}

const exceptSession = (found: Principal | undefined): Principal | undefined =>
  found?.token.session ? undefined : found;

/** The roles that a token carries: of a narrowed one, only those on its project and of its list. */
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
