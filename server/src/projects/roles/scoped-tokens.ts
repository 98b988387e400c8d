import { hash } from 'node:crypto';
import type { LoginTokens } from '../../directory/logins/login-tokens.ts';
import type { Role } from '../../directory/roles/roles.ts';
import type { ApplicationCredential } from '../../directory/tokens/application-credential.ts';
import type { Basis } from '../../directory/tokens/credential-basis.ts';
import {
  type Bounds,
  boundsOf,
  boundsOfCredential,
  NO_BOUNDS,
  withinBounds,
} from '../../directory/tokens/delegation.ts';
import type { Account, LoginMethod, Principal, Token } from '../../directory/tokens/principal.ts';
import { reachOf } from '../../directory/tokens/reach.ts';
import type { Tokens } from '../../directory/tokens/tokens.ts';
import type { Clock } from '../../lib/clock.ts';
import { PurserError } from '../../lib/errors.ts';
import { nameKey } from '../../lib/text/fold.ts';
import { isStorable } from '../../lib/text/text.ts';
import type { Storage } from '../../storage/storage.ts';
import { type Project, toProject } from '../project.ts';
import type { RoleAssignments } from './role-assignments.ts';

/** How a user has authenticated. */
export type Proof =
  | { readonly method: 'password'; readonly account: Account; readonly factor?: 'totp' }
  | { readonly method: 'token'; readonly principal: Principal }
  | {
      readonly method: 'application_credential';
      readonly account: Account;
      readonly credential: ApplicationCredential;
    };

/** What a token is to be good for. `default`: nothing was said. */
export type WantedScope =
  | { readonly kind: 'default' | 'none' | 'domain' | 'system' }
  | { readonly kind: 'project'; readonly by: { readonly uuid: string } | { readonly name: string } };

/** What a token is good for as things are. */
export interface TokenScope {
  readonly project: Project | null;
  readonly breadth: 'domain' | 'system' | null;
  /** Empty for a token without a scope. */
  readonly roles: readonly Pick<Role, 'id' | 'name'>[];
}

/** What the tokens of one login have in common, whatever the way in. */
interface LoginContext {
  readonly account: Account;
  readonly methods: readonly LoginMethod[];
  readonly ancestor: string | null;
  /** What the new token cannot go beyond. */
  readonly bounds: Bounds;
  readonly whole: boolean;
  /** Milliseconds since the epoch, where it is exchanged for a token that ends: undefined: as long as is configured. */
  readonly expiresAt: number | null | undefined;
  readonly ofPassword: boolean;
  readonly basis: Basis;
  readonly credential: ApplicationCredential | null;
}

/** Tokens with a scope: what logins of the Identity API v3 give out (decision secrets-at-rest, decision roles). */
export class ScopedTokens {
  readonly #storage: Storage;
  readonly #clock: Clock;
  readonly #assignments: RoleAssignments;
  readonly #tokens: Tokens;
  readonly #loginTokens: LoginTokens;
  readonly #lifetime_ms: number;

  constructor(deps: {
    storage: Storage;
    clock: Clock;
    roleAssignments: RoleAssignments;
    tokens: Tokens;
    loginTokens: LoginTokens;
    lifetime_ms: number;
  }) {
    this.#storage = deps.storage;
    this.#clock = deps.clock;
    this.#assignments = deps.roleAssignments;
    this.#tokens = deps.tokens;
    this.#loginTokens = deps.loginTokens;
    this.#lifetime_ms = deps.lifetime_ms;
  }

