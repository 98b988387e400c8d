import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import type { DialectServer } from './dialect-server.ts';
import { sendPlain } from './outside-dialects.ts';
import { noteRoutes } from './request-log.ts';

const FAILED = { status: 500, code: 'unexpected', detail: 'Unexpected error' };

/**
 * Mounts a dialect whose code is loaded at the first request below its prefix; that request waits. For dialects that
 * only people use, or that many installations do not use: what the services of a cloud call all day is loaded at the
 * start. A running server accepts no more routes, so the dialect gets a server of its own, which receives the requests
 * unread.
 * @param place.prefixes the paths below which requests go to the dialect
 * @param place.at the prefix that the dialect's own routes lack
 * @param load imports the dialect
 * @returns loads the dialect, unless that has happened
 */
export async function onDemand(
  app: FastifyInstance,
  { prefixes, at }: { readonly prefixes: readonly string[]; readonly at: string },
  load: () => Promise<FastifyPluginAsync>,
  dialectServer: DialectServer,
): Promise<() => Promise<void>> {
  // A request has one id in the log, whichever server logs it.
  const ids = new WeakMap<IncomingMessage, string>();
  const start = async (): Promise<FastifyInstance> => {
    const plugin = await load();
    const server = dialectServer({ genReqId: (raw) => ids.get(raw as IncomingMessage) ?? '' });
    noteRoutes(server);
    await server.register(plugin, { prefix: at });
    await server.ready();
    return server;
  };
  let dialect: ReturnType<typeof start> | undefined;
  const started = (): Promise<FastifyInstance> => {
    dialect ??= start().catch((error: unknown) => {
      // The cause of the failure may have passed when the next request comes.
      dialect = undefined;
      throw error;
    });
    return dialect;
  };
  app.addHook('onClose', async () => {
    const server = await dialect?.catch(() => undefined);
    await server?.close();
  });
  for (const prefix of prefixes) {
    await app.register(
      async (scope) => {
        // This scope has no routes, so every request runs the hooks of the not-found handler; this hook takes it over.
        scope.setNotFoundHandler(() => undefined);
        scope.addHook('onRequest', async (request, reply) => {
          const server = await started();
          ids.set(request.raw, request.id);
          reply.hijack();
          server.routing(request.raw, reply.raw);
        });
        scope.setErrorHandler((error, request, reply) => {
          request.log.error({ err: error }, `the dialect below ${prefix} could not be loaded`);
          return sendPlain(reply, FAILED);
        });
      },
      { prefix },
    );
  }
  return async () => {
    await started();
  };
}
