import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

const ROUTE = Symbol('route');
type RoutedMessage = IncomingMessage & { [ROUTE]?: string | undefined };

/**
 * Logs requests that failed, and at level `debug` all others: method, route and outcome. Nothing of a path that the
 * caller chooses is logged, nothing of the query and no header, as each of them can carry a secret.
 * @param mounts prefixes of the dialects
 */
export function logRequests(app: FastifyInstance, logger: Logger, mounts: readonly string[]): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { statusCode: status, elapsedTime } = reply;
    const line = () => {
      const { method, ip: address } = request;
      const elapsed_ms = Math.round(elapsedTime * 10) / 10;
      return { method, route: matchedRoute(request, mounts), status, address, elapsed_ms };
    };
    // 503 is the answer of full queues, which are counted, and of a database outage, which is logged once.
    if (status >= 500 && status !== 503) request.log.warn(line(), 'request failed');
    else if (logger.isLevelEnabled('debug')) request.log.debug(line(), 'request');
    done();
  });
}

/** Notes on each message which route of this server it has matched, for the log of the outer server. */
export function noteRoutes(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    (request.raw as RoutedMessage)[ROUTE] = request.routeOptions.url;
    done();
  });
}

/**
 * The pattern of the route that a request has matched: the value of a parameter can be a secret, in any spelling. Of a
 * path that no route matches, only the prefix of its dialect is logged.
 */
function matchedRoute(request: FastifyRequest, mounts: readonly string[]): string {
  const route = request.routeOptions.url ?? (request.raw as RoutedMessage)[ROUTE];
  if (route !== undefined) return route;
  const [path = ''] = request.url.split('?', 1);
  const mount = mounts.find((prefix) => path === prefix || path.startsWith(`${prefix}/`));
  if (mount === path) return path;
  return mount === undefined ? '/…' : `${mount}/…`;
}
