import { describe, expect, test } from 'vitest';
import { SystoleError } from '@systole/core';
import type { Transaction } from '@systole/core';
import { nand } from '../src/index.ts';
import { outlierBytes } from '../src/nand/error-correction.ts';
import { PLACED_RUNS } from '../src/nand/page-load.ts';
import { endTimes, nandMachine, pageCompute, SMALL_NAND, task } from './helpers/nand-machine.ts';
import type { Written } from './helpers/nand-machine.ts';
import { pimUnit } from './helpers/pim-unit.ts';
import { resolve } from './helpers/resolve.ts';
import { access, action, reason, sequence, statistic } from './helpers/run.ts';

const NS = 1000;

/** ns that `transactions` take one after another. */
function nanoseconds(
  transactions: readonly Transaction[],
  written: Written = {},
  chunks = 1,
  slots = 1,
): number {
  const machine = nandMachine([], { ...SMALL_NAND, ...written });
  return machine.run(sequence(transactions, chunks, slots)).duration / NS;
}

const read = (run: number, base = 0): Transaction => access('read', { run, base });
const write = (run: number, base = 0): Transaction => access('write', { run, base });

describe('reads by hand', () => {
  test('a page takes its command, tR and its transfer; a part of one is moved in part', () => {
    expect(nanoseconds([read(100)])).toBe(10 + 1000 + 100);
    expect(nanoseconds([read(30)])).toBe(10 + 1000 + 30);
    expect(nanoseconds([read(60, 70)])).toBe(20 + 1000 + 30 - 10 + 30);
  });

  test('pages of two dies are read side by side, and share the bus', () => {
    // Commands at 0 and 10; the pages are there at 1010 and 1020.
    expect(nanoseconds([read(200)])).toBe(1010 + 100 + 100);
  });

  test('a die reads one plane after another, aligned planes with one operation, independent ones by themselves', () => {
    // Pages 0 and 2 are planes 0 and 1 of die 0. Without a cache register the die waits for the bus.
    const both = [access('read', { run: 100, runs: 2, stride: 200 })];
    expect(nanoseconds(both)).toBe(2 * (10 + 1000 + 100));
    expect(nanoseconds(both, { multiPlane: 'aligned' })).toBe(20 + 1000 + 200);
    expect(nanoseconds(both, { multiPlane: 'independent' })).toBe(10 + 1000 + 200);
  });

  test('planes whose pages are in different rows are not aligned', () => {
    // Page 0 is row 0 of plane 0, page 6 row 1 of plane 1.
    const apart = [access('read', { run: 100, runs: 2, stride: 600 })];
    expect(nanoseconds(apart, { multiPlane: 'aligned' })).toBe(2 * 1110);
  });

  test('with a cache register the next page is read while this one is moved', () => {
    // Pages 0 and 4 are rows 0 and 1 of one plane: the second command follows at 1010.
    const rows = [access('read', { run: 100, runs: 2, stride: 400 })];
    expect(nanoseconds(rows)).toBe(2 * 1110);
    expect(nanoseconds(rows, { cacheRead: true })).toBe(1010 + 10 + 1000 + 100);
    // With a bus that is slower than the array, pages follow one another on the bus.
    expect(nanoseconds(rows, { cacheRead: true, channelRate: '10 MT/s' })).toBe(1010 + 2 * 10_000 + 10);
  });

  test('a bus that is busy with commands or data first makes dies idle or busy', () => {
    // Two dies, two pages each. The first page is moved from 1010 to 1110, and then the next command of its die is issued,
    // so that the second page is moved from 1120 to 1220, when the next command of the other die follows.
    const pages = [access('read', { run: 200, runs: 2, stride: 400 })];
    expect(nanoseconds(pages)).toBe(1220 + 10 + 1000 + 100);
    // Data first, both dies wait until 1210, and are read side by side again.
    expect(nanoseconds(pages, { arbitration: 'data-first' })).toBe(1210 + 10 + 1000 + 100 + 100);
  });

  test('channels are side by side, and a chunk is done when the last of them is', () => {
    const machine = nandMachine([], { ...SMALL_NAND, channels: 2 });
    const tally = machine.run([task('read', read(150))]);
    expect(tally.duration).toBe(1110 * NS);
    expect(tally.busy[0]).toBe((110 + 60) * NS);
    expect(statistic(machine, tally, 'channelBusy')).toBe((110 + 60) * NS);
    expect(reason(machine, tally, 'command')).toBe(10 * NS);
    expect(reason(machine, tally, 'page-read')).toBe(1000 * NS);
    expect(reason(machine, tally, 'transfer-out')).toBe(100 * NS);
  });

  test('local runs go to a channel and a plane each', () => {
    const pattern = { run: 200, stride: 200, runs: 2, layout: 'local' } as const;
    // Two rows of plane 0 in each of two dies: rows follow one another in their die.
    expect(nanoseconds([access('read', pattern)])).toBe(1220 + 10 + 1000 + 100);
    expect(nanoseconds([access('read', pattern)], { channels: 2 })).toBe(2 * 1110);
  });

  test('runs that share a page read it once, random ones each for itself', () => {
    const machine = nandMachine([], SMALL_NAND);
    const pattern = { run: 10, stride: 20, runs: 20 } as const;
    const sequential = machine.run([task('read', access('read', pattern))]);
    expect(statistic(machine, sequential, 'pagesRead')).toBe(4);
    const random = machine.run([task('read', access('read', { ...pattern, order: 'random' }))]);
    expect(statistic(machine, random, 'pagesRead')).toBe(20);
    expect(action(machine, random, 'interface-bit')).toBe(20 * 80);
  });

  test('a pattern of very many runs goes on like its beginning', () => {
    const written = { ...SMALL_NAND, blocksPerPlane: 1_000_000, tR: '100 ns' };
    const time = (runs: number, order: 'sequential' | 'random'): number => {
      const machine = nandMachine([], written);
      return machine.run([task('read', access('read', { run: 100, stride: 300, runs, order }))]).duration;
    };
    const pace = (order: 'sequential' | 'random'): number =>
      time(5 * PLACED_RUNS + 1000, order) / time(PLACED_RUNS, order);
    expect(pace('sequential')).toBeCloseTo(5 + 1000 / PLACED_RUNS, 3);
    // In another random order of more runs, planes are loaded a little differently.
    expect(Math.abs(pace('random') / (5 + 1000 / PLACED_RUNS) - 1)).toBeLessThan(0.03);
  });
});

