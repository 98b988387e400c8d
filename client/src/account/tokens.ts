import { isObject } from '@purser/text/json';
import type { CallOptions } from '../http/call.ts';
import { path } from '../http/path.ts';
import { type Ask, required } from './account-calls.ts';
import type { CatalogService } from './endpoints.ts';
import { objectIn, unexpected } from './expected.ts';

/** A token and its owner, with the property names of the API. */
export interface AccessToken {
  readonly id: string;
  /** ISO 8601 with offset. */
  readonly expires: string;
  /** The project that it acts on by default. */
  readonly tenant: { readonly id: string; readonly name: string };
}

/** The owner of a token. */
export interface TokenUser {
  /** The uuid. */
  readonly id: string;
  /** First and last name. */
  readonly name: string;
  /** Ids are strings, also on older servers that send numbers. */
  readonly roles: readonly { readonly id: string; readonly name: string }[];
  readonly roles_links: readonly unknown[];
  /** Ids of the active projects of which the user is a member; older servers omit it. */
  readonly projects?: readonly string[];
}

/** The response of `authenticate`. */
export interface Access {
  readonly access: {
    readonly token: AccessToken;
    readonly user: TokenUser;
    readonly serviceCatalog: readonly CatalogService[];
  };
}

/** The response of `validateToken`. */
export interface Validation {
  readonly access: { readonly token: AccessToken; readonly user: TokenUser };
}

/** The response of `getEndpoints`. */
export interface PublicAccess {
  readonly access: { readonly serviceCatalog: readonly CatalogService[] };
}

/** Token validation and the service catalog. */
export interface Tokens {
  /**
   * The owner of the connection's token, and the service catalog.
   * POST `tokens` with the token as credentials, below the identity service.
   * @param who.tenantName the user's own uuid; other values are refused
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
   * The owner of a scoped token; full-access tokens cannot be validated. GET `tokens/<id>`, for the secret of a
   * component, the token of an operator or of the same account, or the token itself.
   * @param place.belongsTo an id within the token's scope
   * @throws BadValue if it is not a string; NotFound if the token is unknown or expired, or its scope is another one;
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
    if (!isObject(user)) return unexpected(answer, `an object with 'access.user'`);
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
      const tokenPath = path`/tokens/${required(id, 'The token')}`;
      return withRoles(
        await ask({ at, method: 'GET', path: tokenPath, query: { belongsTo }, open: true }, options),
      );
    },
  };
}

function requireCatalog(answer: Awaited<ReturnType<Ask>>): void {
  if (!Array.isArray(objectIn(answer, 'access')['serviceCatalog'])) {
    unexpected(answer, `an object with 'access.serviceCatalog'`);
  }
}
