import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIMENSIONS, formatQuantity, parseQuantity } from '@systole/units';
import type { Dimension } from '@systole/units';

describe('formatQuantity', () => {
  it.each<[number, Dimension, string]>([
    [0, 'time', '0 ps'],
    [-0, 'data', '0 B'],
    [570, 'time', '570 ps'],
    [1000, 'time', '1 ns'],
    [999.99, 'time', '1 ns'],
    [999_990, 'time', '1 us'],
    [-12_345, 'time', '-12.35 ns'],
    [0.25, 'time', '0.25 ps'],
    [3.6e15, 'time', '3600 s'],
    [1.1e9, 'frequency', '1.1 GHz'],
    [131_072, 'data', '128 KiB'],
    [1000, 'data', '1000 B'],
    [1023.99 * 1024, 'data', '1 MiB'],
    [85_899_345_920, 'data', '80 GiB'],
    [819.2e9, 'bandwidth', '819.2 GB/s'],
    [6.4e9, 'pinRate', '6.4 Gb/s'],
    [900, 'energy', '900 fJ'],
    [1_700_000, 'energy', '1.7 nJ'],
    [1.5e15, 'energy', '1.5 J'],
    [3900, 'energyPerBit', '3.9 pJ/bit'],
    [0.14929, 'power', '149.3 mW'],
    [0.9, 'voltage', '900 mV'],
    [0.122, 'current', '122 mA'],
    [0.5, 'area', '0.5 mm2'],
    [46_225, 'area', '46230 mm2'],
    [0.000_42, 'area', '420 um2'],
    [0.055, 'length', '55 um'],
    [0.03, 'ratio', '0.03'],
    [1.234_56, 'ratio', '1.235'],
  ])('writes %d as %s: %s', (value, dimension, expected) => {
    expect(formatQuantity(value, dimension)).toBe(expected);
  });

  it('keeps as many digits as are asked for', () => {
    expect(formatQuantity(123_456, 'time', 1)).toBe('100 ns');
    expect(formatQuantity(123_456, 'time', 6)).toBe('123.456 ns');
    expect(() => formatQuantity(1, 'time', 0)).toThrow(RangeError);
    expect(() => formatQuantity(1, 'time', 2.5)).toThrow(RangeError);
    expect(() => formatQuantity(1, 'time', 18)).toThrow(RangeError);
  });

  it('shows a value that is not finite as such', () => {
    expect(formatQuantity(Number.NaN, 'data')).toBe('NaN B');
    expect(formatQuantity(Number.POSITIVE_INFINITY, 'time')).toBe('Infinity ps');
    expect(formatQuantity(Number.NEGATIVE_INFINITY, 'ratio')).toBe('-Infinity');
  });

  it('writes the largest numbers as numbers, though rounding would take them further', () => {
    expect(formatQuantity(Number.MAX_VALUE, 'ratio')).toBe('1.7976931348623157e+308');
    expect(formatQuantity(Number.MAX_VALUE, 'time')).not.toContain('Infinity');
  });
});

describe('formatQuantity, for any value', () => {
  const values = fc.oneof(
    fc.double({ min: -1e300, max: 1e300, noNaN: true }).filter((x) => x === 0 || Math.abs(x) >= 1e-300),
    fc
      .tuple(fc.integer({ min: -9999, max: 9999 }), fc.integer({ min: -20, max: 20 }))
      .map(([m, e]) => Number(`${m}e${e}`)),
    fc.maxSafeInteger(),
  );

  it('is read back to within 1e-3', () => {
    fc.assert(
      fc.property(
        values,
        fc.constantFrom(...DIMENSIONS),
        fc.integer({ min: 4, max: 17 }),
        (value, dimension, digits) => {
          const result = parseQuantity(formatQuantity(value, dimension, digits), dimension);
          if (!result.ok) throw new Error(result.message);
          expect(Math.abs(result.value - value)).toBeLessThanOrEqual(1e-3 * Math.abs(value));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('does not change when what was read back is written again', () => {
    fc.assert(
      fc.property(values, fc.constantFrom(...DIMENSIONS), (value, dimension) => {
        const text = formatQuantity(value, dimension);
        const result = parseQuantity(text, dimension);
        if (!result.ok) throw new Error(result.message);
        expect(formatQuantity(result.value, dimension)).toBe(text);
      }),
      { numRuns: 3000 },
    );
  });
});
