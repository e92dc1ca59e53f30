import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIMENSIONS, parseQuantity, unitsOf } from '@systole/units';
import type { QuantityResult } from '@systole/units';

/** A rational number of integers, the reference that rounds nothing. */
interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

function powerOfTen(exponent: number): Rational {
  const power = 10n ** BigInt(Math.abs(exponent));
  return exponent < 0 ? { numerator: 1n, denominator: power } : { numerator: power, denominator: 1n };
}

function times(a: Rational, b: Rational): Rational {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

/** A double taken apart into its bits: significand * 2^exponent, exactly. */
function decompose(value: number): { significand: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const fraction = bits & ((1n << 52n) - 1n);
  return { significand: biased === 0 ? fraction : fraction | (1n << 52n), exponent: biased - 1075 };
}

/** Whether no double is nearer to `exact` than `value`: they differ by half a unit in the last place at most. */
function isNearest(value: number, exact: Rational): boolean {
  const { significand, exponent } = decompose(value);
  const two = 1n << BigInt(Math.abs(exponent));
  const [up, down] = exponent < 0 ? [1n, two] : [two, 1n];
  const difference = significand * up * exact.denominator - exact.numerator * down;
  const magnitude = difference < 0n ? -difference : difference;
  return 2n * magnitude <= up * exact.denominator;
}

/** Spelling, dimension, and what the unit is worth in the base unit, written as rationals apart from the model. */
const UNITS = [
  ['time', 'fs', powerOfTen(-3)],
  ['time', 'ps', powerOfTen(0)],
  ['time', 'ns', powerOfTen(3)],
  ['time', 'us', powerOfTen(6)],
  ['time', 's', powerOfTen(12)],
  ['frequency', 'GHz', powerOfTen(9)],
  ['data', 'KiB', { numerator: 1024n, denominator: 1n }],
  ['data', 'TiB', { numerator: 1n << 40n, denominator: 1n }],
  ['data', 'Gib', { numerator: 1n << 27n, denominator: 1n }],
  ['data', 'Gb', { numerator: 125_000_000n, denominator: 1n }],
  ['data', 'b', { numerator: 1n, denominator: 8n }],
  ['bandwidth', 'GB/s', powerOfTen(9)],
  ['bandwidth', 'Gb/s', { numerator: 125_000_000n, denominator: 1n }],
  ['pinRate', 'GT/s', powerOfTen(9)],
  ['energy', 'pJ', powerOfTen(3)],
  ['energyPerBit', 'pJ/bit', powerOfTen(3)],
  ['energyPerBit', 'pJ/B', { numerator: 125n, denominator: 1n }],
  ['power', 'mW', powerOfTen(-3)],
  ['area', 'um2', powerOfTen(-6)],
  ['length', 'nm', powerOfTen(-6)],
  ['ratio', '%', powerOfTen(-2)],
] as const;

/** A finite value that is not -0, or a message and a hint that stay on one line of visible text. */
function isSound(result: QuantityResult): boolean {
  if (result.ok) return Number.isFinite(result.value) && !Object.is(result.value, -0);
  const isPlain = !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(result.message + result.hint);
  return isPlain && result.message !== '' && result.hint !== '';
}

describe('parseQuantity, for any input', () => {
  it('gives the double nearest to the decimal that was written', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 25n }),
        fc.integer({ min: 0, max: 24 }),
        fc.integer({ min: -30, max: 30 }),
        fc.constantFrom(...UNITS),
        (digits, decimals, exponent, [dimension, unit, worth]) => {
          const padded = digits.toString().padStart(decimals + 1, '0');
          const point = padded.length - decimals;
          const mantissa = decimals === 0 ? padded : `${padded.slice(0, point)}.${padded.slice(point)}`;
          const result = parseQuantity(`${mantissa}e${exponent} ${unit}`, dimension);
          if (!result.ok) throw new Error(result.message);
          const written = times({ numerator: digits, denominator: 1n }, powerOfTen(exponent - decimals));
          expect(isNearest(result.value, times(written, worth))).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('gives integers of picoseconds exactly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (picoseconds) => {
        const digits = picoseconds.toString().padStart(4, '0');
        const text = `${digits.slice(0, -3)}.${digits.slice(-3)} ns`;
        expect(parseQuantity(text, 'time')).toEqual({ ok: true, value: picoseconds });
      }),
    );
  });

  it('never throws, and answers with a finite number or a reason', () => {
    const nearly = fc
      .tuple(
        fc.double(),
        fc.constantFrom('', ' ', '\t', '\n', 'e'),
        fc.oneof(fc.string(), fc.constantFrom('ns', 'GB', '%', '/s')),
      )
      .map(([number, gap, unit]) => `${number}${gap}${unit}`);
    const inputs = fc.oneof(
      fc.anything({ withBigInt: true, withNullPrototype: true, withObjectString: true }),
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.string({ unit: fc.constantFrom(...'7ns \n\u0007\u007f\u009b\u2028\u202e\ud800'), maxLength: 9 }),
      fc.string({ unit: fc.constantFrom(...'0123456789.eE+-_ xnsGBbiT/%'), maxLength: 70 }),
      nearly,
    );
    fc.assert(
      fc.property(inputs, fc.constantFrom(...DIMENSIONS), (input, dimension) => {
        const result = parseQuantity(input, dimension);
        expect(result).toSatisfy(isSound);
      }),
      { numRuns: 3000 },
    );
  });

  it('reads a unit if and only if it is listed, case and all', () => {
    const alphabet = fc.constantFrom(...'kKMGTPimunpfabBsJWVAHztecx/2^%');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: alphabet, minLength: 1, maxLength: 6 }),
          fc.constantFrom(...DIMENSIONS.flatMap((each) => unitsOf(each))),
        ),
        fc.constantFrom(...DIMENSIONS),
        (unit, dimension) => {
          expect(parseQuantity(`7 ${unit}`, dimension).ok).toBe(unitsOf(dimension).includes(unit));
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe('every unit of every dimension', () => {
  // A rate of bits is a bandwidth of a link and the rate of a pin: the spelling alone cannot tell.
  const shared = new Set(
    ['', 'k', 'K', 'M', 'G', 'T', 'P'].flatMap((prefix) =>
      ['b/s', 'bit/s', 'bps'].map((unit) => prefix + unit),
    ),
  );

  it.each(DIMENSIONS)('is refused by all dimensions but %s', (dimension) => {
    for (const unit of unitsOf(dimension)) {
      for (const other of DIMENSIONS.filter((each) => each !== dimension)) {
        const result = parseQuantity(`3 ${unit}`, other);
        const legitimate = shared.has(unit) && (other === 'bandwidth' || other === 'pinRate');
        const outcome = result.ok ? 'read' : result.problem;
        expect([unit, other, outcome]).toEqual([unit, other, legitimate ? 'read' : 'wrong-dimension']);
      }
    }
  });

  it('means the same rate in both dimensions that share it', () => {
    for (const unit of shared) {
      const bytes = parseQuantity(`8 ${unit}`, 'bandwidth');
      const bits = parseQuantity(`1 ${unit}`, 'pinRate');
      expect(bytes).toEqual(bits);
    }
  });
});
