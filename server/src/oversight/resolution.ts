import { type Actor, traceOf } from '../audit/actor.ts';
import { encodeTrace } from '../audit/trace.ts';
import type { Commission, Provision } from '../ledger/core/commission.ts';
import type { RepeatableVerdict } from '../ledger/core/repeats.ts';
import { PurserError } from '../lib/errors.ts';
import { recordTraces, type TraceParts } from './traced-commissions.ts';

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
export type ResolutionParts = TraceParts;

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
    ...tracing(by),
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
  await recordChanged(parts, by, verdict);
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
    ...tracing(by),
  });
  await recordChanged(parts, by, verdict);
  return verdict;
}

/** What the ledger stores with the commissions that an operator resolves; nothing for a component. */
function tracing({ operator }: Resolver): { trace?: string } {
  return operator ? { trace: encodeTrace(traceOf(operator)) } : {};
}

/**
 * Records what an operator has changed. A commission that was resolved before has its entry, unless the request that
 * resolved it failed before it could write one: then this repetition of it does.
 */
async function recordChanged(
  parts: ResolutionParts,
  { operator }: Resolver,
  { accepted, rejected, acceptedBefore, rejectedBefore }: RepeatableVerdict,
): Promise<void> {
  const serials = [...accepted, ...rejected, ...acceptedBefore, ...rejectedBefore];
  if (operator && serials.length > 0) await recordTraces(parts, serials);
}
