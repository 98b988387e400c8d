import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import findMyWay from 'find-my-way';
import { type Required, requirementOf } from '../../directory/tokens/reach.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Gatekeeper, Leniency } from './admission.ts';

/** The endpoint of one method of one path. */
export interface Endpoint {
  /** What it requires of its caller; checked before the body is read. */
  readonly requires: Required;
  readonly leniency?: Leniency;
  /** Whether the handler checks the caller itself, because it looks up the object first. */
  readonly judgesItself?: true;
  /** Hooks that run before, in order; each passes the request on or throws. */
  readonly before?: onRequestHookHandler[];
  readonly handler: (request: FastifyRequest, reply: FastifyReply) => unknown;
}

export interface RouteEntry {
  /** Fastify path below the plugin's prefix. It is served with and without one trailing slash, unless it ends with `*`. */
  readonly path: string;
  readonly methods: Readonly<Record<string, Endpoint>>;
}

export type RouteTable = readonly RouteEntry[];

/** Answers a method that a path does not support; `allow` is the value of the header of that name: `GET,POST`. */
export type NotAllowed = (request: FastifyRequest, reply: FastifyReply, allow: string) => unknown;

declare module 'fastify' {
  interface FastifyInstance {
    /** Paths that `mount` has added, for any method. */
    knownPaths: KnownPaths;
  }
}

/**
 * The known paths. Fastify's router knows paths only together with methods, and adding every method to every path would
 * make about two thousand routes.
 */
class KnownPaths {
  readonly #router = findMyWay({ maxParamLength: LIMITS.path_parameter_length });

  add(path: string, allow: string, notAllowed: NotAllowed): void {
    this.#router.on('GET', path, () => undefined, { allow, notAllowed });
  }

  find(path: string): { allow: string; notAllowed: NotAllowed } | undefined {
    return this.#router.find('GET', path)?.store as { allow: string; notAllowed: NotAllowed } | undefined;
  }
}

/**
 * Makes a server answer unsupported methods on the paths of `mount` with the 405 response of the path's dialect, before
 * the body is read and before authentication (account-v1 §2.2). Once per server, before anything is mounted.
 * @param options.overlaps whether a path without parameters can also match a path with parameters, for another method
 */
export function answerWrongMethods(app: FastifyInstance, { overlaps = false } = {}): void {
  const paths = new KnownPaths();
  app.decorate('knownPaths', paths);
  app.addHook('onRequest', (request, reply, done) => {
    const known = overlaps || request.is404 ? paths.find(pathOf(request.url)) : undefined;
    if (known && (request.is404 || !known.allow.split(',').includes(request.method))) {
      known.notAllowed(request, reply, known.allow);
    } else done();
  });
}

/**
 * A hook of a route with a wildcard: a path that another route has for other methods does not match the wildcard, and
 * is answered as an unsupported method.
 */
export function yieldToKnownPaths(app: FastifyInstance): onRequestHookHandler {
  return (request, reply, done) => {
    const known = app.knownPaths.find(pathOf(request.url));
    if (known && !known.allow.split(',').includes(request.method)) {
      known.notAllowed(request, reply, known.allow);
    } else done();
  };
}

/** The serving options of a dialect. */
export interface Serving {
  readonly gatekeeper: Gatekeeper;
  /** Answers other methods on the paths of routes. */
  readonly notAllowed: NotAllowed;
}

/** Mounts a table of routes. */
export function mount(app: FastifyInstance, table: RouteTable, { gatekeeper, notAllowed }: Serving): void {
  if (!app.hasRequestDecorator('admission')) app.decorateRequest('admission', undefined);
  for (const { path, methods } of table) {
    const allow = Object.keys(methods).join(',');
    for (const url of /[/*]$/.test(path) ? [path] : [path, `${path}/`]) {
      app.knownPaths.add(app.prefix + url, allow, notAllowed);
      for (const [method, endpoint] of Object.entries(methods)) {
        const requires = requirementOf(endpoint.requires);
        const { handler, before = [], leniency, judgesItself } = endpoint;
        app.route({
          method,
          url,
          handler,
          config: { requires, scoped: gatekeeper.scoped },
          onRequest: [
            ...(path.endsWith('*') ? [yieldToKnownPaths(app)] : []),
            ...before,
            ...(judgesItself || requires.public ? [] : [gatekeeper.step(requires, leniency)]),
          ],
          exposeHeadRoute: false,
          prefixTrailingSlash: 'slash',
        });
      }
    }
  }
}

function pathOf(url: string): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}
