import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../directory/tokens/principal.ts';
import { mayValidate, REQUIREMENTS } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { sendJsonText, sendXmlText } from '../cloudfault/answer.ts';
import { gatekeeperOf, requireToken } from '../cloudfault/callers.ts';
import { Refusal } from '../cloudfault/fault.ts';
import { wantsXml } from '../cloudfault/negotiation.ts';
import { lastValue } from '../kernel/bearer.ts';
import type { Endpoint } from '../kernel/routes.ts';
import type { AccessFactsOf } from './access-facts.ts';
import { validationJson } from './access-json.ts';
import { validationXml } from './access-xml.ts';

/**
 * GET tokens/<id>: whether a scoped token is valid, for a third party that received it (identity-v2 §3). Full-access
 * tokens are reported as unknown. Unlike the references, whose response is public, Purser requires a caller
 * that may validate the token.
 */
export function validationEndpoint(domain: Domain, factsOf: AccessFactsOf): Endpoint {
  const gatekeeper = gatekeeperOf(domain);
  return {
    requires: 'validation',
    // An unknown token is reported first, to any caller.
    judgesItself: true,
    handler: async (request, reply) => {
      const id = tokenInPath(request);
      const principal = await scopedToken(domain, id);
      // A caller may present the token in question itself.
      if (requireToken(request) !== id) {
        const { principal: caller } = await gatekeeper.admit(request, REQUIREMENTS.validation);
        if (!mayValidate(caller, principal)) throw new PurserError('forbidden');
      }
      refuseOutside(request, principal);
      const facts = await factsOf.get(principal);
      return wantsXml(request)
        ? sendXmlText(reply, validationXml(id, facts))
        : sendJsonText(reply, validationJson(id, facts));
    },
  };
}

/** The rest of the path after `tokens/`, without one slash at its end. */
function tokenInPath(request: FastifyRequest): string {
  const { '*': rest } = request.params as { '*': string };
  return /\/(?:\?|$)/.test(request.url) ? rest.slice(0, -1) : rest;
}

const notFound = (message: string) => new Refusal('not_found', message);

async function scopedToken({ tokens, clock }: Domain, secret: string): Promise<Principal> {
  const principal = await tokens.lookup(secret);
  if (!principal || scopeOf(principal) === null) throw notFound('No such token');
  const { account, token, termsPending } = principal;
  if (token.expiresAt !== null && token.expiresAt < clock.now()) {
    await tokens.removeExpired(account.uuid, token.id);
    throw notFound('Token has expired');
  }
  // The token is not accepted at present, so it is not reported as valid.
  if (!account.active || termsPending || !(await tokens.stands(principal))) throw notFound('No such token');
  return principal;
}

const scopeOf = ({ token }: Principal): string | null => token.scope ?? token.project;

function refuseOutside(request: FastifyRequest, subject: Principal): void {
  const belongsTo = lastValue((request.query as Record<string, unknown>)['belongsTo']);
  if (belongsTo !== undefined && !belongsTo.startsWith(scopeOf(subject) ?? '')) {
    throw notFound("The specified tenant is outside the token's scope");
  }
}
