import type { RouteTable } from '../kernel/routes.ts';
import { route, serve } from './call.ts';
import { badRequest, notFound } from './faults.ts';
import type { Fields } from './fields.ts';
import { passes, wholeList } from './pages.ts';
import { DOMAIN, type Presenters } from './presenters.ts';

/** The only domain. */
export function domainRoutes(base: string, present: Presenters): RouteTable {
  return [
    route('/domains', {
      GET: serve('any', async (call) => {
        const meant = passes(call.query['name'], DOMAIN.name);
        return wholeList(call, base, 'domains', meant ? [present.domain()] : []);
      }),
    }),
    route('/domains/:domain', {
      GET: serve('any', async ({ params: { domain: id } }) => {
        if (id !== DOMAIN.id) throw notFound(`There is no domain ${id}.`);
        return { body: { domain: present.domain() } };
      }),
    }),
  ];
}

/** Refuses to create or move objects in another domain. */
export function refuseOtherDomains(object: Fields): void {
  const domain = object.text('domain_id');
  if (domain !== undefined && domain !== DOMAIN.id) throw badRequest('domain_id: there is no such domain');
}
