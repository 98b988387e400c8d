import type { Domain } from '../../../domain.ts';
import { PurserError } from '../../../lib/errors.ts';

/** The uuid of the user that a filter names by uuid, number, user name or e-mail address. Error: `account_not_found` */
export async function filterUser(
  { accounts }: Pick<Domain, 'accounts'>,
  reference: string | undefined,
): Promise<string | undefined> {
  return reference === undefined ? undefined : (await accounts.find(reference)).uuid;
}

/** The same for a user named in a body. Error: `invalid_field` */
export async function userOfField(
  { accounts }: Pick<Domain, 'accounts'>,
  field: string,
  reference: string,
): Promise<string> {
  try {
    return (await accounts.find(reference)).uuid;
  } catch (error) {
    if (!(error instanceof PurserError) || error.code !== 'account_not_found') throw error;
    throw unknownUser(field, reference);
  }
}

/** The uuids of the users that a body names by uuid, user name or e-mail address, in few statements for all. */
export async function usersOfField(
  { accounts }: Pick<Domain, 'accounts'>,
  field: string,
  references: readonly string[],
): Promise<string[]> {
  const byUuid = await accounts.usernamesOf(references);
  const others = references.filter((reference) => !byUuid.has(reference));
  const byName = await accounts.uuidsOf(others, { orEmail: true });
  return references.map((reference) => {
    const uuid = byUuid.has(reference) ? reference : byName.get(reference);
    if (uuid === undefined) throw unknownUser(field, reference);
    return uuid;
  });
}

/** A prospective member: a uuid, or a user name that the domain looks up. */
export async function personNamed(
  { accounts }: Pick<Domain, 'accounts'>,
  reference: string,
): Promise<{ uuid: string } | { name: string }> {
  return (await accounts.usernamesOf([reference])).has(reference) ? { uuid: reference } : { name: reference };
}

function unknownUser(field: string, reference: string): PurserError {
  return new PurserError('invalid_field', { field, reason: `there is no user ${reference}` });
}
