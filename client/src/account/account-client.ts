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
 * The account and identity APIs with the methods of `astakosclient`, in camelCase. Responses keep the property names of
 * the API; quantities are always `bigint`. Methods can be used without their object.
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
