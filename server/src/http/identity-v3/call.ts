import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Principal } from '../../directory/principal.ts';
import { isOperator } from '../../directory/reach.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { stringifyExact } from '../../lib/json.ts';
import type { Requester } from '../../projects/requester.ts';
import { asUser, userOf } from '../cloudfault/callers.ts';
import { lastValue } from '../kernel/bearer.ts';
import { requesterOf } from '../kernel/requester.ts';
import type { Endpoint, RouteEntry } from '../kernel/routes.ts';

/** A call of somebody who is known. */
export interface Call {
  readonly request: FastifyRequest;
  readonly caller: Principal;
  /** The caller, as the domain of projects wants to know them. */
  readonly by: Requester;
  readonly params: Readonly<Record<string, string>>;
  /** The last value of each parameter of the query. */
  readonly query: Readonly<Record<string, string | undefined>>;
}

/** What a call answers; nothing: 204. */
export type Result = { readonly status?: number; readonly body: object } | undefined;

type Work = (call: Call) => Promise<Result>;

/** What anybody may call who is logged in. */
export function forUsers(domain: Domain, work: Work): Endpoint {
  return endpoint([asUser(domain)], work);
}

/** What operators alone may call. */
export function forOperators(domain: Domain, work: Work): Endpoint {
  return endpoint([asUser(domain), refuseOthers], work);
}

/** A route; what can be read can be asked for without its body too. */
export function route(path: string, methods: RouteEntry['methods']): RouteEntry {
  const { GET } = methods;
  return { path, methods: { ...methods, ...(GET && { HEAD: GET }) } };
}

/** Refuses who is neither the user of that uuid nor an operator. */
export function refuseStrangers({ caller, by }: Call, user: string): void {
  if (caller.account.uuid !== user && !by.operator) throw new PurserError('forbidden');
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

function endpoint(before: onRequestHookHandler[], work: Work): Endpoint {
  return {
    before,
    handler: async (request, reply) => {
      const caller = userOf(request);
      const params = request.params as Call['params'];
      const by = requesterOf(caller, request, { scoped: true });
      return send(reply, await work({ request, caller, by, params, query: queryOf(request) }));
    },
  };
}

const refuseOthers: onRequestHookHandler = (request, _reply, done) => {
  done(isOperator(userOf(request), { scoped: true }) ? undefined : new PurserError('forbidden'));
};
