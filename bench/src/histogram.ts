/** Buckets of one microsecond up to a little over a second; slower requests share the last bucket. */
const BUCKETS = 1 << 20;

/** Latencies in microseconds, counted exactly. Recording is one addition, so its cost is negligible. */
export class Histogram {
  private readonly counts = new Uint32Array(BUCKETS);
  private slowest = 0;
  count = 0;

  record(microseconds: number): void {
    const bucket = microseconds < BUCKETS - 1 ? Math.max(0, Math.trunc(microseconds)) : BUCKETS - 1;
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.count += 1;
    if (microseconds > this.slowest) this.slowest = microseconds;
  }

  /** The latency that the given share (0 to 1) of all recordings does not exceed; NaN without recordings. */
  quantile(share: number): number {
    if (this.count === 0) return Number.NaN;
    const wanted = Math.max(1, Math.ceil(share * this.count));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS - 1; bucket++) {
      seen += this.counts[bucket] ?? 0;
      if (seen >= wanted) return bucket;
    }
    return this.slowest;
  }

  get max(): number {
    return this.slowest;
  }
}
