import type { Actor } from '../../audit/actor.ts';

/**
 * Who ended an account decides who brings it back (decision account-standing). It was its owner, a delegate (a task of
 * the workflow, or a program that manages accounts without being an operator), or an operator. The service itself
 * counts as an operator, because it acts on the operators' settings.
 */
export type Authority = 'owner' | 'delegate' | 'operator';

/** A decision is replaced only by one of the same or a higher rank. */
const RANK: Readonly<Record<Authority, number>> = { delegate: 0, owner: 1, operator: 2 };

/** The authority with which an actor changes an account. */
export function authorityOf({ uuid, delegate }: Actor, account: { readonly uuid: string }): Authority {
  if (uuid === account.uuid) return 'owner';
  return delegate ? 'delegate' : 'operator';
}

/** The authority that has ended an account, after it is ended again. */
export function endedBy(before: Authority | null, now: Authority): Authority {
  return before !== null && RANK[before] > RANK[now] ? before : now;
}

/**
 * Whether that authority may activate the account again. Operators always may; delegates undo only what delegates
 * ended. An account that was never ended, and waits for verification or moderation, may be activated by either.
 */
export function mayRevive(account: { readonly endedBy: Authority | null }, authority: Authority): boolean {
  return authority === 'operator' || account.endedBy === null || account.endedBy === 'delegate';
}
