import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../directory/tokens/principal.ts';
import type { Required } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { ANONYMOUS, type Caller } from '../../workflow/engine/caller.ts';
import type { CommandScope } from '../../workflow/engine/task-commands.ts';
import type { Gatekeeper } from '../kernel/admission.ts';
import { lastValue } from '../kernel/bearer.ts';
import type { Endpoint } from '../kernel/routes.ts';
import { workflowCaller } from '../kernel/workflow-caller.ts';
import { checkAccept } from './accept.ts';
import { type Answer, sendAnswer } from './answer.ts';
import { gatekeeperOf, projectOf } from './gates.ts';

/** An admitted call. */
export interface Call {
  readonly request: FastifyRequest;
  readonly caller: Caller;
  /** The tasks that the caller may access, and the origin of the call. */
  readonly scope: CommandScope;
  /** A path parameter. */
  param(name: string): string;
  /** A query parameter; undefined if empty or absent. */
  query(name: string): string | undefined;
}

/** A method of an address: the caller is checked before the request is read. */
export function call(
  domain: Domain,
  requires: Required,
  handle: (call: Call) => Promise<Answer> | Answer,
): Endpoint {
  const gatekeeper = gatekeeperOf(domain);
  return {
    requires,
    before: [async (request) => checkAccept(request)],
    handler: async (request, reply) => {
      const principal = request.admission?.principal ?? (await optionalCaller(gatekeeper, request));
      const caller = principal ? await workflowCaller(domain, principal, { scoped: true }) : ANONYMOUS;
      return sendAnswer(reply, await handle(callOf(request, caller)));
    },
  };
}

function callOf(request: FastifyRequest, caller: Caller): Call {
  return {
    request,
    caller,
    scope: { project: projectOf(caller), user: caller.user_id, address: request.ip },
    param: (name) => (request.params as Record<string, string>)[name] ?? '',
    query: (name) => lastValue((request.query as Record<string, unknown>)[name]) || undefined,
  };
}

/** The caller where authentication is optional: an invalid token is ignored there (workflow-v1 §1.1). */
async function optionalCaller(
  gatekeeper: Gatekeeper,
  request: FastifyRequest,
): Promise<Principal | undefined> {
  try {
    return await gatekeeper.optionalCaller(request);
  } catch (error) {
    if (error instanceof PurserError && error.kind === 'unauthenticated') return undefined;
    throw error;
  }
}
