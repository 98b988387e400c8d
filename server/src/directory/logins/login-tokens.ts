import { LIMITS } from '../../lib/limits.ts';
import type { Token } from '../tokens/principal.ts';
import type { NewToken } from '../tokens/token-issuing.ts';
import type { Tokens } from '../tokens/tokens.ts';

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

  /** Makes a token; of more than an account can have of its kind, the oldest gives way. Errors as of `Tokens.issue`. */
  issue(
    accountUuid: string,
    kind: keyof typeof LOGIN_TOKENS,
    options: Omit<NewToken, 'name' | 'mostOfName'> = {},
  ): Promise<{ token: Token; secret: string }> {
    const mostOfName = LIMITS.password_logins_per_account;
    const { ofPassword = kind === 'password' } = options;
    return this.#tokens.issue(accountUuid, { ...options, name: LOGIN_TOKENS[kind], ofPassword, mostOfName });
  }
}
