import type { Actor } from '../../audit/actor.ts';

/**
 * Who ended an account decides who brings it back (decision account-standing). It was its owner, a delegate (a task of
 * the workflow, or a program that manages accounts without being an operator), or an operator. The service itself
 * counts as an operator, because it acts on the operators' settings.
 */
export type Authority = 'owner' | 'delegate' | 'operator';

/** Whose decision stands over whose. */
const RANK: Readonly<Record<Authority, number>> = { delegate: 0, owner: 1, operator: 2 };

/** With what authority somebody acts on an account. */
export function authorityOf({ uuid, delegate }: Actor, account: { readonly uuid: string }): Authority {
  if (uuid === account.uuid) return 'owner';
  return delegate ? 'delegate' : 'operator';
}

/** Who has ended an account once another has ended it again: a decision is replaced by its equal or its better. */
export function endedBy(before: Authority | null, now: Authority): Authority {
  return before !== null && RANK[before] > RANK[now] ? before : now;
}

/**
 * Whether that authority may bring the account back. Operators may always; delegates undo only what delegates did.
 * An account that was never ended, and waits for its verification or moderation, may be let in by either.
 */
export function mayRevive(account: { readonly endedBy: Authority | null }, authority: Authority): boolean {
  return authority === 'operator' || account.endedBy === null || account.endedBy === 'delegate';
}
