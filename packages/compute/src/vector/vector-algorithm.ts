/**
 * How a vector unit computes what it has no lane for. Every function is reduced to additions, multiplications,
 * comparisons and table reads, and the counts follow from these choices.
 */
export interface VectorAlgorithm {
  /** `taylor`: a polynomial in Horner form; `table`: a table of line segments. */
  readonly exponential: 'taylor' | 'table';
  /** Terms of the Taylor polynomial, x^0/0! to x^(n-1)/(n-1)!. At least 1. */
  readonly taylorTerms: number;
  /**
   * Squarings s of the range reduction exp(x) = exp(x / 2^s)^(2^s); the argument is then first clamped to ±2^s. With
   * 0 the bare polynomial is evaluated, which is good for |x| up to about 1 only.
   */
  readonly rangeReduction: number;
  /** Iterations of a reciprocal, and of an inverse square root by `newton-raphson`. */
  readonly newtonRaphsonSteps: number;
  /** Where the iteration of 1/sqrt(x) starts: from the bit pattern of x (`fast-inverse`), or from a table. */
  readonly inverseSquareRoot: 'fast-inverse' | 'newton-raphson';
  /** Iterations after the bit pattern of `fast-inverse`. */
  readonly fastInverseSteps: number;
}
