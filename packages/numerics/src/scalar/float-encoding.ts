import type { CodeArray } from '../code-format.ts';
import { HIGH_WORD, exponentOf, powerOfTwo } from './binary64.ts';
import type { Encoding, ResolvedRounding } from './encoding.ts';
import { goesUp } from './encoding.ts';

/** What the codes of the largest exponent field mean, and the code of negative zero. */
export type FloatSpecials =
  /** Infinities and NaNs, as in IEEE 754. */
  | 'ieee'
  /** The last code of either sign is NaN ("fn": finite, with NaN). */
  | 'last-nan'
  /** All of them are numbers. */
  | 'none'
  /** All of them are numbers, and the code of negative zero is NaN ("fnuz": unsigned zero). */
  | 'unsigned-zero';

/** A binary float by its fields: a sign, `exponentBits`, `fractionBits`. */
export interface FloatLayout {
  readonly name: string;
  readonly exponentBits: number;
  readonly fractionBits: number;
  readonly specials: FloatSpecials;
  /** 2^(exponentBits - 1) - 1 where it is left out. */
  readonly bias?: number;
}

/** 2^52: added and subtracted again, it rounds what is below it to the nearest even integer. */
const TO_INTEGER = 4_503_599_627_370_496;

/**
 * A float of up to 32 bits. Beyond the largest finite value there is infinity ("ieee") or NaN ("last-nan" with the sign kept,
 * "unsigned-zero"); without either, and where asked to saturate, the largest value. Toward zero, only an infinity goes there. NaN becomes the quiet
 * NaN without a sign; a format without NaN has the code of negative zero for it.
 */
export class FloatEncoding implements Encoding {
  readonly name: string;
  readonly bits: number;
  readonly largest: number;
  readonly lowest: number;
  readonly smallest: number;
  readonly nan: number | undefined;
  readonly significantBits: number;
  readonly #specials: FloatSpecials;
  readonly #fractionBits: number;
  /** Of the smallest normal value, and of the largest value. */
  readonly #leastExponent: number;
  readonly #mostExponent: number;
  readonly #signCode: number;
  readonly #largestCode: number;
  /** The code above the largest: infinity, where there is one. */
  readonly #overflowCode: number;
  /** Codes per unit in the last place, by exponent from the least on: 2^(fraction bits - exponent). */
  readonly #unitsPer: Float64Array;
  /** The unit in the last place, by exponent from the least on. */
  readonly #units: Float64Array;
  /** 2^(fraction bits): kept, since `**` with a variable exponent takes longer than all else here. */
  readonly #binade: number;

