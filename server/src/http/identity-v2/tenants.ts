import { withinReach } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import { sendJson } from '../cloudfault/answer.ts';
import { userOf } from '../cloudfault/callers.ts';
import type { Endpoint } from '../kernel/routes.ts';

/**
 * GET tenants: the caller's active projects in the form of Keystone v2. The references do not have the call
 * (identity-v2 §4); general OpenStack clients do.
 */
export function tenantsEndpoint(domain: Domain): Endpoint {
  return {
    requires: 'project',
    handler: async (request, reply) => {
      const principal = userOf(request);
      const uuids = withinReach(principal, await domain.projects.activeOf(principal.account.uuid));
      const projects = await Promise.all(uuids.map((uuid) => domain.projects.get(uuid)));
      return sendJson(reply, {
        tenants: projects.map(({ uuid, name, description }) => ({
          id: uuid,
          name,
          description,
          enabled: true,
        })),
        tenants_links: [],
      });
    },
  };
}
