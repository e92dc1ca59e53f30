import { Machine } from '@systole/core';
import type { Part, Transaction } from '@systole/core';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dram } from '../src/index.ts';
import type { DramValues } from '../src/index.ts';
import { aimPreset } from '../src/pim/aim/aim-presets.ts';
import { aimGemv } from '../src/pim/aim/aim-gemv.ts';
import type { AimGemv } from '../src/pim/aim/aim-gemv.ts';
import { runAim } from '../src/pim/aim/run-aim.ts';
import { attAccRowsCycles } from '../src/pim/attacc/attacc-cycles.ts';
import { attAccPreset } from '../src/pim/attacc/attacc-presets.ts';
import { hbmPimGemv } from '../src/pim/hbm-pim/hbm-pim-kernels.ts';
import { HBM2_PIM } from '../src/pim/hbm-pim/hbm-pim-presets.ts';
import { newtonGemv } from '../src/pim/newton/newton-gemv.ts';
import { NEWTON_HBM2 } from '../src/pim/newton/newton-presets.ts';
import { dramValues } from './helpers/arbitrary-dram.ts';
import { ErrorTable } from './helpers/error-table.ts';
import { pimUnit } from './helpers/pim-unit.ts';
import type { UnitShape } from './helpers/pim-unit.ts';
import { resolve } from './helpers/resolve.ts';
import { dramMachine, reason, sequence } from './helpers/run.ts';
import { SMALL_DRAM } from './helpers/small-dram.ts';

type Values = Readonly<Record<string, string | number>>;

const NS = 1000;

/** ps of transactions in turn on a DRAM with a preset of overheads. */
function time(preset: string, values: Values, unit: UnitShape, work: readonly Transaction[]): number {
  return dramMachine([preset], values, pimUnit(unit)).run(sequence(work)).duration;
}

function stream(dims: Readonly<Record<string, number>>): Transaction {
  return { kind: 'segment-stream', bytes: 0, format: 'bf16', dims: { channels: 1, passes: 1, ...dims } };
}

function vector(bytes: number): Transaction {
  return { kind: 'vector-write', bytes, dims: { vectorBytes: bytes, channels: 1 } };
}

/** Parts of `whole`, `size` each, the last one with what is left. */
function cut(whole: number, size: number): readonly number[] {
  return Array.from({ length: Math.ceil(whole / size) }, (_, index) => Math.min(size, whole - index * size));
}

/** Times of an array in clock periods, as a chip file writes them. */
function timings(period: number, clocks: Readonly<Record<string, number>>): Values {
  return Object.fromEntries(Object.entries(clocks).map(([name, count]) => [name, `${count * period} ps`]));
}

/** Large enough that setting up a kernel, of which no preset knows, does not count. */
const SHAPES = [
  [256, 1024],
  [1024, 512],
  [768, 3072],
  [1600, 1600],
  [4096, 4096],
] as const;

/** Half of the period that its simulator computes with: a column access then takes the 1 ns of the device. */
const AIM = { ...aimPreset('aim-gddr6'), clockPeriod: 500 };

function aimPair(M: number, K: number): readonly [number, number] {
  const { nRCDRD, nRP, nRAS, nRC, nRTP, nCCDS, nCCDL } = AIM.timings;
  const values = {
    ...timings(AIM.clockPeriod, { tRCD: nRCDRD, tRP: nRP, tRAS: nRAS, tRC: nRC, tRTP: nRTP }),
    ...timings(AIM.clockPeriod, { tCCDS: nCCDS, tCCDL: nCCDL, tCCDMac: nCCDL }),
    bankGroups: 4,
    banksPerGroup: 4,
    rowBytes: '2 KiB',
    burstBytes: '32 B',
    dataPins: 16,
    pinRate: '16 Gb/s',
    rowsPerBank: 2 ** 20,
    refresh: 'none',
  };
  const groups = Math.ceil(M / 16);
  const tiles = cut(K, 1024).map((width) => Math.ceil(width / 16));
  const work = tiles.flatMap((segments) => [
    vector(segments * 32),
    stream({ banks: 16, groups, segments, groupStride: 2048 * tiles.length }),
  ]);
  const gemv: AimGemv = { M, K };
  return [
    time('in-memory-aim', values, { drain: nCCDL * AIM.clockPeriod }, work),
    runAim(AIM, aimGemv(AIM, gemv)).time,
  ];
}

