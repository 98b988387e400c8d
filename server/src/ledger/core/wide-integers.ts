/**
 * Integers beyond 64 bits in two columns, `high` times 2^36 plus `low`. The sum of two such numbers is the sums of
 * their parts, without carrying, so both engines can add to them in SQL. A quantity times the milliseconds of a day
 * has 90 bits; that leaves room for hundreds of the largest sums in `high`, and for 2^27 sums of any size in `low`.
 */
const LOW_BITS = 36n;
const LOW_MASK = (1n << LOW_BITS) - 1n;

export function splitWide(value: bigint): readonly [high: bigint, low: bigint] {
  return [value >> LOW_BITS, value & LOW_MASK];
}

export function joinWide(high: number | bigint, low: number | bigint): bigint {
  return (BigInt(high) << LOW_BITS) + BigInt(low);
}
