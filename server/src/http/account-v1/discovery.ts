import type { Domain } from '../../domain.ts';
import { sendJson } from '../cloudfault/answer.ts';
import type { RouteTable } from '../kernel/routes.ts';

/** What the catalog's address of the dialect answers; the older service had nothing there. */
export function discoveryRoutes({ settings }: Domain): RouteTable {
  const links = [{ rel: 'self', href: `${settings.baseUrl}/account/v1.0/` }];
  const version = { id: 'v1.0', status: 'CURRENT', links };
  return [{ path: '', methods: { GET: { handler: (_request, reply) => sendJson(reply, { version }) } } }];
}
