import { Audit } from '../../src/audit/audit.ts';
import { CatalogChanges } from '../../src/catalog/catalog-changes.ts';
import { Components } from '../../src/catalog/components.ts';
import { Resources } from '../../src/catalog/resources.ts';
import { ServiceCatalog } from '../../src/catalog/service-catalog.ts';
import { Services } from '../../src/catalog/services.ts';
import { AccountChanges } from '../../src/directory/accounts/account-changes.ts';
import { Accounts } from '../../src/directory/accounts/accounts.ts';
import { Passwords } from '../../src/directory/logins/passwords.ts';
import { Roles } from '../../src/directory/roles/roles.ts';
import { Terms } from '../../src/directory/terms/terms.ts';
import { CredentialEndings } from '../../src/directory/tokens/credential-endings.ts';
import { Tokens } from '../../src/directory/tokens/tokens.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { CHEAP_HASHING } from './cheap-hashing.ts';
import { countedSecrets, fixedClock } from './engines.ts';

export const HOUR_MS = 3_600_000;

/** The directory and the catalog over a storage, as a node of the service has them; tests of a part use these. */
export function partsOver(storage: Storage, options: { seed?: string } = {}) {
  const clock = fixedClock();
  const secrets = countedSecrets(options.seed);
  const freshness = storage.freshness(clock);
  const changes = new AccountChanges();
  const passwords = new Passwords(CHEAP_HASHING);
  const audit = new Audit({ storage, clock });
  const accounts = new Accounts({ storage, clock, secrets, passwords, changes, audit });
  const terms = new Terms({ storage, clock, changes });
  const roles = new Roles({ storage, changes, audit });
  const lifetime_ms = 720 * HOUR_MS;
  const endings = new CredentialEndings({ storage, changes });
  const shared = { storage, clock, secrets, changes, audit, freshness };
  const tokens = new Tokens({ ...shared, endings, terms, lifetime_ms });
  const catalogChanges = new CatalogChanges();
  const components = new Components({ storage, clock, secrets, changes: catalogChanges, freshness, audit });
  const resources = new Resources({ storage, clock, changes: catalogChanges, freshness, audit });
  const services = new Services({ storage, clock, secrets, resources, changes: catalogChanges, audit });
  const serviceCatalog = new ServiceCatalog({ storage, clock, changes: catalogChanges, freshness });
  const directory = { changes, passwords, accounts, terms, roles, tokens };
  const catalog = { catalogChanges, components, resources, services, serviceCatalog };
  return { storage, clock, secrets, audit, ...directory, ...catalog };
}

/** An expectation for `assert.rejects` and `assert.throws`: the error code of the table. */
export const refusal = (code: string) => ({ name: 'PurserError', code });

/** A person to register. */
export const person = (email: string) => ({ email, firstName: 'Test', lastName: 'User' });
