import type { Audit } from '../audit/audit.ts';
import type { Clock } from '../lib/clock.ts';
import type { Freshness } from '../lib/flow/freshness.ts';
import type { Secrets } from '../lib/secrets.ts';
import type { Storage } from '../storage/storage.ts';
import { CatalogChanges } from './catalog-changes.ts';
import { ChargingBounds } from './charging-bounds.ts';
import { Components } from './components.ts';
import { Resources } from './resources.ts';
import { ServiceCatalog } from './service-catalog.ts';
import { Services } from './services.ts';

/** The services of the cloud, what they offer and what may be charged for. */
export interface CatalogDomain {
  readonly components: Components;
  readonly services: Services;
  readonly serviceCatalog: ServiceCatalog;
  readonly resources: Resources;
  readonly chargingBounds: ChargingBounds;
}

/**
 * Builds the catalog.
 * @param options.ownOnly whether a component charges the resources of its own services alone
 */
export function openCatalog(
  parts: {
    readonly storage: Storage;
    readonly clock: Clock;
    readonly secrets: Secrets;
    readonly audit: Audit;
    readonly freshness: Freshness;
  },
  options: { readonly ownOnly: boolean },
): CatalogDomain {
  const shared = { ...parts, changes: new CatalogChanges() };
  const resources = new Resources(shared);
  return {
    components: new Components(shared),
    services: new Services({ ...shared, resources }),
    serviceCatalog: new ServiceCatalog(shared),
    resources,
    chargingBounds: new ChargingBounds({ resources, ownOnly: options.ownOnly }),
  };
}