  constructor(layout: FloatLayout) {
    const { exponentBits, fractionBits, specials } = layout;
    const bias = layout.bias ?? 2 ** (exponentBits - 1) - 1;
    this.name = layout.name;
    this.bits = 1 + exponentBits + fractionBits;
    this.significantBits = fractionBits + 1;
    this.#specials = specials;
    this.#fractionBits = fractionBits;
    this.#signCode = 2 ** (this.bits - 1);
    const infinity = (2 ** exponentBits - 1) * 2 ** fractionBits;
    this.#largestCode =
      specials === 'ieee' ? infinity - 1 : this.#signCode - (specials === 'last-nan' ? 2 : 1);
    this.#overflowCode = this.#largestCode + 1;
    this.#leastExponent = 1 - bias;
    this.#mostExponent = Math.floor(this.#largestCode / 2 ** fractionBits) - bias;
    const steps = this.#mostExponent - this.#leastExponent + 1;
    this.#unitsPer = Float64Array.from({ length: steps }, (_, step) =>
      powerOfTwo(fractionBits - this.#leastExponent - step),
    );
    this.#units = this.#unitsPer.map((perUnit) => 1 / perUnit);
    this.#binade = 2 ** fractionBits;
    const nans = {
      ieee: infinity + 2 ** (fractionBits - 1),
      'last-nan': this.#overflowCode,
      none: undefined,
      'unsigned-zero': this.#signCode,
    };
    this.nan = nans[specials];
    this.smallest = powerOfTwo(this.#leastExponent - fractionBits);
    this.largest = this.decode(this.#largestCode);
    this.lowest = -this.largest;
  }

  encode(value: number, rounding: ResolvedRounding): number {
    if (Number.isNaN(value)) return this.nan ?? this.#signCode;
    const isNegative = value < 0 || Object.is(value, -0);
    const code = this.#encodeMagnitude(Math.abs(value), rounding);
    if (!isNegative) return code;
    if (this.#specials !== 'unsigned-zero') return code >= this.#signCode ? code : code + this.#signCode;
    return code === 0 || code === this.#signCode ? code : code + this.#signCode;
  }

  #encodeMagnitude(magnitude: number, rounding: ResolvedRounding): number {
    if (magnitude === 0) return 0;
    const exponent = magnitude === Infinity ? 1024 : exponentOf(magnitude);
    if (exponent > this.#mostExponent) return this.#beyond(magnitude, rounding);
    const step = Math.max(0, exponent - this.#leastExponent);
    const scaled = magnitude * (this.#unitsPer[step] ?? 0);
    const down = Math.floor(scaled);
    const share = scaled - down;
    const base = down + step * this.#binade;
    const code = share !== 0 && goesUp(share, (down & 1) === 1, rounding) ? base + 1 : base;
    return code > this.#largestCode ? this.#beyond(magnitude, rounding) : code;
  }

  #beyond(magnitude: number, { rounding, saturates }: ResolvedRounding): number {
    if (saturates || this.#specials === 'none') return this.#largestCode;
    if (rounding === 'toward-zero' && magnitude !== Infinity) return this.#largestCode;
    return this.#overflowCode;
  }

  decode(code: number): number {
    const isNegative = code >= this.#signCode;
    const rest = isNegative ? code - this.#signCode : code;
    if (rest > this.#largestCode) {
      if (this.#specials !== 'ieee' || rest > this.#overflowCode) return Number.NaN;
      return isNegative ? -Infinity : Infinity;
    }
    if (isNegative && rest === 0 && this.#specials === 'unsigned-zero') return Number.NaN;
    // Codes without their sign are below 2^31.
    const field = rest >> this.#fractionBits;
    const step = field === 0 ? 0 : field - 1;
    const magnitude = (rest - step * this.#binade) * (this.#units[step] ?? 0);
    return isNegative ? -magnitude : magnitude;
  }

  // Hot: one pass without allocation, for the formats that are too wide for a table.
  encodeNearest(values: Float64Array, codes: CodeArray, start: number, saturates: boolean): number {
    const words = new Uint32Array(values.buffer, values.byteOffset, 2 * values.length);
    const upper = HIGH_WORD;
    const unitsPer = this.#unitsPer;
    const leastExponent = this.#leastExponent;
    const mostExponent = this.#mostExponent;
    const fractionBits = this.#fractionBits;
    const largest = this.largest;
    const largestCode = this.#largestCode;
    const signCode = this.#signCode;
    const overflowCode = saturates ? largestCode : this.#overflowCode;
    let beyond = 0;
    for (let index = 0; index < values.length; index++) {
      const value = values[index] ?? 0;
      const high = words[2 * index + upper] ?? 0;
      const magnitude = Math.abs(value);
      const exponent = ((high >>> 20) & 0x7ff) - 1023;
      let code = 0;
      if (exponent <= mostExponent) {
        const step = exponent > leastExponent ? exponent - leastExponent : 0;
        const rounded = magnitude * (unitsPer[step] ?? 0) + TO_INTEGER - TO_INTEGER;
        code = rounded + (step << fractionBits);
        if (code > largestCode) code = overflowCode;
        if (magnitude > largest) beyond++;
      } else if (magnitude === magnitude) {
        code = overflowCode;
        beyond++;
      } else {
        // The sign of NaN is dropped.
        codes[start + index] = this.nan ?? signCode;
        continue;
      }
      codes[start + index] = high >>> 31 === 1 ? code + signCode : code;
    }
    return beyond;
  }
}
