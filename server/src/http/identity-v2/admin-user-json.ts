import type { Account } from '../../directory/tokens/principal.ts';
import type { Domain } from '../../domain.ts';
import { isoOffsetDate } from '../../lib/text/wire-date.ts';

/** Data of accounts from other parts of the domain, by uuid. */
interface Surroundings {
  readonly roles: ReadonlyMap<string, readonly string[]>;
  readonly expiries: ReadonlyMap<string, number>;
}

/** Accounts in the form of the users API (identity-v2 §6); with dates if `detailed`. */
export async function presentUsers(
  { roles, tokens }: Pick<Domain, 'roles' | 'tokens'>,
  accounts: readonly Account[],
  detailed: boolean,
): Promise<object[]> {
  const uuids = accounts.map(({ uuid }) => uuid);
  const surroundings = {
    roles: await roles.onCloudOf(uuids),
    expiries: detailed ? await tokens.lastExpiries(uuids) : new Map<string, number>(),
  };
  return accounts.map((account) => ({
    ...present(account, surroundings),
    ...(detailed && datesOf(account, surroundings)),
  }));
}

function present(account: Account, { roles }: Surroundings): object {
  return {
    id: account.uuid,
    first_name: account.firstName,
    last_name: account.lastName,
    email: account.email ?? '',
    is_active: account.active,
    is_rejected: account.rejected,
    deactivated_reason: account.deactivatedReason,
    accepted_policy: account.acceptedPolicy,
    rejected_reason: account.rejectedReason,
    roles: roles.get(account.uuid) ?? [],
    authentication_methods: account.passwordSet
      ? [
          {
            identifier: account.email ?? account.username,
            active: true,
            affiliation: account.affiliation,
            backend: 'astakos',
            metadata: {},
          },
        ]
      : [],
  };
}

function datesOf({ uuid, createdAt, moderatedAt, verifiedAt }: Account, { expiries }: Surroundings): object {
  return {
    date_joined: isoOffsetDate(createdAt),
    moderated_at: dateOrNull(moderatedAt),
    verified_at: dateOrNull(verifiedAt),
    auth_token_expires: dateOrNull(expiries.get(uuid) ?? null),
  };
}

const dateOrNull = (at_ms: number | null): string | null => (at_ms === null ? null : isoOffsetDate(at_ms));
