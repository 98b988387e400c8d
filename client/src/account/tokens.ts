import { isObject } from '@purser/text/json';
import type { CallOptions } from '../http/call.ts';
import { path } from '../http/path.ts';
import { type Ask, given } from './account-calls.ts';
import type { CatalogService } from './endpoints.ts';
import { objectIn, unexpected } from './expected.ts';

/** A token, and whom it stands for; names as on the wire. */
export interface AccessToken {
  readonly id: string;
  /** ISO 8601 with offset. */
  readonly expires: string;
  /** The project that it acts on unless told otherwise. */
  readonly tenant: { readonly id: string; readonly name: string };
}

/** The bearer of a token. */
export interface TokenUser {
  /** The uuid. */
  readonly id: string;
  /** First and last name. */
  readonly name: string;
  /** Older servers number roles; the ids are texts here all the same. */
  readonly roles: readonly { readonly id: string; readonly name: string }[];
  readonly roles_links: readonly unknown[];
  /** Ids of the active projects that the user is a member of; older servers do not tell. */
  readonly projects?: readonly string[];
}

/** What `authenticate` answers. */
export interface Access {
  readonly access: {
    readonly token: AccessToken;
    readonly user: TokenUser;
    readonly serviceCatalog: readonly CatalogService[];
  };
}

/** What `validateToken` answers. */
export interface Validation {
  readonly access: { readonly token: AccessToken; readonly user: TokenUser };
}

/** What `getEndpoints` answers. */
export interface PublicAccess {
  readonly access: { readonly serviceCatalog: readonly CatalogService[] };
}

/** Who a token belongs to, and what the cloud offers. */
export interface Tokens {
  /**
   * Whom the connection's token belongs to, and what they can reach.
   * POST `tokens` with the token as credentials, below the identity service.
   * @param who.tenantName the user's own uuid, if anything; no other is accepted
   * @throws Unauthorized if the token is unknown or has expired, or its user may not log in; BadRequest for another
   *   tenant; BadValue without a token; InvalidResponse; ConnectionError
   */
  authenticate(who?: { readonly tenantName?: string | undefined }, options?: CallOptions): Promise<Access>;
  /**
   * The services of the cloud with their endpoints; needs no token. POST `tokens` without a body.
   * @throws InvalidResponse; ConnectionError
   */
  getEndpoints(options?: CallOptions): Promise<PublicAccess>;
  /**
   * Whom a scoped token belongs to; tokens of a whole account cannot be validated. GET `tokens/<id>`, for the token of
   * a component, an operator, the same account, or the token itself.
   * @param place.belongsTo something within the token's scope
   * @throws BadValue if it is no text; NotFound if there is no such token, it has expired, or the scope is another;
   *   Unauthorized; Forbidden; InvalidResponse; ConnectionError
   */
  validateToken(
    id: string,
    place?: { readonly belongsTo?: string | undefined },
    options?: CallOptions,
  ): Promise<Validation>;
}

export function tokens(ask: Ask, tokenOf: () => string): Tokens {
  const at = 'identity';
  const withRoles = (answer: Awaited<ReturnType<Ask>>): Access => {
    const { user, ...rest } = objectIn(answer, 'access');
    if (!isObject(user)) return unexpected(answer, `one with 'access.user'`);
    const roles = Array.isArray(user['roles']) ? user['roles'].filter(isObject) : [];
    const known = roles.map((role) => ({ ...role, id: String(role['id']) }));
    return { access: { ...rest, user: { ...user, roles: known } } } as unknown as Access;
  };
  return {
    authenticate: async ({ tenantName } = {}, options) => {
      const auth = { token: { id: tokenOf() }, tenantName };
      const call = { at, method: 'POST', path: path`/tokens`, json: { auth }, repeatable: true } as const;
      const answer = await ask(call, options);
      requireCatalog(answer);
      return withRoles(answer);
    },
    getEndpoints: async (options) => {
      const headers = { 'content-type': 'application/json' };
      const call = {
        at,
        method: 'POST',
        path: path`/tokens`,
        headers,
        open: true,
        repeatable: true,
      } as const;
      const answer = await ask(call, options);
      requireCatalog(answer);
      return answer.data as PublicAccess;
    },
    validateToken: async (id, { belongsTo } = {}, options) => {
      const tokenPath = path`/tokens/${given(id, 'The token')}`;
      return withRoles(
        await ask({ at, method: 'GET', path: tokenPath, query: { belongsTo }, open: true }, options),
      );
    },
  };
}

function requireCatalog(answer: Awaited<ReturnType<Ask>>): void {
  if (!Array.isArray(objectIn(answer, 'access')['serviceCatalog'])) {
    unexpected(answer, `one with 'access.serviceCatalog'`);
  }
}
