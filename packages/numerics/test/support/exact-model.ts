import type { Rounding } from '@systole/numerics';

/** What a format is, told apart from the library under test. */
export type ModelLayout =
  | { readonly kind: 'posit'; readonly bits: number; readonly es: number }
  | {
      readonly kind: 'float';
      readonly bits: number;
      readonly fractionBits: number;
      readonly bias: number;
      readonly specials: 'ieee' | 'last-nan' | 'none' | 'unsigned-zero';
    }
  | { readonly kind: 'integer'; readonly bits: number; readonly isSigned: boolean }
  | { readonly kind: 'scale'; readonly bits: 8 };

export type ModelOperation = 'add' | 'subtract' | 'multiply' | 'divide';

export interface ModelRounding {
  readonly rounding: Exclude<Rounding, 'stochastic'>;
  readonly saturates: boolean;
}

export const NEAREST: ModelRounding = { rounding: 'nearest-even', saturates: false };

/** A number of the model: finite ones as integers over 2^scale, with the sign of a zero; or what is none. */
interface Value {
  readonly number: bigint;
  readonly special: number | undefined;
  readonly isNegativeZero: boolean;
}

/**
 * A number format in exact integers: rounding by a search for the code between whose boundaries a rational lies. Slow and plain. NaN
 * results are `NaN`, whatever code the format has for them.
 */
export class ExactModel {
  readonly layout: ModelLayout;
  /** Values, and the ties between them, are integers over 2^scale. */
  readonly scale: bigint;
  readonly #largest: number;
  readonly #values = new Map<number, Value>();
  readonly #boundaries = new Map<number, readonly [bigint, bigint]>();

  constructor(layout: ModelLayout) {
    this.layout = layout;
    switch (layout.kind) {
      case 'posit':
        this.scale = BigInt(layout.bits * 2 ** layout.es + layout.bits);
        this.#largest = 2 ** (layout.bits - 1) - 1;
        break;
      case 'float':
        this.scale = BigInt(layout.fractionBits + layout.bias);
        this.#largest = largestFloat(layout);
        break;
      case 'integer':
        this.scale = 1n;
        this.#largest = 2 ** (layout.isSigned ? layout.bits - 1 : layout.bits) - 1;
        break;
      case 'scale':
        this.scale = 128n;
        this.#largest = 254;
    }
  }