const HBM_PIM = { ...HBM2_PIM, timings: { ...HBM2_PIM.timings, nREFI: 0 } };

function hbmPimPair(out: number, inputs: number): readonly [number, number] {
  const { nRCDRD, nRP, nRAS, nRC, nCCDS, nCCDL, nBL, nRTPL } = HBM_PIM.timings;
  const values = {
    ...timings(NS, { tRCD: nRCDRD, tRP: nRP, tRAS: nRAS, tRC: nRC, tRTP: nBL + nRTPL - nCCDL }),
    ...timings(NS, { tCCDS: nCCDS, tCCDL: nCCDL, tCCDMac: nCCDL }),
    bankGroups: 4,
    banksPerGroup: 4,
    rowBytes: '1 KiB',
    burstBytes: '32 B',
    dataPins: 64,
    pinRate: '2 Gb/s',
    rowsPerBank: 2 ** 20,
    refresh: 'none',
  };
  // Units of two banks with eight sums of sixteen lanes; the vector comes in eight bursts.
  const tiles = Math.ceil(inputs / 128);
  const work = Array.from({ length: Math.ceil(out / 64) }, () =>
    Array.from({ length: tiles }, (_, tile) => [
      vector(256),
      stream({ banks: 8, groups: 8, segments: 8, keep: tile === tiles - 1 ? 0 : 1 }),
    ]).flat(),
  ).flat();
  return [
    time('in-memory-hbm-pim', values, { accumulators: 8, sumBytes: 32 }, work),
    hbmPimGemv(HBM_PIM, { out, in: inputs }).time,
  ];
}

const NEWTON = { ...NEWTON_HBM2, timings: { ...NEWTON_HBM2.timings, nREFI: 0 } };

function newtonPair(M: number, K: number): readonly [number, number] {
  const { nRCD, nRP, nRAS, nRC, nRTP, nRRDS, nRRDL, nCCDS, nBL } = NEWTON.timings;
  const values = {
    ...timings(NS, { tRCD: nRCD, tRP: nRP, tRAS: nRAS, tRC: nRC, tRTP: nRTP, tRRDS: nRRDS, tRRDL: nRRDL }),
    ...timings(NS, { tFAW: 30, tCCDS: nCCDS, tCCDL: nBL, tCCDMac: nBL }),
    bankGroups: 4,
    banksPerGroup: 8,
    ranks: 2,
    rowBytes: '1 KiB',
    burstBytes: '32 B',
    dataPins: 128,
    pinRate: '2 Gb/s',
    rowsPerBank: 2 ** 20,
    refresh: 'none',
  };
  const chunks = cut(K, 512);
  const work = chunks.flatMap((width) => [
    vector(width * 2),
    stream({
      banks: 32,
      groups: Math.ceil(M / 32),
      segments: Math.ceil(width / 16),
      groupStride: 1024 * chunks.length,
    }),
  ]);
  return [time('in-memory-newton', values, { drain: nBL * NS }, work), newtonGemv(NEWTON, { M, K }).time];
}

const ATTACC = { ...attAccPreset('attacc-hbm3'), refresh: 'none' as const };

function attAccPair(M: number, K: number): readonly [number, number] {
  const { clockPeriod } = ATTACC;
  const { nRCDRD, nRP, nRAS, nRC, nRTPL, nCCDS, nCCDL } = ATTACC.timings;
  const values = {
    ...timings(clockPeriod, { tRCD: nRCDRD, tRP: nRP, tRAS: nRAS, tRC: nRC, tRTP: nRTPL }),
    ...timings(clockPeriod, { tCCDS: nCCDS, tCCDL: nCCDL, tCCDMac: nCCDL }),
    bankGroups: 4,
    banksPerGroup: 8,
    rowBytes: '1 KiB',
    burstBytes: '32 B',
    dataPins: 32,
    pinRate: '5.2 Gb/s',
    rowsPerBank: 2 ** 20,
    refresh: 'none',
  };
  const macs = Math.ceil((M * K) / (32 * 16));
  const work = [stream({ banks: 32, groups: 1, segments: macs, keep: 1 })];
  return [time('in-memory-attacc', values, {}, work), attAccRowsCycles(ATTACC, macs) * clockPeriod];
}

