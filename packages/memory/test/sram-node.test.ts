import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Machine } from '@systole/core';
import type { ParameterValue } from '@systole/core';
import { sram } from '../src/index.ts';
import { estimateSram, sramComplaint } from '../src/sram/estimate-sram.ts';
import type { SramShape } from '../src/sram/estimate-sram.ts';
import { exp2, log2 } from '../src/sram/binary-logarithm.ts';
import { sramErrors } from '../src/validation/sram.ts';
import { resolve } from './helpers/resolve.ts';
import { access, sequence } from './helpers/run.ts';

const NS = 1000;

type Written = Readonly<Record<string, string | number>>;

function valuesOf(written: Written): Record<string, ParameterValue | undefined> {
  return resolve(sram, [], { capacity: '128 KiB', width: '32 B', clock: '1 GHz', ...written });
}

function machineOf(written: Written): Machine {
  return new Machine([{ name: 'sram', declaration: sram, values: valuesOf(written) }], 1);
}

const factsOf = (written: Written): ReturnType<typeof sram.facts> => sram.facts(valuesOf(written) as never);
const energyOf = (action: string, written: Written): number =>
  sram.actions[action]?.energy(valuesOf(written) as never) ?? NaN;
const staticPowerOf = (written: Written): number => sram.staticPower(valuesOf(written) as never);
const areaOf = (written: Written): number => sram.area(valuesOf(written) as never) ?? NaN;
const conflictsOf = (written: Written): readonly string[] =>
  sram.conflicts(valuesOf(written) as never).map(({ parameter, message }) => `${parameter}: ${message}`);

describe('memory/sram with a node', () => {
  // CACTI: 0.3998 ns, cycle 0.4398 ns, 17.0912 pJ and 18.6626 pJ for 256 bits, 17.5419 + 0.0675 mW, 0.11338 mm2.
  const cacti = { node: '22 nm' };

  test('an array of the table has its figures', () => {
    expect(factsOf(cacti).minimumLatency).toBe(1 * NS);
    expect(factsOf({ ...cacti, clock: '4 GHz' }).minimumLatency).toBe(2 * 250);
    expect(energyOf('read-bit', cacti)).toBe(17_091.2 / 256);
    expect(energyOf('write-bit', cacti)).toBeCloseTo(18_662.6 / 256, 9);
    expect(staticPowerOf(cacti)).toBeCloseTo(0.017_541_9 + 0.000_067_5, 6);
    expect(areaOf(cacti)).toBe(0.11338);
  });

  test('an access keeps a bank for as many cycles as its cycle time has', () => {
    const fast = { ...cacti, clock: '4 GHz' };
    expect(factsOf(fast).bandwidth).toBe((32 * 4e9) / 2);
    expect(machineOf(fast).run(sequence([{ kind: 'read', bytes: 320 }])).duration).toBe(20 * 250);
    expect(
      machineOf({ ...fast, banks: 2, interval: 1 }).run(sequence([{ kind: 'read', bytes: 320 }])).duration,
    ).toBe((5 + 1) * 250);
  });

  test('what is written goes first', () => {
    const own = { ...cacti, latency: 7, readEnergy: '1 fJ/bit', leakage: '3 W', area: '2 mm2', interval: 3 };
    expect(factsOf(own).minimumLatency).toBe(10 * NS);
    expect(energyOf('read-bit', own)).toBe(1);
    expect(energyOf('write-bit', own)).toBe(energyOf('write-bit', cacti));
    expect(staticPowerOf(own)).toBe(3);
    expect(areaOf(own)).toBe(2);
  });

  test('without a node nothing is looked up', () => {
    expect(factsOf({}).minimumLatency).toBe(2 * NS);
    expect(energyOf('read-bit', {})).toBe(0);
    expect(staticPowerOf({})).toBe(0);
    expect(areaOf({})).toBeNaN();
  });

  test('banks are arrays of their own, and wide ones arrays side by side', () => {
    const four = { ...cacti, capacity: '512 KiB', banks: 4 };
    expect(areaOf(four)).toBeCloseTo(4 * areaOf(cacti), 9);
    expect(staticPowerOf(four)).toBeCloseTo(4 * staticPowerOf(cacti), 9);
    expect(energyOf('read-bit', four)).toBe(energyOf('read-bit', cacti));
    const wide = { ...cacti, capacity: '1 MiB', width: '512 B' };
    const narrow = { ...cacti, capacity: '128 KiB', width: '64 B' };
    expect(areaOf(wide)).toBeCloseTo(8 * areaOf(narrow), 9);
    expect(energyOf('read-bit', wide)).toBeCloseTo(energyOf('read-bit', narrow), 9);
  });

  test('transistors of low standby power are slower and leak less', () => {
    const slow = { ...cacti, cell: 'itrs-lstp' };
    expect(staticPowerOf(slow)).toBeLessThan(staticPowerOf(cacti) / 100);
    expect(factsOf({ ...slow, clock: '4 GHz' }).minimumLatency).toBeGreaterThan(
      factsOf({ ...cacti, clock: '4 GHz' }).minimumLatency,
    );
  });

  test.each<readonly [string, Written]>([
    ['node: figures are known for 7 nm to 45 nm, not for 65 nm', { node: '65 nm' }],
    ['node: figures are known for 7 nm to 45 nm, not for 5 nm', { node: '5 nm' }],
    ['capacity: an array is of 1 KiB to 64 MiB', { node: '22 nm', capacity: '1 GiB' }],
    ['capacity: an array is of 1 KiB to 64 MiB', { node: '22 nm', capacity: '8 KiB', banks: 32 }],
    ['capacity: 8191 B cannot be halved', { buffers: 2, capacity: '8191 B' }],
    ['ports: a double buffer', { buffers: 2, ports: 'read-write' }],
  ])('%s', (start, written) => {
    const [found] = conflictsOf(written);
    expect(found?.startsWith(start)).toBe(true);
  });

  test('a rule that stands for the table is named', () => {
    const shape: SramShape = {
      capacity: 131_072,
      width: 32,
      node: 22,
      cell: 'itrs-hp',
      ports: 'single',
      banks: 1,
    };
    expect(estimateSram(shape).rules).toEqual([]);
    expect(estimateSram({ ...shape, node: 7 }).rules).toHaveLength(1);
    expect(estimateSram({ ...shape, node: 28, cell: 'itrs-lop', width: 128 }).rules).toHaveLength(3);
    expect(estimateSram({ ...shape, ports: 'read-write', capacity: 2048 }).rules).toHaveLength(2);
    const [at22, at7] = [estimateSram(shape), estimateSram({ ...shape, node: 7 })];
    expect(at7.readEnergy / at22.readEnergy).toBeCloseTo(0.418, 9);
    expect(at7.accessTime / at22.accessTime).toBeCloseTo(0.671, 9);
    expect(at7.area / at22.area).toBeCloseTo(0.027 / 0.092, 9);
  });

  test('a row of a file that is no array is refused', () => {
    const row = { capacity_bytes: 8192, access_width_bytes: 8, tech_nm: 22, cell: 'itrs-hp', area_mm2: 1 };
    const known = [
      { ...row, cell: 'finfet' },
      { ...row, capacity_bytes: 0.5 },
      { ...row, area_mm2: -1 },
      { ...row, area_mm2: NaN },
    ];
    for (const bad of known) expect(() => sramErrors(bad)).toThrow(/argument\/invalid|no SRAM/);
    expect(() => sramErrors({ ...row, tech_nm: 90 })).toThrow(/7 nm to 45 nm/);
    expect(sramErrors(row)).toHaveLength(1);
  });
});

