import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Component } from '../../catalog/components.ts';
import type { Principal } from '../../directory/principal.ts';
import { isOperator } from '../../directory/reach.ts';
import type { Tokens } from '../../directory/tokens.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import type { Requester } from '../../projects/requester.ts';
import { rehearsal } from '../../storage/rehearsal.ts';
import { lastValue } from '../kernel/bearer.ts';
import { requesterOf } from '../kernel/requester.ts';

/**
 * Who may call a route. `operator` is what a route that says nothing gets.
 * - `public`: anybody, without a token
 * - `unsigned`: any user, even one who has not accepted the terms of service in force
 * - `user`: any user
 * - `self`: the user that the path names, and operators
 * - `operator`: holders of the role `admin` on the whole cloud
 * - `component`: a component, with its secret
 * - `ledger`: a component, for what it issued itself, and operators
 */
export type Access = 'public' | 'unsigned' | 'user' | 'self' | 'operator' | 'component' | 'ledger';

declare module 'fastify' {
  interface FastifyRequest {
    /** Which user is asking; undefined on public routes, and where a component asks. */
    caller: Principal | undefined;
    /** Which component is asking, on routes for them. */
    callingComponent: Component | undefined;
  }
  interface FastifyContextConfig {
    access?: Access;
    /** Whether it can be rehearsed; see `About.rehearsable`. */
    rehearsable?: boolean;
  }
}

/** Before anything of a body is read: finds out who is asking, and whether they may. */
export function guardRoutes(app: FastifyInstance, { tokens, components }: Domain): void {
  if (!app.hasRequestDecorator('caller')) app.decorateRequest('caller', undefined);
  if (!app.hasRequestDecorator('callingComponent')) app.decorateRequest('callingComponent', undefined);
  app.addHook('onRequest', async (request) => {
    if (rehearsal() && !request.is404 && !request.routeOptions.config.rehearsable) {
      throw new PurserError('not_rehearsable');
    }
    const access = request.is404 ? 'public' : (request.routeOptions.config.access ?? 'operator');
    if (access === 'public') return;
    const secret = secretOf(request);
    if (!secret) throw new PurserError('token_missing');
    if (access === 'component' || access === 'ledger') {
      const component = await components.lookup(secret);
      if (component) {
        request.callingComponent = await components.authenticate(secret);
        return;
      }
    }
    const principal = await authenticate(tokens, secret, access === 'unsigned');
    if (!mayCall(access, principal, request)) throw new PurserError('forbidden');
    request.caller = principal;
  });
}

function mayCall(access: Access, principal: Principal, request: FastifyRequest): boolean {
  switch (access) {
    case 'operator':
    case 'ledger':
      return isOperator(principal);
    case 'self':
      return isOperator(principal) || isSelf(principal, request);
    case 'component':
      return false;
    default:
      return true;
  }
}

/** Which component is asking. Only for routes that are for components alone. */
export function callingComponentOf(request: FastifyRequest): Component {
  if (!request.callingComponent) throw new PurserError('token_missing');
  return request.callingComponent;
}

/** Which user is asking. Only for routes that are not public, and not for components. */
export function callerOf(request: FastifyRequest): Principal {
  if (!request.caller) throw new PurserError('token_missing');
  return request.caller;
}

/** Who is asking on a public route; undefined if nobody says. Errors: those of a token that is not good. */
export async function optionalCallerOf(
  request: FastifyRequest,
  { tokens }: Pick<Domain, 'tokens'>,
): Promise<Principal | undefined> {
  const secret = secretOf(request);
  return secret === undefined ? undefined : authenticate(tokens, secret, false);
}

/** Who is asking, for the record. */
export function actorOf(request: FastifyRequest): Requester {
  return requesterOf(callerOf(request), request);
}

/** Refuses tokens that carry less than their user: they must not make themselves a better one. */
export function requireWholeToken(request: FastifyRequest): void {
  const { token } = callerOf(request);
  if (token.project !== null || token.roles !== null) throw new PurserError('forbidden');
}

async function authenticate(tokens: Tokens, secret: string, unsigned: boolean): Promise<Principal> {
  try {
    return await tokens.authenticate(secret);
  } catch (error) {
    // The terms are judged last, so whoever is refused for them has passed everything else.
    const pending = unsigned && error instanceof PurserError && error.code === 'terms_unsigned';
    const principal = pending ? await tokens.lookup(secret) : undefined;
    if (!principal) throw error;
    return principal;
  }
}

/** RFC 6750 2.1, or the header of the older dialects. */
function secretOf(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer +([^ ]+) *$/i.exec(request.headers.authorization ?? '');
  return bearer?.[1] ?? lastValue(request.headers['x-auth-token']);
}

function isSelf({ account }: Principal, request: FastifyRequest): boolean {
  const { user = '' } = request.params as { user?: string };
  return [account.uuid, String(account.id), account.username].includes(user.toLowerCase());
}
