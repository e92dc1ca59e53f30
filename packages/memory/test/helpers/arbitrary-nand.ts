import * as fc from 'fast-check';
import type { AccessPattern, Part, Transaction } from '@systole/core';
import { nand } from '../../src/index.ts';
import { access } from './run.ts';
import { pageCompute } from './nand-machine.ts';
import { pimUnit } from './pim-unit.ts';
import { resolve } from './resolve.ts';

/** Values of a small NAND without conflicts, with odd sizes and times. */
export const nandValues: fc.Arbitrary<Part['values']> = fc
  .record({
    channels: fc.integer({ min: 1, max: 4 }),
    chipsPerChannel: fc.integer({ min: 1, max: 3 }),
    diesPerChip: fc.integer({ min: 1, max: 2 }),
    planesPerDie: fc.integer({ min: 1, max: 3 }),
    pageBytes: fc.constantFrom(64, 100, 256),
    pagesPerBlock: fc.constantFrom(2, 8),
    tR: fc.integer({ min: 1, max: 400_000 }),
    tPROG: fc.integer({ min: 1, max: 900_000 }),
    tBERS: fc.integer({ min: 1, max: 2_000_000 }),
    channelRate: fc.constantFrom(1e9, 333e6, 2.4e9),
    commandOverhead: fc.constantFrom(0, 3000, 40_000),
    arbitration: fc.constantFrom('command-first', 'data-first'),
    multiPlane: fc.constantFrom('none', 'aligned', 'independent'),
    cacheRead: fc.boolean(),
    readSlice: fc.constantFrom(0, 0, 16, 24, 100),
    cores: fc.integer({ min: 1, max: 3 }),
    correctionTime: fc.constantFrom(0, 7000),
  })
  .map(({ cores, ...drawn }) => ({
    ...resolve(nand, []),
    ...drawn,
    bitsPerCell: 1,
    spareBytes: 0,
    blocksPerPlane: 4096,
    vectorBuffer: 64,
    coresPerDie: drawn.multiPlane === 'none' ? 1 : Math.min(cores, drawn.planesPerDie),
  }));

/** Patterns that stay far within the memory: one run, or several with gaps. */
export function pagePatterns(values: Part['values']): fc.Arbitrary<AccessPattern> {
  const page = Number(values.pageBytes);
  return fc
    .record({
      base: fc.nat(20 * page),
      run: fc.oneof(
        fc.integer({ min: 1, max: 3 * page }),
        fc.constant(page),
        fc.integer({ min: 1, max: 90 * page }),
      ),
      gap: fc.oneof(fc.constant(0), fc.constant(page), fc.nat(7 * page)),
      runs: fc.integer({ min: 1, max: 30 }),
      order: fc.constantFrom<AccessPattern['order']>('sequential', 'random'),
      layout: fc.constantFrom<AccessPattern['layout']>('interleaved', 'local'),
      seed: fc.nat(100),
    })
    .map(({ gap, run, ...rest }) => ({ ...rest, run, stride: run + gap }));
}

export function pageMoves(values: Part['values']): fc.Arbitrary<Transaction> {
  const kinds = fc.constantFrom<'read' | 'write'>('read', 'read', 'write');
  const patterned = fc.tuple(kinds, pagePatterns(values)).map(([kind, pattern]) => access(kind, pattern));
  const plain = fc
    .tuple(kinds, fc.integer({ min: 1, max: 200 * Number(values.pageBytes) }))
    .map(([kind, bytes]): Transaction => ({ kind, bytes }));
  return fc.oneof(patterned, plain);
}

export function computes(values: Part['values'], mostRounds = 40): fc.Arbitrary<Transaction> {
  const cores = Number(values.chipsPerChannel) * Number(values.diesPerChip) * Number(values.coresPerDie);
  return fc
    .record({
      rounds: fc.integer({ min: 1, max: mostRounds }),
      channels: fc.integer({ min: 1, max: Number(values.channels) }),
      cores: fc.integer({ min: 1, max: cores }),
      inputBytes: fc.nat(64),
      results: fc.nat(8),
      pagesPerCore: fc.integer({ min: 1, max: 3 }),
    })
    .map(({ results, ...sizes }) => pageCompute({ ...sizes, resultBytes: results * sizes.cores }));
}

/** Units with room for the results of one round, or of two. */
export const cores: fc.Arbitrary<Part> = fc
  .record({
    interval: fc.integer({ min: 0, max: 600_000 }),
    drain: fc.nat(5000),
    accumulators: fc.constantFrom(4, 8),
  })
  .map(pimUnit);
