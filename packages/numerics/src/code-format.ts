/** How a value between two neighbours is rounded. */
export type Rounding =
  /** To the nearest; a tie to the even code. Of posits the tie lies at the next longer posit, as their standard has it. */
  | 'nearest-even'
  /** To the nearest; a tie away from zero. */
  | 'nearest-away'
  | 'toward-zero'
  /** Up with the probability of the share of the way that the value has gone; see `RandomBits`. */
  | 'stochastic';

/** What becomes of a value beyond the largest finite one. Posits, integers, FP6 and FP4 always saturate. */
export type Overflow = 'saturate' | 'infinity-or-nan';

/** Seeded source of random bits for stochastic rounding: an unsigned 32-bit integer a call. */
export type RandomBits = () => number;

export interface RoundingOptions {
  readonly rounding?: Rounding;
  readonly overflow?: Overflow;
  /** Needed for stochastic rounding. */
  readonly random?: RandomBits;
}

/**
 * A number format whose values each have a code of their own: floats, posits, integers, E8M0. All of its values are exact in
 * binary64, so that a value is a number and a code is an unsigned integer of `bits` bits.
 */
export interface CodeFormat {
  /** Canonical, such as `fp8_e4m3fn`, `posit16_1`, `bf16`, `int4`. */
  readonly name: string;
  readonly bits: number;
  /** Largest and smallest positive finite value. */
  readonly largest: number;
  readonly smallest: number;
  /** The code of not-a-number (NaR of a posit), where there is one. */
  readonly nan: number | undefined;
  /** Exact. NaN for NaN and NaR, infinities where the format has them, -0 where it has that. */
  decode(code: number): number;
  /** One rounding from the exact binary64 value. NaN and infinities by the policy of the format, which its docstring states. */
  encode(value: number, options?: RoundingOptions): number;
  /** Each one rounding of the exact result of the two exact operands. */
  add(a: number, b: number, options?: RoundingOptions): number;
  subtract(a: number, b: number, options?: RoundingOptions): number;
  multiply(a: number, b: number, options?: RoundingOptions): number;
  divide(a: number, b: number, options?: RoundingOptions): number;
  /** a x b + c, rounded once. */
  fusedMultiplyAdd(a: number, b: number, c: number, options?: RoundingOptions): number;
  /** Sum of a[i] x b[i] in exact accumulation (the quire of a posit), rounded once. */
  dot(a: CodeArray, b: CodeArray, options?: RoundingOptions): number;
  /**
   * Codes of all values, without allocating; returns how many were beyond the largest finite value of their sign, or NaN that the
   * format has no code for.
   */
  encodeAll(values: Float64Array | Float32Array, into: CodeArray, options?: RoundingOptions): number;
  decodeAll(codes: CodeArray, into: Float64Array | Float32Array): void;
}

export type CodeArray = Uint8Array | Uint16Array | Uint32Array;
