import { personAs } from '../../audit/actor.ts';
import { PurserError } from '../../lib/errors.ts';
import { LIMITS } from '../../lib/limits.ts';
import type { Storage } from '../../storage/storage.ts';
import { type AccountReference, accountReferred } from '../accounts/account-lookup.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { Terms } from '../terms/terms.ts';
import type { Account, Principal, Token } from '../tokens/principal.ts';
import type { NewToken } from '../tokens/token-issuing.ts';
import type { Tokens } from '../tokens/tokens.ts';
import type { LoginRequirements } from './login-requirements.ts';
import type { LoginThrottle } from './login-throttle.ts';
import type { LoginTokens } from './login-tokens.ts';

const BY_PASSWORD = {
  methods: ['password'],
  breadth: null,
  ancestor: null,
  whole: true,
  credential: null,
} as const;

/** The refusal of an account that is not active, by its state; of any other state `account_inactive`. */
const REFUSALS = {
  pending_verification: 'account_not_verified',
  pending_moderation: 'account_not_moderated',
  rejected: 'account_rejected',
} as const;

/** Knows accounts by their real passwords, and exchanges one for a fresh API token. */
export class PasswordLogin {
  readonly #accounts: Accounts;
  readonly #tokens: Tokens;
  readonly #loginTokens: LoginTokens;
  readonly #throttle: LoginThrottle;
  readonly #requirements: LoginRequirements;
  readonly #terms: Terms;
  readonly #storage: Storage;

  constructor(deps: {
    accounts: Accounts;
    tokens: Tokens;
    loginTokens: LoginTokens;
    loginThrottle: LoginThrottle;
    loginRequirements: LoginRequirements;
    terms: Terms;
    storage: Storage;
  }) {
    this.#accounts = deps.accounts;
    this.#tokens = deps.tokens;
    this.#loginTokens = deps.loginTokens;
    this.#throttle = deps.loginThrottle;
    this.#requirements = deps.loginRequirements;
    this.#terms = deps.terms;
    this.#storage = deps.storage;
  }

  /**
   * Issues a token of the configured lifetime. Undefined if `verify` finds no account; errors as of `verify`.
   * @param reference uuid, user name, or e-mail address of one account, in any spelling
   * @param address where the request came from
   * @param judge throws if the rest of the request does not suit the account; no token is made then
   */
  async login(
    reference: AccountReference,
    password: string,
    address: string,
    judge: (account: Account) => void,
  ): Promise<{ secret: string; principal: Principal } | undefined> {
    const account = await this.verify(reference, password, address);
    if (!account) return undefined;
    judge(account);
    const { secret } = await this.#loginTokens.issue(account.uuid, 'password', {
      basis: { passwordOf: account.passwordChangedAt },
    });
    return { secret, principal: await this.#tokens.authenticate(secret) };
  }

  /**
   * Whose password this is. Undefined if there is no such user or the password is wrong, in the same time for both,
   * or if there were too many wrong ones before. A caller that knows the password may learn why the login is refused:
   * `account_inactive`, `terms_unsigned`, those of `assertPasswordIsEnough`. Throws `too_busy` when too many passwords wait to
   * be checked.
   * @param reference uuid, user name, or e-mail address of one account, in any spelling
   * @param address where the request came from
   * @param options.changing whether the request changes the password
   */
  async verify(
    reference: AccountReference,
    password: string,
    address: string,
    { changing = false }: { changing?: boolean } = {},
  ): Promise<Account | undefined> {
    const account = await this.recognise(reference, password, address);
    if (!account) return undefined;
    await this.assertMayLogIn(account);
    await this.assertPasswordIsEnough(account, { changing });
    return account;
  }

  /**
   * Makes a token that the account's holder sees and revokes like any other, and remembers the login, in one
   * transaction. Terms of service that wait to be accepted do not keep from it. Errors: `credentials_wrong`;
   * `account_not_verified`, `account_not_moderated`, `account_rejected`, `account_inactive` and those of
   * `assertPasswordIsEnough` with the right password; `too_busy`; those of `Tokens.issue`.
   */
  async logIn(
    { reference, password, address }: { reference: AccountReference; password: string; address: string },
    wanted: Pick<NewToken, 'name' | 'expiresAt'>,
  ): Promise<{ token: Token; secret: string }> {
    const account = await this.recognise(reference, password, address);
    if (!account) throw new PurserError('credentials_wrong');
    const code = REFUSALS[account.state as keyof typeof REFUSALS];
    if (code) throw new PurserError(code);
    if (!account.active) throw new PurserError('account_inactive');
    await this.assertPasswordIsEnough(account);
    const { uuid } = account;
    const by = personAs(account, address);
    return this.#storage.transaction(async (tx) => {
      await this.#accounts.noteLogin(uuid, tx);
      const basis = { passwordOf: account.passwordChangedAt };
      return this.#tokens.issue(uuid, { ...wanted, origin: BY_PASSWORD, basis }, { by, tx });
    });
  }

  /** `verify` without the checks of the account: it may be inactive, and have terms to accept. */
  async recognise(
    reference: AccountReference,
    password: string,
    address: string,
  ): Promise<Account | undefined> {
    // Not worth a hash: no account can have such a password.
    if (password === '' || password.length > LIMITS.password_length_max) return undefined;
    const named = typeof reference === 'string' ? reference : Object.values(reference).join();
    const secretOf = (await accountReferred(this.#storage.db, reference))?.uuid;
    return this.#throttle.attempt(
      { named, secretOf, address },
      () => this.#accounts.verifyPassword(reference, password, address),
      ({ uuid }) => uuid,
    );
  }

  /**
   * Errors: `password_change_required` for a generated password, unless it is being changed; those of
   * `LoginRequirements`.
   * @param account whose password was right
   */
  async assertPasswordIsEnough(account: Account, { changing = false } = {}): Promise<void> {
    if (account.passwordOnce && !changing) throw new PurserError('password_change_required');
    await this.#requirements.assertPasswordIsEnough(account);
  }

  /** Errors: `account_inactive`, `terms_unsigned`. */
  async assertMayLogIn(account: Account): Promise<void> {
    if (!account.active) throw new PurserError('account_inactive');
    const terms = await this.#terms.currentId();
    if (terms !== undefined && (account.termsSigned ?? 0) < terms) throw new PurserError('terms_unsigned');
  }
}
