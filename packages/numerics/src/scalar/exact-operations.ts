import { exponentOf, powerOfTwo, toOdd } from './binary64.ts';

/** Veltkamp's constant: splits 53 bits into two halves whose products are exact. */
const SPLITTER = 134_217_729;

/** What a nearest-even sum leaves out, exactly: Knuth's TwoSum. */
export function sumError(a: number, b: number, sum: number): number {
  const part = sum - a;
  return a - (sum - part) + (b - part);
}

/**
 * What a nearest-even product leaves out, exactly, after Dekker. Operands stay below 2^996 in magnitude, and the product, unless it
 * is exact, above 2^-968.
 */
export function productError(a: number, b: number, product: number): number {
  const liftedA = SPLITTER * a;
  const highA = liftedA - (liftedA - a);
  const lowA = a - highA;
  const liftedB = SPLITTER * b;
  const highB = liftedB - (liftedB - b);
  const lowB = b - highB;
  return lowA * lowB - (product - highA * highB - lowA * highB - highA * lowB);
}

/** a + b rounded to odd: see `toOdd`. Not finite, and signs of zero: as binary64 has it. */
export function sumToOdd(a: number, b: number): number {
  const sum = a + b;
  return Number.isFinite(sum) ? toOdd(sum, sumError(a, b, sum)) : sum;
}

/** a x b rounded to odd, under the ranges of `productError`. */
export function productToOdd(a: number, b: number): number {
  const product = a * b;
  return Number.isFinite(product) && product !== 0 ? toOdd(product, productError(a, b, product)) : product;
}

/** a / b rounded to odd, for operands and quotients from 2^-900 to 2^900 in magnitude. */
export function quotientToOdd(a: number, b: number): number {
  const quotient = a / b;
  if (!Number.isFinite(quotient) || quotient === 0 || !Number.isFinite(b)) return quotient;
  const product = quotient * b;
  const rest = a - product - productError(quotient, b, product);
  return toOdd(quotient, b > 0 ? rest : -rest);
}

/**
 * a / b rounded to odd for any two binary64 numbers: the fractions are divided, and the exponent put back. A quotient that is beyond
 * 2^900 or below 2^-900 comes as that power of two of its sign, which every format rounds the same way.
 */
export function anyQuotientToOdd(a: number, b: number): number {
  const plain = a / b;
  if (a === 0 || b === 0 || !Number.isFinite(a) || !Number.isFinite(b)) return plain;
  const [exponentA, exponentB] = [exponentOf(a), exponentOf(b)];
  const exponent = exponentA - exponentB;
  const isNegative = a < 0 !== b < 0;
  if (exponent >= 900) return isNegative ? -powerOfTwo(900) : powerOfTwo(900);
  if (exponent <= -900) return isNegative ? -powerOfTwo(-900) : powerOfTwo(-900);
  return quotientToOdd(scaleBy(a, -exponentA), scaleBy(b, -exponentB)) * powerOfTwo(exponent);
}

/** value x 2^exponent in two steps, either of which is exact where the result is. */
function scaleBy(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * powerOfTwo(half) * powerOfTwo(exponent - half);
}

/**
 * a x b + c rounded to odd, by two exact transforms and one inner rounding to odd (Boldo and Melquiond). Under the ranges of
 * `productError`.
 */
export function fusedToOdd(a: number, b: number, c: number): number {
  const product = a * b;
  if (!Number.isFinite(product) || !Number.isFinite(c)) return product + c;
  const low = product === 0 ? 0 : productError(a, b, product);
  // An exact product leaves one sum, and its signed zero.
  if (low === 0) return sumToOdd(product, c);
  const inner = c + low;
  const innerError = sumError(c, low, inner);
  const outer = product + inner;
  const outerError = sumError(product, inner, outer);
  const tail = sumToOdd(innerError, outerError);
  return sumToOdd(outer, tail);
}
