import { type Actor, traceOf } from '../audit/actor.ts';
import type { Audit } from '../audit/audit.ts';
import type { Commission, Provision } from '../ledger/core/commission.ts';
import type { RepeatableVerdict } from '../ledger/core/repeats.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { PurserError } from '../lib/errors.ts';
import type { Storage } from '../storage/storage.ts';

/** Who resolves commissions: a component those it issued, an operator any; what operators do is audited. */
export type Resolver =
  | { readonly component: string; readonly operator?: undefined }
  | { readonly component?: undefined; readonly operator: Actor };

export type ResolutionAction = 'accept' | 'reject';

export interface Resolution {
  readonly serial: number;
  readonly action: ResolutionAction;
  /** Accepts less than was reserved of these holdings. */
  readonly provisions?: readonly Provision[];
  readonly reason?: string;
}

export interface BulkResolution {
  readonly accept: readonly number[];
  readonly reject: readonly number[];
  readonly reason?: string;
}

/** What a resolution needs. */
export interface ResolutionParts {
  readonly ledger: Ledger;
  readonly audit: Audit;
  readonly storage: Storage;
}

/**
 * Resolves a commission and answers it. One that has been resolved the same way before is answered as it is.
 * Errors: `commission_not_found`, also for another component's; `commission_resolved` if it went the other way;
 * `invalid_field` where the quantities to accept do not fit; `commission_damaged`.
 */
export async function resolveCommission(
  parts: ResolutionParts,
  by: Resolver,
  { serial, action, provisions = [], reason }: Resolution,
): Promise<Commission> {
  const smaller = action === 'accept' && provisions.length > 0;
  const verdict = await parts.ledger.resolveRepeatably({
    component: by.component ?? null,
    accept: action === 'accept' && !smaller ? [serial] : [],
    reject: action === 'reject' ? [serial] : [],
    ...(smaller && { partial: [{ serial, provisions }] }),
    ...(reason !== undefined && { reason }),
  });
  if (verdict.invalid.length > 0) {
    const misfit =
      'must be of holdings of the commission, with quantities between zero and what was reserved';
    throw new PurserError('invalid_field', { field: 'provisions', reason: misfit });
  }
  if (verdict.damaged.length > 0) throw new PurserError('commission_damaged', { serial });
  const commission = await parts.ledger.commission(serial);
  if (!commission || verdict.notFound.length > 0) throw new PurserError('commission_not_found', { serial });
  if (verdict.resolvedOtherwise.length > 0) {
    throw new PurserError('commission_resolved', { serial, state: commission.state });
  }
  await recordAll(parts, by, verdict, { reason, accepted: commission.accepted });
  return commission;
}

/** Resolves many commissions, each on its own; every serial is in one list of the verdict. */
export async function resolveCommissions(
  parts: ResolutionParts,
  by: Resolver,
  { accept, reject, reason }: BulkResolution,
): Promise<RepeatableVerdict> {
  const verdict = await parts.ledger.resolveRepeatably({
    component: by.component ?? null,
    accept,
    reject,
    ...(reason !== undefined && { reason }),
  });
  await recordAll(parts, by, verdict, { reason });
  return verdict;
}

/**
 * Records what an operator has changed; what was so before is not recorded as an action of this operator. The ledger commits on
 * its own, so this comes after it: a crash in between leaves the reason with the commission, and no entry.
 */
async function recordAll(
  { audit, storage }: ResolutionParts,
  { operator }: Resolver,
  { accepted, rejected }: Pick<RepeatableVerdict, 'accepted' | 'rejected'>,
  told: { reason: string | undefined; accepted?: readonly Provision[] | null },
): Promise<void> {
  if (!operator || accepted.length + rejected.length === 0) return;
  const less = told.accepted ? { accepted: told.accepted } : {};
  const entry = (action: ResolutionAction, state: string) => (serial: number) => ({
    ...traceOf(operator),
    action: `commission.${action}`,
    subject: String(serial),
    before: { state: 'pending' },
    after: { state, ...less },
    reason: told.reason ?? null,
  });
  const entries = [
    ...accepted.map(entry('accept', 'accepted')),
    ...rejected.map(entry('reject', 'rejected')),
  ];
  await storage.transaction((tx) => audit.record(tx, entries));
}
