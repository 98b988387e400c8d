import type { FastifyInstance, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Component } from '../../catalog/components.ts';
import type { Principal } from '../../directory/principal.ts';
import { cloudRolesOf } from '../../directory/reach.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { astakosToken } from '../kernel/bearer.ts';
import { Refusal } from './fault.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is asking, on calls for users. Read it through `userOf`. */
    principal: Principal | undefined;
    /** Which component is asking, on calls for services. Read it through `componentOf`. */
    component: Component | undefined;
  }
}

/** Makes room for the caller in the requests of a scope. */
export function knowCallers(app: FastifyInstance): void {
  if (!app.hasRequestDecorator('principal')) app.decorateRequest('principal', undefined);
  if (!app.hasRequestDecorator('component')) app.decorateRequest('component', undefined);
}

/** The token of the request; throws `token_missing`. */
export function requireToken(request: FastifyRequest): string {
  const secret = astakosToken(request);
  if (secret === undefined) throw new PurserError('token_missing');
  return secret;
}

/**
 * A step before the body is read: the token must be a user's, who is active, unexpired and has signed the terms
 * (spec identity 1.1). On a known token it does not wait for anything.
 */
export function asUser({ tokens }: Domain): onRequestHookHandler {
  return step((request) => tokens.authenticate(requireToken(request)), 'principal');
}

/** The same for a call that judges the state of the account itself, in words of its own (spec identity 1.8). */
export function asUserOfAnyState({ tokens }: Domain): onRequestHookHandler {
  return step(async (request) => {
    const secret = requireToken(request);
    try {
      return await tokens.authenticate(secret);
    } catch (error) {
      const inactive = error instanceof PurserError && error.code === 'account_inactive';
      const principal = inactive ? await tokens.lookup(secret) : undefined;
      if (principal === undefined) throw error;
      return principal;
    }
  }, 'principal');
}

/** A step before the body is read: the token must be a component's, and not expired (spec identity 1.1). */
export function asComponent({ components }: Domain): onRequestHookHandler {
  return step((request) => components.authenticate(requireToken(request)), 'component');
}

function step<Key extends 'principal' | 'component'>(
  authenticate: (
    request: FastifyRequest,
  ) => NonNullable<FastifyRequest[Key]> | Promise<NonNullable<FastifyRequest[Key]>>,
  key: Key,
): onRequestHookHandler {
  return (request, _reply, done) => {
    let caller: ReturnType<typeof authenticate>;
    try {
      caller = authenticate(request);
    } catch (error) {
      done(error as Error);
      return;
    }
    if (caller instanceof Promise) {
      caller.then(
        (known) => {
          request[key] = known;
          done();
        },
        (error: Error) => done(error),
      );
      return;
    }
    request[key] = caller;
    done();
  };
}

/** Steps before the body is read: the caller must be a user who has one of these roles on the whole cloud. */
export function asHolderOf(domain: Domain, roles: readonly string[]): onRequestHookHandler[] {
  return [
    asUser(domain),
    (request, _reply, done) =>
      // The references have no word for it either (spec identity 1.11).
      cloudRolesOf(userOf(request)).some((role) => roles.includes(role))
        ? done()
        : done(new Refusal('forbidden', '')),
  ];
}

/** The user whom `asUser` let pass. */
export function userOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new PurserError('token_missing');
  return request.principal;
}

/** The component that `asComponent` let pass. */
export function componentOf(request: FastifyRequest): Component {
  if (!request.component) throw new PurserError('token_missing');
  return request.component;
}
