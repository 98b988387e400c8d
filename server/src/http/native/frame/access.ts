import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Component } from '../../../catalog/components.ts';
import { REQUIREMENTS, type Requirement } from '../../../directory/tokens/reach.ts';
import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';
import type { Requester } from '../../../projects/requester.ts';
import { rehearsal } from '../../../storage/rehearsal.ts';
import { Gatekeeper, principalOf } from '../../kernel/admission.ts';
import { lastValue } from '../../kernel/bearer.ts';
import { originOf } from '../../kernel/request-origin.ts';
import { requesterOf } from '../../kernel/requester.ts';
import { sessionSecretOf } from '../../kernel/session-cookie.ts';

export { componentOf as callingComponentOf, principalOf as callerOf } from '../../kernel/admission.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether users may call it before they have accepted the terms of service in force. */
    unsigned?: boolean;
    /** Whether it supports a dry run; see `About.rehearsable`. */
    rehearsable?: boolean;
  }
}

/** The checks of tokens that this dialect uses. */
export function gatekeeperOf(
  domain: Pick<Domain, 'tokens' | 'components' | 'sessions' | 'settings'>,
): Gatekeeper {
  const { baseUrl } = domain.settings;
  return new Gatekeeper(domain, {
    secretOf,
    sessionOf: (request) => sessionOf(request, baseUrl),
    tellsUsers: true,
  });
}

/** Methods by which a page of another site can change nothing. */
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * The session of a request. Browsers send its cookie along with requests of other sites too, so one that changes
 * something must come from a page of this service. Errors: `foreign_request`.
 */
function sessionOf(request: FastifyRequest, baseUrl: string): string | undefined {
  const secret = sessionSecretOf(request);
  if (secret === undefined) return undefined;
  if (!SAFE.has(request.method) && originOf(request, baseUrl) !== 'own') {
    throw new PurserError('foreign_request');
  }
  return secret;
}

/** Authenticates and authorizes each request before its body is read. */
export function guardRoutes(app: FastifyInstance, domain: Domain): void {
  const gatekeeper = gatekeeperOf(domain);
  if (!app.hasRequestDecorator('admission')) app.decorateRequest('admission', undefined);
  app.addHook('onRequest', async (request) => {
    const { requires, unsigned = false, rehearsable } = request.routeOptions.config;
    if (rehearsal() && !request.is404 && !rehearsable) throw new PurserError('not_rehearsable');
    // A route without a declaration is for operators only; a server with such a route does not start.
    const requirement: Requirement = request.is404
      ? REQUIREMENTS.public
      : (requires ?? REQUIREMENTS.whole_operator);
    if (requirement.public) return;
    request.admission = await gatekeeper.admit(request, requirement, { unsigned });
  });
}

/** The calling component; undefined if the caller is a user. */
export function callingComponent({ admission }: FastifyRequest): Component | undefined {
  return admission?.component;
}

/** The caller, for the audit record. */
export function actorOf(request: FastifyRequest): Requester {
  return requesterOf(principalOf(request), request);
}

/** Reads the token: RFC 6750 2.1, or the header of the older dialects. */
function secretOf(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer +([^ ]+) *$/i.exec(request.headers.authorization ?? '');
  return (bearer?.[1] ?? lastValue(request.headers['x-auth-token'])) || undefined;
}