describe('programs by hand', () => {
  test('data crosses the bus, then the page is programmed; the first page of a block waits for an erase', () => {
    expect(nanoseconds([write(100)])).toBe(10 + 100 + 20_000 + 5000);
    // Page 4 is row 1 of plane 0.
    expect(nanoseconds([write(100, 400)])).toBe(10 + 100 + 5000);
  });

  test('aligned planes are programmed together, and dies side by side', () => {
    const rows = [write(400, 400)];
    expect(nanoseconds(rows, { multiPlane: 'aligned' })).toBe(2 * (20 + 200) + 5000);
    // One plane at a time: two commands, data until 120 and 220; the dies load again at 5120 and 5230.
    expect(nanoseconds(rows)).toBe(120 + 5000 + 2 * 110 + 5000);
  });

  test('counts what was programmed and erased', () => {
    const machine = nandMachine([], SMALL_NAND);
    // 36 pages: rows 0 to 8 of four planes, so three blocks of each.
    const tally = machine.run([task('write', write(3600))]);
    expect(statistic(machine, tally, 'pagesProgrammed')).toBe(36);
    expect(statistic(machine, tally, 'blocksErased')).toBe(12);
    expect(action(machine, tally, 'erase-block')).toBe(12);
    expect(reason(machine, tally, 'program')).toBeGreaterThan(0);
  });
});

