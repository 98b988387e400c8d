import { NoEndpoints } from '../errors/errors.ts';

/** Where one version of a service is; further keys are what its component has registered. */
export interface CatalogEndpoint {
  readonly versionId: string;
  readonly publicURL: string;
  readonly region?: string;
  /** Address of the pages that belong to it. */
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

/** What an endpoint has to fit; what is not given fits everything. */
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

/** What `authenticate` and `getEndpoints` answer, as far as it matters here. */
interface WithCatalog {
  readonly access: { readonly serviceCatalog: readonly CatalogService[] };
}

/**
 * The services of a catalog that fit all of the criteria, each with those of its endpoints that do; services of
 * which no endpoint is left are left out. What is answered are copies, which may be changed.
 * @param endpoints what `authenticate` or `getEndpoints` has answered
 * @throws NoEndpoints if nothing fits, or there is no catalog in it
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
