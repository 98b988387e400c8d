import { UNLIMITED } from '../../lib/limits.ts';
import type { Provision, Refusal } from './commission.ts';

/**
 * The rules of a commission (decision one-decision-function, quota §3.2 and §3.3): pure, shared by both engines, no I/O.
 *
 * A holding has two counters, `usageMin ≤ usageMax`. Between issue and resolution the ledger assumes the worst in
 * both directions: room is reserved before it is certain and freed only when it is certain.
 *
 *   event   | import (q ≥ 0)   | release (q < 0, n = |q|)
 *   issue   | usageMax += q    | usageMin -= n
 *   accept  | usageMin += q    | usageMax -= n
 *   reject  | usageMax -= q    | usageMin += n
 *
 * So accepting and rejecting can never fail on a limit.
 */
export interface Holding {
  readonly limit: bigint;
  usageMin: bigint;
  usageMax: bigint;
  changed: boolean;
}

/** A merged provision and the holding it changes. */
export interface Entry<H extends Holding = Holding> {
  readonly provision: Provision;
  readonly holding: H;
}

/**
 * Sums the provisions of each holding, keeping the order of first appearance. It is the sign of the sum that makes
 * an import or a release.
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

/** One text per holding. The separator occurs in no name: NUL is refused at every door. */
export function holdingKey({ holder, source, resource }: Omit<Provision, 'quantity'>): string {
  return `${holder}\0${source ?? ''}\0${resource}`;
}

/**
 * Whether the merged provisions fit. An unknown holding is reported before any other refusal; otherwise the first
 * in the order of the request. A quantity of zero always fits: it changes nothing.
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
      // Forced or not, the sum must fit the 64 bits it is stored in.
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

/** Takes a reservation back: the row `reject`. */
export function applyReject(holding: Holding, quantity: bigint): void {
  if (quantity >= 0n) holding.usageMax -= quantity;
  else holding.usageMin -= quantity;
  holding.changed ||= quantity !== 0n;
}
