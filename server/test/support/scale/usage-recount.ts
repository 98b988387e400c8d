import assert from 'node:assert/strict';
import type { Commission } from '../../../src/ledger/core/commission.ts';
import type { Ledger } from '../../../src/ledger/ledger.ts';

/** One accepted quantity of one holding. */
interface Event {
  readonly holding: string;
  readonly at: number;
  readonly quantity: bigint;
}

/**
 * Usage over time as it follows from the commissions, reckoned in the most obvious way: every accepted quantity by
 * itself, from the moment it was accepted.
 */
export class UsageRecount {
  readonly #events: readonly Event[];

  private constructor(events: readonly Event[]) {
    this.#events = events;
  }

  static async of(ledger: Ledger): Promise<UsageRecount> {
    const events: Event[] = [];
    for (let after = 0; ; ) {
      const { items, next } = await ledger.commissions({ after, limit: 500 });
      for (const commission of items) events.push(...eventsOf(commission));
      if (next === null) return new UsageRecount(events);
      after = next;
    }
  }

  /** Holdings that anything was accepted for before this moment. */
  holdings(before: number): Set<string> {
    return new Set(
      this.#events.filter(({ at, quantity }) => at < before && quantity !== 0n).map(({ holding }) => holding),
    );
  }

  /** All that was accepted before a moment. */
  usage(holding: string, before: number): bigint {
    return this.#sum(holding, ({ at, quantity }) => (at < before ? quantity : 0n));
  }

  /** Quantity times milliseconds between two moments. */
  unit_ms(holding: string, from: number, to: number): bigint {
    return this.#sum(holding, ({ at, quantity }) =>
      at < to ? quantity * BigInt(to - Math.max(at, from)) : 0n,
    );
  }

  #sum(holding: string, of: (event: Event) => bigint): bigint {
    return this.#events
      .filter((event) => event.holding === holding)
      .reduce((sum, event) => sum + of(event), 0n);
  }
}

function eventsOf({ state, resolvedAt, provisions, accepted }: Commission): Event[] {
  if (state !== 'accepted') return [];
  assert.ok(resolvedAt !== null);
  return (accepted ?? provisions).map(({ holder, source, resource, quantity }) => ({
    holding: `${source === null ? holder : `${source} ${holder}`} ${resource}`,
    at: resolvedAt,
    quantity,
  }));
}

/** How a recount names the holding of a series or a charge. */
export function holdingName(of: { project: string; user: string | null; resource: string }): string {
  return `project:${of.project}${of.user === null ? '' : ` user:${of.user}`} ${of.resource}`;
}
