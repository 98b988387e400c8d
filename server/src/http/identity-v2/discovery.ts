import type { Domain } from '../../domain.ts';
import { publicUrl } from '../../lib/text/public-address.ts';
import { sendJson } from '../cloudfault/answer.ts';
import type { Endpoint, RouteTable } from '../kernel/routes.ts';

/** The versions of the dialect (identity-v2 §5). Paths are below `/identity`. */
export function discoveryRoutes({ settings }: Domain): RouteTable {
  const version = {
    id: 'v2.0',
    status: 'CURRENT',
    updated: '2014-04-17T00:00:00Z',
    links: [{ rel: 'self', href: publicUrl(settings.baseUrl, '/identity/v2.0/') }],
  };
  const detailed = {
    ...version,
    links: [...version.links, { rel: 'describedby', type: 'text/html', href: 'https://docs.openstack.org/' }],
    media_types: [{ base: 'application/json', type: 'application/vnd.openstack.identity-v2.0+json' }],
  };
  const v3 = {
    id: 'v3.14',
    status: 'stable',
    updated: '2020-04-07T00:00:00Z',
    links: [{ rel: 'self', href: publicUrl(settings.baseUrl, '/identity/v3/') }],
    'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.identity-v3+json' }],
  };
  const list = always({ versions: { values: [version, v3] } });
  const one = always({ version: detailed });
  return [
    { path: '', methods: { GET: list } },
    { path: '/.json', methods: { GET: list } },
    { path: '/v2.0', methods: { GET: one } },
    { path: '/v2.0.json', methods: { GET: one } },
  ];
}

const always = (value: object): Endpoint => ({
  requires: 'public',
  handler: (_request, reply) => sendJson(reply, value),
});
