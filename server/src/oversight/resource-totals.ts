import type { Ledger } from '../ledger/ledger.ts';
import { UNLIMITED } from '../lib/limits.ts';

/** How much of a resource all projects use and may use. Sums of 64-bit integers, and wider than they are. */
export interface ResourceTotal {
  usage: bigint;
  /** Of the projects whose use is limited. */
  allocated: bigint;
  /** How many projects may use it without limit. */
  unlimited: number;
}

/** By resource. It looks at the pools of all projects, a chunk at a time. */
export async function resourceTotals(ledger: Ledger): Promise<Map<string, ResourceTotal>> {
  const totals = new Map<string, ResourceTotal>();
  for await (const chunk of ledger.projectQuotas({})) {
    for (const { resource, pool } of chunk) {
      const total = totals.get(resource) ?? { usage: 0n, allocated: 0n, unlimited: 0 };
      totals.set(resource, total);
      total.usage += pool.usage;
      if (pool.limit === UNLIMITED) total.unlimited += 1;
      else total.allocated += pool.limit;
    }
  }
  return totals;
}
