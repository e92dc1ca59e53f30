import type { VectorAlgorithm } from '@systole/compute';
import { describe, expect, it } from 'vitest';
import { CountedArithmetic } from './counted-arithmetic.ts';
import { gelu, layerNormRow, rmsNormRow, ropePair, silu, softmaxRow } from './counted-functions.ts';

// How far the algorithms that are counted are from the functions that they stand for, in double precision: the error
// of the method, without that of a number format.

const bare: VectorAlgorithm = {
  exponential: 'taylor',
  taylorTerms: 6,
  rangeReduction: 0,
  newtonRaphsonSteps: 3,
  inverseSquareRoot: 'fast-inverse',
  fastInverseSteps: 1,
};
const reduced: VectorAlgorithm = { ...bare, rangeReduction: 5 };
const table: VectorAlgorithm = { ...bare, exponential: 'table' };

/** `count` points from `low` to `high`, neither sorted nor random. */
function points(count: number, low: number, high: number): number[] {
  return Array.from(
    { length: count },
    (_, index) => low + ((high - low) * ((index * 37) % count)) / (count - 1),
  );
}

function worst(found: readonly number[], exact: readonly number[]): number {
  return Math.max(...found.map((value, index) => Math.abs(value - (exact[index] ?? NaN))));
}

function exactSoftmax(row: readonly number[]): number[] {
  const most = Math.max(...row);
  const powers = row.map((x) => Math.exp(x - most));
  const sum = powers.reduce((total, power) => total + power, 0);
  return powers.map((power) => power / sum);
}

function exactNorm(row: readonly number[], centred: boolean): number[] {
  const mean = centred ? row.reduce((total, x) => total + x, 0) / row.length : 0;
  const variance = row.reduce((total, x) => total + (x - mean) ** 2, 0) / row.length;
  return row.map((x) => (x - mean) / Math.sqrt(variance + 1e-5));
}

const exactGelu = (x: number): number =>
  0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
const exactSilu = (x: number): number => x / (1 + Math.exp(-x));

describe('exp', () => {
  it('is within 1.4e-3 on [-1, 0] for the bare polynomial of six terms', () => {
    const xs = points(201, -1, 0);
    const error = worst(
      xs.map((x) => new CountedArithmetic(bare).exp(x)),
      xs.map(Math.exp),
    );
    // The first term that is left out is 1/720, and the series alternates.
    expect(error).toBeLessThan(1 / 720);
    expect(error).toBeGreaterThan(1 / 1000);
  });

  it('is nonsense at -20 for the bare polynomial, and right with range reduction', () => {
    expect(Math.abs(new CountedArithmetic(bare).exp(-20))).toBeGreaterThan(1000);
    expect(Math.abs(new CountedArithmetic(reduced).exp(-20) - Math.exp(-20))).toBeLessThan(1e-10);
  });
});

describe('softmax', () => {
  it('is within 1e-3 on scores that lie within 1 of their maximum, bare', () => {
    const row = points(16, -0.5, 0.5);
    expect(worst(softmaxRow(new CountedArithmetic(bare), row), exactSoftmax(row))).toBeLessThan(1e-3);
  });

  it('is within 1e-5 on scores of any size with five squarings', () => {
    for (const reach of [1, 5, 30, 1000]) {
      const row = points(64, -reach, reach);
      expect(worst(softmaxRow(new CountedArithmetic(reduced), row), exactSoftmax(row))).toBeLessThan(1e-5);
    }
  });

  it('is within 1e-5 by table on scores within 16 of their maximum', () => {
    const row = points(64, -8, 8);
    expect(worst(softmaxRow(new CountedArithmetic(table), row), exactSoftmax(row))).toBeLessThan(1e-5);
  });
});

describe('norms', () => {
  const row = points(64, -3, 5);

  it.each([
    // One step leaves 1.8e-3 of 1/sqrt, two leave 5e-6; a table of five bits and three steps nothing to speak of.
    [bare, 2e-3],
    [{ ...bare, fastInverseSteps: 2 }, 1e-5],
    [{ ...bare, inverseSquareRoot: 'newton-raphson' as const }, 1e-12],
  ])('are right within the error of 1/sqrt: %j', (algorithm, share) => {
    const layer = layerNormRow(new CountedArithmetic(algorithm), row, 1, 0);
    const exactLayer = exactNorm(row, true);
    expect(worst(layer, exactLayer)).toBeLessThan(share * Math.max(...exactLayer.map(Math.abs)));
    const rms = rmsNormRow(new CountedArithmetic(algorithm), row, 1);
    const exactRms = exactNorm(row, false);
    expect(worst(rms, exactRms)).toBeLessThan(share * Math.max(...exactRms.map(Math.abs)));
  });
});

describe('activations', () => {
  const xs = points(161, -8, 8);

  it('are within 1e-4 with five squarings', () => {
    expect(
      worst(
        xs.map((x) => gelu(new CountedArithmetic(reduced), x)),
        xs.map(exactGelu),
      ),
    ).toBeLessThan(1e-4);
    expect(
      worst(
        xs.map((x) => silu(new CountedArithmetic(reduced), x)),
        xs.map(exactSilu),
      ),
    ).toBeLessThan(1e-4);
  });
});

describe('rope', () => {
  it('rotates: lengths stay, and a quarter turn swaps', () => {
    const [x, y] = ropePair(new CountedArithmetic(bare), 3, 4, 1.2);
    expect(Math.hypot(x, y)).toBeCloseTo(5, 12);
    const [u, v] = ropePair(new CountedArithmetic(bare), 3, 4, Math.PI / 2);
    expect(u).toBeCloseTo(-4, 12);
    expect(v).toBeCloseTo(3, 12);
  });
});
