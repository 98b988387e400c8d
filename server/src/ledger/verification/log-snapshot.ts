import type { StoredHolding } from '../core/stored.ts';

/** The two counters of a holding. */
export interface CounterPair {
  readonly min: bigint;
  readonly max: bigint;
}

/** A holding whose counters are not what the commissions add up to. */
export interface CounterDifference {
  readonly stored: StoredHolding;
  /** What follows from the commissions. */
  readonly expected: CounterPair;
  readonly actual: CounterPair;
}

/** How many commissions were added up, leaving out rejected ones, and how many holdings they were compared with. */
export interface ComparedSize {
  readonly commissions: number;
  readonly holdings: number;
}

/**
 * The commissions and the counters as they were at one moment, whatever happens meanwhile. What must hold between
 * them: usageMax is everything accepted plus pending imports, usageMin everything accepted less pending releases.
 */
export interface LogSnapshot {
  /** Serials of commissions whose stored text cannot be read; they count for nothing. To be read first. */
  damaged(): AsyncIterable<number[]>;
  differences(): AsyncIterable<CounterDifference[]>;
  /** How much was compared; to be asked at the end. */
  size(): Promise<ComparedSize>;
  close(): Promise<void>;
}
