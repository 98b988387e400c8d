import type { Accounts } from '../directory/accounts/accounts.ts';
import { PasswordLogin } from '../directory/logins/password-login.ts';
import type { Passwords } from '../directory/logins/passwords.ts';
import type { LoginMethod, Principal } from '../directory/tokens/principal.ts';
import { PurserError } from '../lib/errors.ts';
import type { Storage } from '../storage/storage.ts';
import type { Client } from './session.ts';
import type { Sessions } from './sessions.ts';

/** The change of one's own password. */
export class OwnPassword {
  readonly #parts: { storage: Storage; accounts: Accounts; passwords: Passwords; sessions: Sessions };
  readonly #passwordLogin: PasswordLogin;

  constructor(
    parts: {
      storage: Storage;
      accounts: Accounts;
      passwords: Passwords;
      sessions: Sessions;
    } & ConstructorParameters<typeof PasswordLogin>[0],
  ) {
    this.#parts = parts;
    this.#passwordLogin = new PasswordLogin(parts);
  }

  /**
   * Changes the password of the caller, or sets the first one. What came of the old password ends, with all sessions
   * but the caller's, which goes on under a new secret.
   * Errors: `credentials_wrong` if the current password is wrong; `invalid_field`, `users_not_editable`.
   * @param entered.current not needed by an account without a password
   * @returns the new secret of the caller's session; undefined if the caller has a token
   */
  async change(
    { account, token }: Principal,
    { current, fresh }: { current?: string | undefined; fresh: string },
    client: Client,
  ): Promise<string | undefined> {
    const { storage, accounts, passwords, sessions } = this.#parts;
    const { uuid, username } = account;
    if (account.passwordSet) {
      const proved = await this.#passwordLogin.recognise(uuid, current ?? '', client.address);
      if (!proved) throw new PurserError('credentials_wrong');
    }
    const hashed = await passwords.hashed(fresh);
    return storage.transaction(async (tx) => {
      const by = { uuid, name: username, address: client.address };
      const basis = { passwordOf: account.passwordChangedAt };
      const changed = await accounts.update(uuid, { password: hashed, basis }, by, tx);
      if (!token.session) return undefined;
      // The change has ended the session if it came of the old password.
      const methods: readonly LoginMethod[] = token.origin?.methods ?? ['password'];
      await sessions.forget(tx, token.id);
      return (await sessions.start(tx, changed, { methods, client })).secret;
    });
  }
}
