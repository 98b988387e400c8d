import type { StoredHolding } from '../core/stored.ts';

/** The two counters of a holding. */
export interface CounterPair {
  readonly min: bigint;
  readonly max: bigint;
}

/** A holding whose counters differ from the sums of the commissions. */
export interface CounterDifference {
  readonly stored: StoredHolding;
  /** The sums of the commissions. */
  readonly expected: CounterPair;
  readonly actual: CounterPair;
}

/** The number of commissions that were added, without rejected ones, and of holdings that were compared. */
export interface ComparedSize {
  readonly commissions: number;
  readonly holdings: number;
}

/**
 * A snapshot of the commissions and the counters. They must agree: usageMax is the sum of what was accepted plus pending
 * imports, usageMin the sum of what was accepted less pending releases.
 */
export interface LogSnapshot {
  /** Serials of commissions whose stored text is not valid; they are not added. Must be read first. */
  damaged(): AsyncIterable<number[]>;
  differences(): AsyncIterable<CounterDifference[]>;
  /** How much was compared; to be called at the end. */
  size(): Promise<ComparedSize>;
  close(): Promise<void>;
}
