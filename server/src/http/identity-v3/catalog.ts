import { hash } from 'node:crypto';
import type { CatalogEntry } from '../../catalog/service-catalog.ts';
import type { Service } from '../../catalog/services.ts';
import type { Domain } from '../../domain.ts';
import { LIMITS } from '../../lib/limits.ts';

/** A service at one address, for one interface. */
export interface EndpointV3 {
  readonly id: string;
  readonly service: Service;
  readonly interface: 'public' | 'internal' | 'admin';
  readonly region: string;
  readonly url: string;
}

export interface CatalogV3 {
  readonly services: readonly Service[];
  readonly endpoints: readonly EndpointV3[];
  /** The entries as tokens contain them. */
  readonly entries: readonly object[];
}

const INTERFACES = ['public', 'internal', 'admin'] as const;

/** The service catalog in the form of Keystone v3, cached until the catalog changes. */
export function catalogOf({ serviceCatalog, services, settings }: Domain): () => Promise<CatalogV3> {
  const [region = ''] = settings.regions;
  const known = new WeakMap<readonly CatalogEntry[], Promise<CatalogV3>>();
  const read = async (): Promise<CatalogV3> => {
    const all: Service[] = [];
    for (;;) {
      const page = await services.list({ after: all.at(-1)?.id, limit: LIMITS.page_max });
      all.push(...page);
      if (page.length < LIMITS.page_max) break;
    }
    return catalogFrom(all, region);
  };
  return async () => {
    const entries = await serviceCatalog.entries();
    const catalog = known.get(entries) ?? read();
    known.set(entries, catalog);
    catalog.catch(() => known.delete(entries));
    return catalog;
  };
}

function catalogFrom(services: readonly Service[], region: string): CatalogV3 {
  const endpoints = services.flatMap((service) => endpointsOf(service, region));
  const entries = newestFirst(services).map((service) => ({
    id: String(service.id),
    name: service.name,
    type: service.type,
    endpoints: endpoints
      .filter((endpoint) => endpoint.service === service)
      .map((endpoint) => ({
        id: endpoint.id,
        interface: endpoint.interface,
        region: endpoint.region,
        region_id: endpoint.region,
        url: endpoint.url,
      })),
  }));
  return { services, endpoints, entries };
}

/** Clients use the first service of a type, and clients of v3 need one of v3 there. */
function newestFirst(services: readonly Service[]): Service[] {
  const places = new Map(services.map(({ type }) => [type, services.findIndex((one) => one.type === type)]));
  const place = ({ type }: Service) => places.get(type) ?? 0;
  return services.toSorted((a, b) => place(a) - place(b) || versionOf(b).localeCompare(versionOf(a)));
}

const versionOf = ({ endpoints }: Service): string => endpoints[0]?.['versionId'] ?? '';

function endpointsOf(service: Service, defaultRegion: string): EndpointV3[] {
  return service.endpoints.flatMap((stored, position) => {
    const region = stored['region'] ?? defaultRegion;
    return INTERFACES.flatMap((kind) => {
      // A registration with one address uses it for all interfaces.
      const url = stored[`${kind}URL`] ?? stored['publicURL'];
      if (url === undefined) return [];
      return [{ id: idOf(service.name, region, position, kind), service, interface: kind, region, url }];
    });
  });
}

/** A registration replaces the rows of endpoints, so the id is derived from the position. */
function idOf(...place: (string | number)[]): string {
  return hash('sha256', JSON.stringify(place)).slice(0, 32);
}
