import { decodeProvisions } from '../core/stored.ts';
import { splitWide } from '../core/wide-integers.ts';
import { STEP_MS, type Step, startOfStep } from './usage-steps.ts';

/** What came to one holding in one hour or day. */
export interface Gain {
  readonly kind: number;
  readonly id: number;
  readonly resource: number;
  readonly start: number;
  /** Sum of the quantities. */
  change: bigint;
  /** Sum of quantity times milliseconds that were left of the hour or day. */
  weighted: bigint;
}

export interface ResolvedCommission {
  readonly serial: number;
  readonly state: number;
  readonly resolved_at: number;
  /** What was taken, as stored. */
  readonly taken: string;
}

/** The sums of what was accepted, per holding and step, in the order of their keys. */
export function gainsOf(commissions: readonly ResolvedCommission[], step: Step): Gain[] {
  const gains = new Map<string, Gain>();
  for (const { state, resolved_at, taken } of commissions) {
    if (state !== 1) continue;
    const start = startOfStep(resolved_at, step);
    const left_ms = BigInt(start + STEP_MS[step] - resolved_at);
    // What is damaged adds nothing; a verification names it.
    for (const { kind, id, resource, quantity } of decodeProvisions(taken) ?? []) {
      if (quantity === 0n) continue;
      const key = `${kind}.${id}.${resource}.${start}`;
      let gain = gains.get(key);
      if (!gain) {
        gain = { kind, id, resource, start, change: 0n, weighted: 0n };
        gains.set(key, gain);
      }
      gain.change += quantity;
      gain.weighted += quantity * left_ms;
    }
  }
  return [...gains.values()].sort(
    (a, b) => a.kind - b.kind || a.id - b.id || a.resource - b.resource || a.start - b.start,
  );
}

/** In the order of the columns of the tables. */
export function rowOf({ kind, id, resource, start, change, weighted }: Gain): (number | bigint)[] {
  return [kind, id, resource, start, ...splitWide(change), ...splitWide(weighted)];
}
