import type { CodeArray } from '../code-format.ts';
import { HIGH_WORD, LOW_WORD, powerOfTwo } from './binary64.ts';
import type { Encoding, ResolvedRounding } from './encoding.ts';
import { goesUp } from './encoding.ts';

const VALUE = new Float64Array(1);
const WORDS = new Uint32Array(VALUE.buffer);

/**
 * A magnitude between the smallest and the largest posit, by the words of its binary64, cut to the posit below it; times four, plus two if
 * the next bit is set, plus one if any bit after that is. The next bit is that of the next longer posit: where exponent bits are
 * cut, it is one of them.
 */
function cutPosit(high: number, low: number, bits: number, es: number): number {
  const exponent = (high >>> 20) - 1023;
  const steps = exponent >> es;
  const regimeBits = steps >= 0 ? steps + 2 : 1 - steps;
  // Shifted into its place it is below 2^31, whatever the sign here: the longest one passes through it.
  const regime = steps >= 0 ? (2 << (steps + 1)) - 2 : 1;
  const fraction = ((high & 0xfffff) << 12) | (low >>> 20);
  const tail = es === 0 ? fraction : (exponent << (32 - es)) | (fraction >>> es);
  const kept = bits - 1 - regimeBits;
  const body = kept === 0 ? 0 : tail >>> (32 - kept);
  const after = tail << kept;
  const isCut = (after << 1) | (low & 0xfffff) | (fraction & ((1 << es) - 1));
  return ((regime << kept) + body) * 4 + (after < 0 ? 2 : 0) + (isCut === 0 ? 0 : 1);
}

/**
 * Posit of n bits with es exponent bits. NaN and both infinities become NaR; a value beyond the largest posit becomes the largest, and one
 * other than zero below the smallest becomes the smallest, whatever the rounding. There is no negative zero.
 */
export class PositEncoding implements Encoding {
  readonly name: string;
  readonly bits: number;
  readonly largest: number;
  readonly lowest: number;
  readonly smallest: number;
  readonly nan: number;
  readonly significantBits: number;
  readonly #es: number;

  constructor(bits: number, es: number) {
    this.name = `posit${bits}_${es}`;
    this.bits = bits;
    this.#es = es;
    this.significantBits = Math.max(1, bits - 2 - es);
    this.largest = powerOfTwo((bits - 2) * 2 ** es);
    this.lowest = -this.largest;
    this.smallest = powerOfTwo(-(bits - 2) * 2 ** es);
    this.nan = 2 ** (bits - 1);
  }

  encode(value: number, rounding: ResolvedRounding): number {
    if (value === 0) return 0;
    if (!Number.isFinite(value)) return this.nan;
    const code = this.#encodeMagnitude(Math.abs(value), rounding);
    return value < 0 ? 2 * this.nan - code : code;
  }

  #encodeMagnitude(magnitude: number, rounding: ResolvedRounding): number {
    if (magnitude >= this.largest) return this.nan - 1;
    if (magnitude <= this.smallest) return 1;
    VALUE[0] = magnitude;
    const cut = cutPosit(WORDS[HIGH_WORD] ?? 0, WORDS[LOW_WORD] ?? 0, this.bits, this.#es);
    const down = Math.floor(cut / 4);
    const rest = cut - 4 * down;
    if (rest === 0) return down;
    return goesUp(this.#share(magnitude, down, rest, rounding), (down & 1) === 1, rounding) ? down + 1 : down;
  }

  /** Of the way from one posit to the next: to nearest by its bits, since the tie need not be the middle; else by its value. */
  #share(magnitude: number, down: number, rest: number, { rounding }: ResolvedRounding): number {
    if (rounding !== 'stochastic') return rest / 4;
    const low = this.decode(down);
    return (magnitude - low) / (this.decode(down + 1) - low);
  }

  decode(code: number): number {
    if (code === 0) return 0;
    if (code === this.nan) return Number.NaN;
    const isNegative = code > this.nan;
    const es = this.#es;
    // Without the sign bit, at the upper end of a word.
    const word = (isNegative ? 2 * this.nan - code : code) << (33 - this.bits);
    const run = Math.clz32(word < 0 ? ~word : word);
    const steps = word < 0 ? run - 1 : -run;
    const rest = run >= 31 ? 0 : word << (run + 1);
    const exponent = es === 0 ? 0 : rest >>> (32 - es);
    const fraction = (rest << es) >>> 0;
    const magnitude = powerOfTwo((steps << es) + exponent) * (1 + fraction / 2 ** 32);
    return isNegative ? -magnitude : magnitude;
  }

  // Hot: one pass in 32-bit integers without allocation, for the formats that are too wide for a table.
  encodeNearest(values: Float64Array, codes: CodeArray, start: number): number {
    const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
    const upper = HIGH_WORD;
    const lower = LOW_WORD;
    const { bits, largest, smallest, nan } = this;
    const es = this.#es;
    let beyond = 0;
    for (let index = 0; index < values.length; index++) {
      const magnitude = Math.abs(values[index] ?? 0);
      const high = words[2 * index + upper] ?? 0;
      let code = 0;
      if (magnitude > smallest && magnitude < largest) {
        const cut = cutPosit(high & 0x7fffffff, words[2 * index + lower] ?? 0, bits, es);
        code = Math.floor(cut / 4);
        const rest = cut - 4 * code;
        if (rest + (code & 1) > 2) code++;
      } else if (magnitude <= smallest) {
        code = magnitude === 0 ? 0 : 1;
      } else if (magnitude === largest) {
        code = nan - 1;
      } else {
        if (magnitude > largest) beyond++;
        code = magnitude < Infinity ? nan - 1 : nan;
      }
      codes[start + index] = high >>> 31 === 1 && code !== 0 ? 2 * nan - code : code;
    }
    return beyond;
  }
}
