import type { Transaction } from '../../storage/storage.ts';
import type { AccountChanges } from '../accounts/account-changes.ts';
import type { ApplicationCredentials } from './application-credentials.ts';
import type { Tokens } from './tokens.ts';

/**
 * When the credentials of an account end without being revoked one by one. A changed password ends what came of
 * logins with the old one, directly or through other credentials; an account that is ended loses everything for good,
 * so that nothing comes back alive with it.
 */
export function endCredentials(deps: {
  changes: AccountChanges;
  tokens: Tokens;
  applicationCredentials: ApplicationCredentials;
}): void {
  const { changes, tokens, applicationCredentials: credentials } = deps;
  changes.onPasswordChanged(async (tx, account, endAll) => {
    const which = endAll ? 'all' : 'of_password';
    await credentials.end(tx, account, which);
    await tokens.end(tx, account, which);
  });
  const endForGood = async (tx: Transaction, account: Parameters<Tokens['end']>[1]): Promise<void> => {
    await credentials.end(tx, account, 'all');
    await tokens.close(tx, account);
  };
  changes.onEmailRestored(async (tx, account, since_ms) => {
    for (const which of ['of_password', { since_ms }] as const) {
      await credentials.end(tx, account, which);
      await tokens.end(tx, account, which);
    }
  });
  changes.onEnded(endForGood);
  changes.onRevived((tx, account) => tokens.end(tx, account, 'all'));
}
