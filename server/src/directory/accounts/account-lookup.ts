import { isStorable } from '../../lib/text/text.ts';
import { userNameKey } from '../../lib/text/user-name.ts';
import { oneOf } from '../../storage/one-of.ts';
import type { Queryable, Storage } from '../../storage/storage.ts';
import type { Account } from '../tokens/principal.ts';
import type { AccountRow } from './account-row.ts';

/** A reference to an account: by uuid, by name, or by either in one text. */
export type AccountReference = string | { readonly uuid: string } | { readonly name: string };

/**
 * The account with this user name, or else the only account with this e-mail address, in any spelling.
 * @param db the storage, or a transaction
 */
export async function accountNamed(db: Queryable, name: string): Promise<AccountRow | undefined> {
  const key = isStorable(name) ? userNameKey(name) : '';
  if (key === '') return undefined;
  const rows = await db
    .selectFrom('accounts')
    .selectAll()
    .where(({ or, eb }) => or([eb('username_key', '=', key), eb('email_key', '=', key)]))
    .orderBy('id')
    .limit(SEVERAL)
    .execute();
  return rows.find((row) => row.username_key === key) ?? (rows.length === 1 ? rows[0] : undefined);
}

/** One with the user name and two with the address are enough to see that an address is ambiguous. */
const SEVERAL = 3;

/** The account of a uuid, in any letter case. */
export async function accountOfUuid(db: Queryable, uuid: string): Promise<AccountRow | undefined> {
  if (!isStorable(uuid)) return undefined;
  return db
    .selectFrom('accounts')
    .selectAll()
    .where('uuid', '=', uuid.trim().toLowerCase())
    .executeTakeFirst();
}

/** The account of a reference; a uuid is looked up first. */
export async function accountReferred(
  db: Queryable,
  reference: AccountReference,
): Promise<AccountRow | undefined> {
  if (typeof reference !== 'string') {
    return 'uuid' in reference ? accountOfUuid(db, reference.uuid) : accountNamed(db, reference.name);
  }
  return (await accountOfUuid(db, reference)) ?? accountNamed(db, reference);
}

/** Whether a text refers to this account: by id, uuid, user name or address. */
export function isReferredTo(
  { id, uuid, username, email }: Pick<Account, 'id' | 'uuid' | 'username' | 'email'>,
  reference: string,
): boolean {
  const text = reference.trim().toLowerCase();
  if (text === uuid || text === String(id)) return true;
  const key = userNameKey(reference);
  return key !== '' && (key === userNameKey(username) || (email !== null && key === userNameKey(email)));
}

/**
 * The uuids of the accounts with these names, by the requested spelling. At most two statements.
 * @param orEmail whether an e-mail address that only one account has counts as a name
 */
export async function uuidsOfNames(
  storage: Storage,
  names: readonly string[],
  { orEmail }: { readonly orEmail: boolean },
): Promise<Map<string, string>> {
  const keys = new Map(names.filter(isStorable).map((name) => [name, userNameKey(name)]));
  const wanted = [...new Set(keys.values())].filter((key) => key !== '');
  const found = new Map<string, string>();
  if (orEmail) {
    const rows = await storage.db
      .selectFrom('accounts')
      .select(['uuid', 'email_key'])
      .where(oneOf(storage, 'email_key', wanted))
      .execute();
    const shared = new Set<string>();
    for (const { uuid, email_key } of rows) {
      const key = email_key ?? '';
      if (found.has(key)) shared.add(key);
      found.set(key, uuid);
    }
    for (const key of shared) found.delete(key);
  }
  const rows = await storage.db
    .selectFrom('accounts')
    .select(['uuid', 'username_key'])
    .where(oneOf(storage, 'username_key', wanted))
    .execute();
  for (const { uuid, username_key } of rows) found.set(username_key ?? '', uuid);
  return new Map(
    [...keys].flatMap(([name, key]): [string, string][] => {
      const uuid = found.get(key);
      return uuid === undefined ? [] : [[name, uuid]];
    }),
  );
}
