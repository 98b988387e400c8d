import { UNLIMITED } from '../../lib/limits.ts';
import type { Provision, Refusal } from './commission.ts';

/**
 * The rules of a commission (decision one-decision-function, quota §3.2 and §3.3): pure functions, shared by both
 * engines.
 *
 * A holding has two counters, `0 ≤ usageMin ≤ usageMax`. Between issue and resolution both counters assume the worst
 * case: an import is reserved at issue and counts as used when it is accepted, a release frees its quantity only when
 * it is accepted.
 *
 *   event   | import (q ≥ 0)   | release (q < 0, n = |q|)
 *   issue   | usageMax += q    | usageMin -= n
 *   accept  | usageMin += q    | usageMax -= n
 *   reject  | usageMax -= q    | usageMin += n
 *
 * So neither acceptance nor rejection can exceed a limit.
 */
export interface Holding {
  readonly limit: bigint;
  usageMin: bigint;
  usageMax: bigint;
  changed: boolean;
}

/** The invariant of the counters of a holding, before and after each commission. */
export function hasValidCounters({ usageMin, usageMax }: Pick<Holding, 'usageMin' | 'usageMax'>): boolean {
  return 0n <= usageMin && usageMin <= usageMax && usageMax <= UNLIMITED;
}

/** The invariant of every limit and capacity. */
export function isValidLimit(limit: bigint): boolean {
  return 0n <= limit && limit <= UNLIMITED;
}

/**
 * Sums the provisions of each holding, in the order of first appearance. The sign of the sum decides whether it is an
 * import or a release.
 */
export function mergeProvisions(provisions: readonly Provision[]): readonly Provision[] {
  const merged = new Map<string, Provision>();
  for (const provision of provisions) {
    const key = holdingKey(provision);
    const earlier = merged.get(key);
    merged.set(key, earlier ? { ...earlier, quantity: earlier.quantity + provision.quantity } : provision);
  }
  return merged.size === provisions.length ? provisions : [...merged.values()];
}

/** A text that identifies the holding. No name contains the separator: requests with NUL are refused. */
export function holdingKey({ holder, source, resource }: Omit<Provision, 'quantity'>): string {
  return `${holder}\0${source ?? ''}\0${resource}`;
}

/**
 * Why the merged provisions are refused; undefined if they fit. An unknown holding is reported before any other
 * refusal; otherwise the first in the order of the request. A quantity of zero always fits.
 */
export function refusalOf<H extends Holding>(
  provisions: readonly Provision[],
  holdings: readonly (H | undefined)[],
  force: boolean,
): Refusal | undefined {
  for (const [index, provision] of provisions.entries()) {
    if (!holdings[index]) return { code: 'no_holding', provision };
  }
  for (const [index, provision] of provisions.entries()) {
    const { quantity } = provision;
    const { usageMin, usageMax, limit } = holdings[index] as H;
    if (quantity > 0n) {
      // Even if forced, the sum must fit the 64-bit column.
      const ceiling = force ? UNLIMITED : limit;
      if (usageMax + quantity > ceiling) return { code: 'no_capacity', provision, limit, usage: usageMax };
    } else if (quantity < 0n && usageMin + quantity < 0n) {
      return { code: 'no_quantity', provision, limit: 0n, usage: usageMin };
    }
  }
  return undefined;
}

/** Reserves: the row `issue` of the table. */
export function applyIssue(holding: Holding, quantity: bigint): void {
  if (quantity >= 0n) holding.usageMax += quantity;
  else holding.usageMin += quantity;
  holding.changed ||= quantity !== 0n;
}

/** Makes a reservation final: the row `accept`. */
export function applyAccept(holding: Holding, quantity: bigint): void {
  if (quantity >= 0n) holding.usageMin += quantity;
  else holding.usageMax += quantity;
  holding.changed ||= quantity !== 0n;
}

/** Cancels a reservation: the row `reject`. */
export function applyReject(holding: Holding, quantity: bigint): void {
  if (quantity >= 0n) holding.usageMax -= quantity;
  else holding.usageMin -= quantity;
  holding.changed ||= quantity !== 0n;
}
