import type { Bounds } from './bounds.ts';

/** Bits that a sum in binary64 has before it rounds. */
const BITS = 53;
/** Exponents of products that are cut into bins; all formats but the widest posits and pairs of wide floats lie within. */
const LARGEST_MAGNITUDE = 900;
const MOST_BINS = 12;

/** How sums of products are taken without rounding. */
export type ExactPlan =
  | {
      readonly kind: 'bins';
      /** Estimated nanoseconds a product. */
      readonly cost: number;
      readonly bins: number;
      /** Products that the bins take before they are emptied into an exact accumulator. */
      readonly chunk: number;
      /** One fewer than the bins: see `TileKernel`. */
      readonly snaps: Float64Array;
    }
  /** Product by product into an exact accumulator. */
  | { readonly kind: 'accumulator'; readonly cost: number };

/** Nanoseconds a product by bins, and for emptying a bin: measured, and of effect on nothing but the choice. */
const NS_PER_PRODUCT = [0, 0.35, 0.75, 1.1];
const NS_PER_FURTHER_BIN = 1.6;
const NS_PER_EMPTIED_BIN = 20;
const NS_PER_ACCUMULATED = 30;
const BY_ACCUMULATOR: ExactPlan = { kind: 'accumulator', cost: NS_PER_ACCUMULATED };

/**
 * The cheapest exact way for `depth` products of numbers within two bounds.
 *
 * Products are whole multiples of 2^last, last the sum of both last bits, and below 2^top in magnitude. 2^c of them sum up below 2^(top + c), and as
 * long as that is no more than 2^53 units of 2^last, every partial sum is a binary64 number: one bin, no rounding. Where it is more,
 * a product is cut at thresholds 2^t: the part of whole multiples of 2^t has at most 53 - c bits from t to top, and the rest is at most
 * 2^(t - 1), to be cut again 54 - c bits below.
 */
export function planExact(a: Bounds, b: Bounds, depth: number, chunkLimit: number = depth): ExactPlan {
  const last = a.lastBit + b.lastBit;
  const top = a.exponent + b.exponent + 2;
  const isExactProduct = a.significantBits + b.significantBits <= BITS;
  if (!isExactProduct || Math.max(Math.abs(last), Math.abs(top)) > LARGEST_MAGNITUDE) return BY_ACCUMULATOR;
  let best = BY_ACCUMULATOR;
  const most = Math.min(depth, chunkLimit);
  const leastLog = Math.min(6, log2Ceil(most));
  for (let log = log2Ceil(most); log >= leastLog; log--) {
    // At least two bits remain for terms: sums of more are emptied sooner.
    if (log > 40) continue;
    const width = BITS - log;
    // At most 50 bits, so that a part is cut right: 2^51 units and 1.5 x 2^52 of them stay below 2^53.
    const cutWidth = Math.min(width, 50);
    const bins = top - last <= width ? 1 : 1 + Math.ceil((top - last - cutWidth) / (cutWidth + 1));
    if (bins > MOST_BINS) continue;
    const chunk = Math.min(most, 2 ** log);
    const isWhole = chunk >= depth;
    const cost =
      (NS_PER_PRODUCT[bins] ?? bins * NS_PER_FURTHER_BIN) +
      (isWhole ? 0 : (bins * NS_PER_EMPTIED_BIN) / chunk);
    if (cost >= best.cost) continue;
    const snaps = Float64Array.from(
      { length: bins - 1 },
      (_, cut) => 1.5 * 2 ** (top - cutWidth - cut * (cutWidth + 1) + 52),
    );
    best = { kind: 'bins', cost, bins, chunk, snaps };
  }
  return best;
}

function log2Ceil(n: number): number {
  let log = 0;
  while (2 ** log < n) log++;
  return log;
}