  /** Code, or NaN. */
  operate(operation: ModelOperation, a: number, b: number, rounding: ModelRounding = NEAREST): number {
    const [x, y] = [this.#value(a), this.#value(b)];
    const one = 1n << this.scale;
    if (x.special !== undefined || y.special !== undefined || (operation === 'divide' && y.number === 0n)) {
      return this.#special(plain(operation, stand(x), stand(y)), rounding);
    }
    switch (operation) {
      case 'add':
        return this.encode(x.number + y.number, 1n, x.isNegativeZero && y.isNegativeZero, rounding);
      case 'subtract':
        return this.encode(x.number - y.number, 1n, x.isNegativeZero && isPlusZero(y), rounding);
      case 'multiply':
        return this.encode(x.number * y.number, one, isMinus(x) !== isMinus(y), rounding);
      case 'divide': {
        const sign = y.number < 0n ? -1n : 1n;
        return this.encode(sign * x.number * one, sign * y.number, isMinus(x) !== isMinus(y), rounding);
      }
    }
  }

  /** Sum of products and a last term: a fused multiply-add, or a dot product without it. Of finite values other than zero and NaN. */
  sumOfProducts(
    pairs: readonly (readonly [number, number])[],
    last?: number,
    rounding: ModelRounding = NEAREST,
  ): number {
    // Not every format has a code of zero.
    let sum = last === undefined ? 0n : this.#value(last).number << this.scale;
    for (const [a, b] of pairs) sum += this.#value(a).number * this.#value(b).number;
    return this.encode(sum, 1n << this.scale, false, rounding);
  }

  /** Of a binary64. */
  encodeNumber(value: number, rounding: ModelRounding = NEAREST): number {
    if (!Number.isFinite(value)) return this.#special(value, rounding);
    const [numerator, denominator] = rationalOf(value);
    return this.encode(numerator << this.scale, denominator, Object.is(value, -0), rounding);
  }

  isFinite(code: number): boolean {
    return this.#value(code).special === undefined;
  }

  isZero(code: number): boolean {
    return this.isFinite(code) && this.#value(code).number === 0n;
  }

  /** Of numerator / denominator units of 2^-scale; of zero the sign is given. */
  encode(numerator: bigint, denominator: bigint, isNegativeZero: boolean, rounding: ModelRounding): number {
    const { kind, bits } = this.layout;
    const isNegative = numerator < 0n || (numerator === 0n && isNegativeZero);
    const magnitude = numerator < 0n ? -numerator : numerator;
    if (kind === 'scale' && numerator < 0n) return Number.NaN;
    if (kind === 'integer') {
      const limit = isNegative ? (this.layout.isSigned ? 2 ** (bits - 1) : 0) : this.#largest;
      const code = Math.min(limit, this.#search(magnitude, denominator, limit, rounding));
      return isNegative && code !== 0 ? 2 ** bits - code : code;
    }
    const least = kind === 'posit' && numerator !== 0n ? 1 : 0;
    const code = Math.max(least, this.#search(magnitude, denominator, this.#largest, rounding));
    if (kind === 'scale') return code <= this.#largest ? code : this.#beyond(rounding);
    if (kind === 'posit') {
      const cut = Math.min(this.#largest, code);
      return isNegative && cut !== 0 ? 2 ** bits - cut : cut;
    }
    const kept = code <= this.#largest ? code : this.#beyond(rounding);
    return this.#signed(kept, isNegative);
  }

  #signed(code: number, isNegative: boolean): number {
    const isUnsignedZero =
      this.layout.kind === 'float' && this.layout.specials === 'unsigned-zero' && code === 0;
    return isNegative && !isUnsignedZero ? code + 2 ** (this.layout.bits - 1) : code;
  }

  /** What a finite value beyond the last boundary becomes. */
  #beyond({ rounding, saturates }: ModelRounding): number {
    return saturates || rounding === 'toward-zero' ? this.#largest : this.#infinity();
  }

  #infinity(): number {
    const { layout } = this;
    if (layout.kind === 'scale') return Number.NaN;
    if (layout.kind !== 'float' || layout.specials === 'none') return this.#largest;
    return layout.specials === 'ieee' ? this.#largest + 1 : Number.NaN;
  }

  #special(value: number, rounding: ModelRounding): number {
    const { layout } = this;
    const { saturates } = rounding;
    // Something finite over infinity.
    if (value === 0) return this.encode(0n, 1n, Object.is(value, -0), rounding);
    if (layout.kind === 'posit') return Number.NaN;
    if (Number.isNaN(value)) {
      if (layout.kind === 'integer') return 0;
      return layout.kind === 'float' && layout.specials === 'none' ? 2 ** (layout.bits - 1) : Number.NaN;
    }
    const isNegative = value < 0;
    if (layout.kind === 'integer') {
      if (!isNegative) return this.#largest;
      return layout.isSigned ? this.#largest + 1 : 0;
    }
    if (layout.kind === 'scale' && isNegative) return Number.NaN;
    const code = saturates ? this.#largest : this.#infinity();
    return Number.isNaN(code) ? code : this.#signed(code, isNegative);
  }

