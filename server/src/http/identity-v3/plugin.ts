import type { FastifyPluginAsync } from 'fastify';
import type { Domain } from '../../domain.ts';
import { publicUrl } from '../../lib/text/public-address.ts';
import { rawBodies } from '../kernel/body.ts';
import { answerWrongMethods, mount } from '../kernel/routes.ts';
import { applicationCredentialRoutes } from './application-credentials.ts';
import { assignmentRoutes } from './assignments.ts';
import { authListingRoutes } from './auth-listings.ts';
import { gatekeeperOf } from './call.ts';
import { catalogOf } from './catalog.ts';
import { catalogRoutes } from './catalog-listings.ts';
import { discoveryRoutes } from './discovery.ts';
import { domainRoutes } from './domains.ts';
import { answerFaults, methodNotAllowed } from './faults.ts';
import { groupRoutes } from './groups.ts';
import { limitRoutes } from './limits.ts';
import { Presenters } from './presenters.ts';
import { projectRoutes } from './projects.ts';
import { roleRoutes } from './roles.ts';
import { tokenRoutes } from './tokens.ts';
import { userRoutes } from './users.ts';

/** The identity dialect, v3: the core of Keystone's API. Mounted at the path of its version document. */
export function identityV3(domain: Domain): FastifyPluginAsync {
  return async (app) => {
    const { baseUrl } = domain.settings;
    // Links have one prefix, whichever prefix the request used.
    const base = publicUrl(baseUrl, '/identity/v3');
    const present = new Presenters(base);
    const catalog = catalogOf(domain);
    rawBodies(app);
    answerFaults(app, baseUrl);
    app.addHook('onRequest', (_request, reply, done) => {
      reply.header('vary', 'X-Auth-Token');
      // Responses contain secrets and depend on the caller.
      reply.header('cache-control', 'no-store');
      done();
    });
    answerWrongMethods(app);
    const table = [
      ...discoveryRoutes(domain),
      ...tokenRoutes(domain, catalog),
      ...authListingRoutes(domain, base, present, catalog),
      ...userRoutes(domain, base, present),
      ...projectRoutes(domain, base, present),
      ...roleRoutes(domain, base, present),
      ...assignmentRoutes(domain, base, present),
      ...applicationCredentialRoutes(domain, base, present),
      ...domainRoutes(base, present),
      ...catalogRoutes(domain, base, present, catalog),
      ...limitRoutes(domain, base, present, catalog),
      ...groupRoutes(base),
    ];
    mount(app, table, { gatekeeper: gatekeeperOf(domain), notAllowed: methodNotAllowed });
  };
}
