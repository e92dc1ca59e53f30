import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NUMBER_FORMATS, findFormat, storageBits, storageBytes } from '@systole/numerics';

const formats = fc.constantFrom(...NUMBER_FORMATS);
const counts = fc.oneof(fc.integer({ min: 0, max: 200 }), fc.integer({ min: 0, max: 2 ** 46 }));

function bytesOf(name: string, elements: number): number {
  const format = findFormat(name);
  if (format === undefined) throw new Error(`no format ${name}`);
  return storageBytes(format, elements);
}

describe('storage', () => {
  it('matches tensors counted by hand', () => {
    // 4096 x 4096 elements: 2 bytes; half a byte; half a byte and a byte for each 32; the same for each 16.
    expect(bytesOf('bf16', 4096 * 4096)).toBe(33_554_432);
    expect(bytesOf('int4', 4096 * 4096)).toBe(8_388_608);
    expect(bytesOf('mxfp4', 4096 * 4096)).toBe(8_388_608 + 524_288);
    expect(bytesOf('nvfp4', 4096 * 4096)).toBe(8_388_608 + 1_048_576);
    expect(bytesOf('tf32', 100)).toBe(400);
    expect(bytesOf('int4', 3)).toBe(2);
    expect(bytesOf('fp6-e3m2', 5)).toBe(4);
    // 33 elements of 6 bits and two scales of 8: 214 bits.
    expect(bytesOf('mxfp6', 33)).toBe(27);
    expect(bytesOf('mxfp8', 0)).toBe(0);
  });

  it('grows with the number of elements', () => {
    fc.assert(
      fc.property(formats, counts, counts, (format, a, b) => {
        const [fewer, more] = a < b ? [a, b] : [b, a];
        expect(storageBits(format, fewer)).toBeLessThanOrEqual(storageBits(format, more));
        expect(storageBits(format, more + 1)).toBeGreaterThan(storageBits(format, more));
        expect(storageBytes(format, fewer)).toBeLessThanOrEqual(storageBytes(format, more));
      }),
    );
  });

  it('adds up over whole blocks', () => {
    fc.assert(
      fc.property(formats, fc.integer({ min: 0, max: 2 ** 40 }), counts, (format, blocks, rest) => {
        const whole = blocks * (format.block?.elements ?? 1);
        const parts = storageBits(format, whole) + storageBits(format, rest);
        expect(storageBits(format, whole + rest)).toBe(parts);
      }),
    );
  });

  it('costs a partial block no less than its share, and at most one scale more', () => {
    fc.assert(
      fc.property(formats, counts, counts, (format, a, b) => {
        const joined = storageBits(format, a + b);
        const apart = storageBits(format, a) + storageBits(format, b);
        expect(apart - joined).toBeGreaterThanOrEqual(0);
        expect(apart - joined).toBeLessThanOrEqual(format.block?.scaleBits ?? 0);
      }),
    );
  });

  it('is never below the bits of the codes, and bytes hold the bits with less than a byte to spare', () => {
    fc.assert(
      fc.property(formats, counts, (format, elements) => {
        const bits = storageBits(format, elements);
        const bytes = storageBytes(format, elements);
        expect(bits).toBeGreaterThanOrEqual(format.bits * elements);
        expect(bytes * 8).toBeGreaterThanOrEqual(bits);
        expect(bytes * 8 - bits).toBeLessThan(8);
      }),
    );
  });

  it('refuses a count that is none, and a size that a number cannot hold', () => {
    const wrong = fc.oneof(
      fc.double().filter((x) => !Number.isSafeInteger(x) || x < 0),
      fc.integer({ max: -1 }),
      fc.constantFrom(2 ** 53, Number.MAX_SAFE_INTEGER),
    );
    fc.assert(
      fc.property(formats, wrong, (format, elements) => {
        expect(() => storageBits(format, elements)).toThrow(RangeError);
        expect(() => storageBytes(format, elements)).toThrow(RangeError);
      }),
    );
  });
});