  /** How many boundaries from 0 up are passed, up to `limit`, and one more beyond the last. */
  #search(magnitude: bigint, denominator: bigint, limit: number, { rounding }: ModelRounding): number {
    let [low, high] = [0, limit + 1];
    while (low < high) {
      const code = Math.floor((low + high) / 2);
      const [tie, next] = this.#boundary(code);
      const distance = magnitude - denominator * (rounding === 'toward-zero' ? next : tie);
      const isEqualUp = rounding !== 'nearest-even' || code % 2 === 1;
      if (distance > 0n || (distance === 0n && isEqualUp)) low = code + 1;
      else high = code;
    }
    return low;
  }

  /** The tie between a code and the next, and the value of the next. */
  #boundary(code: number): readonly [bigint, bigint] {
    const known = this.#boundaries.get(code);
    if (known !== undefined) return known;
    const { layout } = this;
    // Of a posit the tie is the posit one bit longer that lies between.
    const boundary: readonly [bigint, bigint] =
      layout.kind === 'posit'
        ? [
            positMagnitude(2 * code + 1, layout.bits + 1, layout.es, this.scale),
            code === this.#largest ? this.#magnitude(code) * 2n : this.#magnitude(code + 1),
          ]
        : [(this.#magnitude(code) + this.#magnitude(code + 1)) / 2n, this.#magnitude(code + 1)];
    this.#boundaries.set(code, boundary);
    return boundary;
  }

  /** Of a code without a sign, as if the format went on beyond its largest value. */
  #magnitude(code: number): bigint {
    const { layout } = this;
    switch (layout.kind) {
      case 'posit':
        return positMagnitude(code, layout.bits, layout.es, this.scale);
      case 'float': {
        const field = Math.floor(code / 2 ** layout.fractionBits);
        const fraction = code % 2 ** layout.fractionBits;
        const significand = field === 0 ? fraction : fraction + 2 ** layout.fractionBits;
        return BigInt(significand) << BigInt(Math.max(0, field - 1) + 1);
      }
      case 'integer':
        return BigInt(code) << 1n;
      case 'scale':
        return 1n << BigInt(code + 1);
    }
  }

  #value(code: number): Value {
    const known = this.#values.get(code);
    if (known !== undefined) return known;
    const value = this.#decode(code);
    this.#values.set(code, value);
    return value;
  }

  #decode(code: number): Value {
    const { layout } = this;
    const finite = (number: bigint, isNegativeZero = false): Value => ({
      number,
      special: undefined,
      isNegativeZero,
    });
    const special = (value: number): Value => ({ number: 0n, special: value, isNegativeZero: false });
    const half = 2 ** (layout.bits - 1);
    switch (layout.kind) {
      case 'posit':
        if (code === half) return special(Number.NaN);
        return finite(code > half ? -this.#magnitude(2 * half - code) : this.#magnitude(code));
      case 'integer':
        return finite(BigInt(layout.isSigned && code >= half ? code - 2 * half : code) << 1n);
      case 'scale':
        return code === 255 ? special(Number.NaN) : finite(this.#magnitude(code));
      case 'float': {
        const isNegative = code >= half;
        const rest = code % half;
        if (layout.specials === 'unsigned-zero' && code === half) return special(Number.NaN);
        if (rest === this.#largest + 1 && layout.specials === 'ieee')
          return special(isNegative ? -Infinity : Infinity);
        if (rest > this.#largest) return special(Number.NaN);
        return finite(isNegative ? -this.#magnitude(rest) : this.#magnitude(rest), isNegative && rest === 0);
      }
    }
  }
}

/** Numerator and denominator of a finite binary64. */
function rationalOf(value: number): [bigint, bigint] {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const field = (bits >> 52n) & 0x7ffn;
  const significand = (bits & 0xf_ffff_ffff_ffffn) + (field === 0n ? 0n : 1n << 52n);
  const exponent = (field === 0n ? 1n : field) - 1075n;
  const signed = value < 0 ? -significand : significand;
  return exponent >= 0n ? [signed << exponent, 1n] : [signed, 1n << -exponent];
}

/** By the bits one after another. */
function positMagnitude(code: number, bits: number, es: number, scale: bigint): bigint {
  if (code === 0) return 0n;
  const text = code.toString(2).padStart(bits - 1, '0');
  const first = text[0] ?? '0';
  let run = 0;
  while (text[run] === first) run++;
  const steps = first === '1' ? run - 1 : -run;
  const rest = text.slice(run + 1);
  const exponent = steps * 2 ** es + Number.parseInt(`0${rest.slice(0, es).padEnd(es, '0')}`, 2);
  const fraction = rest.slice(es);
  const shift = scale + BigInt(exponent - fraction.length);
  return BigInt(`0b1${fraction}`) << shift;
}

function largestFloat({ bits, fractionBits, specials }: Extract<ModelLayout, { kind: 'float' }>): number {
  const codes = 2 ** (bits - 1);
  switch (specials) {
    case 'ieee':
      return codes - 2 ** fractionBits - 1;
    case 'last-nan':
      return codes - 2;
    default:
      return codes - 1;
  }
}

function isMinus(value: Value): boolean {
  return value.number < 0n || value.isNegativeZero;
}

function isPlusZero(value: Value): boolean {
  return value.number === 0n && !value.isNegativeZero;
}

/** A binary64 of the same class and sign, for the rules of IEEE 754 on what is not finite. */
function stand(value: Value): number {
  if (value.special !== undefined) return value.special;
  if (value.number === 0n) return value.isNegativeZero ? -0 : 0;
  return value.number < 0n ? -1 : 1;
}

function plain(operation: ModelOperation, a: number, b: number): number {
  switch (operation) {
    case 'add':
      return a + b;
    case 'subtract':
      return a - b;
    case 'multiply':
      return a * b;
    case 'divide':
      return a / b;
  }
}
