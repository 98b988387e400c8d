import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Domain } from '../../domain.ts';
import { sendJson } from '../cloudfault/answer.ts';
import type { Endpoint, RouteEntry, RouteTable } from '../kernel/routes.ts';
import { workflowVersions } from '../kernel/workflow-versions.ts';
import { landingPage } from './landing.ts';

/** The landing page, and what leads there from shorter and older addresses (spec identity 0.2). */
export function pageRoutes(domain: Domain): RouteTable {
  const basePath = basePathOf(domain);
  const landing = landingPage(domain, basePath);
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
      methods: page((url, reply) =>
        pathOf(url).endsWith('/') ? landing(reply) : reply.redirect(home(url), 301),
      ),
    },
    { path: '/im', methods: page((url, reply) => reply.redirect(home(url), 302)) },
  ];
}

/** Every other page of the oldest prefix lives under the present one (spec identity 0.3). For `/im/*`. */
export function oldPage(domain: Domain): (request: FastifyRequest, reply: FastifyReply) => FastifyReply {
  const basePath = basePathOf(domain);
  return ({ raw }, reply) => reply.redirect(basePath + (raw.url ?? '').replace(/^\/im\//, '/ui/'), 302);
}

/** Redirects name no host: whoever came by another one stays there. */
const basePathOf = ({ settings }: Domain) => new URL(settings.baseUrl).pathname.replace(/\/$/, '');

/** Programs ask the root which versions there are; they do not ask for HTML. */
const isBrowser = ({ raw }: FastifyRequest) =>
  raw.headers.accept?.toLowerCase().includes('text/html') ?? false;

function page(
  answer: (url: string, reply: FastifyReply, request: FastifyRequest) => FastifyReply,
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
