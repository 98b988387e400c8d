import type { Queryable } from '../../storage/storage.ts';
import { WHOLE_CLOUD } from '../roles/roles.ts';

/** The addresses of all who run the cloud now: active accounts that have the role `admin` on the whole cloud. */
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

/** A mail to more people than that is no word to the operators any more. */
const RECIPIENTS_MAX = 100;
