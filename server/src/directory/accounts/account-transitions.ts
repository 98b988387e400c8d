import type { ErrorCode } from '../../lib/errors.ts';
import type { Account } from '../tokens/principal.ts';
import { type Authority, endedBy, mayRevive } from './account-authority.ts';
import type { AccountUpdateRow } from './account-row.ts';

/** The transitions of an account's state. */
export type AccountTransition = 'verify' | 'accept' | 'reject' | 'activate' | 'deactivate' | 'delete';

interface Rule {
  /** Conditions that refuse the transition; the first that applies is the error. */
  readonly refusals: readonly (readonly [(account: Account) => boolean, ErrorCode])[];
  /** Whether it activates an ended account. */
  readonly revives?: boolean;
  readonly effect: (account: Account, moment: Moment) => AccountUpdateRow;
}

/** Time, authority, and the given policy or reason. */
interface Moment {
  readonly now_ms: number;
  readonly by: Authority;
  readonly text: string | null;
}

const BACK = {
  active: 1,
  deleted: 0,
  ended_by: null,
  deactivated_at: null,
  deactivated_reason: null,
} as const;

/** Deactivates an account. An authority weaker than the one that ended it changes nothing. */
function out(account: Account, { now_ms, by, text }: Moment): AccountUpdateRow {
  const ended_by = endedBy(account.endedBy, by);
  if (ended_by !== by) return {};
  return {
    active: 0,
    ended_by,
    deactivated_reason: text,
    ...(account.active ? { deactivated_at: now_ms } : {}),
  };
}

const unverified = [(a: Account) => !a.emailVerified, 'account_not_verified'] as const;
const unmoderated = [(a: Account) => !a.moderated, 'account_not_moderated'] as const;
const rejected = [(a: Account) => a.rejected, 'account_rejected'] as const;

/** The state machine of an account (account-v1 §6.3). A deactivation may be repeated to change the reason. */
export const TRANSITIONS: Readonly<Record<AccountTransition, Rule>> = {
  verify: {
    refusals: [[(a) => a.emailVerified, 'account_already_verified']],
    effect: (_account, { now_ms }) => ({ email_verified: 1, verified_at: now_ms }),
  },
  accept: {
    refusals: [[(a) => a.moderated && !a.rejected, 'account_already_moderated'], unverified],
    revives: true,
    effect: (account, { now_ms, text: policy }) => ({
      ...BACK,
      moderated: 1,
      moderated_at: now_ms,
      rejected: 0,
      rejected_reason: null,
      accepted_policy: policy,
      default_project: account.service ? null : account.uuid,
    }),
  },
  reject: {
    refusals: [
      [(a) => a.moderated, 'account_already_moderated'],
      [(a) => a.active, 'account_already_active'],
      unverified,
    ],
    effect: (_account, { now_ms, by, text: reason }) => ({
      moderated: 1,
      moderated_at: now_ms,
      rejected: 1,
      rejected_reason: reason,
      ended_by: by,
    }),
  },
  activate: {
    refusals: [unverified, unmoderated, rejected, [(a) => a.active, 'account_already_active']],
    revives: true,
    effect: () => BACK,
  },
  deactivate: {
    refusals: [unverified, unmoderated, rejected],
    effect: out,
  },
  // The row stays, because records of usage and signatures refer to it.
  delete: {
    refusals: [unverified, unmoderated, rejected],
    effect: (account, moment) => ({ ...out(account, moment), deleted: 1 }),
  },
};

/** The error for the transition by that authority; undefined if it is possible. */
export function refusalOf(
  transition: AccountTransition,
  account: Account,
  by: Authority,
): ErrorCode | undefined {
  const { refusals, revives = false } = TRANSITIONS[transition];
  const refusal = refusals.find(([applies]) => applies(account))?.[1];
  if (refusal) return refusal;
  return revives && !mayRevive(account, by) ? 'account_ended' : undefined;
}
