import type { CodeArray } from '../code-format.ts';
import { HIGH_WORD, LOW_WORD, exponentOf, powerOfTwo } from './binary64.ts';
import type { Encoding, ResolvedRounding } from './encoding.ts';

/** Beside the code of a table entry: the value is beyond the largest finite one. */
const BEYOND = 256;

/** The upper word of infinity. */
const NOT_FINITE = 0x7ff0_0000;

/**
 * The codes of all binary64 values in a format of eight bits or fewer. Neither a value of such a format nor a tie between two
 * has more than `fractionBits` bits after the leading one, so all that decides is sign, exponent, these bits, and
 * whether there are any more.
 */
export class EncodeTable {
  readonly #encoding: Encoding;
  readonly #rounding: ResolvedRounding;
  /** By sign: what is smaller than all that have entries, these by exponent, fraction bits and whether more follow, what is larger. */
  readonly #entries: Uint16Array;
  readonly #perSign: number;
  /** Shift of the upper word down to exponent and leading fraction bits. */
  readonly #shift: number;
  readonly #first: number;
  /** By sign. */
  readonly #zeros: Uint16Array;

  constructor(encoding: Encoding, rounding: ResolvedRounding) {
    this.#encoding = encoding;
    this.#rounding = rounding;
    const fractionBits = encoding.significantBits;
    // The tie between zero and the smallest value is one binade below it.
    const least = exponentOf(encoding.smallest) - 1;
    const most = exponentOf(Math.max(encoding.largest, -encoding.lowest));
    this.#shift = 20 - fractionBits;
    this.#first = (least + 1023) << fractionBits;
    const inRange = (most - least + 1) << (fractionBits + 1);
    this.#perSign = inRange + 2;
    this.#entries = new Uint16Array(2 * this.#perSign);
    const steps = 2 ** fractionBits;
    for (let entry = 0; entry < inRange; entry++) {
      const lead = entry >> 1;
      const fraction = (lead % steps) + (entry & 1) / 2;
      this.#enter(entry + 1, (1 + fraction / steps) * powerOfTwo(least + Math.floor(lead / steps)));
    }
    this.#enter(0, powerOfTwo(least - 1));
    this.#enter(inRange + 1, powerOfTwo(most + 1));
    this.#zeros = Uint16Array.of(this.#entryOf(0), this.#entryOf(-0));
  }

  #enter(entry: number, magnitude: number): void {
    this.#entries[entry] = this.#entryOf(magnitude);
    this.#entries[this.#perSign + entry] = this.#entryOf(-magnitude);
  }

  #entryOf(value: number): number {
    const { largest, lowest } = this.#encoding;
    const code = this.#encoding.encode(value, this.#rounding);
    return value > largest || value < lowest ? code + BEYOND : code;
  }

  // Hot: one pass without allocation.
  encodeAll(values: Float64Array, codes: CodeArray, start: number): number {
    const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
    const upper = HIGH_WORD;
    const lower = LOW_WORD;
    const entries = this.#entries;
    const perSign = this.#perSign;
    const shift = this.#shift;
    const first = this.#first;
    const mask = (1 << shift) - 1;
    let beyond = 0;
    for (let index = 0; index < values.length; index++) {
      const high = words[2 * index + upper] ?? 0;
      const low = words[2 * index + lower] ?? 0;
      const magnitude = high & 0x7fffffff;
      if ((magnitude | low) === 0) {
        codes[start + index] = this.#zeros[high >>> 31] ?? 0;
      } else if (magnitude < NOT_FINITE) {
        const more = ((magnitude & mask) | low) === 0 ? 0 : 1;
        const entry = (((magnitude >>> shift) - first) << 1) + more + 1;
        const bounded = entry < 0 ? 0 : entry < perSign ? entry : perSign - 1;
        const found = entries[(high >>> 31) * perSign + bounded] ?? 0;
        codes[start + index] = found & 0xff;
        beyond += found >>> 8;
      } else {
        beyond += this.#encodeNotFinite(values[index] ?? 0, codes, start + index);
      }
    }
    return beyond;
  }

  /** NaN counts where the format has no code for it. */
  #encodeNotFinite(value: number, codes: CodeArray, index: number): number {
    codes[index] = this.#encoding.encode(value, this.#rounding);
    return Number.isNaN(value) && this.#encoding.nan !== undefined ? 0 : 1;
  }
}
