import type { Domain } from '../../domain.ts';
import { PurserError } from '../../lib/errors.ts';

/** The uuid of the user that a filter names by uuid, number or e-mail address. `account_not_found` */
export async function filterUser(
  { accounts }: Pick<Domain, 'accounts'>,
  reference: string | undefined,
): Promise<string | undefined> {
  return reference === undefined ? undefined : (await accounts.find(reference)).uuid;
}

/** The same where a body names a user: `invalid_field` if there is none. */
export async function userOfField(
  { accounts }: Pick<Domain, 'accounts'>,
  field: string,
  reference: string,
): Promise<string> {
  try {
    return (await accounts.find(reference)).uuid;
  } catch (error) {
    if (!(error instanceof PurserError) || error.code !== 'account_not_found') throw error;
    throw nobody(field, reference);
  }
}

/** The uuids of the users that a body names by uuid or e-mail address. Two statements, however many there are. */
export async function usersOfField(
  { accounts }: Pick<Domain, 'accounts'>,
  field: string,
  references: readonly string[],
): Promise<string[]> {
  const isEmail = (reference: string) => reference.includes('@');
  const uuids = await accounts.uuidsOf(references.filter(isEmail));
  const names = await accounts.usernamesOf(references.filter((reference) => !isEmail(reference)));
  return references.map((reference) => {
    const uuid = isEmail(reference) ? uuids.get(reference.toLowerCase()) : reference;
    if (uuid !== undefined && (isEmail(reference) || names.has(uuid))) return uuid;
    throw nobody(field, reference);
  });
}

function nobody(field: string, reference: string): PurserError {
  return new PurserError('invalid_field', { field, reason: `there is no user ${reference}` });
}
