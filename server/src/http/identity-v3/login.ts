import type { FastifyRequest } from 'fastify';
import { PasswordLogin } from '../../directory/logins/password-login.ts';
import type { LoginMethod, Principal } from '../../directory/tokens/principal.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import type { Proof } from '../../projects/roles/scoped-tokens.ts';
import { type Claim, readAuth } from './auth-request.ts';

/** A login by several methods is restricted to the narrowest one. */
const NARROWEST_FIRST: readonly LoginMethod[] = ['application_credential', 'token', 'password'];

/** Exchanges credentials for a token. Errors: bad requests, and one error of kind `unauthenticated` for all failures. */
export function loginOf(domain: Domain) {
  const prove = provingWith(domain);
  return async (request: FastifyRequest): Promise<{ secret: string; principal: Principal }> => {
    const { claims, scope } = readAuth(request);
    const proofs: Proof[] = [];
    for (const claim of claims) proofs.push(await prove(claim, request.ip));
    const [narrowest, ...others] = proofs.toSorted(
      (a, b) => NARROWEST_FIRST.indexOf(a.method) - NARROWEST_FIRST.indexOf(b.method),
    );
    if (!narrowest || others.some((other) => uuidOf(other) !== uuidOf(narrowest))) {
      throw new PurserError('credentials_wrong');
    }
    return domain.scopedTokens.issue(narrowest, scope);
  };
}

function uuidOf(proof: Proof): string {
  return proof.method === 'token' ? proof.principal.account.uuid : proof.account.uuid;
}

function provingWith(domain: Domain): (claim: Claim, address: string) => Promise<Proof> {
  const passwords = new PasswordLogin(domain);
  const { accounts, applicationCredentials, tokens } = domain;
  return async (claim, address) => {
    const { method } = claim;
    if (method === 'token') return { method, principal: await tokens.authenticate(claim.secret) };
    if (method === 'password') {
      const account = await passwords.verify(claim.reference, claim.password, address);
      if (!account) throw new PurserError('credentials_wrong');
      return { method, account };
    }
    const credential = await applicationCredentials.verify(claim.reference, claim.secret, address);
    if (!credential) throw new PurserError('credentials_wrong');
    const account = await accounts.get(credential.user);
    await passwords.assertMayLogIn(account);
    return { method, account, credential };
  };
}
