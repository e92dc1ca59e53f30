import { ExactAccumulator } from '../accumulate/exact-accumulator.ts';
import type { CodeArray, CodeFormat, RoundingOptions } from '../code-format.ts';
import { NumericsError } from '../numerics-error.ts';
import { EncodeTable } from './encode-table.ts';
import type { Encoding, ResolvedRounding } from './encoding.ts';
import { fusedToOdd, productToOdd, quotientToOdd, sumToOdd } from './exact-operations.ts';
import { resolveRounding } from './resolve-rounding.ts';

/** Formats of so many bits compute by tables of all pairs of codes, and round by tables. */
const MOST_BITS_OF_PAIRS = 8;
/** Formats of so many bits decode by a table of all codes. */
const MOST_BITS_OF_CODES = 16;
/** Two significands of so many bits have a product that binary64 holds. */
const MOST_BITS_OF_EXACT_PRODUCTS = 26;
/** Elements that are widened to binary64 at a time. */
const CHUNK = 2048;

type Operation = (a: number, b: number) => number;

const OPERATIONS = {
  add: sumToOdd,
  subtract: (a, b) => sumToOdd(a, -b),
  multiply: productToOdd,
  divide: quotientToOdd,
} as const satisfies Record<string, Operation>;

type OperationName = keyof typeof OPERATIONS;

const WIDENED = new Float64Array(CHUNK);

/**
 * A format of values that each have a code, over the encoding of its family. Each operation forms the exact result of its operands, rounded
 * to odd into binary64, which the one rounding to the format then sees as the exact one. Signs of zero, infinities and NaN are
 * those of IEEE 754 on the decoded operands; what the format makes of them is said by its encoding.
 */
export class ScalarFormat implements CodeFormat {
  readonly name: string;
  readonly bits: number;
  readonly largest: number;
  readonly smallest: number;
  readonly nan: number | undefined;
  readonly #encoding: Encoding;
  readonly #codes: number;
  readonly #sum = new ExactAccumulator();
  readonly #pairs = new Map<string, Uint8Array>();
  readonly #rounded = new Map<string, EncodeTable>();
  #values: Float64Array | undefined;

  constructor(encoding: Encoding) {
    this.#encoding = encoding;
    this.name = encoding.name;
    this.bits = encoding.bits;
    this.#codes = 2 ** encoding.bits;
    this.largest = encoding.largest;
    this.smallest = encoding.smallest;
    this.nan = encoding.nan;
  }

