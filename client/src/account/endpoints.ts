import { NoEndpoints } from '../errors/errors.ts';

/** The endpoint of one version of a service; further keys are those that its component registered. */
export interface CatalogEndpoint {
  readonly versionId: string;
  readonly publicURL: string;
  readonly region?: string;
  /** URL of its user interface. */
  readonly 'SNF:uiURL'?: string | null;
  readonly [key: string]: string | null | undefined;
}

/** A service of the catalog. */
export interface CatalogService {
  readonly name: string;
  readonly type: string;
  readonly endpoints: readonly CatalogEndpoint[];
  readonly endpoints_links: readonly unknown[];
}

/** Criteria for endpoints; a missing criterion matches every endpoint. */
export interface EndpointCriteria {
  /** Name of the service. */
  readonly name?: string | undefined;
  /** Type of the service. */
  readonly type?: string | undefined;
  /** Region of the endpoint. */
  readonly region?: string | undefined;
  /** Version of the endpoint. */
  readonly versionId?: string | undefined;
}

/** The part of the responses of `authenticate` and `getEndpoints` that is used here. */
interface WithCatalog {
  readonly access: { readonly serviceCatalog: readonly CatalogService[] };
}

/**
 * The services of a catalog that match all criteria, each with its matching endpoints; services without a matching
 * endpoint are omitted. The result is a copy and may be changed.
 * @param endpoints the response of `authenticate` or `getEndpoints`
 * @throws NoEndpoints if no endpoint matches, or the response has no catalog
 */
export function parseEndpoints(
  endpoints: WithCatalog,
  { name, type, region, versionId }: EndpointCriteria = {},
): CatalogService[] {
  const catalog = (endpoints as WithCatalog | undefined)?.access?.serviceCatalog;
  const fits = (wanted: string | undefined, is: unknown): boolean => (wanted ?? is) === is;
  const services = (Array.isArray(catalog) ? (catalog as readonly CatalogService[]) : [])
    .filter((service) => fits(name, service.name) && fits(type, service.type))
    .map((service) => ({
      ...service,
      endpoints: (service.endpoints ?? [])
        .filter((endpoint) => fits(region, endpoint.region) && fits(versionId, endpoint.versionId))
        .map((endpoint) => ({ ...endpoint })),
    }))
    .filter((service) => service.endpoints.length > 0);
  if (services.length === 0) throw new NoEndpoints();
  return services;
}
