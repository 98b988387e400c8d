import { type Actor, traceOf } from '../audit/actor.ts';
import type { Audit } from '../audit/audit.ts';
import type { Transaction } from '../storage/storage.ts';

/** What of the catalog was changed; null before it was there, and after it is gone. */
export interface CatalogDeed {
  /** As `thing.verb`: `component.remove`. */
  readonly action: string;
  /** Its name. */
  readonly subject: string;
  readonly before: object | null;
  readonly after: object | null;
}

/** Records what was done to the catalog, as the deed of `by`. Nothing is recorded of nothing. */
export async function recordCatalog(
  audit: Audit,
  tx: Transaction,
  by: Actor,
  deeds: readonly CatalogDeed[],
): Promise<void> {
  if (deeds.length === 0) return;
  await audit.record(
    tx,
    deeds.map((deed) => ({ ...traceOf(by), ...deed })),
  );
}
