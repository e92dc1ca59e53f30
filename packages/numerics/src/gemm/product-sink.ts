import { ExactAccumulator } from '../accumulate/exact-accumulator.ts';
import type { CodeArray, CodeFormat, RoundingOptions } from '../code-format.ts';
import { productToOdd, sumError } from '../scalar/exact-operations.ts';
import { toOdd } from '../scalar/binary64.ts';

/** Takes the sums of a matrix product, each rounded once: to binary64, and from the same exact sum to the code of a format. */
export class ProductSink {
  readonly values: Float64Array;
  readonly codes: CodeArray | undefined;
  /** Results beyond the largest finite value of the format. */
  overflows = 0;
  /** Results that are NaN or infinite before they are rounded to a format. */
  notFinite = 0;
  readonly #format: CodeFormat | undefined;
  readonly #rounding: RoundingOptions | undefined;
  readonly #tensorScale: number;
  readonly #isApart: (index: number) => boolean;
  readonly #spare = new ExactAccumulator();

  /** `isApart` tells the results that `putNotFinite` alone gives. */
  constructor(
    size: number,
    tensorScale: number,
    format: CodeFormat | undefined,
    rounding: RoundingOptions | undefined,
    isApart: (index: number) => boolean = () => false,
  ) {
    this.values = new Float64Array(size);
    this.codes = format === undefined ? undefined : codesFor(format, size);
    this.#tensorScale = tensorScale;
    this.#format = format;
    this.#rounding = rounding;
    this.#isApart = isApart;
  }

  /** A result that operands which are NaN or infinite have decided. */
  putNotFinite(index: number, result: number): void {
    this.notFinite++;
    this.#write(index, result, result);
  }

  /** A sum that is a binary64 number. */
  put(index: number, sum: number): void {
    const scale = this.#tensorScale;
    if (scale === 1 || sum - sum !== 0) this.#store(index, sum, sum);
    else this.#store(index, sum * scale, sum === 0 ? 0 : productToOdd(sum, scale));
  }

  /** A sum in two parts. */
  putParts(index: number, high: number, low: number): void {
    const sum = high + low;
    const error = sumError(high, low, sum);
    if (error === 0) {
      this.put(index, sum);
    } else if (this.#tensorScale === 1) {
      this.#store(index, sum, toOdd(sum, error));
    } else {
      this.#spare.clear();
      this.#spare.add(high);
      this.#spare.add(low);
      this.putExact(index, this.#spare);
    }
  }

  /** A sum of any length; the accumulator is used up. */
  putExact(index: number, sum: ExactAccumulator): void {
    if (this.#tensorScale !== 1) sum.scale(this.#tensorScale);
    const odd = this.#format === undefined ? 0 : sum.toOdd();
    this.#store(index, sum.toNumber(), odd);
  }

  #store(index: number, nearest: number, odd: number): void {
    if (this.#isApart(index)) return;
    if (nearest - nearest !== 0) this.notFinite++;
    if (this.#format !== undefined && Math.abs(odd) > this.#format.largest && odd - odd === 0)
      this.overflows++;
    this.#write(index, nearest, odd);
  }

  #write(index: number, nearest: number, odd: number): void {
    const format = this.#format;
    if (format === undefined || this.codes === undefined) {
      this.values[index] = nearest;
      return;
    }
    const code = format.encode(odd, this.#rounding);
    this.codes[index] = code;
    this.values[index] = format.decode(code);
  }
}

function codesFor({ bits }: CodeFormat, size: number): CodeArray {
  return bits <= 8 ? new Uint8Array(size) : bits <= 16 ? new Uint16Array(size) : new Uint32Array(size);
}
