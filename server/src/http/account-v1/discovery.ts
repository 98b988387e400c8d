import type { Domain } from '../../domain.ts';
import { publicUrl } from '../../lib/text/public-address.ts';
import { sendJson } from '../cloudfault/answer.ts';
import type { RouteTable } from '../kernel/routes.ts';

/** The response at the dialect's address in the catalog; the older service returned 404 there. */
export function discoveryRoutes({ settings }: Domain): RouteTable {
  const links = [{ rel: 'self', href: publicUrl(settings.baseUrl, '/account/v1.0/') }];
  const version = { id: 'v1.0', status: 'CURRENT', links };
  return [
    {
      path: '',
      methods: { GET: { requires: 'public', handler: (_request, reply) => sendJson(reply, { version }) } },
    },
  ];
}
