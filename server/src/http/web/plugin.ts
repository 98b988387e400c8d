import type { FastifyPluginAsync } from 'fastify';
import type { Domain } from '../../domain.ts';
import { knowCallers } from '../cloudfault/callers.ts';
import { cloudfaultEnvelope, methodNotAllowed } from '../cloudfault/envelope.ts';
import { mount, yieldToKnownPaths } from '../kernel/routes.ts';
import { statsRoutes } from './admin-stats.ts';
import { menuRoutes } from './get-menu.ts';
import { servicesRoutes } from './get-services.ts';
import { oldPage, pageRoutes } from './pages.ts';

/** What browsers and the cloud bar of other services ask for. Mounted without a prefix. */
export function web(domain: Domain): FastifyPluginAsync {
  return async (app) => {
    cloudfaultEnvelope(app, domain.clock);
    knowCallers(app);
    mount(
      app,
      [...servicesRoutes(domain), ...menuRoutes(domain), ...statsRoutes(domain), ...pageRoutes(domain)],
      methodNotAllowed(domain.clock),
    );
    app.route({
      method: ['GET', 'HEAD'],
      url: '/im/*',
      onRequest: yieldToKnownPaths(app),
      handler: oldPage(domain, app),
    });
  };
}
