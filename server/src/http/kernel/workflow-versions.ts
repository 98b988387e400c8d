import type { FastifyRequest } from 'fastify';
import type { Settings } from '../../config/settings.ts';
import { publicPath } from '../../lib/text/public-address.ts';

const VERSION = {
  status: 'CURRENT',
  id: '1.0',
  'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.adjutant-v1+json' }],
};

const HOST = /^[\w.-]+(?::\d+)?$|^\[[\da-f:.]+\](?::\d+)?$/i;

/** What the root of the service says of the workflow dialect (workflow-v1 §1.5). */
export function workflowVersions(request: FastifyRequest, settings: Settings): object {
  return { versions: [{ ...VERSION, links: [{ href: `${addressOf(request, settings)}v1/`, rel: 'self' }] }] };
}

/** What the root of the workflow dialect says of itself. */
export function workflowVersion(request: FastifyRequest, settings: Settings): object {
  return { version: { ...VERSION, links: [{ href: addressOf(request, settings), rel: 'self' }] } };
}

/**
 * The address of a request as whoever sent it knows it, without the query. By another host than the public one it is
 * what the request itself says, and a trusted proxy in front.
 */
function addressOf({ raw, protocol }: FastifyRequest, { baseUrl }: Settings): string {
  const base = new URL(baseUrl);
  const { host = '' } = raw.headers;
  const origin = host === base.host || !HOST.test(host) ? base.origin : `${protocol}://${host}`;
  const [path = '/'] = (raw.url ?? '/').split('?', 1);
  return origin + publicPath(baseUrl, path);
}
