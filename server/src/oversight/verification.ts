import { type Actor, traceOf } from '../audit/actor.ts';
import type { Finding, HoldingDifference } from '../ledger/verification/verification.ts';
import type { ResolutionParts } from './resolution.ts';

/**
 * Compares the counters of all holdings with the commissions (see the ledger's `verify`). If they are to be corrected,
 * each correction is recorded before it is made: a correction without an entry would be worse than an entry for a
 * correction that a crash has prevented. Errors, instead of the first finding: `verification_running`.
 */
export function verifyCounters(
  { ledger, audit, storage }: ResolutionParts,
  operator: Actor,
  { fix }: { readonly fix: boolean },
): AsyncGenerator<Finding> {
  if (!fix) return ledger.verify();
  return ledger.verify((differences) =>
    storage.transaction((tx) =>
      audit.record(
        tx,
        differences.map((difference) => entryOf(operator, difference)),
      ),
    ),
  );
}

function entryOf(operator: Actor, difference: HoldingDifference) {
  const { holder, source, resource, expected, actual } = difference;
  return {
    ...traceOf(operator),
    action: 'quota.fix',
    subject: `${resource} of ${holder}${source === null ? '' : ` from ${source}`}`,
    before: { usage_min: actual.min, usage_max: actual.max },
    after: { usage_min: expected.min, usage_max: expected.max },
  };
}
