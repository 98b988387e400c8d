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
 * GET tokens/<id>: whether a scoped token is good, for whoever was shown it (identity-v2 §3). Tokens that stand
 * for the whole account do not exist here; asking for the right to ask comes on top of the references, whose answer
 * goes to anybody.
 */
export function validationEndpoint(domain: Domain, factsOf: AccessFactsOf): Endpoint {
  const gatekeeper = gatekeeperOf(domain);
  return {
    requires: 'validation',
    // That there is no such token comes first, whoever asks.
    judgesItself: true,
    handler: async (request, reply) => {
      const id = tokenInPath(request);
      const principal = await scopedToken(domain, id);
      // The bearer of the token itself needs no other one.
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

/** All that follows `tokens/`, but one slash at its end. */
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
    await tokens.revoke(account.uuid, token.id);
    throw notFound('Token has expired');
  }
  // It opens no door at present, so nobody may be told that it does.
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
