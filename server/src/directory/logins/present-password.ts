import { PurserError } from '../../lib/errors.ts';
import type { Account } from '../tokens/principal.ts';
import { PasswordLogin } from './password-login.ts';

/**
 * The proof, by the present password, that a request comes from the owner of an account. Changes with which a thief of
 * a token or of an open session could take over or close the account require it.
 */
export class PresentPassword {
  readonly #passwordLogin: PasswordLogin;

  constructor(parts: ConstructorParameters<typeof PasswordLogin>[0]) {
    this.#passwordLogin = new PasswordLogin(parts);
  }

  /**
   * Requires the present password of an account; an account without a password has nothing to show. Wrong passwords
   * count as failed logins. Errors: `invalid_field` without a password; `credentials_wrong`; `too_busy`.
   * @param address of the client
   */
  async require(account: Account, password: string | undefined, address: string): Promise<void> {
    if (!account.passwordSet) return;
    if (password === undefined) {
      throw new PurserError('invalid_field', { field: 'current', reason: 'the account has a password' });
    }
    const proved = await this.#passwordLogin.recognise({ uuid: account.uuid }, password, address);
    if (!proved) throw new PurserError('credentials_wrong');
  }
}
