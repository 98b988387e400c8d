import type { CatalogEntry } from '../../catalog/service-catalog.ts';
import { asciiJson } from '../cloudfault/ascii-json.ts';
import type { AccessFacts } from './access-facts.ts';

/** The parts of a response that are the same for every validation of a token. */
interface FactsText {
  /** Members of `token` after its id. */
  readonly token: string;
  readonly user: string;
}

const factsTexts = new WeakMap<AccessFacts, FactsText>();
const catalogTexts = new WeakMap<readonly CatalogEntry[], string>();

/**
 * The response for a valid token, in ASCII. Its parts are cached as text as long as their source; the token itself is
 * inserted and not cached.
 */
export function accessJson(secret: string, facts: AccessFacts, catalog: readonly CatalogEntry[]): string {
  const { token, user } = factsText(facts);
  return `{"access":{"token":{"id":${asciiJson(JSON.stringify(secret))},${token}},"serviceCatalog":${catalogText(catalog)},"user":${user}}}`;
}

/** The response without a token: the catalog. */
export function publicAccessJson(catalog: readonly CatalogEntry[]): string {
  return `{"access":{"serviceCatalog":${catalogText(catalog)}}}`;
}

/** The response to the validation of a token: without catalog and projects (identity-v2 §3). */
export function validationJson(secret: string, { expires, tenant, user }: AccessFacts): string {
  return asciiJson(
    JSON.stringify({
      access: { token: { id: secret, expires, tenant }, user: { ...user, roles_links: [] } },
    }),
  );
}

function factsText(facts: AccessFacts): FactsText {
  let text = factsTexts.get(facts);
  if (text === undefined) {
    const { expires, tenant, user, projects } = facts;
    text = {
      token: asciiJson(JSON.stringify({ expires, tenant })).slice(1, -1),
      user: asciiJson(JSON.stringify({ ...user, roles_links: [], projects })),
    };
    factsTexts.set(facts, text);
  }
  return text;
}

function catalogText(catalog: readonly CatalogEntry[]): string {
  let text = catalogTexts.get(catalog);
  if (text === undefined) {
    text = asciiJson(JSON.stringify(catalog));
    catalogTexts.set(catalog, text);
  }
  return text;
}
