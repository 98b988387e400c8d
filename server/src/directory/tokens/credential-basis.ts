import { PurserError } from '../../lib/errors.ts';
import type { Transaction } from '../../storage/storage.ts';

/**
 * What a caller has proved in order to get a credential: a password, by the moment of its last change; a token, by its
 * id; or an application credential, by its number.
 */
export type Basis =
  | { readonly passwordOf: number | null }
  | { readonly token: number }
  | { readonly applicationCredential: number };

/**
 * Refuses a new credential whose basis has ended since it was checked: the password was changed, the token or the
 * application credential is gone. Otherwise a login under way would outlive the change that ends it. The caller holds
 * the account's row. Errors: `credentials_wrong`, `token_unknown`.
 */
export async function refuseWithoutBasis(
  { db }: Transaction,
  accountId: number,
  basis: Basis,
): Promise<void> {
  if ('passwordOf' in basis) {
    const row = await db
      .selectFrom('accounts')
      .select('password_changed_at')
      .where('id', '=', accountId)
      .executeTakeFirst();
    if (!row || row.password_changed_at !== basis.passwordOf) throw new PurserError('credentials_wrong');
    return;
  }
  if ('token' in basis) {
    const row = await db
      .selectFrom('tokens')
      .select('account_id')
      .where('id', '=', basis.token)
      .where('ended', '=', 0)
      .executeTakeFirst();
    if (row?.account_id !== accountId) throw new PurserError('token_unknown');
    return;
  }
  const row = await db
    .selectFrom('application_credentials')
    .select('account_id')
    .where('id', '=', basis.applicationCredential)
    .executeTakeFirst();
  if (row?.account_id !== accountId) throw new PurserError('credentials_wrong');
}
