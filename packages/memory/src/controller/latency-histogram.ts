import type { LatencySummary } from './stream-result.ts';

/** Buckets for each power of two. */
const PARTS = 64;
const PARTS_LOG2 = 6;
/** Latencies of DRAM in ticks have fewer than 31 bits; those of flash in ps have more, up to 53. */
const SHORT_BITS = 31;
const SHORT = 2 ** SHORT_BITS;
const BUCKETS = PARTS * (53 - PARTS_LOG2 + 1);

/**
 * Counts latencies, whole numbers up to 2^53, exactly below 64 and in buckets of 1/64 of a power of two above: percentiles are at
 * most 1.6 % too high.
 */
export class LatencyHistogram {
  readonly #counts = new Float64Array(BUCKETS);
  #count = 0;
  #sum = 0;
  #least = Infinity;
  #most = 0;

  add(ticks: number): void {
    this.#count++;
    this.#sum += ticks;
    if (ticks < this.#least) this.#least = ticks;
    if (ticks > this.#most) this.#most = ticks;
    const bucket = bucketOf(ticks);
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
  }

  merge(other: LatencyHistogram): void {
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#least = Math.min(this.#least, other.#least);
    this.#most = Math.max(this.#most, other.#most);
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      this.#counts[bucket] = (this.#counts[bucket] ?? 0) + (other.#counts[bucket] ?? 0);
    }
  }

  summary(): LatencySummary {
    if (this.#count === 0) return { count: 0, mean: 0, least: 0, most: 0, p50: 0, p95: 0, p99: 0 };
    return {
      count: this.#count,
      mean: this.#sum / this.#count,
      least: this.#least,
      most: this.#most,
      p50: this.#percentile(0.5),
      p95: this.#percentile(0.95),
      p99: this.#percentile(0.99),
    };
  }

  /** The top of the bucket in which the share lies, and no more than the largest latency. */
  #percentile(share: number): number {
    const wanted = Math.ceil(this.#count * share);
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= wanted) return Math.min(topOf(bucket), this.#most);
    }
    return this.#most;
  }
}

function bucketOf(ticks: number): number {
  if (ticks < PARTS) return ticks;
  if (ticks >= SHORT)
    return PARTS * (SHORT_BITS - PARTS_LOG2) + bucketOf(Math.floor(ticks / 2 ** (SHORT_BITS - PARTS_LOG2)));
  const shift = 31 - Math.clz32(ticks) - PARTS_LOG2;
  return PARTS * (shift + 1) + (ticks >> shift) - PARTS;
}

function topOf(bucket: number): number {
  if (bucket < PARTS) return bucket;
  const shift = Math.floor(bucket / PARTS) - 1;
  return (PARTS + (bucket % PARTS) + 1) * 2 ** shift - 1;
}
