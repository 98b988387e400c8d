import type { Selectable, Updateable } from 'kysely';
import type { AccountsTable, Flag } from '../../storage/schema.ts';
import type { Account, AccountState, Language } from '../tokens/principal.ts';
import type { Authority } from './account-authority.ts';

export type AccountRow = Selectable<AccountsTable>;
export type AccountUpdateRow = Updateable<AccountsTable>;

type AccountFlags = Record<'email_verified' | 'moderated' | 'rejected' | 'active' | 'deleted', Flag>;

/** The flags of each state (account-v1 §6.2). */
export const FLAGS: Readonly<Record<AccountState, AccountFlags>> = {
  pending_verification: { email_verified: 0, moderated: 0, rejected: 0, active: 0, deleted: 0 },
  pending_moderation: { email_verified: 1, moderated: 0, rejected: 0, active: 0, deleted: 0 },
  rejected: { email_verified: 1, moderated: 1, rejected: 1, active: 0, deleted: 0 },
  active: { email_verified: 1, moderated: 1, rejected: 0, active: 1, deleted: 0 },
  inactive: { email_verified: 1, moderated: 1, rejected: 0, active: 0, deleted: 0 },
  deleted: { email_verified: 1, moderated: 1, rejected: 0, active: 0, deleted: 1 },
};

/** The state of an account with these flags. */
export function stateOf(flags: AccountFlags): AccountState {
  if (!flags.email_verified) return 'pending_verification';
  if (!flags.moderated) return 'pending_moderation';
  if (flags.rejected) return 'rejected';
  if (flags.active) return 'active';
  return flags.deleted ? 'deleted' : 'inactive';
}

export function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    uuid: row.uuid,
    email: row.email === '' ? null : row.email,
    username: row.username,
    service: row.service === 1,
    firstName: row.first_name,
    lastName: row.last_name,
    fullName: `${row.first_name} ${row.last_name}`,
    affiliation: row.affiliation,
    state: stateOf(row),
    active: row.active === 1,
    emailVerified: row.email_verified === 1,
    moderated: row.moderated === 1,
    rejected: row.rejected === 1,
    rejectedReason: row.rejected_reason,
    acceptedPolicy: row.accepted_policy,
    deactivatedReason: row.deactivated_reason,
    endedBy: row.ended_by as Authority | null,
    passwordSet: row.password_hash !== null,
    passwordOnce: row.password_once === 1,
    language: row.language as Language | null,
    termsSigned: row.terms_signed,
    termsSignedAt: row.terms_signed_at,
    defaultProject: row.default_project,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    verifiedAt: row.verified_at,
    moderatedAt: row.moderated_at,
    deactivatedAt: row.deactivated_at,
    passwordChangedAt: row.password_changed_at,
    lastLoginAt: row.last_login_at,
  };
}
