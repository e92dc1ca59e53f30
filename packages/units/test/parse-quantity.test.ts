import { describe, expect, it } from 'vitest';
import { BASE_UNITS, DIMENSIONS, parseQuantity, unitsOf } from '@systole/units';
import type { Dimension, QuantityProblem } from '@systole/units';

function valueOf(input: unknown, dimension: Dimension): number {
  const result = parseQuantity(input, dimension);
  if (!result.ok) throw new Error(`${result.problem}: ${result.message}`);
  return result.value;
}

function refusalOf(input: unknown, dimension: Dimension) {
  const result = parseQuantity(input, dimension);
  if (result.ok) throw new Error(`accepted as ${result.value}`);
  return result;
}

// One independent row for each unit that a chip description uses; the values are worked out by hand.
const ACCEPTED: readonly (readonly [string, Dimension, number])[] = [
  ['12 ns', 'time', 12_000],
  ['12ns', 'time', 12_000],
  ['0.57 ns', 'time', 570],
  ['0.1 ns', 'time', 100],
  ['0.625 ns', 'time', 625],
  ['3.9 us', 'time', 3_900_000],
  ['3.9 \u00b5s', 'time', 3_900_000],
  ['3.9 \u03bcs', 'time', 3_900_000],
  ['64 ms', 'time', 64e9],
  ['1 s', 'time', 1e12],
  ['7 ps', 'time', 7],
  ['250 fs', 'time', 0.25],
  ['-3 ns', 'time', -3000],
  ['+3 ns', 'time', 3000],
  ['.5 ns', 'time', 500],
  ['1.2e3 ns', 'time', 1_200_000],
  ['1.2E-3 ns', 'time', 1.2],
  ['  12 \u00a0 ns ', 'time', 12_000],
  ['-0 ns', 'time', 0],
  ['0e999 s', 'time', 0],
  ['1.1 GHz', 'frequency', 1_100_000_000],
  ['800 MHz', 'frequency', 800_000_000],
  ['32 kHz', 'frequency', 32_000],
  ['1 THz', 'frequency', 1e12],
  ['128 KiB', 'data', 131_072],
  ['1.5 MiB', 'data', 1_572_864],
  ['0.1 KiB', 'data', 102.4],
  ['80 GB', 'data', 80_000_000_000],
  ['80 GiB', 'data', 85_899_345_920],
  ['2 kB', 'data', 2000],
  ['2 KB', 'data', 2000],
  ['64 B', 'data', 64],
  ['64 bytes', 'data', 64],
  ['16 Gb', 'data', 2_000_000_000],
  ['16 Gib', 'data', 2_147_483_648],
  ['16 Gbit', 'data', 2_000_000_000],
  ['10 b', 'data', 1.25],
  ['256 bits', 'data', 32],
  ['1 PiB', 'data', 1_125_899_906_842_624],
  ['819.2 GB/s', 'bandwidth', 819_200_000_000],
  ['1 GiB/s', 'bandwidth', 1_073_741_824],
  ['200 Gb/s', 'bandwidth', 25_000_000_000],
  ['200 Gbps', 'bandwidth', 25_000_000_000],
  ['3.35 TB/s', 'bandwidth', 3_350_000_000_000],
  ['16 GT/s', 'pinRate', 16_000_000_000],
  ['6400 MT/s', 'pinRate', 6_400_000_000],
  ['6.4 Gb/s', 'pinRate', 6_400_000_000],
  ['6.4 Gbps', 'pinRate', 6_400_000_000],
  ['0.9 pJ', 'energy', 900],
  ['12 aJ', 'energy', 0.012],
  ['1.7 nJ', 'energy', 1_700_000],
  ['2 uJ', 'energy', 2e9],
  ['2 mJ', 'energy', 2e12],
  ['1 J', 'energy', 1e15],
  ['0.9 pJ/bit', 'energyPerBit', 900],
  ['3.9 pJ/b', 'energyPerBit', 3900],
  ['8 pJ/B', 'energyPerBit', 1000],
  ['8 pJ/byte', 'energyPerBit', 1000],
  ['700 W', 'power', 700],
  ['149.29 mW', 'power', 0.14929],
  ['4 uW', 'power', 0.000004],
  ['1.1 V', 'voltage', 1.1],
  ['900 mV', 'voltage', 0.9],
  ['122 mA', 'current', 0.122],
  ['1.5 A', 'current', 1.5],
  ['814 mm2', 'area', 814],
  ['814 mm^2', 'area', 814],
  ['814 mm\u00b2', 'area', 814],
  ['1200 um2', 'area', 0.0012],
  ['8 cm2', 'area', 800],
  ['1 m2', 'area', 1e6],
  ['5 nm2', 'area', 5e-12],
  ['55 um', 'length', 0.055],
  ['3 cm', 'length', 30],
  ['7 nm', 'length', 0.000007],
  ['1 m', 'length', 1000],
  ['3 %', 'ratio', 0.03],
  ['3%', 'ratio', 0.03],
  ['1.5 x', 'ratio', 1.5],
  ['1.5', 'ratio', 1.5],
];

