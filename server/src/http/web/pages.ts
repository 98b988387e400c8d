import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Domain } from '../../domain.ts';
import { publicPath } from '../../lib/text/public-address.ts';
import { sendJson } from '../cloudfault/answer.ts';
import { isPageAddress } from '../kernel/page-addresses.ts';
import type { Endpoint, RouteEntry, RouteTable } from '../kernel/routes.ts';
import { sessionSecretOf } from '../kernel/session-cookie.ts';
import { workflowVersions } from '../kernel/workflow-versions.ts';
import { isBrowser } from '../server/outside-dialects.ts';

/** Redirects from the root, and from shorter and older addresses (web §1). */
export function pageRoutes(domain: Domain): RouteTable {
  const basePath = basePathOf(domain);
  const home = (url: string) => `${basePath}/ui/${queryOf(url)}`;
  return [
    {
      path: '/',
      methods: page((url, reply, request) =>
        isBrowser(request)
          ? reply.redirect(home(url), 302)
          : sendJson(reply, workflowVersions(request, domain.settings)),
      ),
    },
    {
      path: '/ui',
      methods: page(async (url, reply, request) =>
        pathOf(url).endsWith('/')
          ? reply.redirect(basePath + (await startOf(domain, request)), 302)
          : reply.redirect(home(url), 301),
      ),
    },
    { path: '/im', methods: page((url, reply) => reply.redirect(home(url), 302)) },
  ];
}

/** Where a visitor begins: at the services of the cloud, or signed out at the sign-in. */
async function startOf({ sessions }: Domain, request: FastifyRequest): Promise<string> {
  const secret = sessionSecretOf(request);
  return secret !== undefined && (await sessions.bearerOf(secret)) ? '/ui/landing' : '/ui/login';
}

/**
 * Redirects pages of the oldest prefix to the current one (web §1), and unknown pages to the start page. For `/im/*`.
 */
export function oldPage(
  domain: Domain,
  app: FastifyInstance,
): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const basePath = basePathOf(domain);
  return ({ raw }, reply) => {
    const url = (raw.url ?? '').replace(/^\/im\//, '/ui/');
    const isPage = isPageAddress(pathOf(url)) || app.knownPaths.find(pathOf(url)) !== undefined;
    return reply.redirect(basePath + (isPage ? url : `/ui/${queryOf(url)}`), 302);
  };
}

/** Redirects contain no host, so a client stays on the host that it used. */
const basePathOf = ({ settings }: Domain) => publicPath(settings.baseUrl, '');

function page(
  answer: (url: string, reply: FastifyReply, request: FastifyRequest) => FastifyReply | Promise<FastifyReply>,
): RouteEntry['methods'] {
  const endpoint: Endpoint = {
    requires: 'public',
    handler: (request: FastifyRequest, reply: FastifyReply) => answer(request.raw.url ?? '/', reply, request),
  };
  return { GET: endpoint, HEAD: endpoint };
}

function pathOf(url: string): string {
  return url.slice(0, url.length - queryOf(url).length);
}

function queryOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at);
}