describe('read-compute by hand', () => {
  const cores = { rounds: 10, channels: 1, cores: 2, inputBytes: 20, resultBytes: 4 };
  const unit = pimUnit({ interval: 500 * NS, drain: 5 * NS, accumulators: 4 });
  const time = (dims = cores, written: Written = {}, attached = unit): number => {
    const machine = nandMachine(
      [],
      { ...SMALL_NAND, cacheRead: true, commandOverhead: '0 ps', ...written },
      attached,
    );
    return machine.run([task('compute', pageCompute(dims))]).duration / NS;
  };

  test('a round takes its input and an array read; the last one its page and its results on top', () => {
    expect(time()).toBe(10 * (20 + 1000) + 505 + 4);
    expect(time({ ...cores, rounds: 1 })).toBe(20 + 1000 + 505 + 4);
  });

  test('without a cache register the array waits for the cores', () => {
    // The input comes in while they compute.
    expect(time(cores, { cacheRead: false })).toBe(20 + 10 * (1000 + 505) + 4);
  });

  test('cores that are slower than the array set the pace', () => {
    const slow = pimUnit({ interval: 3000 * NS, drain: 5 * NS, accumulators: 4 });
    expect(time(cores, {}, slow)).toBe(1020 + 10 * 3005 + 4);
  });

  test('cores with room for the results of one round wait until these have left', () => {
    const slow = { interval: 3000 * NS, drain: 5 * NS };
    expect(time(cores, {}, pimUnit({ ...slow, accumulators: 1 }))).toBe(1020 + 10 * (3005 + 4));
  });

  test('further pages of a round follow one array read apart, and the next input comes in meanwhile', () => {
    expect(time({ ...cores, pagesPerCore: 3 } as typeof cores)).toBe(20 + 10 * 3 * 1000 + 505 + 4);
  });

  test('correction lengthens array reads of computed pages, and is paid for', () => {
    const written = {
      errorCorrection: 'outlier',
      correctionTime: '7 ns',
      pageBytes: '100 B',
      spareBytes: '60 B',
    };
    expect(time(cores, written)).toBe(10 * (20 + 1007) + 505 + 4);
    const machine = nandMachine([], { ...SMALL_NAND, ...written }, unit);
    const tally = machine.run([task('compute', pageCompute(cores))]);
    expect(action(machine, tally, 'correct-page')).toBe(20);
  });

  test('chunks follow one another like rounds where the next one is there in time', () => {
    const machine = nandMachine([], { ...SMALL_NAND, cacheRead: true, commandOverhead: '0 ps' }, unit);
    const tally = machine.run([task('compute', pageCompute(cores), { chunks: 5 })]);
    expect(tally.duration).toBe((10 * 1020 + 509) * NS);
  });

  test('counts pages, MACs, bits, and the bus', () => {
    const machine = nandMachine([], { ...SMALL_NAND, channels: 2 }, unit);
    const transaction = { ...pageCompute({ ...cores, channels: 2 }), macs: 1500 };
    const tally = machine.run([task('compute', transaction, { chunks: 3 })]);
    expect(statistic(machine, tally, 'pagesComputed')).toBe(40);
    expect([tally.usefulMacs[1], tally.paddedMacs[1]]).toEqual([1500, 500]);
    expect(action(machine, tally, 'interface-bit')).toBe(2 * 10 * 24 * 8);
    expect(tally.busy[0]).toBe(2 * 10 * 34 * NS);
  });
});

describe('pages beside read-compute', () => {
  const cores = { rounds: 20, channels: 1, cores: 2, inputBytes: 20, resultBytes: 4 };
  const unit = pimUnit({ interval: 500 * NS, accumulators: 4 });
  const written = {
    ...SMALL_NAND,
    cacheRead: true,
    commandOverhead: '0 ps',
    multiPlane: 'independent',
    pageBytes: '1000 B',
    vectorBuffer: '100 B',
  };
  const ends = (slice: string, more: Written = {}): Readonly<Record<string, number>> => {
    const machine = nandMachine([], { ...written, readSlice: slice, ...more }, unit);
    return endTimes(machine, [
      task('compute', pageCompute(cores)),
      task('read', { kind: 'read', bytes: 10_000 }),
    ]);
  };

  test('slices fill the gaps, so that rounds take no longer', () => {
    const alone = 20 * 1020 + 504;
    expect(ends('10 B').compute).toBe(alone * NS);
    expect(ends('1000 B').compute).toBe(alone * NS);
    // From 1020 on, where the first array reads of the pages end: 996 ns of a round of 1020 ns, in whole slices.
    expect(ends('10 B').read).toBeLessThan(ends('100 B').read ?? 0);
    // No whole page fits into a gap of 996 ns.
    expect(ends('1000 B').read).toBeGreaterThan(alone * NS);
  });

  test('whole pages make the next input wait until they are done', () => {
    const { compute = 0, read = 0 } = ends('0 B');
    expect(compute).toBeGreaterThan((20 * 1020 + 504) * NS);
    expect(read).toBeLessThan(ends('10 B').read ?? 0);
  });

  test('read-compute that could not be foreseen waits for the end of a slice, or of a page', () => {
    const late = (slice: string): number | undefined => {
      const machine = nandMachine([], { ...written, readSlice: slice }, unit);
      const compute = task('compute', pageCompute({ ...cores, rounds: 1 }), { delay: 1555 * NS });
      return endTimes(machine, [task('read', { kind: 'read', bytes: 10_000 }), compute]).compute;
    };
    // The first page is on the bus from 1000 to 2000.
    expect(late('100 B')).toBe((1600 + 20 + 1000 + 500 + 4) * NS);
    // The results, too, wait for a page: that from 3020 to 4020.
    expect(late('0 B')).toBe((4020 + 4) * NS);
  });

  test('pages without a pattern are beside those of the cores; addresses may meet them', () => {
    const machine = nandMachine([], { ...written, readSlice: '10 B' }, unit);
    const compute = task('compute', pageCompute(cores));
    // Two pages of plane 0, which has no time for them before the rounds are done.
    const meeting = endTimes(machine, [compute, task('read', access('read', { run: 2000 }))]);
    expect(meeting.read).toBe((20 * 1020 + 504 + 1000 + 2000) * NS);
    const beside = endTimes(machine, [compute, task('read', { kind: 'read', bytes: 2000 })]);
    expect(beside.read).toBeLessThan(10_000 * NS);
  });

  test('read-compute waits for pages that its planes are reading', () => {
    const machine = nandMachine([], { ...written, readSlice: '100 B' }, unit);
    const compute = task('compute', pageCompute({ ...cores, rounds: 1 }), { delay: 500 * NS });
    const { compute: end } = endTimes(machine, [task('read', access('read', { run: 2000 })), compute]);
    // Read until 1000 and moved until 3000, when the array reads of the cores begin.
    expect(end).toBe((3000 + 1000 + 500 + 4) * NS);
  });
});

