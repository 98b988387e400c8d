import type { PoolLimits } from '../../ledger/pools.ts';
import { LIMITS } from '../../lib/limits.ts';

/** Limits that a change of many projects replaced. */
export interface ReplacedLimits extends PoolLimits {
  /** Number of projects that had them. */
  readonly projects: number;
}

/** Counts the limits that differ from new ones, so that the actor learns which exceptions the change has overwritten. */
export class LimitCounts {
  readonly #wanted: ReadonlyMap<string, PoolLimits>;
  readonly #counts = new Map<string, ReplacedLimits>();

  constructor(wanted: readonly PoolLimits[]) {
    this.#wanted = new Map(wanted.map((pool) => [pool.resource, pool]));
  }

  /** Counts the present limits of one project. */
  add(present: readonly PoolLimits[]): void {
    for (const { resource, capacity, memberCapacity } of present) {
      const wanted = this.#wanted.get(resource);
      if (!wanted || (wanted.capacity === capacity && wanted.memberCapacity === memberCapacity)) continue;
      const key = `${resource} ${capacity} ${memberCapacity}`;
      const projects = (this.#counts.get(key)?.projects ?? 0) + 1;
      this.#counts.set(key, { resource, capacity, memberCapacity, projects });
    }
  }

  /** The most frequent ones first, `LIMITS.replaced_limits` at most. */
  list(): ReplacedLimits[] {
    return [...this.#counts.values()].sort(order).slice(0, LIMITS.replaced_limits);
  }
}

function order(one: ReplacedLimits, other: ReplacedLimits): number {
  if (one.projects !== other.projects) return other.projects - one.projects;
  if (one.resource !== other.resource) return one.resource < other.resource ? -1 : 1;
  if (one.capacity !== other.capacity) return one.capacity < other.capacity ? -1 : 1;
  return one.memberCapacity < other.memberCapacity ? -1 : 1;
}
