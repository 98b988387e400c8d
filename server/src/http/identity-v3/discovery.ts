import type { Domain } from '../../domain.ts';
import { publicUrl } from '../../lib/text/public-address.ts';
import type { Endpoint, RouteTable } from '../kernel/routes.ts';
import { route, send } from './call.ts';

/** The version document of the dialect. */
export function discoveryRoutes({ settings }: Domain): RouteTable {
  const version = {
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: publicUrl(settings.baseUrl, '/identity/v3/') }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  };
  const GET: Endpoint = {
    requires: 'public',
    handler: (_request, reply) => send(reply, { body: { version } }),
  };
  return [route('', { GET })];
}
