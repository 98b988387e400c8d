import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyServerOptions,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import { LIMITS } from '../../lib/limits.ts';
import type { Networks } from '../../lib/text/network-address.ts';
import type { DeclaredRoutes } from '../kernel/declared-routes.ts';
import { knowClients } from './client-address.ts';
import { decodable } from './urls.ts';

/** Makes a server for dialects, with these options beside those that all servers share. */
export type DialectServer = (options: FastifyServerOptions) => FastifyInstance;

/**
 * What makes the servers of one process.
 * @param deps.trusted proxies whose forwarding headers are believed
 * @param deps.declared watches the routes of each server
 */
export function dialectServers(deps: {
  readonly logger: Logger;
  readonly trusted: Networks;
  readonly declared: DeclaredRoutes;
}): DialectServer {
  return (options) => {
    const server = fastify({
      // A rehearsal calls the server of its dialect directly, without the outer one.
      rewriteUrl: ({ url }) => decodable(url ?? '/'),
      ...options,
      ...sharedOptions(deps.logger),
    });
    knowClients(server, deps.trusted);
    deps.declared.watch(server);
    server.addHook('onRequest', (_request, reply, done) => {
      reply.header('x-content-type-options', 'nosniff');
      done();
    });
    return server;
  };
}

function sharedOptions(logger: Logger) {
  return {
    loggerInstance: logger as FastifyBaseLogger,
    // `logRequests` writes one line per request, without its query.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LIMITS.body_bytes,
    // A request that arrives on an open connection while the service stops is served before the connection is closed.
    return503OnClosing: false,
    routerOptions: { maxParamLength: LIMITS.path_parameter_length },
    // A dialect with schemas sets its own compilers. Fastify would load its default ones, which are not used.
    schemaController: { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } },
  } satisfies FastifyServerOptions;
}

function noCompiler(): never {
  throw new Error('This dialect declares schemas but sets no compiler for them.');
}
