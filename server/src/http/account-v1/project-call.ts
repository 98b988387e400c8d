import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Required } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import type { Requester } from '../../projects/requester.ts';
import { userOf } from '../cloudfault/callers.ts';
import { requesterOf } from '../kernel/requester.ts';
import type { Endpoint } from '../kernel/routes.ts';

/** A call about projects: the caller, the request and the reply. */
export interface ProjectCall {
  readonly domain: Domain;
  readonly by: Requester;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Converts functions that answer calls of users into endpoints. */
export function projectEndpoints(
  domain: Domain,
): (requires: Required, answer: (call: ProjectCall) => Promise<FastifyReply>) => Endpoint {
  return (requires, answer) => ({
    requires,
    handler: (request, reply) =>
      answer({ domain, by: requesterOf(userOf(request), request), request, reply }),
  });
}

/** The number in a path; a number larger than any possible id is reported as not found. */
export function numberInPath(request: FastifyRequest, key: 'application' | 'membership'): number {
  const text = (request.params as Record<typeof key, string>)[key];
  const id = Number(text);
  if (Number.isSafeInteger(id)) return id;
  throw new PurserError(`${key}_not_found`, { [key]: text });
}
