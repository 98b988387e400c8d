import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../directory/principal.ts';
import { isOperator } from '../../directory/reach.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import type { TokenStanding } from '../../projects/scoped-tokens.ts';
import { requireToken } from '../cloudfault/callers.ts';
import { lastValue } from '../kernel/bearer.ts';
import { requesterOf } from '../kernel/requester.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { queryOf, route, send } from './call.ts';
import type { CatalogV3 } from './catalog.ts';
import { badRequest, notFound } from './faults.ts';
import { loginOf } from './login.ts';
import { flagOf } from './pages.ts';
import { tokenBody } from './token-body.ts';

/** Logging in, and what becomes of tokens: `auth/tokens`. */
export function tokenRoutes(domain: Domain, catalog: () => Promise<CatalogV3>): RouteTable {
  const logIn = loginOf(domain);
  const answer = async (
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    secret: string,
    { principal, standing }: Subject,
  ) => {
    const nocatalog = flagOf('nocatalog', queryOf(request)['nocatalog']) ?? false;
    const body = tokenBody(principal, standing, nocatalog ? undefined : (await catalog()).entries);
    reply.header('x-subject-token', secret);
    return send(reply, { status, body });
  };
  return [
    route('/auth/tokens', {
      POST: {
        handler: async (request, reply) => {
          const { secret, principal } = await logIn(request);
          const standing = await domain.scopedTokens.standing(principal);
          // Between login and answer the project has ended.
          if (!standing) throw new PurserError('credentials_wrong');
          return answer(request, reply, 201, secret, { principal, standing });
        },
      },
      GET: {
        handler: async (request, reply) => {
          const { secret, subject } = await subjectOf(domain, request, true);
          return answer(request, reply, 200, secret, subject);
        },
      },
      DELETE: {
        handler: async (request, reply) => {
          const { subject, caller } = await subjectOf(domain, request, false);
          const { account, token } = subject.principal;
          await domain.tokens.revoke(account.uuid, token.id, caller && requesterOf(caller, request));
          return send(reply, undefined);
        },
      },
    }),
  ];
}

interface Subject {
  readonly principal: Principal;
  readonly standing: TokenStanding;
}

/**
 * The token that a call is about, for whoever may know: an operator, its own account, itself, and components, whose
 * business it is to ask. Nobody learns more than that a token is no good.
 * @param reading components may look, and do no more
 */
async function subjectOf(domain: Domain, request: FastifyRequest, reading: boolean) {
  const asking = requireToken(request);
  const byComponent = reading && (await domain.components.lookup(asking)) !== undefined;
  if (byComponent) await domain.components.authenticate(asking);
  const caller = byComponent ? undefined : await domain.tokens.authenticate(asking);
  const secret = lastValue(request.headers['x-subject-token']);
  if (!secret) throw badRequest('The header X-Subject-Token is missing.');
  const subject = await goodToken(domain, secret);
  if (caller) {
    const may =
      caller.account.uuid === subject?.principal.account.uuid || isOperator(caller, { scoped: true });
    // Whether a token of somebody else is good is not for everybody; one's own that is not good is not found.
    if (subject && !may) throw new PurserError('forbidden');
  }
  if (!subject) throw notFound('There is no such token, or it is good for nothing any more.');
  return { secret, subject, caller };
}

async function goodToken({ tokens, scopedTokens }: Domain, secret: string): Promise<Subject | undefined> {
  try {
    const principal = await tokens.authenticate(secret);
    const standing = await scopedTokens.standing(principal);
    return standing && { principal, standing };
  } catch (error) {
    if (error instanceof PurserError && error.kind === 'unauthenticated') return undefined;
    throw error;
  }
}
