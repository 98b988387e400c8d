import type { ErrorCode } from '../lib/errors.ts';
import type { AccountUpdateRow } from './account-row.ts';
import type { Account } from './principal.ts';

/** What can be done to an account in the course of its life. */
export type AccountTransition = 'verify' | 'accept' | 'reject' | 'activate' | 'deactivate';

interface Rule {
  /** Why not: the first that applies is the answer. */
  readonly refusals: readonly (readonly [(account: Account) => boolean, ErrorCode])[];
  /** What changes, given the moment and the policy or reason that was named. */
  readonly effect: (account: Account, now_ms: number, text: string | null) => AccountUpdateRow;
}

const unverified = [(a: Account) => !a.emailVerified, 'account_not_verified'] as const;
const unmoderated = [(a: Account) => !a.moderated, 'account_not_moderated'] as const;
const rejected = [(a: Account) => a.rejected, 'account_rejected'] as const;

/** The life of an account (spec identity 3.1). A deactivation may be repeated, to state another reason. */
export const TRANSITIONS: Readonly<Record<AccountTransition, Rule>> = {
  verify: {
    refusals: [[(a) => a.emailVerified, 'account_already_verified']],
    effect: (_account, now_ms) => ({ email_verified: 1, verified_at: now_ms }),
  },
  accept: {
    refusals: [[(a) => a.moderated && !a.rejected, 'account_already_moderated'], unverified],
    effect: (account, now_ms, policy) => ({
      moderated: 1,
      moderated_at: now_ms,
      rejected: 0,
      rejected_reason: null,
      accepted_policy: policy,
      active: 1,
      deactivated_at: null,
      deactivated_reason: null,
      default_project: account.service ? null : account.uuid,
    }),
  },
  reject: {
    refusals: [
      [(a) => a.moderated, 'account_already_moderated'],
      [(a) => a.active, 'account_already_active'],
      unverified,
    ],
    effect: (_account, now_ms, reason) => ({
      moderated: 1,
      moderated_at: now_ms,
      rejected: 1,
      rejected_reason: reason,
    }),
  },
  activate: {
    refusals: [unverified, unmoderated, rejected, [(a) => a.active, 'account_already_active']],
    effect: () => ({ active: 1, deactivated_at: null, deactivated_reason: null }),
  },
  deactivate: {
    refusals: [unverified, unmoderated, rejected],
    effect: (account, now_ms, reason) => ({
      active: 0,
      deactivated_reason: reason,
      ...(account.active ? { deactivated_at: now_ms } : {}),
    }),
  },
};

/** Why the transition is not possible now, or undefined if it is. */
export function refusalOf(transition: AccountTransition, account: Account): ErrorCode | undefined {
  return TRANSITIONS[transition].refusals.find(([applies]) => applies(account))?.[1];
}
