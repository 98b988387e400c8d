import type { RoleGrant } from '../../directory/tokens/principal.ts';
import { isInert } from '../../directory/tokens/reach.ts';

/** The word for all accounts in the setting. */
export const EVERY_ACCOUNT = 'all';

/**
 * Whether an account has to have a second factor, by its roles: `required` has names of roles, or `all`. A role counts
 * in its place.
 */
export function isSecondFactorRequired(required: readonly string[], grants: readonly RoleGrant[]): boolean {
  if (required.includes(EVERY_ACCOUNT)) return true;
  return grants.some((grant) => !isInert(grant) && required.includes(grant.role.name));
}
