import type { FastifyRequest } from 'fastify';
import { type AccountReference, isReferredTo } from '../../directory/accounts/account-lookup.ts';
import { PasswordLogin } from '../../directory/logins/password-login.ts';
import type { Account, Principal, TokenLoginMethod } from '../../directory/tokens/principal.ts';
import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';
import type { Proof } from '../../projects/roles/scoped-tokens.ts';
import type { LoginReceipt } from '../../signin/login-receipts.ts';
import { type Claim, readAuth } from './auth-request.ts';

/** A login by several methods is restricted to the narrowest one. */
const NARROWEST_FIRST: readonly TokenLoginMethod[] = ['application_credential', 'token', 'password'];

/** A token, or a receipt if a one-time code is missing. */
export type LoginOutcome =
  | { readonly kind: 'token'; readonly secret: string; readonly principal: Principal }
  | { readonly kind: 'receipt'; readonly receipt: LoginReceipt; readonly account: Account };

type ClaimOf<M extends Claim['method']> = Extract<Claim, { readonly method: M }>;

/** Exchanges credentials for a token. Errors: bad requests, and one error of kind `unauthenticated` for all failures. */
export function loginOf(domain: Domain): (request: FastifyRequest) => Promise<LoginOutcome> {
  const { accounts, applicationCredentials, loginReceipts, tokens, scopedTokens } = domain;
  const passwords = new PasswordLogin(domain);

  const proveBy = async (
    claim: Exclude<Claim, ClaimOf<'password' | 'totp'>>,
    address: string,
  ): Promise<Proof> => {
    const { method } = claim;
    if (method === 'token') return { method, principal: await tokens.authenticate(claim.secret) };
    const credential = await applicationCredentials.verify(claim.reference, claim.secret, address);
    if (!credential) throw refusal();
    const account = await accounts.get(credential.user);
    await passwords.assertMayLogIn(account);
    return { method, account, credential };
  };

  /** A right password, with the one-time code of the same request if there is one. */
  const proveByPassword = async (
    { reference, password }: ClaimOf<'password'>,
    code: ClaimOf<'totp'> | undefined,
    address: string,
  ): Promise<Proof | Extract<LoginOutcome, { kind: 'receipt' }>> => {
    const account = await passwords.recognise(reference, password, address);
    if (!account) throw refusal();
    await passwords.assertMayLogIn(account);
    if (account.passwordOnce) throw new PurserError('password_change_required');
    if (code) {
      const isRight =
        isMeant(account, code.reference) && (await loginReceipts.isCode(account, code.passcode));
      if (!isRight) throw refusal();
      return { method: 'password', account, factor: 'totp' };
    }
    const receipt = await loginReceipts.issue(account);
    if (receipt) return { kind: 'receipt', receipt, account };
    await passwords.assertPasswordIsEnough(account);
    return { method: 'password', account };
  };

  const proveByReceipt = async (receipt: string, code: ClaimOf<'totp'>): Promise<Proof> => {
    const account = await loginReceipts.redeem(receipt, code.passcode, (one) => isMeant(one, code.reference));
    if (!account) throw refusal();
    await passwords.assertMayLogIn(account);
    return { method: 'password', account, factor: 'totp' };
  };

  return async (request) => {
    const { claims, scope, receipt } = readAuth(request);
    const code = claims.find((claim) => claim.method === 'totp');
    const proofs: Proof[] = [];
    for (const claim of claims) {
      if (claim.method === 'totp') continue;
      if (claim.method === 'password') {
        const proved = await proveByPassword(claim, code, request.ip);
        if ('kind' in proved) return proved;
        proofs.push(proved);
      } else proofs.push(await proveBy(claim, request.ip));
    }
    if (code && !claims.some(({ method }) => method === 'password')) {
      if (receipt === undefined) throw refusal();
      proofs.push(await proveByReceipt(receipt, code));
    }
    const [narrowest, ...others] = proofs.toSorted(
      (a, b) => NARROWEST_FIRST.indexOf(a.method) - NARROWEST_FIRST.indexOf(b.method),
    );
    if (!narrowest || others.some((other) => uuidOf(other) !== uuidOf(narrowest))) throw refusal();
    return { kind: 'token', ...(await scopedTokens.issue(narrowest, scope)) };
  };
}

const refusal = () => new PurserError('credentials_wrong');

/** Whether the user that a claim names is this account. */
function isMeant(account: Account, reference: AccountReference): boolean {
  if (typeof reference === 'string') return isReferredTo(account, reference);
  return 'uuid' in reference ? account.uuid === reference.uuid : isReferredTo(account, reference.name);
}

function uuidOf(proof: Proof): string {
  return proof.method === 'token' ? proof.principal.account.uuid : proof.account.uuid;
}