describe('parseQuantity', () => {
  it.each(ACCEPTED)('reads %j as %s %d', (text, dimension, expected) => {
    expect(valueOf(text, dimension)).toBe(expected);
  });

  it('reads a bare number as a ratio alone', () => {
    expect(valueOf(0.85, 'ratio')).toBe(0.85);
    expect(valueOf(1e-7, 'ratio')).toBe(1e-7);
    for (const dimension of DIMENSIONS.filter((each) => each !== 'ratio')) {
      expect(refusalOf(12, dimension).problem).toBe('missing-unit');
      expect(refusalOf('12', dimension).problem).toBe('missing-unit');
    }
  });

  it('takes one base unit as one', () => {
    for (const dimension of DIMENSIONS.filter((each) => each !== 'ratio')) {
      expect(valueOf(`1 ${BASE_UNITS[dimension]}`, dimension)).toBe(1);
    }
  });

  it.each<[unknown, Dimension, QuantityProblem]>([
    ['', 'time', 'not-a-number'],
    ['ns', 'time', 'not-a-number'],
    ['NaN ns', 'time', 'not-a-number'],
    ['Infinity ns', 'time', 'not-a-number'],
    ['-Infinity', 'ratio', 'not-a-number'],
    ['0x10', 'ratio', 'not-a-number'],
    ['0x10 ns', 'time', 'not-a-number'],
    ['0b11 ns', 'time', 'not-a-number'],
    ['1_000 ns', 'time', 'not-a-number'],
    ['1,000 ns', 'time', 'not-a-number'],
    ['1 000 ns', 'time', 'not-a-number'],
    ['1.2.3 ns', 'time', 'not-a-number'],
    ['5 - 3 ns', 'time', 'not-a-number'],
    ['-- 3 ns', 'time', 'not-a-number'],
    [Number.NaN, 'ratio', 'not-a-number'],
    [Number.POSITIVE_INFINITY, 'time', 'not-a-number'],
    ['1e ns', 'time', 'unknown-unit'],
    ['12 parsecs', 'time', 'unknown-unit'],
    ['12 n s', 'time', 'unknown-unit'],
    ['12 __proto__', 'time', 'unknown-unit'],
    ['12 constructor', 'data', 'unknown-unit'],
    ['1e400 s', 'time', 'too-large'],
    ['1e308 s', 'time', 'too-large'],
    ['1e-400 s', 'time', 'too-large'],
    ['1e99999999999999999999999 s', 'time', 'too-large'],
    ['1e-99999999999999999999999 s', 'time', 'too-large'],
    [`${'1'.repeat(62)} ns`, 'time', 'too-large'],
    ['1. ns', 'time', 'not-a-number'],
    ["1'000 ns", 'time', 'not-a-number'],
    [null, 'time', 'wrong-type'],
    [undefined, 'time', 'wrong-type'],
    [true, 'ratio', 'wrong-type'],
    [12n, 'ratio', 'wrong-type'],
    [['12 ns'], 'time', 'wrong-type'],
    [{ value: 12 }, 'time', 'wrong-type'],
    [Symbol('12 ns'), 'time', 'wrong-type'],
  ])('refuses %s as %s: %s', (input, dimension, problem) => {
    expect(refusalOf(input, dimension).problem).toBe(problem);
  });

  it('does not look inside what is not a text', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(refusalOf(proxy, 'time').problem).toBe('wrong-type');
    const hostile = {
      toString(): string {
        throw new Error('was called');
      },
    };
    expect(refusalOf(hostile, 'ratio').problem).toBe('wrong-type');
  });

  it('accepts 64 characters and no more', () => {
    const longest = `0.${'0'.repeat(58)}1 ns`;
    expect(longest).toHaveLength(64);
    expect(valueOf(longest, 'time')).toBe(1e-56);
    expect(refusalOf(`${longest} `, 'time').problem).toBe('too-large');
    expect(refusalOf(' '.repeat(1_000_000), 'time').message).toContain('1000000 characters');
  });

  it('says what was found, what was expected and what to write', () => {
    expect(refusalOf('12 GHz', 'time').message).toBe('"12 GHz" is a frequency, expected a time');
    expect(refusalOf('2 Gb/s', 'data').message).toBe(
      '"2 Gb/s" is a bandwidth or a pin rate, expected an amount of data',
    );
    expect(refusalOf(12, 'time').hint).toBe('write "12 ns"');
    expect(refusalOf('1.5', 'energyPerBit').hint).toBe('write "1.5 pJ/bit"');
    expect(refusalOf('12 NS', 'time').hint).toContain('did you mean "ns"?');
    expect(refusalOf('12 gb', 'data').hint).toContain('did you mean "GB" or "Gb"?');
    expect(refusalOf('12 parsecs', 'time').hint).toContain('ps, ns, us, ms, s');
  });

  it('keeps control characters out of a message', () => {
    expect(refusalOf('12 \u001b[31m\n', 'time').message).toBe(String.raw`"\u001b[31m" is not a unit`);
    // JSON leaves the second block of control characters and the marks of direction as they are.
    expect(refusalOf('12 \u009b31m\u202e', 'time').message).toBe(String.raw`"\u009b31m\u202e" is not a unit`);
  });
});

describe('unitsOf', () => {
  it('lists each spelling once, and only spellings that are read', () => {
    for (const dimension of DIMENSIONS) {
      const units = unitsOf(dimension);
      expect(units.length).toBeGreaterThan(0);
      expect(new Set(units).size).toBe(units.length);
      for (const unit of units) expect(valueOf(`1 ${unit}`, dimension)).toBeGreaterThan(0);
    }
  });

  it('gives a copy that a caller cannot use to change what is accepted', () => {
    const units = unitsOf('time');
    expect(unitsOf('time')).not.toBe(units);
  });
});
