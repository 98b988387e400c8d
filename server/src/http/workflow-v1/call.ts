import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { ANONYMOUS, type Caller } from '../../workflow/caller.ts';
import type { Gate } from '../../workflow/delegate-api.ts';
import type { TaskScope } from '../../workflow/tasks.ts';
import { lastValue } from '../kernel/bearer.ts';
import type { Endpoint } from '../kernel/routes.ts';
import { workflowCaller } from '../kernel/workflow-caller.ts';
import { checkAccept } from './accept.ts';
import { type Answer, sendAnswer } from './answer.ts';
import { checkGate, projectOf } from './gates.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; not known before the gate. */
    workflowCaller: Caller | undefined;
  }
}

/** A call that has passed its gate. */
export interface Call {
  readonly request: FastifyRequest;
  readonly caller: Caller;
  /** What the caller may reach, and where the call came from. */
  readonly scope: TaskScope;
  /** A parameter of the path. */
  param(name: string): string;
  /** A parameter of the query; undefined if it is empty or not there. */
  query(name: string): string | undefined;
}

/** Makes room for the caller in the requests of a scope. */
export function knowWorkflowCallers(app: FastifyInstance): void {
  app.decorateRequest('workflowCaller', undefined);
}

/** A method of an address: the gate is judged before anything of the request is read (spec workflow 1.3). */
export function call(domain: Domain, gate: Gate, handle: (call: Call) => Promise<Answer> | Answer): Endpoint {
  return {
    before: [
      async (request) => {
        checkAccept(request);
        const caller = await callerOf(domain, request);
        checkGate(gate, caller);
        request.workflowCaller = caller;
      },
    ],
    handler: async (request, reply) => sendAnswer(reply, await handle(callOf(request))),
  };
}

function callOf(request: FastifyRequest): Call {
  const { workflowCaller: caller = ANONYMOUS } = request;
  return {
    request,
    caller,
    scope: { project: projectOf(caller), address: request.ip },
    param: (name) => (request.params as Record<string, string>)[name] ?? '',
    query: (name) => lastValue((request.query as Record<string, unknown>)[name]) || undefined,
  };
}

/** Who asks. Without a token, or with a bad one, nobody: the gate decides whether that matters (spec workflow 1.1). */
async function callerOf(domain: Domain, request: FastifyRequest): Promise<Caller> {
  const secret = lastValue(request.headers['x-auth-token']);
  if (!secret) return ANONYMOUS;
  try {
    return await workflowCaller(domain, await domain.tokens.authenticate(secret), { scoped: true });
  } catch (error) {
    if (error instanceof PurserError && error.kind === 'unauthenticated') return ANONYMOUS;
    throw error;
  }
}
