import { METHODS } from 'node:http';
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  FastifySchema,
  onRequestHookHandler,
} from 'fastify';

/** What answers one method of one path. */
export interface Endpoint {
  /** Steps before the body is read, in order; each lets the request pass or throws. */
  readonly before?: onRequestHookHandler[];
  readonly handler: (request: FastifyRequest, reply: FastifyReply) => unknown;
  /** Overrides the service-wide limit of a body, in bytes. */
  readonly bodyLimit?: number;
  /** Describes the route in the OpenAPI document; nothing is validated or serialised by it here. */
  readonly schema?: FastifySchema;
}

export interface RouteEntry {
  /** Fastify path below the plugin's prefix. It is served with and without one trailing slash. */
  readonly path: string;
  readonly methods: Readonly<Record<string, Endpoint>>;
}

export type RouteTable = readonly RouteEntry[];

/** CONNECT never reaches a router; Fastify answers QUERY by rules of its own. */
const ROUTED_METHODS = METHODS.filter((method) => method !== 'CONNECT' && method !== 'QUERY');

/** Lets the router know every method there is, so that a wrong one is answered 405 and not 404. Once per server. */
export function knowAllMethods(app: FastifyInstance): void {
  const known = new Set(app.supportedMethods);
  for (const method of METHODS) {
    if (method !== 'CONNECT' && !known.has(method)) app.addHttpMethod(method, { hasBody: true });
  }
}

/**
 * Mounts a table of routes. All methods that an entry does not name are answered by `notAllowed`, before any body
 * is read and before anybody asks for a token (spec identity 1.2).
 * @param notAllowed answers 405 in the dialect's own words; `allow` is ready for the header: `GET,POST`.
 */
export function mount(
  app: FastifyInstance,
  table: RouteTable,
  notAllowed: (request: FastifyRequest, reply: FastifyReply, allow: string) => unknown,
): void {
  for (const { path, methods } of table) {
    const allowed = Object.keys(methods);
    const allow = allowed.join(',');
    const others = ROUTED_METHODS.filter((method) => !allowed.includes(method));
    for (const url of withAndWithoutSlash(path)) {
      for (const [method, endpoint] of Object.entries(methods)) {
        app.route({
          method,
          url,
          handler: endpoint.handler,
          exposeHeadRoute: false,
          prefixTrailingSlash: 'slash',
          ...(endpoint.before && { onRequest: endpoint.before }),
          ...(endpoint.bodyLimit && { bodyLimit: endpoint.bodyLimit }),
          ...(endpoint.schema && { schema: endpoint.schema }),
        });
      }
      app.route({
        method: others,
        url,
        exposeHeadRoute: false,
        prefixTrailingSlash: 'slash',
        schema: { hide: true } as FastifySchema,
        onRequest: async (request, reply) => notAllowed(request, reply, allow),
        handler: () => undefined,
      });
    }
  }
}

function withAndWithoutSlash(path: string): string[] {
  return path.endsWith('/') ? [path] : [path, `${path}/`];
}