describe('what is declared', () => {
  test('outlier protection takes what the publication states for a page of 16 KiB', () => {
    // 9 x 8 + 163 x (14 + 5 + 16) bits.
    expect(outlierBytes(16_384)).toBe(Math.ceil(5777 / 8));
    expect(Math.abs(outlierBytes(16_384) - 722)).toBeLessThanOrEqual(1);
  });

  test.each(Object.keys(nand.presets))('preset %s has no conflicts', (name) => {
    expect(nand.conflicts(resolve(nand, [name]) as never)).toEqual([]);
  });

  test.each([
    ['spareBytes', { errorCorrection: 'outlier', spareBytes: '700 B' }],
    ['coresPerDie', { coresPerDie: 3 }],
    ['multiPlane', { coresPerDie: 2, multiPlane: 'none' }],
    ['pagesPerBlock', { pagesPerBlock: 1000 }],
    ['readSlice', { readSlice: '12 b' }],
    ['blocksPerPlane', { channels: 4096, chipsPerChannel: 1024, blocksPerPlane: 16_777_216 }],
  ])('a conflict over %s', (parameter, written) => {
    const values = resolve(nand, [], written);
    expect(nand.conflicts(values as never).map((conflict) => conflict.parameter)).toContain(parameter);
  });

  test('facts of two channels of two dies of two planes', () => {
    const values = resolve(nand, [], { ...SMALL_NAND, channels: 2 });
    expect(nand.facts(values as never)).toEqual({
      capacity: 2 * 2 * 2 * 64 * 100,
      bandwidth: 2e9,
      internalBandwidth: (2 * 2 * 100) / 1e-6,
      minimumLatency: 1010 * NS,
      resources: 2,
    });
    expect(nand.staticPower(values as never)).toBeCloseTo(4 * 0.1e-3, 12);
  });
});

describe('what cannot be', () => {
  const sizes = { rounds: 1, channels: 1, cores: 2, inputBytes: 20, resultBytes: 4 };
  const codeOf = (transaction: Transaction, unit = true): string => {
    const attached = unit ? pimUnit({ accumulators: 4 }) : undefined;
    try {
      nandMachine([], { ...SMALL_NAND, vectorBuffer: '64 B' }, attached).run([task('bad', transaction)]);
    } catch (error) {
      if (error instanceof SystoleError) return error.code;
      throw error;
    }
    return 'nothing was thrown';
  };

  test.each([
    ['a pattern that leaves the memory', access('read', { run: 100, base: 4 * 64 * 100 })],
    ['a local run that leaves its plane', access('read', { run: 100, base: 6400, layout: 'local' })],
    ['more than lies beside the cores', { kind: 'read', bytes: 2 * 64 * 100 + 1 }],
    ['an input that the cores cannot hold', pageCompute({ ...sizes, inputBytes: 65 })],
    ['results that the cores cannot hold', pageCompute({ ...sizes, resultBytes: 17 })],
  ])('%s', (_, transaction) => {
    expect(codeOf(transaction)).toBe('capacity/exceeded');
  });

  test.each([
    ['no whole number', read(1.5)],
    ['no number', read(100, NaN)],
    ['a pattern that does not hold the bytes', { ...read(100), bytes: 99 }],
    ['an unknown kind', { kind: 'erase', bytes: 64 }],
    ['more cores than there are', pageCompute({ ...sizes, cores: 3 })],
    ['more channels than there are', pageCompute({ ...sizes, channels: 2 })],
    ['no rounds', pageCompute({ ...sizes, rounds: 0 })],
    ['bytes that are not those of its rounds', { ...pageCompute(sizes), bytes: 1 }],
    ['more MACs than its pages hold', { ...pageCompute(sizes), macs: 101 }],
  ])('%s', (_, transaction) => {
    expect(codeOf(transaction)).toBe('argument/invalid');
  });

  test('page-compute without a unit, or in a format that it does not know', () => {
    expect(codeOf(pageCompute(sizes), false)).toBe('mapping/missing-unit');
    expect(codeOf({ ...pageCompute(sizes), format: 'int8' })).toBe('mapping/unsupported-operator');
  });
});