describe('presets of in-memory overheads beside the engines that follow every command', () => {
  const table = new ErrorTable();
  for (const [M, K] of SHAPES) {
    for (const [name, pair] of Object.entries({
      aim: aimPair(M, K),
      'hbm-pim': hbmPimPair(M, K),
      newton: newtonPair(M, K),
      attacc: attAccPair(M, K),
    })) {
      table.add(name, ...pair);
    }
  }
  console.info(`GEMVs without refresh: cases, errors, mean error\n${table.toString()}`);

  // On even banks, HBM-PIM opens the next row behind the vector; Newton reads its results a clock or two later.
  test.each([
    ['aim', 0.008],
    ['hbm-pim', 0.09],
    ['newton', 0.025],
    ['attacc', 0.002],
  ] as const)('%s within %f', (name, bound) => {
    expect(table.count(name)).toBe(SHAPES.length);
    expect(table.worst(name)).toBeLessThanOrEqual(bound);
  });

  test('their figures are those of the devices', () => {
    const values = (preset: string) => resolve(dram, [preset]);
    const { nMODCH, nRCDRDMAC } = AIM.timings;
    expect(values('in-memory-aim')).toMatchObject({
      modeSwitch: nMODCH * AIM.clockPeriod,
      tRCDMac: nRCDRDMAC * AIM.clockPeriod,
    });
    const { nWL, nBL, nWTRL, nRL, nRTRS, nWR, nRP, nRCDRD, nRCDWR, nRTPL, nCCDL } = HBM_PIM.timings;
    const even = nWL + nBL + nWTRL + (nRL + nBL + nRTRS - nWL);
    const odd = nWL + nBL + nWR + nRP + nRCDRD + (nBL + nRTPL - nCCDL + nRP + nRCDWR);
    expect(values('in-memory-hbm-pim')).toMatchObject({
      modeSwitch: ((even + odd) / 4) * HBM_PIM.clockPeriod,
      tBufferWrite: nCCDL * HBM_PIM.clockPeriod,
    });
    const { nGWRITE, nRCD, nRP: closing } = NEWTON.timings;
    expect(values('in-memory-newton')).toMatchObject({
      tBufferWrite: ((nGWRITE + nRCD + closing) / 32) * NEWTON.clockPeriod,
      tPrechargeStep: NEWTON.clockPeriod,
    });
    const limit = ATTACC.activationLimit;
    if (limit.kind !== 'slower-mac-rate') throw new Error('AttAcc is limited by its rate');
    expect(values('in-memory-attacc')['macSlowdown']).toBe(limit.gap / ATTACC.timings.nCCDL);
  });

  test('every preset can follow those of a device, unless its vectors would come faster than bursts', () => {
    const overheads = dram.commandOverheads?.presets ?? [];
    expect(overheads).toHaveLength(5);
    for (const [device, { values }] of Object.entries(dram.presets)) {
      if (values['standard'] === undefined) continue;
      for (const preset of overheads) {
        // `resolve` reads every value by its own parameter, so that the record has the types of the declaration.
        const both = resolve(dram, [device, preset]) as unknown as DramValues;
        const isSlow = (both.tBufferWrite ?? Infinity) < both.tCCDS;
        const expected = isSlow ? ['tBufferWrite'] : [];
        const found = dram.conflicts(both).map(({ parameter }) => parameter);
        expect([device, preset, found]).toEqual([device, preset, expected]);
      }
    }
  });
});