  decode(code: number): number {
    if (!this.#isCode(code)) throw this.#noCode(code);
    return this.#encoding.decode(code);
  }

  encode(value: number, options?: RoundingOptions): number {
    return this.#encoding.encode(value, resolveRounding(options));
  }

  add(a: number, b: number, options?: RoundingOptions): number {
    if (options === undefined && this.bits <= MOST_BITS_OF_PAIRS) return this.#ofPair('add', a, b);
    return this.encode(sumToOdd(this.#value(a), this.#value(b)), options);
  }

  subtract(a: number, b: number, options?: RoundingOptions): number {
    if (options === undefined && this.bits <= MOST_BITS_OF_PAIRS) return this.#ofPair('subtract', a, b);
    return this.encode(sumToOdd(this.#value(a), -this.#value(b)), options);
  }

  multiply(a: number, b: number, options?: RoundingOptions): number {
    if (options === undefined && this.bits <= MOST_BITS_OF_PAIRS) return this.#ofPair('multiply', a, b);
    return this.encode(productToOdd(this.#value(a), this.#value(b)), options);
  }

  divide(a: number, b: number, options?: RoundingOptions): number {
    if (options === undefined && this.bits <= MOST_BITS_OF_PAIRS) return this.#ofPair('divide', a, b);
    return this.encode(quotientToOdd(this.#value(a), this.#value(b)), options);
  }

  fusedMultiplyAdd(a: number, b: number, c: number, options?: RoundingOptions): number {
    return this.encode(fusedToOdd(this.#value(a), this.#value(b), this.#value(c)), options);
  }

  /** An empty sum is zero, and so is one that cancels. A product of infinity and zero, or infinities of both signs, make it NaN. */
  dot(a: CodeArray, b: CodeArray, options?: RoundingOptions): number {
    if (a.length !== b.length) {
      throw new NumericsError('numerics/length', `a dot product of ${a.length} and of ${b.length} elements`);
    }
    const sum = this.#sum;
    sum.clear();
    const values = this.#valueTable();
    const isProductExact = this.#encoding.significantBits <= MOST_BITS_OF_EXACT_PRODUCTS;
    for (let index = 0; index < a.length; index++) {
      const left = a[index] ?? 0;
      const right = b[index] ?? 0;
      const x = values === undefined ? this.#encoding.decode(left) : values[left];
      const y = values === undefined ? this.#encoding.decode(right) : values[right];
      if (x === undefined || y === undefined || left >= this.#codes || right >= this.#codes) {
        throw this.#noCode(Math.max(left, right));
      }
      if (isProductExact) sum.add(x * y);
      else sum.addProduct(x, y);
    }
    return this.encode(sum.toOdd(), options);
  }

  encodeAll(values: Float64Array | Float32Array, into: CodeArray, options?: RoundingOptions): number {
    if (into.length < values.length || into.BYTES_PER_ELEMENT * 8 < this.bits) {
      throw new NumericsError(
        'numerics/length',
        `${values.length} codes of ${this.bits} bits do not fit ${into.length} of ${into.BYTES_PER_ELEMENT * 8} bits`,
      );
    }
    const rounding = resolveRounding(options);
    if (values instanceof Float64Array) return this.#encodeChunk(values, into, 0, rounding);
    let beyond = 0;
    for (let start = 0; start < values.length; start += CHUNK) {
      const chunk = values.subarray(start, start + CHUNK);
      WIDENED.set(chunk);
      beyond += this.#encodeChunk(WIDENED.subarray(0, chunk.length), into, start, rounding);
    }
    return beyond;
  }

  decodeAll(codes: CodeArray, into: Float64Array | Float32Array): void {
    if (into.length < codes.length) {
      throw new NumericsError('numerics/length', `${codes.length} values do not fit ${into.length}`);
    }
    const values = this.#valueTable();
    for (let index = 0; index < codes.length; index++) {
      const code = codes[index] ?? 0;
      if (code >= this.#codes) throw this.#noCode(code);
      into[index] = values === undefined ? this.#encoding.decode(code) : (values[code] ?? 0);
    }
  }

  #encodeChunk(values: Float64Array, into: CodeArray, start: number, rounding: ResolvedRounding): number {
    const isRandom = rounding.rounding === 'stochastic';
    const encoding = this.#encoding;
    if (!isRandom && this.bits <= MOST_BITS_OF_PAIRS)
      return this.#table(rounding).encodeAll(values, into, start);
    if (rounding.rounding === 'nearest-even' && encoding.encodeNearest !== undefined) {
      return encoding.encodeNearest(values, into, start, rounding.saturates);
    }
    let beyond = 0;
    for (let index = 0; index < values.length; index++) {
      const value = values[index] ?? 0;
      into[start + index] = encoding.encode(value, rounding);
      const isOutside = value > this.largest || value < encoding.lowest;
      if (isOutside || (Number.isNaN(value) && this.nan === undefined)) beyond++;
    }
    return beyond;
  }

  #table(rounding: ResolvedRounding): EncodeTable {
    const key = `${rounding.rounding} ${rounding.saturates}`;
    const known = this.#rounded.get(key);
    if (known !== undefined) return known;
    const table = new EncodeTable(this.#encoding, rounding);
    this.#rounded.set(key, table);
    return table;
  }

  /** Of a code that is checked: by the table of all, where there is one. */
  #value(code: number): number {
    const values = this.#valueTable();
    return values === undefined ? this.decode(code) : (values[code] ?? this.decode(code));
  }

  #ofPair(name: OperationName, a: number, b: number): number {
    if (!this.#isCode(a)) throw this.#noCode(a);
    if (!this.#isCode(b)) throw this.#noCode(b);
    return this.#pairsOf(name)[a * this.#codes + b] ?? 0;
  }

  /** All results of an operation to nearest even, at a x codes + b. */
  #pairsOf(name: OperationName): Uint8Array {
    const known = this.#pairs.get(name);
    if (known !== undefined) return known;
    const rounding = resolveRounding(undefined);
    const values = Float64Array.from({ length: this.#codes }, (_, code) => this.#encoding.decode(code));
    const operation: Operation = OPERATIONS[name];
    const results = new Uint8Array(this.#codes * this.#codes);
    let index = 0;
    for (const a of values) {
      for (const b of values) results[index++] = this.#encoding.encode(operation(a, b), rounding);
    }
    this.#pairs.set(name, results);
    return results;
  }

  #valueTable(): Float64Array | undefined {
    if (this.bits > MOST_BITS_OF_CODES) return undefined;
    this.#values ??= Float64Array.from({ length: this.#codes }, (_, code) => this.#encoding.decode(code));
    return this.#values;
  }

  #isCode(code: number): boolean {
    return Number.isInteger(code) && code >= 0 && code < this.#codes;
  }

  #noCode(code: number): NumericsError {
    return new NumericsError(
      'numerics/code',
      `${code} is no code of ${this.name}`,
      `Codes are whole numbers from 0 to ${this.#codes - 1}.`,
    );
  }
}