describe('a double buffer', () => {
  const both = (['read', 'write'] as const).map((kind, index) => ({
    name: `${index}`,
    tag: 0,
    after: [],
    chunks: 1,
    delay: 0,
    stages: [{ component: 0, transaction: access(kind, { run: 320 }), slots: 1 }],
  }));

  test('one half is filled while the other is read', () => {
    expect(machineOf({ latency: 2 }).run(both).duration).toBe((20 + 2) * NS);
    expect(machineOf({ latency: 2, buffers: 2 }).run(both).duration).toBe((10 + 2) * NS);
    expect(factsOf({ buffers: 2 })).toEqual(factsOf({ ports: 'read-write' }));
  });

  test('its halves are arrays of one port', () => {
    const half = { node: '22 nm', capacity: '64 KiB' };
    const whole = { node: '22 nm', capacity: '128 KiB', buffers: 2 };
    expect(areaOf(whole)).toBeCloseTo(2 * areaOf(half), 9);
    expect(areaOf(whole)).toBeLessThan(areaOf({ ...half, capacity: '128 KiB', ports: 'read-write' }));
  });
});

describe('figures from a shape', () => {
  const shapes: fc.Arbitrary<SramShape> = fc.record({
    capacity: fc.integer({ min: 1, max: 2 ** 40 }),
    width: fc.integer({ min: 1, max: 65_536 }),
    node: fc.double({ min: 5, max: 50, noNaN: true }),
    cell: fc.constantFrom('itrs-hp', 'itrs-lop', 'itrs-lstp'),
    ports: fc.constantFrom('single', 'read-write'),
    banks: fc.integer({ min: 1, max: 4096 }),
  });

  test('are finite and above zero for every shape that is not refused', () => {
    let given = 0;
    fc.assert(
      fc.property(shapes, (shape) => {
        if (sramComplaint(shape) !== undefined) return;
        given += 1;
        const { rules: _, ...figures } = estimateSram(shape);
        for (const figure of Object.values(figures)) {
          expect(figure).toBeGreaterThan(0);
          expect(figure).toBeLessThan(Infinity);
        }
      }),
      { numRuns: 500 },
    );
    expect(given).toBeGreaterThan(50);
  });

  test('four times the capacity takes more of everything but the cycle', () => {
    const inside = fc.record({
      capacity: fc.integer({ min: 8192, max: 2 ** 21 }),
      width: fc.integer({ min: 8, max: 64 }),
      node: fc.double({ min: 22, max: 45, noNaN: true }),
      cell: fc.constantFrom<SramShape['cell']>('itrs-hp', 'itrs-lop', 'itrs-lstp'),
      ports: fc.constant('single' as const),
      banks: fc.constant(1),
    });
    fc.assert(
      fc.property(inside, (shape) => {
        const [small, large] = [
          estimateSram(shape),
          estimateSram({ ...shape, capacity: 4 * shape.capacity }),
        ];
        for (const quantity of ['accessTime', 'readEnergy', 'leakage', 'area'] as const) {
          expect(large[quantity]).toBeGreaterThan(small[quantity]);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('logarithms and powers are those of base 2', () => {
    expect([1, 2, 0.5, 2 ** 40, 2 ** -30].map(log2)).toEqual([0, 1, -1, 40, -30]);
    expect([0, 1, -1, 40, -30].map(exp2)).toEqual([1, 2, 0.5, 2 ** 40, 2 ** -30]);
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e12, noNaN: true }), (value) => {
        expect(Math.abs(log2(value) - Math.log2(value))).toBeLessThan(1e-13);
        expect(Math.abs(exp2(log2(value)) / value - 1)).toBeLessThan(1e-13);
      }),
    );
  });
});