describe('the ideal', () => {
  test('is never slower than a memory with overheads, whatever they are', () => {
    const dims = fc.record({
      groups: fc.integer({ min: 1, max: 40 }),
      segments: fc.integer({ min: 1, max: 70 }),
      passes: fc.integer({ min: 1, max: 4 }),
    });
    const units = fc.record({
      accumulators: fc.integer({ min: 1, max: 5 }),
      drain: fc.nat({ max: 9_000 }),
      interval: fc.nat({ max: 4_000 }),
    });
    const ideal = dram.presets['in-memory-ideal']?.values ?? {};
    expect(Object.keys(ideal)).not.toHaveLength(0);
    const read = resolve(dram, ['in-memory-ideal']);
    const freed = Object.fromEntries(Object.keys(ideal).map((name) => [name, read[name]]));
    fc.assert(
      fc.property(
        dramValues,
        fc.array(dims, { minLength: 1, maxLength: 3 }),
        units,
        (values, streams, shape) => {
          const unit = pimUnit(shape);
          const banks = Number(values['bankGroups']) * Number(values['banksPerGroup']);
          const work = sequence(streams.flatMap((each) => [vector(64), stream({ banks, ...each })]));
          const timeOf = (own: Part['values']): number =>
            new Machine([{ name: 'dram', declaration: dram, values: own, attached: unit.name }, unit], 1).run(
              work,
            ).duration;
          expect(timeOf({ ...values, ...freed })).toBeLessThanOrEqual(timeOf(values));
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('overheads by hand', () => {
  const ARRAY = {
    ...SMALL_DRAM,
    tRCDMac: '12 ns',
    tCCDMac: '2 ns',
    tResultRead: '5 ns',
    bankGroups: 1,
    banksPerGroup: 2,
  };
  const nanoseconds = (work: readonly Transaction[], written: Values, unit: UnitShape = {}): number =>
    dramMachine([], { ...ARRAY, ...written }, pimUnit(unit)).run(sequence(work)).duration / NS;
  const rows = (groups: number): Transaction => stream({ banks: 2, groups, segments: 4, groupStride: 256 });

  test('sums that are read meanwhile cost the last read alone', () => {
    expect(nanoseconds([rows(1)], { resultReads: 'overlapped', modeSwitch: '7 ns' })).toBe(12 + 6 + 5);
    // A row takes max(12 + 6 + 6, 30, 40 - 10) + 10.
    expect(nanoseconds([rows(3)], { resultReads: 'overlapped', modeSwitch: '7 ns' })).toBe(
      2 * 40 + 12 + 6 + 5,
    );
  });

  test('reads that take longer than a row hold the banks up, one after the other', () => {
    const written = { resultReads: 'overlapped', tResultRead: '100 ns' };
    expect(nanoseconds([rows(3)], written)).toBe(12 + 6 + 3 * 100);
  });

  test('the sums of a unit are read once its pipeline has drained', () => {
    const written = { resultReads: 'overlapped' };
    expect(nanoseconds([rows(2)], written, { drain: 9 * NS })).toBe(40 + 12 + 6 + 9 + 5);
  });

  test('column accesses slow down by the stated factor', () => {
    expect(nanoseconds([rows(1)], { macSlowdown: 1.5 })).toBe(12 + 3 * 3 + 5);
    expect(nanoseconds([rows(1)], { macSlowdown: 1.5, tCCDMac: '1.001 ns' })).toBe(12 + 3 * 1.502 + 5);
  });

  test('banks that are closed one by one are opened again after the last one', () => {
    // From the first precharge on, the second bank follows 3 ns later, and is opened with the first.
    expect(nanoseconds([rows(2)], { tPrechargeStep: '3 ns' })).toBe(30 + 3 + 10 + 12 + 6 + 5);
    const many = { banksPerGroup: 8, tPrechargeStep: '3 ns', tFAW: '20 ns', allBankActivation: 'windowed' };
    const eight = stream({ banks: 8, groups: 2, segments: 4, groupStride: 256 });
    // The window of 20 ns hides the 10 ns of the last ones, and the seven steps of 3 ns take longer than the first four need.
    expect(nanoseconds([eight], many)).toBe(20 + 30 + 21 + 20 + 12 + 6 + 5);
  });

  test('the four-activate window is one of each rank', () => {
    const written = { banksPerGroup: 8, tFAW: '20 ns', allBankActivation: 'windowed' };
    const eight = stream({ banks: 8, groups: 1, segments: 4 });
    expect(nanoseconds([eight], written)).toBe(20 + 12 + 6 + 5);
    expect(nanoseconds([eight], { ...written, ranks: 2 })).toBe(12 + 6 + 5);
  });

  test('the time of a vector is told apart from that of the columns', () => {
    const machine = dramMachine([], ARRAY, pimUnit());
    const tally = machine.run(sequence([vector(256), rows(1)]));
    expect(reason(machine, tally, 'vector-write')).toBe(4 * 4 * NS);
    expect(reason(machine, tally, 'column')).toBe(6 * NS);
  });
});
