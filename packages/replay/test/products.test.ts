import type { ResolvedPart } from '@systole/chip';
import { seededTensors } from '@systole/trace';
import { describe, expect, it } from 'vitest';
import { storeTensor } from '../src/functional/functional-tensor.ts';
import { computeMatmul, exactMatmul } from '../src/functional/products.ts';
import { unitArithmetic } from '../src/functional/unit-arithmetic.ts';
import { tinyChip } from './support/tiny.ts';

const [tiny] = tinyChip().parts;
if (tiny === undefined) throw new Error('the chip has a unit');
const partOf = (values: Readonly<Record<string, string | number | boolean>>): ResolvedPart => ({
  ...tiny,
  values,
});

const size = { rows: 5, inner: 48, columns: 21 };

function operands(format: string) {
  const draw = (tensor: string, rows: number): Float64Array =>
    seededTensors('normal', 1).weight({ tensor, shape: [rows, size.inner], layout: 'activation' });
  const store = (values: Float64Array) => storeTensor(values, values, format, size.inner, { saturated: 0 });
  return { left: store(draw('left', size.rows)), right: store(draw('right', size.columns)) };
}

describe('a product on units', () => {
  it.each(['int8', 'bf16', 'fp8-e4m3', 'mxfp4', 'nvfp4', 'posit8'])(
    'is the same however equal units share its columns: %s',
    (format) => {
      const { left, right } = operands(format);
      const part = partOf({ resultFormat: 'fp32', adderTree: true, lanes: 12 });
      const by = (...shares: readonly number[]) =>
        computeMatmul(
          left,
          right,
          undefined,
          size,
          shares.map((share) => ({ part, share })),
        ).values;
      expect(by(0.5, 0.5)).toEqual(by(1));
      expect(by(0.1, 0.2, 0.7)).toEqual(by(1));
      expect(by(0, 1)).toEqual(by(1));
    },
  );

  it('leaves each unit in the format of its results', () => {
    const { left, right } = operands('bf16');
    const [fine, coarse] = [partOf({ resultFormat: 'fp32' }), partOf({ resultFormat: 'bf16' })];
    const both = computeMatmul(left, right, undefined, size, [
      { part: coarse, share: 1 / 3 },
      { part: fine, share: 2 / 3 },
    ]).values;
    const exact = exactMatmul(left.values, right.values, undefined, size);
    const worst = (from: number, to: number): number =>
      Math.max(
        ...Array.from(both.keys())
          .filter((at) => at % size.columns >= from && at % size.columns < to)
          .map((at) => Math.abs((both[at] ?? 0) - (exact[at] ?? 0)) / Math.abs(exact[at] ?? 1)),
      );
    expect(worst(0, 7)).toBeGreaterThan(2 ** -10);
    expect(worst(0, 7)).toBeLessThanOrEqual(2 ** -8);
    expect(worst(7, 21)).toBeLessThan(2 ** -16);
  });

  it('counts the sums that an accumulator cannot hold', () => {
    const { left, right } = operands('int8');
    const overflows = (accumulator: string): number =>
      computeMatmul(left, right, undefined, size, [{ part: partOf({ accumulator }), share: 1 }]).overflowed;
    expect(overflows('int16')).toBeGreaterThan(0);
    expect(overflows('int24')).toBe(0);
  });
});

describe('what is no number', () => {
  it('stays none, in registers of integers too', () => {
    for (const format of ['int8', 'bf16', 'mxfp4']) {
      const { right } = operands(format);
      const values = new Float64Array(size.rows * size.inner).fill(0.5);
      values[3] = Number.NaN;
      const left = storeTensor(values, values, format, size.inner, { saturated: 0 });
      const outcome = computeMatmul(left, right, undefined, size, [{ part: partOf({}), share: 1 }]).values;
      expect([...outcome.subarray(0, size.columns)].every(Number.isNaN)).toBe(true);
      expect([...outcome.subarray(size.columns)].every(Number.isFinite)).toBe(true);
    }
  });
});

describe('the arithmetic of a unit', () => {
  const told = (
    values: Readonly<Record<string, string | number | boolean>>,
    stored: string,
    activations: string,
  ) => unitArithmetic(partOf(values), stored, activations).description;

  it('follows its operands and what it declares', () => {
    expect(told({}, 'int8', 'int8')).toBe('int8 × int8 into int32');
    expect(told({}, 'int8', 'int16')).toBe('int8 × int16 into int48');
    expect(told({}, 'int4', 'fp16')).toBe('int4 × fp16 into fp32');
    expect(told({}, 'posit8', 'posit8')).toBe('posit8 × posit8 into an exact sum');
    expect(told({ accumulator: 'int32' }, 'bf16', 'bf16')).toBe('bf16 × bf16 into fp32');
    expect(told({ accumulateFormat: 'bf16', arrangement: 'inner', lanes: 6 }, 'bf16', 'bf16')).toBe(
      'bf16 × bf16 into bf16 by a tree of 8, out as bf16',
    );
  });
});
