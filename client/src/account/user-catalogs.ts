import { BadValue, NoUserName, NoUUID } from '../errors/errors.ts';
import type { CallOptions } from '../http/call.ts';
import { type Path, path } from '../http/path.ts';
import { type Ask, given } from './account-calls.ts';
import { objectIn } from './expected.ts';

/** Display names, which are e-mail addresses, of users whose uuids are known, and the other way round. */
export interface UserCatalogs {
  /**
   * The display names of users, by uuid; unknown uuids are left out.
   * POST `user_catalogs`, for a user's token.
   * @throws BadValue if something is no text; Unauthorized; InvalidResponse; ConnectionError
   */
  getUsernames(uuids: readonly string[], options?: CallOptions): Promise<Record<string, string>>;
  /**
   * The display name of a user. POST `user_catalogs`, for a user's token.
   * @throws NoUserName if no user has this uuid; else as `getUsernames`
   */
  getUsername(uuid: string, options?: CallOptions): Promise<string>;
  /**
   * The same as `getUsernames` for a component's secret; null asks for everybody.
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
   * The uuids of users, by display name as it was asked for; unknown names are left out. Upper and lower
   * case do not matter; of two spellings of one name both may be answered or one.
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
   * The same as `getUuids` for a component's secret; null asks for everybody. POST `service/user_catalogs`.
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
  readonly asked: string;
  readonly told: string;
  readonly Missing: typeof NoUserName | typeof NoUUID;
}
const NAMES: Direction = { asked: 'uuids', told: 'uuid_catalog', Missing: NoUserName };
const UUIDS: Direction = { asked: 'displaynames', told: 'displayname_catalog', Missing: NoUUID };

export function userCatalogs(ask: Ask): UserCatalogs {
  const users = path`/user_catalogs`;
  const service = path`/service/user_catalogs`;

  const many =
    (at: Path, { asked, told }: Direction) =>
    async (keys: readonly string[] | null, options?: CallOptions): Promise<Record<string, string>> => {
      const all = keys === null && at === service;
      if (!all && !(Array.isArray(keys) && keys.every((key) => typeof key === 'string'))) {
        throw new BadValue(`${asked} must be a list of texts.`);
      }
      const call = { method: 'POST', path: at, json: { [asked]: keys }, repeatable: true } as const;
      return objectIn(await ask(call, options), told) as Record<string, string>;
    };

  const one =
    (at: Path, direction: Direction) =>
    async (key: string, options?: CallOptions): Promise<string> => {
      const catalog = await many(at, direction)([given(key, 'The name or uuid')], options);
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
