import { PurserError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import type { Accounts } from './accounts.ts';
import type { Account, Principal } from './principal.ts';
import type { Terms } from './terms.ts';
import type { Tokens } from './tokens.ts';

/** The name by which such tokens are known in an account's list. */
export const LOGIN_TOKEN_NAME = 'password login';

/** Exchanges an account's real password for a fresh API token. */
export class PasswordLogin {
  readonly #accounts: Accounts;
  readonly #tokens: Tokens;
  readonly #terms: Terms;

  constructor({ accounts, tokens, terms }: { accounts: Accounts; tokens: Tokens; terms: Terms }) {
    this.#accounts = accounts;
    this.#tokens = tokens;
    this.#terms = terms;
  }

  /**
   * Issues a token of the configured lifetime. Undefined if there is no such user or the password is wrong, in the
   * same time for both. Whoever knows the password may learn why it does not help: `account_inactive`,
   * `terms_unsigned`. Throws `too_busy` when too many passwords wait to be checked.
   * @param reference uuid or e-mail, whatever its case
   */
  async login(
    reference: string,
    password: string,
  ): Promise<{ secret: string; principal: Principal } | undefined> {
    // Not worth a hash: nobody can have such a password.
    if (password === '' || password.length > LIMITS.password_length_max) return undefined;
    const account = await this.#accounts.verifyPassword(reference, password);
    if (!account) return undefined;
    await this.#refuseUnlessWelcome(account);
    await this.#makeRoom(account);
    const { secret } = await this.#tokens.issue(account.uuid, { name: LOGIN_TOKEN_NAME });
    return { secret, principal: await this.#tokens.authenticate(secret) };
  }

  async #refuseUnlessWelcome(account: Account): Promise<void> {
    if (!account.active) throw new PurserError('account_inactive');
    const terms = await this.#terms.currentId();
    if (terms !== undefined && (account.termsSigned ?? 0) < terms) throw new PurserError('terms_unsigned');
  }

  /** A script that logs in every minute must not fill its account with tokens: the oldest logins give way. */
  async #makeRoom({ uuid }: Account): Promise<void> {
    const logins = (await this.#tokens.list(uuid)).filter(({ name }) => name === LOGIN_TOKEN_NAME);
    const surplus = logins.length - LIMITS.password_logins_per_account + 1;
    if (surplus <= 0) return;
    for (const { id } of logins.toSorted((a, b) => a.id - b.id).slice(0, surplus)) {
      await this.#tokens.revoke(uuid, id).catch(unlessGone);
    }
  }
}

/** Somebody else may have revoked it in the meantime, which is just as well. */
function unlessGone(error: unknown): void {
  if (!(error instanceof PurserError && error.code === 'token_not_found')) throw error;
}
