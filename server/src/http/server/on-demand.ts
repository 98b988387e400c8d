import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';
import findMyWay from 'find-my-way';
import { LIMITS } from '../../lib/limits.ts';
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
export function onDemand(
  app: FastifyInstance,
  { prefixes, at }: { readonly prefixes: readonly string[]; readonly at: string },
  load: () => Promise<FastifyPluginAsync>,
  dialectServer: DialectServer,
): () => Promise<void> {
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
  const isBelow = pathsBelow(prefixes);
  // A hook rather than a not-found handler below each prefix: Fastify adds a route per HTTP method for each of those.
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404 || !isBelow(request.url)) return undefined;
    let server: FastifyInstance;
    try {
      server = await started();
    } catch (error) {
      request.log.error({ err: error }, `the dialect below ${prefixes[0]} could not be loaded`);
      return sendPlain(reply, FAILED);
    }
    ids.set(request.raw, request.id);
    reply.hijack();
    server.routing(request.raw, reply.raw);
    return undefined;
  });
  return async () => {
    await started();
  };
}

/** Recognizes prefixes and the paths below them as Fastify's router would, in any spelling of their characters. */
function pathsBelow(prefixes: readonly string[]): (url: string) => boolean {
  const router = findMyWay({ maxParamLength: LIMITS.path_parameter_length });
  for (const path of prefixes.flatMap((prefix) => [prefix, `${prefix}/*`]))
    router.on('GET', path, () => undefined);
  return (url) => router.find('GET', url) !== null;
}
