import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Requirement } from '../../directory/tokens/reach.ts';

/** A method of a path, and its requirement for callers. */
export interface DeclaredRoute {
  readonly method: string;
  /** As the router knows it, with its prefix. */
  readonly path: string;
  readonly requires: Requirement;
  /** Whether full-access tokens of projects carry cloud roles on this route. */
  readonly scoped: boolean;
}

/** All routes of the watched servers. A server with a route that declares no requirement does not start. */
export class DeclaredRoutes {
  readonly #routes: RouteOptions[] = [];

  /** Must be called before anything is mounted on the server. */
  watch(app: FastifyInstance): void {
    const own: RouteOptions[] = [];
    app.addHook('onRoute', (route) => {
      own.push(route);
      this.#routes.push(route);
    });
    // Not earlier: plugins may add the requirement to routes of other plugins.
    app.addHook('onReady', async () => {
      const silent = own.find(({ config }) => config?.requires === undefined);
      if (silent)
        throw new Error(
          `The route ${silent.method} ${silent.url} does not declare what it requires of callers.`,
        );
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
