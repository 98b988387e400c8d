import { PurserError } from '../lib/errors.ts';
import { LIMITS } from '../lib/limits.ts';
import type { Token } from './principal.ts';
import type { NewToken, Tokens } from './tokens.ts';

/** The names by which tokens that came of logins are known in an account's list. */
export const LOGIN_TOKENS = {
  password: 'password login',
  token: 'exchanged token',
  application_credential: 'application credential',
} as const;

/** Tokens that come of logins. Scripts that log in every minute must not fill their account: the oldest give way. */
export class LoginTokens {
  readonly #tokens: Tokens;

  constructor({ tokens }: { tokens: Tokens }) {
    this.#tokens = tokens;
  }

  /** Makes a token, after room has been made among those of its kind. Errors as of `Tokens.issue`. */
  async issue(
    accountUuid: string,
    kind: keyof typeof LOGIN_TOKENS,
    options: Omit<NewToken, 'name'> = {},
  ): Promise<{ token: Token; secret: string }> {
    const name = LOGIN_TOKENS[kind];
    const logins = (await this.#tokens.list(accountUuid)).filter((token) => token.name === name);
    const surplus = logins.length - LIMITS.password_logins_per_account + 1;
    const oldest = surplus > 0 ? logins.toSorted((a, b) => a.id - b.id).slice(0, surplus) : [];
    for (const { id } of oldest) await this.#tokens.revoke(accountUuid, id).catch(unlessGone);
    const { ofPassword = kind === 'password' } = options;
    return this.#tokens.issue(accountUuid, { ...options, name, ofPassword });
  }
}

/** Somebody else may have revoked it in the meantime, which is just as well. */
function unlessGone(error: unknown): void {
  if (!(error instanceof PurserError && error.code === 'token_not_found')) throw error;
}
