import { BadValue, NoUserName, NoUUID } from '../errors/errors.ts';
import type { CallOptions } from '../http/call.ts';
import { type Path, path } from '../http/path.ts';
import { type Ask, required } from './account-calls.ts';
import { objectIn } from './expected.ts';

/** Lookup of display names (e-mail addresses) by uuid, and of uuids by display name. */
export interface UserCatalogs {
  /**
   * The display names of users, by uuid; unknown uuids are omitted.
   * POST `user_catalogs`, for a user's token.
   * @throws BadValue if a value is not a string; Unauthorized; InvalidResponse; ConnectionError
   */
  getUsernames(uuids: readonly string[], options?: CallOptions): Promise<Record<string, string>>;
  /**
   * The display name of a user. POST `user_catalogs`, for a user's token.
   * @throws NoUserName if no user has this uuid; else as `getUsernames`
   */
  getUsername(uuid: string, options?: CallOptions): Promise<string>;
  /**
   * The same as `getUsernames` for the secret of a component; null returns all users.
   * POST `service/user_catalogs`.
   * @throws as `getUsernames`
   */
  serviceGetUsernames(
    uuids: readonly string[] | null,
    options?: CallOptions,
  ): Promise<Record<string, string>>;
  /**
   * The same as `getUsername` for a component's secret. POST `service/user_catalogs`.
   * @throws as `getUsername`
   */
  serviceGetUsername(uuid: string, options?: CallOptions): Promise<string>;
  /**
   * The uuids of users, by display name in the spelling of the request; unknown names are omitted. Upper and lower
   * case are equal; for two spellings of one name the result has one or both.
   * POST `user_catalogs`, for a user's token.
   * @throws as `getUsernames`
   */
  getUuids(displayNames: readonly string[], options?: CallOptions): Promise<Record<string, string>>;
  /**
   * The uuid of a user. POST `user_catalogs`, for a user's token.
   * @throws NoUUID if no user has this name; else as `getUsernames`
   */
  getUuid(displayName: string, options?: CallOptions): Promise<string>;
  /**
   * The same as `getUuids` for the secret of a component; null returns all users. POST `service/user_catalogs`.
   * @throws as `getUuids`
   */
  serviceGetUuids(
    displayNames: readonly string[] | null,
    options?: CallOptions,
  ): Promise<Record<string, string>>;
  /**
   * The same as `getUuid` for a component's secret. POST `service/user_catalogs`.
   * @throws as `getUuid`
   */
  serviceGetUuid(displayName: string, options?: CallOptions): Promise<string>;
}

interface Direction {
  readonly requestKey: string;
  readonly responseKey: string;
  readonly Missing: typeof NoUserName | typeof NoUUID;
}
const NAMES: Direction = { requestKey: 'uuids', responseKey: 'uuid_catalog', Missing: NoUserName };
const UUIDS: Direction = { requestKey: 'displaynames', responseKey: 'displayname_catalog', Missing: NoUUID };

export function userCatalogs(ask: Ask): UserCatalogs {
  const users = path`/user_catalogs`;
  const service = path`/service/user_catalogs`;

  const many =
    (at: Path, { requestKey, responseKey }: Direction) =>
    async (keys: readonly string[] | null, options?: CallOptions): Promise<Record<string, string>> => {
      const all = keys === null && at === service;
      if (!all && !(Array.isArray(keys) && keys.every((key) => typeof key === 'string'))) {
        throw new BadValue(`${requestKey} must be a list of strings.`);
      }
      const call = { method: 'POST', path: at, json: { [requestKey]: keys }, repeatable: true } as const;
      return objectIn(await ask(call, options), responseKey) as Record<string, string>;
    };

  const one =
    (at: Path, direction: Direction) =>
    async (key: string, options?: CallOptions): Promise<string> => {
      const catalog = await many(at, direction)([required(key, 'The name or uuid')], options);
      const found = Object.hasOwn(catalog, key) ? catalog[key] : undefined;
      if (found === undefined) throw new direction.Missing(key);
      return found;
    };

  return {
    getUsernames: many(users, NAMES),
    getUsername: one(users, NAMES),
    serviceGetUsernames: many(service, NAMES),
    serviceGetUsername: one(service, NAMES),
    getUuids: many(users, UUIDS),
    getUuid: one(users, UUIDS),
    serviceGetUuids: many(service, UUIDS),
    serviceGetUuid: one(service, UUIDS),
  };
}
