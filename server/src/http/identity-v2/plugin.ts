import type { FastifyPluginAsync } from 'fastify';
import type { Domain } from '../../domain.ts';
import {
  cloudfaultEnvelope,
  faultsInJson,
  serving,
  unknownPathsAreBadRequests,
} from '../cloudfault/envelope.ts';
import { mount, type RouteTable } from '../kernel/routes.ts';
import { AccessFactsOf } from './access-facts.ts';
import { discoveryRoutes } from './discovery.ts';
import { tenantsEndpoint } from './tenants.ts';
import { tokensEndpoint } from './tokens.ts';
import { validationEndpoint } from './validation.ts';

/** The users API, loaded only where the settings enable it. */
function adminApi(domain: Domain): FastifyPluginAsync {
  return async (admin) => {
    const { adminUserRoutes } = await import('./admin-users.ts');
    faultsInJson(admin);
    mount(admin, adminUserRoutes(domain), serving(domain));
  };
}

/** The identity dialect, v2.0: everything under `/identity`, and `/tokens`. Mounted without a prefix. */
export function identityV2(domain: Domain): FastifyPluginAsync {
  return async (app) => {
    const facts = new AccessFactsOf(domain);
    const tokens = tokensEndpoint(domain, facts);
    const table: RouteTable = [
      ...discoveryRoutes(domain),
      { path: '/v2.0/tokens', methods: { POST: tokens } },
      // Tokens of the oldest form may contain slashes (account-v1 §6.4).
      { path: '/v2.0/tokens/*', methods: { GET: validationEndpoint(domain, facts) } },
      { path: '/v2.0/tenants', methods: { GET: tenantsEndpoint(domain) } },
    ];
    await app.register(
      async (identity) => {
        cloudfaultEnvelope(identity, domain.clock);
        unknownPathsAreBadRequests(identity);
        mount(identity, table, serving(domain));
        if (domain.settings.adminApi) await identity.register(adminApi(domain));
      },
      { prefix: '/identity' },
    );
    await app.register(async (root) => {
      cloudfaultEnvelope(root, domain.clock);
      // The address that clients use if they have only the base URL of the service (identity-v2 §1).
      mount(root, [{ path: '/tokens', methods: { POST: tokens } }], serving(domain));
    });
  };
}
