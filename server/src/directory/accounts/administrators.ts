import type { Queryable } from '../../storage/storage.ts';
import { WHOLE_CLOUD } from '../roles/roles.ts';

/** The addresses of the cloud's administrators: active accounts with the cloud-wide role `admin`. */
export async function administratorAddresses(db: Queryable): Promise<string[]> {
  const rows = await db
    .selectFrom('role_grants')
    .innerJoin('roles', 'roles.id', 'role_grants.role_id')
    .innerJoin('accounts', 'accounts.id', 'role_grants.account_id')
    .select('accounts.email')
    .where('roles.name', '=', 'admin')
    .where('role_grants.project', '=', WHOLE_CLOUD)
    .where('accounts.active', '=', 1)
    .orderBy('accounts.id')
    .limit(RECIPIENTS_MAX)
    .execute();
  return rows.map(({ email }) => email).filter((email) => email !== '');
}

/** The greatest number of recipients. */
const RECIPIENTS_MAX = 100;
