import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyPluginAsync, FastifyServerOptions } from 'fastify';
import { noteRoutes } from './matched-route.ts';
import { sendPlain } from './rest.ts';

/** How the server of a dialect is made: like the one it hangs on, with these options besides. */
export type MakeServer = (options: FastifyServerOptions) => FastifyInstance;

const FAILED = { status: 500, code: 'unexpected', detail: 'Unexpected error' };

/**
 * Mounts a dialect whose code is loaded when somebody first asks for anything below its prefix; that request waits.
 * For dialects that people use, or nobody: what every cloud's services call all day is loaded at the start.
 * A server that runs takes no more routes, so the dialect gets one of its own, which is handed the requests as they
 * came: nothing of them has been read, whatever the method.
 * @param load imports the dialect
 * @returns loads it, if nobody has asked yet
 */
export async function onDemand(
  app: FastifyInstance,
  prefix: string,
  load: () => Promise<FastifyPluginAsync>,
  makeServer: MakeServer,
): Promise<() => Promise<void>> {
  // A request has one id in the log, whoever writes of it.
  const ids = new WeakMap<IncomingMessage, string>();
  const start = async (): Promise<FastifyInstance> => {
    const plugin = await load();
    const server = makeServer({ genReqId: (raw) => ids.get(raw as IncomingMessage) ?? '' });
    noteRoutes(server);
    await server.register(plugin, { prefix });
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
  await app.register(
    async (scope) => {
      // No route is here, so all that comes takes the way of what is not found; this hook is the end of that way.
      scope.setNotFoundHandler(() => undefined);
      scope.addHook('onRequest', async (request, reply) => {
        const server = await started();
        ids.set(request.raw, request.id);
        reply.hijack();
        server.routing(request.raw, reply.raw);
      });
      scope.setErrorHandler((error, request, reply) => {
        request.log.error({ err: error }, `what is below ${prefix} could not be loaded`);
        return sendPlain(reply, FAILED);
      });
    },
    { prefix },
  );
  return async () => {
    await started();
  };
}
