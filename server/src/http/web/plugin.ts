import type { FastifyPluginAsync } from 'fastify';
import { REQUIREMENTS } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import { cloudfaultEnvelope, serving } from '../cloudfault/envelope.ts';
import { mount, yieldToKnownPaths } from '../kernel/routes.ts';
import { statsRoutes } from './admin-stats.ts';
import { menuRoutes } from './get-menu.ts';
import { servicesRoutes } from './get-services.ts';
import { oldPage, pageRoutes } from './pages.ts';

/** Pages for browsers, and feeds for the cloud bar of other services. Mounted without a prefix. */
export function web(domain: Domain): FastifyPluginAsync {
  return async (app) => {
    cloudfaultEnvelope(app, domain.clock);
    mount(
      app,
      [...servicesRoutes(domain), ...menuRoutes(domain), ...statsRoutes(domain), ...pageRoutes(domain)],
      serving(domain),
    );
    app.route({
      method: ['GET', 'HEAD'],
      url: '/im/*',
      config: { requires: REQUIREMENTS.public },
      onRequest: yieldToKnownPaths(app),
      handler: oldPage(domain, app),
    });
  };
}
