import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { after } from 'node:test';
import type { FastifyInstance, RouteOptions } from 'fastify';

/** A method of a path, as the router knows it: with parameters as `:name` and the prefix of its dialect. */
export interface ServedRoute {
  readonly method: string;
  readonly url: string;
}

const CHANNEL = 'fastify.initialization';

/**
 * Collects the routes of every server that is created until the enclosing test or suite ends. A dialect that is loaded
 * on demand is in the list after its first request.
 */
export function recordRoutes(): readonly ServedRoute[] {
  const routes: ServedRoute[] = [];
  const listen = (message: unknown): void => {
    const { fastify } = message as { fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ method, url }: RouteOptions) => {
      for (const one of [method].flat()) routes.push({ method: one, url });
    });
  };
  subscribe(CHANNEL, listen);
  after(() => unsubscribe(CHANNEL, listen));
  return routes;
}
