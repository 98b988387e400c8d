import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Requirement } from '../../directory/tokens/reach.ts';

/** One method of one path, and what it needs of whoever calls it. */
export interface DeclaredRoute {
  readonly method: string;
  /** As the router has it, with its prefix. */
  readonly path: string;
  readonly requires: Requirement;
  /** Whether whole tokens of projects carry roles on the whole cloud there. */
  readonly scoped: boolean;
}

/** Every route of the servers that it watches. A server with a route that does not say what it needs does not start. */
export class DeclaredRoutes {
  readonly #routes: RouteOptions[] = [];

  /** Before anything is mounted on the server. */
  watch(app: FastifyInstance): void {
    const own: RouteOptions[] = [];
    app.addHook('onRoute', (route) => {
      own.push(route);
      this.#routes.push(route);
    });
    // Not earlier: those who mount routes of others add to them what they need.
    app.addHook('onReady', async () => {
      const silent = own.find(({ config }) => config?.requires === undefined);
      if (silent)
        throw new Error(`The route ${silent.method} ${silent.url} does not say what it needs of callers.`);
    });
  }

  /** One entry for each method, in the order of paths. */
  list(): DeclaredRoute[] {
    return this.#routes
      .flatMap(({ method, url, config }) =>
        [method].flat().map((one) => ({
          method: one,
          path: url,
          requires: config?.requires ?? {},
          scoped: config?.scoped ?? false,
        })),
      )
      .toSorted((a, b) => compare(a.path, b.path) || compare(a.method, b.method));
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
