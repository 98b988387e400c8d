import type { FastifyReply, FastifyRequest } from 'fastify';
import { actingProject, type Principal } from '../../directory/tokens/principal.ts';
import type { Required } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import { stringifyExact } from '../../lib/text/json.ts';
import type { Requester } from '../../projects/requester.ts';
import { Gatekeeper, principalOf } from '../kernel/admission.ts';
import { astakosToken, lastValue } from '../kernel/bearer.ts';
import { requesterOf } from '../kernel/requester.ts';
import type { Endpoint, RouteEntry } from '../kernel/routes.ts';

/** An authenticated call. */
export interface Call {
  readonly request: FastifyRequest;
  readonly caller: Principal;
  /** The caller, as the domain of projects represents it. */
  readonly by: Requester;
  readonly params: Readonly<Record<string, string>>;
  /** The last value of each query parameter. */
  readonly query: Readonly<Record<string, string | undefined>>;
}

/** The response of a call; undefined: 204. */
export type Result = { readonly status?: number; readonly body: object } | undefined;

type Work = (call: Call) => Promise<Result>;

/** The checks of callers. Full-access tokens of projects carry cloud roles: OpenStack clients have no other tokens. */
export function gatekeeperOf(domain: Domain): Gatekeeper {
  return new Gatekeeper(domain, { secretOf: astakosToken, scoped: true });
}

/** A method for authenticated callers. */
export function serve(requires: Required, work: Work): Endpoint {
  return {
    requires,
    handler: async (request, reply) => {
      const caller = principalOf(request);
      const params = request.params as Call['params'];
      const by = requesterOf(caller, request, { scoped: true });
      return send(reply, await work({ request, caller, by, params, query: queryOf(request) }));
    },
  };
}

/** A route; a GET also serves HEAD. */
export function route(path: string, methods: RouteEntry['methods']): RouteEntry {
  const { GET } = methods;
  return { path, methods: { ...methods, ...(GET && { HEAD: GET }) } };
}

/** The project that a narrowed token acts in; undefined for a full-access token. */
export function withinOf({ by, caller }: Call): string | undefined {
  return by.token && actingProject(caller);
}

export function send(reply: FastifyReply, result: Result): FastifyReply {
  if (!result) return reply.code(204).send();
  const { status = 200, body } = result;
  return reply.code(status).header('content-type', 'application/json').send(stringifyExact(body));
}

export function queryOf(request: FastifyRequest): Call['query'] {
  const query = request.query as Record<string, unknown>;
  return Object.fromEntries(Object.entries(query).map(([key, value]) => [key, lastValue(value)]));
}
