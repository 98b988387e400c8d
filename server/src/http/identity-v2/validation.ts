import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../directory/tokens/principal.ts';
import { isOperator, REQUIREMENTS } from '../../directory/tokens/reach.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { sendJsonText, sendXmlText } from '../cloudfault/answer.ts';
import { gatekeeperOf, requireToken } from '../cloudfault/callers.ts';
import { Refusal } from '../cloudfault/fault.ts';
import { wantsXml } from '../cloudfault/negotiation.ts';
import type { Admission } from '../kernel/admission.ts';
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
      // Who has nothing but the token in question may ask about that.
      if (requireToken(request) !== id) {
        refuseStrangers(await gatekeeper.admit(request, REQUIREMENTS.validation), principal);
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

/** Of users, operators and the account itself are told. */
function refuseStrangers({ principal }: Admission, subject: Principal): void {
  if (!principal || principal.account.uuid === subject.account.uuid || isOperator(principal)) return;
  throw new PurserError('forbidden');
}

function refuseOutside(request: FastifyRequest, subject: Principal): void {
  const belongsTo = lastValue((request.query as Record<string, unknown>)['belongsTo']);
  if (belongsTo !== undefined && !belongsTo.startsWith(scopeOf(subject) ?? '')) {
    throw notFound("The specified tenant is outside the token's scope");
  }
}
