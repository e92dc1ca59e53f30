import type { CodeArray } from '../code-format.ts';
import type { Encoding, ResolvedRounding } from './encoding.ts';
import { goesUp } from './encoding.ts';

/** A whole number of `quantum`, a power of two. */
export interface IntegerLayout {
  readonly name: string;
  readonly bits: number;
  readonly isSigned: boolean;
  /** One where it is left out. */
  readonly quantum?: number;
  /** Without the most negative value, as quantisers have it: its code decodes, and is never made. */
  readonly isSymmetric?: boolean;
}

/**
 * Two's complement, or unsigned, of up to 32 bits. It always saturates, infinities included, and NaN becomes zero. Of a quotient,
 * division by zero is an infinity and 0 / 0 is NaN, as in binary64.
 */
export class IntegerEncoding implements Encoding {
  readonly name: string;
  readonly bits: number;
  readonly largest: number;
  readonly lowest: number;
  readonly smallest: number;
  readonly nan = undefined;
  readonly significantBits: number;
  readonly #quantum: number;
  /** Codes from here on stand for negative numbers. */
  readonly #firstNegative: number;
  readonly #turn: number;

  constructor({ name, bits, isSigned, quantum = 1, isSymmetric = false }: IntegerLayout) {
    this.name = name;
    this.bits = bits;
    this.significantBits = bits;
    this.#quantum = quantum;
    this.#turn = 2 ** bits;
    this.#firstNegative = isSigned ? this.#turn / 2 : this.#turn;
    this.smallest = quantum;
    const most = 2 ** (isSigned ? bits - 1 : bits) - 1;
    this.largest = most * quantum;
    this.lowest = isSigned ? (isSymmetric ? -most : -most - 1) * quantum : 0;
  }

  encode(value: number, rounding: ResolvedRounding): number {
    if (Number.isNaN(value)) return 0;
    const bounded = Math.max(this.lowest, Math.min(this.largest, value)) / this.#quantum;
    const magnitude = Math.abs(bounded);
    const down = Math.floor(magnitude);
    const share = magnitude - down;
    const whole = share !== 0 && goesUp(share, down % 2 === 1, rounding) ? down + 1 : down;
    return bounded < 0 && whole !== 0 ? this.#turn - whole : whole;
  }

  decode(code: number): number {
    return (code >= this.#firstNegative ? code - this.#turn : code) * this.#quantum;
  }

  // Hot: one pass without allocation, for the formats that are too wide for a table.
  encodeNearest(values: Float64Array, codes: CodeArray, start: number): number {
    const { largest, lowest } = this;
    const perQuantum = 1 / this.#quantum;
    const turn = this.#turn;
    let beyond = 0;
    for (let index = 0; index < values.length; index++) {
      let value = values[index] ?? 0;
      if (value > largest) {
        value = largest;
        beyond++;
      } else if (value < lowest) {
        value = lowest;
        beyond++;
      } else if (value !== value) {
        value = 0;
        beyond++;
      }
      // 1.5 x 2^52, added and subtracted again, rounds to the nearest even integer of either sign.
      const whole = value * perQuantum + 6_755_399_441_055_744 - 6_755_399_441_055_744;
      codes[start + index] = whole < 0 ? turn + whole : whole;
    }
    return beyond;
  }
}
