import type { LatencySummary } from '../../controller/stream-result.ts';

const BUCKETS_PER_DOUBLING = 64;
const DOUBLINGS = 54;

/** Collects whole numbers in buckets of 1/64 of a power of two, so that percentiles are at most 1.6 % too high. */
export class LatencyBuckets {
  readonly #counts = new Float64Array(DOUBLINGS * BUCKETS_PER_DOUBLING);
  #count = 0;
  #sum = 0;
  #least = Infinity;
  #most = 0;

  add(value: number): void {
    this.#count++;
    this.#sum += value;
    if (value < this.#least) this.#least = value;
    if (value > this.#most) this.#most = value;
    const at = bucketOf(value);
    this.#counts[at] = (this.#counts[at] ?? 0) + 1;
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

  #percentile(share: number): number {
    const wanted = Math.ceil(share * this.#count);
    let seen = 0;
    for (let at = 0; at < this.#counts.length; at++) {
      seen += this.#counts[at] ?? 0;
      if (seen >= wanted) return Math.min(this.#most, lastOf(at));
    }
    return this.#most;
  }
}

/** Values below 64 have buckets of their own; each doubling from there on is cut into 64. */
function bucketOf(value: number): number {
  if (value < BUCKETS_PER_DOUBLING) return value;
  let shift = 0;
  let scaled = value;
  while (scaled >= 2 * BUCKETS_PER_DOUBLING) {
    scaled = Math.floor(scaled / 2);
    shift++;
  }
  return (shift + 1) * BUCKETS_PER_DOUBLING + (scaled - BUCKETS_PER_DOUBLING);
}

function lastOf(bucket: number): number {
  if (bucket < BUCKETS_PER_DOUBLING) return bucket;
  const shift = Math.floor(bucket / BUCKETS_PER_DOUBLING) - 1;
  const scaled = BUCKETS_PER_DOUBLING + (bucket % BUCKETS_PER_DOUBLING);
  return (scaled + 1) * 2 ** shift - 1;
}
