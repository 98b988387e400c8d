import { type Actor, traceOf } from '../audit/actor.ts';
import type { Audit } from '../audit/audit.ts';
import type { Transaction } from '../storage/storage.ts';

/** What of the catalog was changed; null before it was there, and after it is gone. */
export interface CatalogAction {
  /** As `thing.verb`: `component.remove`. */
  readonly action: string;
  /** Its name. */
  readonly subject: string;
  readonly before: object | null;
  readonly after: object | null;
}

/** Records what was done to the catalog, as an action of `by`. Nothing is recorded of nothing. */
export async function recordCatalog(
  audit: Audit,
  tx: Transaction,
  by: Actor,
  actions: readonly CatalogAction[],
): Promise<void> {
  if (actions.length === 0) return;
  await audit.record(
    tx,
    actions.map((audited) => ({ ...traceOf(by), ...audited })),
  );
}
