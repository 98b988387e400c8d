import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '../../directory/tokens/principal.ts';
import { mayValidate, reachOf } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import type { TokenScope } from '../../projects/roles/scoped-tokens.ts';
import { principalOf } from '../kernel/admission.ts';
import { lastValue } from '../kernel/bearer.ts';
import { requesterOf } from '../kernel/requester.ts';
import type { RouteTable } from '../kernel/routes.ts';
import { RECEIPT } from './auth-request.ts';
import { queryOf, route, send } from './call.ts';
import type { CatalogV3 } from './catalog.ts';
import { badRequest, challengeOf, notFound } from './faults.ts';
import { type LoginOutcome, loginOf } from './login.ts';
import { flagOf } from './pages.ts';
import { DOMAIN, moment } from './presenters.ts';
import { tokenBody } from './token-body.ts';

/** Logging in, and validating and revoking tokens: `auth/tokens`. */
export function tokenRoutes(domain: Domain, catalog: () => Promise<CatalogV3>): RouteTable {
  const logIn = loginOf(domain);
  const answer = async (
    request: FastifyRequest,
    reply: FastifyReply,
    status: number,
    secret: string,
    { principal, scope }: Subject,
  ) => {
    const nocatalog = flagOf('nocatalog', queryOf(request)['nocatalog']) ?? false;
    const body = tokenBody(principal, scope, nocatalog ? undefined : (await catalog()).entries);
    reply.header('x-subject-token', secret);
    return send(reply, { status, body });
  };
  return [
    route('/auth/tokens', {
      POST: {
        requires: 'public',
        handler: async (request, reply) => {
          const outcome = await logIn(request);
          if (outcome.kind === 'receipt') return answerReceipt(reply, outcome, domain.settings.baseUrl);
          const { secret, principal } = outcome;
          const scope = await domain.scopedTokens.scopeOf(principal);
          // The project has ended between the login and the response.
          if (!scope) throw new PurserError('credentials_wrong');
          return answer(request, reply, 201, secret, { principal, scope });
        },
      },
      GET: {
        requires: 'validation',
        handler: async (request, reply) => {
          const { secret, subject } = await subjectOf(domain, request);
          return answer(request, reply, 200, secret, subject);
        },
      },
      DELETE: {
        requires: 'any',
        handler: async (request, reply) => {
          const { subject } = await subjectOf(domain, request);
          const { account, token } = subject.principal;
          const caller = principalOf(request);
          // Any token can revoke itself; revoking another one requires a full-access token.
          if (caller.token.id !== token.id && reachOf(caller.token) !== 'whole')
            throw new PurserError('forbidden');
          const by = requesterOf(caller, request);
          await domain.tokens.revoke(account.uuid, token.id, { by, caller });
          return send(reply, undefined);
        },
      },
    }),
  ];
}

/** The answer to a right password that is not enough: what else is needed, and a receipt for the password. */
function answerReceipt(
  reply: FastifyReply,
  { receipt: { receipt, issuedAt, expiresAt }, account }: Extract<LoginOutcome, { kind: 'receipt' }>,
  baseUrl: string,
): FastifyReply {
  reply.header(RECEIPT, receipt).header('www-authenticate', challengeOf(baseUrl));
  const body = {
    receipt: {
      methods: ['password'],
      user: { domain: DOMAIN, id: account.uuid, name: account.username },
      expires_at: moment(expiresAt),
      issued_at: moment(issuedAt),
    },
    required_auth_methods: [['password', 'totp']],
  };
  return send(reply, { status: 401, body });
}

interface Subject {
  readonly principal: Principal;
  readonly scope: TokenScope;
}

/**
 * The token that a call is about, if the caller may validate it: an operator, its own account, the token itself, or a
 * component. An invalid token is reported without a reason.
 */
async function subjectOf(domain: Domain, request: FastifyRequest) {
  const caller = request.admission?.principal;
  const secret = lastValue(request.headers['x-subject-token']);
  if (!secret) throw badRequest('The header X-Subject-Token is missing.');
  const subject = await goodToken(domain, secret);
  if (subject && !mayValidate(caller, subject.principal, { scoped: true }))
    throw new PurserError('forbidden');
  if (!subject) throw notFound('The token does not exist or is no longer valid.');
  return { secret, subject };
}

async function goodToken({ tokens, scopedTokens }: Domain, secret: string): Promise<Subject | undefined> {
  try {
    const principal = await tokens.authenticate(secret);
    const scope = await scopedTokens.scopeOf(principal);
    return scope && { principal, scope };
  } catch (error) {
    if (error instanceof PurserError && error.kind === 'unauthenticated') return undefined;
    throw error;
  }
}
