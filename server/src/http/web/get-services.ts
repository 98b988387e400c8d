import type { Component } from '../../catalog/components.ts';
import { type ComponentPresentation, presentComponents } from '../../catalog/presentation.ts';
import type { Domain } from '../../domain.ts';
import type { Endpoint, RouteTable } from '../kernel/routes.ts';
import { sendFeed } from './jsonp.ts';

/** Any method is served; these are all methods of the router. */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** The services that the cloud bar links to (web §2). Public, for any method. */
export function servicesRoutes({ components, settings }: Domain): RouteTable {
  const endpoint: Endpoint = {
    requires: 'public',
    handler: async (request, reply) => {
      const all = await components.list();
      const ids = new Map(all.map(({ name, id }: Component) => [name, String(id)]));
      const shown = presentComponents(all, settings.componentsMeta);
      return sendFeed(
        request,
        reply,
        shown.map((component) => present(component, ids.get(component.name) ?? '')),
      );
    },
  };
  const methods = Object.fromEntries(METHODS.map((method) => [method, endpoint]));
  return ['/ui/get_services', '/im/get_services'].map((path) => ({ path, methods }));
}

/** A form for clients of all versions: the oldest have `id` and `icon` (web §2). */
function present(component: ComponentPresentation, id: string): object {
  return { id, icon: component.cloudbar.icon ?? component.dashboard.icon ?? '', ...component };
}
