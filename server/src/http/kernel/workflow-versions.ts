import type { FastifyRequest } from 'fastify';
import type { Settings } from '../../config/settings.ts';
import { publicPath } from '../../lib/text/public-address.ts';

const VERSION = {
  status: 'CURRENT',
  id: '1.0',
  'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.adjutant-v1+json' }],
};

const HOST = /^[\w.-]+(?::\d+)?$|^\[[\da-f:.]+\](?::\d+)?$/i;

/** The workflow dialect in the version document at the root of the service (workflow-v1 §1.5). */
export function workflowVersions(request: FastifyRequest, settings: Settings): object {
  return { versions: [{ ...VERSION, links: [{ href: `${addressOf(request, settings)}v1/`, rel: 'self' }] }] };
}

/** The version document at the root of the workflow dialect. */
export function workflowVersion(request: FastifyRequest, settings: Settings): object {
  return { version: { ...VERSION, links: [{ href: addressOf(request, settings), rel: 'self' }] } };
}

/**
 * The public address of a request, without the query. On a host other than the public one it is taken from the request
 * and from trusted proxies.
 */
function addressOf({ raw, protocol }: FastifyRequest, { baseUrl }: Settings): string {
  const base = new URL(baseUrl);
  const { host = '' } = raw.headers;
  const origin = host === base.host || !HOST.test(host) ? base.origin : `${protocol}://${host}`;
  const [path = '/'] = (raw.url ?? '/').split('?', 1);
  return origin + publicPath(baseUrl, path);
}
