import { LIMITS } from '../../src/lib/limits.ts';

/**
 * Loaded into a service before its own code: the embedded ledger turns the page of its journal every few batches, and
 * settles it slowly, so that kills come at every point of that.
 */
Object.assign(LIMITS, {
  journal_counters: 1000,
  journal_entries: 60,
  journal_settled_at_once: 1,
  journal_cleared_at_once: 1,
} satisfies Partial<Record<keyof typeof LIMITS, number>>);
