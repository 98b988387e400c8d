import type { Storage } from '../../storage/storage.ts';
import type { Roles } from '../roles/roles.ts';
import type { Account } from '../tokens/principal.ts';
import type { Tokens } from '../tokens/tokens.ts';
import type { Accounts } from './accounts.ts';

/** Values that the operator's settings may give; the others are generated. */
export interface FirstAdmin {
  readonly email?: string | undefined;
  readonly password?: string | undefined;
  readonly token?: string | undefined;
}

const DEFAULT_EMAIL = 'admin@localhost';

/**
 * Creates the first administrator if no account has the cloud-wide role `admin`; undefined if there is an
 * administrator. Of nodes that start together one creates it. Needs the built-in roles. The API token never expires.
 * Without a given password the account has none.
 * Errors: `email_taken` if another account has the address.
 */
export function ensureFirstAdmin(
  deps: { storage: Storage; accounts: Accounts; roles: Roles; tokens: Tokens },
  given: FirstAdmin,
): Promise<{ account: Account; email: string; token?: string } | undefined> {
  const { storage, accounts, roles, tokens } = deps;
  return storage.transaction(async (tx) => {
    if (await roles.anyHolder(tx, 'admin')) return undefined;
    const email = given.email ?? DEFAULT_EMAIL;
    const account = await accounts.createActive(
      {
        email,
        firstName: 'Cloud',
        lastName: 'Administrator',
        password: given.password,
      },
      'manual',
      tx,
    );
    await roles.grant(account.uuid, 'admin', undefined, tx);
    const { secret } = await tokens.issue(
      account.uuid,
      { name: 'first administrator', expiresAt: null, secret: given.token },
      { tx },
    );
    return {
      account,
      email,
      ...(given.token === undefined ? { token: secret } : {}),
    };
  });
}
