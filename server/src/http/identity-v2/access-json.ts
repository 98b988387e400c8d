import type { CatalogEntry } from '../../catalog/service-catalog.ts';
import { asciiJson } from '../cloudfault/ascii-json.ts';
import type { AccessFacts } from './access-facts.ts';

/** The parts of an answer that stay the same from one validation of a token to the next. */
interface FactsText {
  /** Members of `token` after its id. */
  readonly token: string;
  readonly user: string;
}

const factsTexts = new WeakMap<AccessFacts, FactsText>();
const catalogTexts = new WeakMap<readonly CatalogEntry[], string>();

/**
 * The answer to a good token, in ASCII. Its parts are kept as text, each as long as what it tells of; the token itself is put
 * in between and kept nowhere.
 */
export function accessJson(secret: string, facts: AccessFacts, catalog: readonly CatalogEntry[]): string {
  const { token, user } = factsText(facts);
  return `{"access":{"token":{"id":${asciiJson(JSON.stringify(secret))},${token}},"serviceCatalog":${catalogText(catalog)},"user":${user}}}`;
}

/** The answer to nobody: what the cloud offers. */
export function publicAccessJson(catalog: readonly CatalogEntry[]): string {
  return `{"access":{"serviceCatalog":${catalogText(catalog)}}}`;
}

/** The answer to the validation of a token: neither catalog nor projects (identity-v2 §3). */
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
