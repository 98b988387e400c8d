import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Domain } from '../../domain.ts';
import type { Clock } from '../../lib/clock.ts';
import { retryAfter } from '../../lib/errors.ts';
import { httpDate } from '../../lib/text/wire-date.ts';
import { rawBodies } from '../kernel/body.ts';
import type { NotAllowed, Serving } from '../kernel/routes.ts';
import { sendFault } from './answer.ts';
import { gatekeeperOf } from './callers.ts';
import { badRequest, faultOf, Refusal } from './fault.ts';

const NO_CACHE = 'max-age=0, no-cache, no-store, must-revalidate';

/**
 * Applies the rules that all calls of the account and identity dialects share (account-v1 §2) to a scope:
 * the headers of every answer, bodies as bytes, errors as faults.
 */
export function cloudfaultEnvelope(app: FastifyInstance, clock: Clock): void {
  rawBodies(app);
  const dress = headersOf(clock);
  app.addHook('onSend', (_request, reply, payload, done) => {
    dress(reply);
    done(null, payload);
  });
  tellFaults(app);
}

/** In this scope faults are always JSON: the administrative calls have no XML form. */
export function faultsInJson(app: FastifyInstance): void {
  tellFaults(app, false);
}

function tellFaults(app: FastifyInstance, xml?: boolean): void {
  app.setErrorHandler((error, request, reply) => {
    const fault = faultOf(error);
    const wait = retryAfter(error);
    if (wait !== undefined) reply.header('retry-after', wait);
    if (fault.code === 500) request.log.error({ err: error }, 'unexpected error');
    return sendFault(request, reply, fault, xml);
  });
}

/**
 * Answers every path below the scope's prefix that has no route with 400, for any method and without a token
 * (account-v1 §2.5), and the prefix itself with 404 (account-v1 §2.6).
 */
export function unknownPathsAreBadRequests(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) => {
    const itself = request.url.split('?', 1)[0] === app.prefix;
    const refusal = itself ? new Refusal('not_found', 'Not found') : badRequest('API endpoint not found');
    return sendFault(request, reply, faultOf(refusal));
  });
}

/** The serving options of these dialects, for the kernel's `mount`. */
export function serving(domain: Domain): Serving {
  return { gatekeeper: gatekeeperOf(domain), notAllowed: methodNotAllowed(domain.clock) };
}

/** The 405 response of these dialects. It is sent outside of any dialect's scope. */
function methodNotAllowed(clock: Clock): NotAllowed {
  const dress = headersOf(clock);
  return (request, reply, allow) => {
    dress(reply);
    reply.header('allow', allow);
    return sendFault(request, reply, faultOf(new Refusal('not_allowed', 'Method not allowed')));
  };
}

/** The headers of every answer. */
function headersOf(clock: Clock): (reply: FastifyReply) => void {
  const now = secondsAsText(clock);
  return (reply) => {
    const date = now();
    reply.header('cache-control', NO_CACHE);
    reply.header('expires', date);
    reply.header('last-modified', date);
    reply.header('vary', 'X-Auth-Token');
  };
}

/** The current time as an HTTP date, computed once per second. */
function secondsAsText(clock: Clock): () => string {
  let second = Number.NaN;
  let text = '';
  return () => {
    const now = Math.floor(clock.now() / 1000);
    if (now !== second) {
      second = now;
      text = httpDate(now * 1000);
    }
    return text;
  };
}
