import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const ROUTE = Symbol('route');
type RoutedMessage = IncomingMessage & { [ROUTE]?: string | undefined };

/** Notes on each message which route of this server it has matched, for those who know the message alone. */
export function noteRoutes(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    (request.raw as RoutedMessage)[ROUTE] = request.routeOptions.url;
    done();
  });
}

/**
 * The pattern of the route that a request has matched, for the log: what stands in the place of a parameter can be a
 * secret, in any spelling. Of a path without a route only the first part is told, and only if something is mounted
 * there.
 * @param mounts prefixes below which dialects are
 */
export function matchedRoute(request: FastifyRequest, mounts: readonly string[]): string {
  const route = request.routeOptions.url ?? (request.raw as RoutedMessage)[ROUTE];
  if (route !== undefined) return route;
  const [path = ''] = request.url.split('?', 1);
  const mount = mounts.find((prefix) => path === prefix || path.startsWith(`${prefix}/`));
  if (mount === path) return path;
  return mount === undefined ? '/…' : `${mount}/…`;
}
