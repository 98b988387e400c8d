import type { Service } from '../../catalog/services.ts';
import type { Domain } from '../../domain.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { route, serve } from './call.ts';
import type { CatalogV3, EndpointV3 } from './catalog.ts';
import { notFound } from './faults.ts';
import { passes, wholeList } from './pages.ts';
import type { Presenters } from './presenters.ts';

/** Regions, services and endpoints of the catalog, which settings and components define. */
export function catalogRoutes(
  domain: Domain,
  base: string,
  present: Presenters,
  catalog: () => Promise<CatalogV3>,
): RouteTable {
  const { regions } = domain.settings;
  const service = ({ id, name, type }: Service) => ({
    id: String(id),
    name,
    type,
    description: '',
    enabled: true,
    links: present.links('services', String(id)),
  });
  const endpoint = ({ id, service: { id: service_id }, interface: kind, region, url }: EndpointV3) => ({
    id,
    service_id: String(service_id),
    interface: kind,
    region,
    region_id: region,
    url,
    enabled: true,
    links: present.links('endpoints', id),
  });
  return [
    route('/regions', {
      GET: serve('any', async (call) => {
        const top = passes(call.query['parent_region_id'], null) ? regions : [];
        return wholeList(
          call,
          base,
          'regions',
          top.map((region) => present.region(region)),
        );
      }),
    }),
    route('/regions/:region', {
      GET: serve('any', async ({ params: { region = '' } }) => {
        if (!regions.includes(region)) throw notFound(`There is no region ${region}.`);
        return { body: { region: present.region(region) } };
      }),
    }),
    route('/services', {
      GET: serve('any', async (call) => {
        const { name, type } = call.query;
        const { services } = await catalog();
        const found = services.filter((one) => passes(name, one.name) && passes(type, one.type));
        return wholeList(call, base, 'services', found.map(service));
      }),
    }),
    route('/services/:service', {
      GET: serve('any', async ({ params: { service: id } }) => {
        const found = (await catalog()).services.find((one) => String(one.id) === id);
        if (!found) throw notFound(`There is no service ${id}.`);
        return { body: { service: service(found) } };
      }),
    }),
    route('/endpoints', {
      GET: serve('any', async (call) => {
        const { interface: kind, service_id, region, region_id = region } = call.query;
        const found = (await catalog()).endpoints.filter(
          (one) =>
            passes(kind, one.interface) &&
            passes(service_id, String(one.service.id)) &&
            passes(region_id, one.region),
        );
        return wholeList(call, base, 'endpoints', found.map(endpoint));
      }),
    }),
    route('/endpoints/:endpoint', {
      GET: serve('any', async ({ params: { endpoint: id } }) => {
        const found = (await catalog()).endpoints.find((one) => one.id === id);
        if (!found) throw notFound(`There is no endpoint ${id}.`);
        return { body: { endpoint: endpoint(found) } };
      }),
    }),
  ];
}
