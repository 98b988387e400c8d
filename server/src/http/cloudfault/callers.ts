import type { FastifyRequest } from 'fastify';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import { Gatekeeper } from '../kernel/admission.ts';
import { astakosToken } from '../kernel/bearer.ts';
import { Refusal } from './fault.ts';

export { componentOf, principalOf as userOf } from '../kernel/admission.ts';

/** The checks of callers for all account and identity dialects, by the token of account-v1 §2.1. */
export function gatekeeperOf(domain: Pick<Domain, 'tokens' | 'components' | 'sessions'>): Gatekeeper {
  return new Gatekeeper(domain, {
    secretOf: astakosToken,
    // The references have no text for it (identity-v2 §6).
    refusal: (verdict, { operatorRoles }) =>
      verdict === 'forbidden' && operatorRoles ? new Refusal('forbidden', '') : undefined,
  });
}

/** The token of the request; throws `token_missing`. */
export function requireToken(request: FastifyRequest): string {
  const secret = astakosToken(request);
  if (secret === undefined) throw new PurserError('token_missing');
  return secret;
}
