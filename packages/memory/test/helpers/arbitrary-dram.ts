import * as fc from 'fast-check';
import type { AccessPattern, Part } from '@systole/core';
import { dram } from '../../src/index.ts';
import { resolve } from './resolve.ts';

const ps = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

/** Values of a small DRAM without conflicts; capacities are at most some hundred KiB, so that patterns wrap often. */
export const dramValues: fc.Arbitrary<Part['values']> = fc
  .record({
    channels: fc.integer({ min: 1, max: 4 }),
    pseudoChannels: fc.constantFrom(1, 1, 2),
    ranks: fc.constantFrom(1, 1, 2),
    stackLevels: fc.constantFrom(1, 1, 2),
    tCS: ps(0, 3_000),
    tCCDR: ps(0, 6_000),
    bankGroups: fc.constantFrom(1, 2, 4),
    banksPerGroup: fc.constantFrom(1, 2, 4),
    rowBursts: fc.constantFrom(2, 4, 16),
    rowsPerBank: fc.constantFrom(256, 1024),
    queueDepth: fc.integer({ min: 1, max: 40 }),
    rowPolicy: fc.constantFrom('open', 'closed'),
    refresh: fc.constantFrom('none', 'all-bank'),
    tRCD: ps(1, 30_000),
    tRP: ps(1, 30_000),
    tRTP: ps(1, 10_000),
    tRAS: ps(1, 60_000),
    tRC: ps(0, 40_000),
    tCL: ps(1, 30_000),
    tCWL: ps(1, 30_000),
    tCCDS: ps(0, 4_000),
    tCCDL: ps(0, 5_000),
    tRRDS: ps(1, 5_000),
    tRRDL: ps(1, 9_000),
    tFAW: ps(0, 50_000),
    tWR: ps(1, 20_000),
    tWTRS: ps(0, 10_000),
    tWTRL: ps(0, 10_000),
    pins: fc.constantFrom(16, 64),
    tRCDMac: ps(1, 40_000),
    tCCDMac: ps(1, 5_000),
    modeSwitch: ps(0, 20_000),
    tResultRead: ps(1, 20_000),
    allBankActivation: fc.constantFrom('simultaneous', 'windowed'),
    tPrechargeStep: fc.oneof(fc.constant(0), ps(1, 3_000)),
    macSlowdown: fc.constantFrom(1, 1.5),
    resultReads: fc.constantFrom('exclusive', 'overlapped'),
  })
  .map(({ rowBursts, pins, ...drawn }) => ({
    ...resolve(dram, []),
    ...drawn,
    burstBytes: 32,
    rowBytes: 32 * rowBursts,
    dataPins: pins,
    pinRate: 3.2e9,
    tRC: drawn.tRAS + drawn.tRC,
    tCCDL: drawn.tCCDS + drawn.tCCDL,
    tFAW: drawn.tFAW < drawn.tRRDS ? 0 : drawn.tFAW,
    tRFC: 300_000,
    tREFI: 3_900_000,
  }));

/** A pattern that stays within 256 rows of every bank, from `kinds`; strides need not be those of bursts. */
export function patterns(
  values: Part['values'],
  orders: readonly AccessPattern['order'][] = ['sequential', 'random'],
): fc.Arbitrary<AccessPattern> {
  const bank = 256 * Number(values.rowBytes);
  const lanes = Number(values.channels) * Number(values.bankGroups) * Number(values.banksPerGroup);
  return fc.constantFrom<AccessPattern['layout']>('interleaved', 'local').chain((layout) => {
    const reach = layout === 'local' ? bank : bank * lanes;
    return fc
      .record({
        base: fc.integer({ min: 0, max: Math.floor(reach / 8) }),
        run: fc.oneof(
          fc.integer({ min: 1, max: 200 }),
          fc.constant(32),
          fc.integer({ min: 1, max: reach / 4 }),
        ),
        gap: fc.oneof(
          fc.constant(0),
          fc.constant(32),
          fc.constant(Number(values.rowBytes)),
          fc.integer({ min: 0, max: 4096 }),
        ),
        runs: fc.integer({ min: 1, max: 600 }),
        order: fc.constantFrom(...orders),
        seed: fc.integer({ min: 0, max: 1000 }),
      })
      .map(({ base, run, gap, runs, order, seed }) => {
        const stride = run + gap;
        const each = layout === 'local' ? lanes : 1;
        const most = Math.max(1, (Math.floor((reach - base - run) / stride) + 1) * each);
        return { base, run, stride, runs: Math.min(runs, most), order, layout, seed };
      });
  });
}
