import type { CodeArray, RandomBits, Rounding } from '../code-format.ts';

/** Rounding with everything decided. */
export interface ResolvedRounding {
  readonly rounding: Rounding;
  /** Whether a value beyond the largest becomes the largest, where the format has something else for it. */
  readonly saturates: boolean;
  readonly random: RandomBits | undefined;
}

/** How one family of formats lays its values out in codes: what a `ScalarFormat` computes with. */
export interface Encoding {
  readonly name: string;
  readonly bits: number;
  /** Largest and most negative finite value, and the smallest above zero. */
  readonly largest: number;
  readonly lowest: number;
  readonly smallest: number;
  readonly nan: number | undefined;
  /** The most significant bits that a value has, the leading one included. */
  readonly significantBits: number;
  /** The code of a value that is in range for the family, NaN and infinities included; one rounding. */
  encode(value: number, rounding: ResolvedRounding): number;
  /** Of a valid code. */
  decode(code: number): number;
  /**
   * Encodes `values` to nearest even into `codes`, and returns how many were beyond the largest finite value. Only encodings that are too wide
   * for a table have it; others go through `EncodeTable`.
   */
  encodeNearest?(values: Float64Array, codes: CodeArray, start: number, saturates: boolean): number;
}

/** Whether a value that has gone `share` of the way from one neighbour to the next, 0 < share < 1, goes up. */
export function goesUp(share: number, isOdd: boolean, { rounding, random }: ResolvedRounding): boolean {
  switch (rounding) {
    case 'nearest-even':
      return share > 0.5 || (share === 0.5 && isOdd);
    case 'nearest-away':
      return share >= 0.5;
    case 'toward-zero':
      return false;
    case 'stochastic':
      return random !== undefined && random() < Math.floor(share * 2 ** 32);
  }
}
