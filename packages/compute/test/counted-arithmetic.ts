import type { Operations, VectorAlgorithm } from '@systole/compute';

/** Segments of the table of exp, over [-16, 16]. */
const SEGMENTS = 4096;
const REACH = 16;

/**
 * Scalar arithmetic that counts what it does. The functions of a vector unit are written on it as programs, so that the
 * counts of `operationCounts` are held against code that computes the right numbers.
 */
export class CountedArithmetic {
  adds = 0;
  multiplies = 0;
  comparisons = 0;
  lookups = 0;
  readonly #algorithm: VectorAlgorithm;
  readonly #word = new DataView(new ArrayBuffer(4));

  constructor(algorithm: VectorAlgorithm) {
    this.#algorithm = algorithm;
  }

  get counts(): Operations {
    const { adds, multiplies, comparisons, lookups } = this;
    return { adds, multiplies, comparisons, lookups };
  }

  add(a: number, b: number): number {
    this.adds++;
    return a + b;
  }

  subtract(a: number, b: number): number {
    this.adds++;
    return a - b;
  }

  multiply(a: number, b: number): number {
    this.multiplies++;
    return a * b;
  }

  max(a: number, b: number): number {
    this.comparisons++;
    return Math.max(a, b);
  }

  min(a: number, b: number): number {
    this.comparisons++;
    return Math.min(a, b);
  }

  read<T>(table: (index: number) => T, index: number): T {
    this.lookups++;
    return table(index);
  }

  sum(values: readonly number[]): number {
    return values.reduce((total, value) => this.add(total, value));
  }

  maximum(values: readonly number[]): number {
    return values.reduce((most, value) => this.max(most, value));
  }

  exp(x: number): number {
    const { exponential, taylorTerms, rangeReduction } = this.#algorithm;
    if (exponential === 'table') {
      const segment = Math.min(SEGMENTS - 1, Math.max(0, Math.floor(((x + REACH) / (2 * REACH)) * SEGMENTS)));
      const { slope, offset } = this.read(expSegment, segment);
      return this.add(this.multiply(slope, x), offset);
    }
    let z = x;
    if (rangeReduction > 0) {
      const reach = 2 ** rangeReduction;
      z = this.multiply(this.max(-reach, this.min(reach, x)), 1 / reach);
    }
    const coefficients = inverseFactorials(taylorTerms);
    let power = coefficients[taylorTerms - 1] ?? 0;
    for (let k = taylorTerms - 2; k >= 0; k--)
      power = this.add(this.multiply(power, z), coefficients[k] ?? 0);
    for (let squaring = 0; squaring < rangeReduction; squaring++) power = this.multiply(power, power);
    return power;
  }

  reciprocal(d: number): number {
    let y = this.#fromBits(0x7ef311c7, this.#bitsOf(d));
    for (let step = 0; step < this.#algorithm.newtonRaphsonSteps; step++) {
      y = this.multiply(y, this.subtract(2, this.multiply(d, y)));
    }
    return y;
  }

  inverseSquareRoot(x: number): number {
    const { inverseSquareRoot, fastInverseSteps, newtonRaphsonSteps } = this.#algorithm;
    const isFast = inverseSquareRoot === 'fast-inverse';
    const steps = isFast ? fastInverseSteps : newtonRaphsonSteps;
    let y = isFast
      ? this.#fromBits(0x5f3759df, this.#bitsOf(x) >>> 1)
      : // A table of 64 entries by the leading bits of the mantissa and the parity of the exponent.
        this.read(() => 1 / Math.sqrt(leadingBits(x)), 0);
    if (steps === 0) return y;
    const half = this.multiply(x, 0.5);
    for (let step = 0; step < steps; step++) {
      y = this.multiply(y, this.subtract(1.5, this.multiply(this.multiply(half, y), y)));
    }
    return y;
  }

  tanh(u: number): number {
    const denominator = this.add(this.exp(this.multiply(2, u)), 1);
    return this.subtract(1, this.multiply(2, this.reciprocal(denominator)));
  }

  sigmoid(x: number): number {
    return this.reciprocal(this.add(this.exp(-x), 1));
  }

  #bitsOf(value: number): number {
    this.#word.setFloat32(0, value);
    return this.#word.getUint32(0);
  }

  /** The float whose bits are `magic - bits`: one integer subtraction. */
  #fromBits(magic: number, bits: number): number {
    this.#word.setUint32(0, this.subtract(magic, bits));
    return this.#word.getFloat32(0);
  }
}

function expSegment(segment: number): { slope: number; offset: number } {
  const width = (2 * REACH) / SEGMENTS;
  const left = -REACH + segment * width;
  const slope = (Math.exp(left + width) - Math.exp(left)) / width;
  return { slope, offset: Math.exp(left) - slope * left };
}

function inverseFactorials(terms: number): number[] {
  const values = [1];
  for (let k = 1; k < terms; k++) values.push((values[k - 1] ?? 1) / k);
  return values;
}

/** `x` cut to five bits behind the leading one, in the middle of what is cut off. */
function leadingBits(x: number): number {
  const exponent = Math.floor(Math.log2(x));
  const mantissa = x / 2 ** exponent;
  return ((Math.floor(mantissa * 32) + 0.5) / 32) * 2 ** exponent;
}