  /**
   * Makes a token of the scope. Who has no role there gets none: `credentials_wrong`, as if the project did not
   * exist. Without a wish it is for the account's default project if that can be, else without a scope. A token that
   * is bound to a project gives way to another for that project only, whatever its account may: who was handed it
   * was handed no more. What it was exchanged for ends when it would have ended.
   */
  async issue(proof: Proof, wanted: WantedScope): Promise<{ secret: string; principal: Principal }> {
    const context = this.#contextOf(proof);
    const { account, credential, bounds } = context;
    const scope = await this.#resolve(context, wanted);
    if (bounds.project !== null && scope.project?.uuid !== bounds.project) throw refused();
    const reach = withinBounds(
      bounds,
      { project: scope.project?.uuid, expiresAt: context.expiresAt },
      this.#clock.now() + this.#lifetime_ms,
    );
    const { secret } = await this.#loginTokens.issue(account.uuid, proof.method, {
      ...reach,
      ofPassword: context.ofPassword,
      basis: context.basis,
      ...(credential && { applicationCredential: credential.number }),
      origin: {
        methods: context.methods,
        breadth: scope.breadth,
        ancestor: context.ancestor,
        whole: context.whole,
        credential: credential && {
          id: credential.id,
          name: credential.name,
          unrestricted: credential.unrestricted,
        },
      },
    });
    return { secret, principal: await this.#tokens.authenticate(secret) };
  }

  /**
   * What a token is good for now; undefined if that is nothing any more: its project is not active, or its account
   * has none of its roles there.
   */
  scopeOf({ account, token }: Principal): Promise<TokenScope | undefined> {
    const breadth = token.origin?.breadth ?? null;
    return this.#scope(account, token.project, breadth, token.roles);
  }

  async #scope(
    account: Account,
    uuid: string | null,
    breadth: TokenScope['breadth'],
    narrowed: readonly string[] | null,
  ): Promise<TokenScope | undefined> {
    if (uuid === null && breadth === null) return { project: null, breadth, roles: [] };
    const project = uuid === null ? null : await this.#active('uuid', uuid);
    if (project === undefined) return undefined;
    const held = await this.#assignments.on(account.uuid, uuid);
    const roles = held.filter(({ name }) => narrowed === null || narrowed.includes(name));
    return roles.length === 0 ? undefined : { project, breadth, roles };
  }

  async #resolve({ account, bounds }: LoginContext, wanted: WantedScope): Promise<TokenScope> {
    const { project: bound, roles } = bounds;
    const scopeOn = (uuid: string | null, breadth: TokenScope['breadth'] = null) =>
      this.#scope(account, uuid, breadth, roles);
    switch (wanted.kind) {
      case 'none':
        return NO_SCOPE;
      case 'default': {
        const project = bound ?? account.defaultProject;
        const found = project === null ? NO_SCOPE : await scopeOn(project);
        if (found) return found;
        if (bound !== null) throw refused();
        return NO_SCOPE;
      }
      case 'project': {
        const { by } = wanted;
        const project = 'uuid' in by ? by.uuid : (await this.#active('name', by.name))?.uuid;
        const found = project === undefined ? undefined : await scopeOn(project);
        return found ?? refuse();
      }
      default:
        return (await scopeOn(null, wanted.kind)) ?? refuse();
    }
  }

  #contextOf(proof: Proof): LoginContext {
    if (proof.method === 'token') return this.#contextOfToken(proof.principal);
    const { account, method } = proof;
    const common = { account, methods: [method], ancestor: null, expiresAt: undefined };
    if (proof.method === 'password') {
      const methods = proof.factor ? [method, proof.factor] : [method];
      const basis = { passwordOf: account.passwordChangedAt };
      return {
        ...common,
        methods,
        bounds: NO_BOUNDS,
        whole: true,
        ofPassword: true,
        basis,
        credential: null,
      };
    }
    const { credential } = proof;
    const { unrestricted: whole, ofPassword } = credential;
    const basis = { applicationCredential: credential.number };
    return { ...common, bounds: boundsOfCredential(credential), whole, ofPassword, basis, credential };
  }

  #contextOfToken({ account, token }: Principal): LoginContext {
    const { origin, expiresAt, ofPassword } = token;
    // What came of a credential ends with it, and cannot be made into something that does not.
    if (origin?.credential) throw refused();
    return {
      account,
      methods: [...new Set<LoginMethod>(['token', ...(origin?.methods ?? [])])],
      ancestor: origin?.ancestor ?? auditId(token),
      bounds: boundsOf(token),
      whole: reachOf(token) === 'whole',
      expiresAt,
      ofPassword,
      basis: { token: token.id },
      credential: null,
    };
  }

  /** Names are told apart among projects that are alive. */
  async #active(key: 'uuid' | 'name', value: string): Promise<Project | undefined> {
    if (!isStorable(value)) return undefined;
    const row = await this.#storage.db
      .selectFrom('projects')
      .selectAll()
      .where(key === 'uuid' ? 'uuid' : 'reserved_key', '=', key === 'uuid' ? value : nameKey(value))
      .where('state', '=', 'active')
      .executeTakeFirst();
    return row && toProject(row);
  }
}

/** What a token is called in records, where its secret must not appear: it tells nothing of it. */
export function auditId({ id, createdAt }: Pick<Token, 'id' | 'createdAt'>): string {
  return hash('sha256', `token ${id} of ${createdAt}`, 'buffer').toString('base64url').slice(0, 22);
}

const NO_SCOPE: TokenScope = { project: null, breadth: null, roles: [] };

const refused = () => new PurserError('credentials_wrong');

function refuse(): never {
  throw refused();
}
