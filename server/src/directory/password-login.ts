import { PurserError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import type { Accounts } from './accounts.ts';
import type { LoginThrottle } from './login-throttle.ts';
import type { LoginTokens } from './login-tokens.ts';
import type { Account, Principal } from './principal.ts';
import type { Terms } from './terms.ts';
import type { Tokens } from './tokens.ts';

/** Knows accounts by their real passwords, and exchanges one for a fresh API token. */
export class PasswordLogin {
  readonly #accounts: Accounts;
  readonly #tokens: Tokens;
  readonly #loginTokens: LoginTokens;
  readonly #throttle: LoginThrottle;
  readonly #terms: Terms;

  constructor(deps: {
    accounts: Accounts;
    tokens: Tokens;
    loginTokens: LoginTokens;
    loginThrottle: LoginThrottle;
    terms: Terms;
  }) {
    this.#accounts = deps.accounts;
    this.#tokens = deps.tokens;
    this.#loginTokens = deps.loginTokens;
    this.#throttle = deps.loginThrottle;
    this.#terms = deps.terms;
  }

  /**
   * Issues a token of the configured lifetime. Undefined if `verify` knows nobody; errors as of `verify`.
   * @param reference uuid or e-mail, whatever its case
   * @param address where the request came from
   * @param judge throws if the rest of the request does not suit the account; no token is made then
   */
  async login(
    reference: string,
    password: string,
    address: string,
    judge: (account: Account) => void,
  ): Promise<{ secret: string; principal: Principal } | undefined> {
    const account = await this.verify(reference, password, address);
    if (!account) return undefined;
    judge(account);
    const { secret } = await this.#loginTokens.issue(account.uuid, 'password');
    return { secret, principal: await this.#tokens.authenticate(secret) };
  }

  /**
   * Whose password this is. Undefined if there is no such user or the password is wrong, in the same time for both,
   * or if there were too many wrong ones before. Whoever knows the password may learn why it does not help:
   * `account_inactive`, `terms_unsigned`. Throws `too_busy` when too many passwords wait to be checked.
   * @param reference uuid or e-mail, whatever its case
   * @param address where the request came from
   */
  async verify(reference: string, password: string, address: string): Promise<Account | undefined> {
    const account = await this.recognise(reference, password, address);
    if (account) await this.refuseUnlessWelcome(account);
    return account;
  }

  /** `verify` for whoever judges the account otherwise: it may be inactive, and have terms to accept. */
  async recognise(reference: string, password: string, address: string): Promise<Account | undefined> {
    // Not worth a hash: nobody can have such a password.
    if (password === '' || password.length > LIMITS.password_length_max) return undefined;
    return this.#throttle.attempt(
      { named: reference, address },
      () => this.#accounts.verifyPassword(reference, password, address),
      ({ uuid }) => uuid,
    );
  }

  /** Errors: `account_inactive`, `terms_unsigned`. */
  async refuseUnlessWelcome(account: Account): Promise<void> {
    if (!account.active) throw new PurserError('account_inactive');
    const terms = await this.#terms.currentId();
    if (terms !== undefined && (account.termsSigned ?? 0) < terms) throw new PurserError('terms_unsigned');
  }
}
