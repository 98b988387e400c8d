import type { RequestListener } from 'node:http';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import type { Domain } from '../domain.ts';
import { accountV1 } from '../http/account-v1/plugin.ts';
import { identityV2 } from '../http/identity-v2/plugin.ts';
import { bodiesAsBytes } from '../http/kernel/body.ts';
import { type DeclaredRoute, DeclaredRoutes } from '../http/kernel/declared-routes.ts';
import { PAGE_ADDRESSES } from '../http/kernel/page-addresses.ts';
import { answerWrongMethods } from '../http/kernel/routes.ts';
import { operations } from '../http/operations/plugin.ts';
import { warnOfUnknownProxy } from '../http/server/client-address.ts';
import { dialectServers } from '../http/server/dialect-server.ts';
import { answerClientError, httpServer } from '../http/server/http-server.ts';
import { onDemand } from '../http/server/on-demand.ts';
import { answerOutsideDialects } from '../http/server/outside-dialects.ts';
import { logRequests } from '../http/server/request-log.ts';
import { servedPath } from '../http/server/urls.ts';
import { web } from '../http/web/plugin.ts';
import { Networks } from '../lib/text/network-address.ts';
import { publicPath } from '../lib/text/public-address.ts';

/** Bounds on what one client can hold of a connection. */
const TIMEOUTS = { connection_ms: 120_000, request_ms: 60_000, keepAlive_ms: 72_000 };

/** Prefixes of dialects that are served from the start: what services of a cloud call all day. */
const AT_START = ['/account/v1.0', '/identity/v2.0', '/ui', '/im', '/admin', '/health'];

/** Prefixes of dialects that are loaded at the first request. */
const ON_DEMAND: Readonly<Record<string, (domain: Domain) => Promise<FastifyPluginAsync>>> = {
  '/api': async (domain) => (await import('../http/native/plugin.ts')).nativePlugin(domain),
  '/v1': async (domain) => (await import('../http/workflow-v1/plugin.ts')).workflowV1(domain),
  '/identity/v3': async (domain) => (await import('../http/identity-v3/plugin.ts')).identityV3(domain),
  '/v3': async (domain) => (await import('../http/identity-v3/plugin.ts')).identityV3(domain),
};

/**
 * Builds the HTTP server: which dialect is mounted where.
 * @returns the server, ready to listen, and a list of the routes of all dialects
 */
export async function openServer(
  domain: Domain,
  logger: Logger,
): Promise<{ http: FastifyInstance; routes: () => Promise<DeclaredRoute[]> }> {
  const { settings } = domain;
  const basePath = publicPath(settings.baseUrl, '');
  const trusted = new Networks(settings.trustedProxies);
  const declared = new DeclaredRoutes();
  const dialectServer = dialectServers({ logger, trusted, declared });
  const http = dialectServer({
    serverFactory: (serve) => httpServer(serve as RequestListener, TIMEOUTS),
    clientErrorHandler: answerClientError,
    forceCloseConnections: 'idle',
    rewriteUrl: ({ url }) => servedPath(url ?? '/', basePath),
  });
  answerWrongMethods(http);
  answerOutsideDialects(http, settings);
  // So that an unknown path is answered as such, whatever Content-Type the request has.
  bodiesAsBytes(http);
  if (trusted.empty) warnOfUnknownProxy(http, logger);
  logRequests(http, logger, [...Object.keys(ON_DEMAND), ...PAGE_ADDRESSES, ...AT_START]);
  await http.register(operations(domain));
  await http.register(identityV2(domain));
  await http.register(accountV1(domain));
  await http.register(web(domain));
  const loads: (() => Promise<void>)[] = [];
  for (const [prefix, load] of Object.entries(ON_DEMAND)) {
    const place = { prefixes: [prefix], at: prefix };
    loads.push(onDemand(http, place, () => load(domain), dialectServer));
  }
  const pages = async () => (await import('../http/pages/plugin.ts')).pages(domain);
  loads.push(onDemand(http, { prefixes: PAGE_ADDRESSES, at: '' }, pages, dialectServer));
  await http.ready();
  const routes = async () => {
    for (const load of loads) await load();
    return declared.list();
  };
  return { http, routes };
}
