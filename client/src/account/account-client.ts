import type { Connection } from '../connection.ts';
import { accountCalls } from './account-calls.ts';
import { type Commissions, commissions } from './commissions.ts';
import { type Memberships, memberships } from './memberships.ts';
import { type OwnAccount, ownAccount } from './own-account.ts';
import { type Projects, projects } from './projects.ts';
import { type Quotas, quotas } from './quotas.ts';
import { type Tokens, tokens } from './tokens.ts';
import { type UserCatalogs, userCatalogs } from './user-catalogs.ts';

/**
 * The account and identity dialects, as `astakosclient` had them: its methods by the same names, in camelCase. What is
 * answered keeps the names of the wire; quantities are always `bigint`. Methods need no `this`.
 */
export interface AccountClient
  extends Tokens,
    OwnAccount,
    UserCatalogs,
    Quotas,
    Commissions,
    Projects,
    Memberships {}

export function accountClient(connection: Connection): AccountClient {
  const ask = accountCalls(connection);
  return {
    ...tokens(ask, () => connection.token),
    ...ownAccount(ask),
    ...userCatalogs(ask),
    ...quotas(ask),
    ...commissions(ask, connection.server === 'purser'),
    ...projects(ask),
    ...memberships(ask),
  };
}
