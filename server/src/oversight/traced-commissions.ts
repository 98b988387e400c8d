import type { Audit, AuditEntry } from '../audit/audit.ts';
import { decodeTrace } from '../audit/trace.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { TracedCommission } from '../ledger/traces.ts';
import { LIMITS } from '../lib/limits.ts';
import type { Storage } from '../storage/storage.ts';

/** What recording operators' changes of commissions needs. */
export interface TraceParts {
  readonly ledger: Ledger;
  readonly audit: Audit;
  readonly storage: Storage;
}

/**
 * Writes the audit entries of commissions that an operator has changed. The ledger has stored a trace of each in the
 * transaction that changed it; the transaction of the entries deletes the traces. So each change has exactly one entry,
 * also where the process ended in between. Entries have the time of the change.
 */
export function recordTraces(
  { ledger, audit, storage }: TraceParts,
  serials: readonly number[],
): Promise<void> {
  return storage.transaction(async (tx) => {
    for (const [at, entries] of byTime(await ledger.takeTraces(tx, serials))) {
      await audit.record(tx, entries, at);
    }
  });
}

/** Records what an earlier process, or another node, could not; answers how many changes. To be repeated. */
export async function recordLeftTraces(parts: TraceParts): Promise<number> {
  let count = 0;
  for (;;) {
    const serials = await parts.ledger.traced(LIMITS.traces_recorded_at_once);
    if (serials.length === 0) return count;
    await recordTraces(parts, serials);
    count += serials.length;
  }
}

function byTime(traced: readonly TracedCommission[]): Map<number, AuditEntry[]> {
  const entries = new Map<number, AuditEntry[]>();
  for (const one of traced) {
    const at = one.commission.resolvedAt ?? one.commission.issuedAt;
    const sameTime = entries.get(at) ?? [];
    sameTime.push(entryOf(one));
    entries.set(at, sameTime);
  }
  return entries;
}

function entryOf({ commission, trace }: TracedCommission): AuditEntry {
  const traced = decodeTrace(trace);
  if ('action' in traced) return traced;
  const { serial, state, accepted, reason } = commission;
  return {
    ...traced,
    action: state === 'accepted' ? 'commission.accept' : 'commission.reject',
    subject: String(serial),
    before: { state: 'pending' },
    after: { state, ...(accepted && { accepted }) },
    reason,
  };
}
