import { personAs } from '../audit/actor.ts';
import type { Accounts } from '../directory/accounts/accounts.ts';
import type { Passwords } from '../directory/logins/passwords.ts';
import { PresentPassword } from '../directory/logins/present-password.ts';
import type { CredentialEndings, Ended } from '../directory/tokens/credential-endings.ts';
import type { LoginMethod, Principal } from '../directory/tokens/principal.ts';
import type { Storage } from '../storage/storage.ts';
import type { Client } from './session.ts';
import type { Sessions } from './sessions.ts';

/** The result of changing one's own password. */
export interface OwnPasswordChange {
  /** The new secret of the caller's session; undefined if the caller has a token. */
  readonly secret: string | undefined;
  /** What ended with the old password, without the caller's session, which goes on. */
  readonly ended: Ended;
}

interface Parts {
  readonly storage: Storage;
  readonly accounts: Accounts;
  readonly passwords: Passwords;
  readonly sessions: Sessions;
  readonly credentialEndings: CredentialEndings;
}

/** The change of one's own password. */
export class OwnPassword {
  readonly #parts: Parts;
  readonly #presentPassword: PresentPassword;

  constructor(parts: Parts & ConstructorParameters<typeof PresentPassword>[0]) {
    this.#parts = parts;
    this.#presentPassword = new PresentPassword(parts);
  }

  /**
   * Changes the password of the caller, or sets the first one. What came of the old password ends, with all sessions
   * but the caller's, which goes on under a new secret.
   * Errors: `credentials_wrong` if the current password is wrong; `invalid_field`, `users_not_editable`.
   * @param entered.current not needed by an account without a password
   */
  async change(
    { account, token }: Principal,
    { current, fresh }: { current?: string | undefined; fresh: string },
    client: Client,
  ): Promise<OwnPasswordChange> {
    const { storage, accounts, passwords, sessions, credentialEndings } = this.#parts;
    const { uuid } = account;
    // A refused request leaves nothing behind, and a proof remembers the address of the client.
    passwords.check(fresh);
    await this.#presentPassword.require(account, current, client.address);
    const hashed = await passwords.hashed(fresh);
    return storage.transaction(async (tx) => {
      const by = personAs(account, client.address);
      const basis = { passwordOf: account.passwordChangedAt };
      await accounts.lock(tx, uuid);
      const { tokens, credentials } = await credentialEndings.end(tx, account, 'of_password', 'revoked');
      const ended = { tokens: tokens.filter(({ id }) => !token.session || id !== token.id), credentials };
      const changed = await accounts.update(uuid, { password: hashed, basis }, by, tx);
      if (!token.session) return { secret: undefined, ended };
      // The change has ended the session if it came of the old password.
      const methods: readonly LoginMethod[] = token.origin?.methods ?? ['password'];
      await sessions.forget(tx, { account, token });
      return { secret: (await sessions.start(tx, changed, { methods, client })).secret, ended };
    });
  }
}
