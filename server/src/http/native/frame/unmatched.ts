import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpProblem } from './problems.ts';

interface KnownPath {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/**
 * Answers requests that no route matches: 405 with `Allow` where the path is known (RFC 9110 15.5.6), else 404.
 * Must be called before the routes are added, since it listens to them.
 */
export function answerUnmatched(app: FastifyInstance): void {
  const paths = new Map<string, KnownPath>();
  app.addHook('onRoute', ({ url, method }) => {
    const path = paths.get(url) ?? { pattern: patternOf(url), methods: new Set<string>() };
    for (const one of [method].flat()) path.methods.add(one);
    paths.set(url, path);
  });
  // A hook and not only a handler, so that a client without a valid body also gets this answer.
  app.addHook('onRequest', async (request) => {
    if (request.is404) throw unmatched(paths.values(), request);
  });
  app.setNotFoundHandler((request) => {
    throw unmatched(paths.values(), request);
  });
}

function unmatched(paths: Iterable<KnownPath>, { url, method }: FastifyRequest): HttpProblem {
  const path = pathOf(url);
  const allow = new Set<string>();
  for (const { pattern, methods } of paths) {
    if (pattern.test(path)) for (const method of methods) allow.add(method);
  }
  // The method has a route, but the route found nothing, for example no file.
  if (allow.size === 0 || allow.has(method)) return new HttpProblem('path_unknown');
  return new HttpProblem('method_not_allowed', { allow: [...allow].join(', ') });
}

function patternOf(url: string): RegExp {
  const source = url
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:[A-Za-z_]+/g, '[^/]+')
    .replaceAll('*', '.*');
  return new RegExp(`^${source}$`);
}

function pathOf(url: string): string {
  const end = url.search(/[?#]/);
  return end < 0 ? url : url.slice(0, end);
}
