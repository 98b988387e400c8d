import type { Domain } from '../../domain.ts';
import { LIMITS } from '../../lib/limits.ts';
import {
  isObject,
  type Json,
  JsonDecimal,
  type JsonObject,
  parseInput,
  stringifyExact,
} from '../../lib/text/json.ts';
import { userNameKey } from '../../lib/text/user-name.ts';
import { sendJson } from '../cloudfault/answer.ts';
import { badRequest, Refusal } from '../cloudfault/fault.ts';
import { textBody } from '../cloudfault/json-body.ts';
import type { Endpoint, RouteTable } from '../kernel/routes.ts';

/** A list from the request, or all users. */
type Wanted = string[] | 'all';

/** Translates uuids to display names and back (account-v1 §4). */
export function userCatalogRoutes(domain: Domain): RouteTable {
  return [
    // Null differs by caller: for a component it means all users, for a user none (account-v1 §4).
    { path: '/user_catalogs', methods: { POST: userCatalogs(domain, 'any', []) } },
    { path: '/service/user_catalogs', methods: { POST: userCatalogs(domain, 'component', 'all') } },
  ];
}

function userCatalogs(domain: Domain, requires: 'any' | 'component', nullMeans: Wanted): Endpoint {
  return {
    requires,
    handler: async (request, reply) => {
      const body = dictionary(textBody(request));
      const uuids = wanted(body, 'uuids', nullMeans);
      const names = wanted(body, 'displaynames', nullMeans);
      const [uuidCatalog, nameCatalog] = await Promise.all([
        domain.accounts.usernamesOf(uuids),
        uuidsOf(domain, names),
      ]);
      return sendJson(reply, {
        uuid_catalog: Object.fromEntries(uuidCatalog),
        displayname_catalog: Object.fromEntries(nameCatalog),
      });
    },
  };
}

/** Ignores the Content-Type: the official client sends a wrong one. */
function dictionary(text: string): JsonObject {
  let body: Json;
  try {
    body = parseInput(text);
  } catch {
    throw badRequest('Request body should be json formatted.');
  }
  if (!isObject(body)) throw badRequest('Request body should be a json formatted dictionary');
  return body;
}

function wanted(body: JsonObject, key: 'uuids' | 'displaynames', nullMeans: Wanted): Wanted {
  const value = Object.hasOwn(body, key) ? body[key] : [];
  if (value === null) return nullMeans;
  if (!Array.isArray(value)) throw badRequest(`Invalid ${key}: ${asWritten(value).slice(0, 100)}`);
  if (value.length > LIMITS.catalog_entries) {
    throw new Refusal('over_limit', `At most ${LIMITS.catalog_entries} ${key} can be asked for at once.`);
  }
  if (!value.every((item) => typeof item === 'string')) {
    throw badRequest(`Items in '${key}' must be strings`);
  }
  return value;
}

const asWritten = (value: Json | undefined): string =>
  value instanceof JsonDecimal ? value.text : stringifyExact(value);

/**
 * Names are matched case-insensitively; the response repeats the spelling of the request, the last one if a name
 * occurs several times.
 */
async function uuidsOf(domain: Domain, names: Wanted): Promise<Iterable<[string, string]>> {
  if (names === 'all') return domain.accounts.uuidsOf('all');
  const spellings = new Map(names.map((name) => [userNameKey(name), name]));
  return domain.accounts.uuidsOf([...spellings.values()]);
}
