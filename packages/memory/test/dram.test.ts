import { describe, expect, test } from 'vitest';
import { SystoleError } from '@systole/core';
import { dram } from '../src/index.ts';
import { pimUnit } from './helpers/pim-unit.ts';
import { resolve } from './helpers/resolve.ts';
import { access, action, dramMachine, reason, sequence, statistic } from './helpers/run.ts';
import { SMALL_DRAM } from './helpers/small-dram.ts';

const NS = 1000;

function nanoseconds(
  transactions: Parameters<typeof sequence>[0],
  written: Readonly<Record<string, string | number>> = {},
): number {
  return dramMachine([], { ...SMALL_DRAM, ...written }).run(sequence(transactions)).duration / NS;
}

describe('reads and writes by hand', () => {
  test('a burst from a closed bank: tRCD + tCL + burst', () => {
    expect(nanoseconds([access('read', { run: 64 })])).toBe(10 + 10 + 4);
    expect(nanoseconds([access('write', { run: 64 })])).toBe(10 + 8 + 4);
  });

  test('each byte of a burst costs the whole burst', () => {
    expect(nanoseconds([access('read', { run: 1, base: 63 })])).toBe(24);
    expect(nanoseconds([access('read', { run: 2, base: 63 })])).toBe(24 + 4);
  });

  test('a row streams at the burst rate, and the next bank opens behind it', () => {
    expect(nanoseconds([access('read', { run: 256 })])).toBe(24 + 3 * 4);
    expect(nanoseconds([access('read', { run: 512 })])).toBe(24 + 7 * 4);
  });

  test('another row of the same bank waits for tRAS, then tRP and tRCD', () => {
    // Activate 0, read 10, precharge 30 (tRAS), activate 40, read 50.
    expect(nanoseconds([access('read', { run: 64, runs: 2, stride: 512 })])).toBe(50 + 10 + 4);
  });

  test('tRC holds the next activate back where it is longer than tRAS + tRP', () => {
    const transactions = [access('read', { run: 64, runs: 2, stride: 512 })];
    expect(nanoseconds(transactions, { tRC: '55 ns' })).toBe(55 + 10 + 10 + 4);
  });

  test('the four-activate window counts activates of all banks', () => {
    const written = { banksPerGroup: 8, tFAW: '60 ns' };
    // Rows of five banks: activates 0, 4, 8, 12, 60; the last is read at 70.
    expect(nanoseconds([access('read', { run: 64, runs: 5, stride: 256 })], written)).toBe(70 + 10 + 4);
  });

  test('a controller that holds few bursts opens rows late', () => {
    const transactions = [access('read', { run: 512 })];
    // Held: one burst. The second row is activated when the last burst of the first is read, at 22.
    expect(nanoseconds(transactions, { queueDepth: 1 })).toBe(22 + 10 + 3 * 4 + 10 + 4);
  });

  test('of two reads that could go, the one whose row is open goes first', () => {
    // Row 0, row 1, row 0 of bank 0: the third overtakes the second.
    const machine = dramMachine([], SMALL_DRAM);
    const pattern = { run: 64, runs: 3, stride: 512 };
    machine.run(sequence([access('read', pattern)]));
    const tally = machine.run(sequence([access('read', { run: 64, base: 1024 }), access('read', pattern)]));
    expect(statistic(machine, tally, 'rowHits')).toBe(2);
  });

  test('bursts of one bank group keep tCCDL, those of two groups tCCDS', () => {
    const written = { bankGroups: 2, banksPerGroup: 1, tCCDL: '12 ns' };
    // Activates at 0 and 4; four bursts on groups 0, 1, 0, 1 are read at 10, 14, 22, 26.
    expect(nanoseconds([access('read', { run: 256 })], written)).toBe(26 + 10 + 4);
    const local = access('read', { run: 256, layout: 'local' });
    expect(nanoseconds([local], written)).toBe(10 + 3 * 12 + 10 + 4);
  });

  test('a read after a write waits for tWTR', () => {
    const machine = dramMachine([], SMALL_DRAM);
    const tally = machine.run(sequence([access('write', { run: 64 }), access('read', { run: 64 })]));
    // Write at 10, its data until 22; read at 10 + 8 + 4 + 6 = 28.
    expect(tally.duration).toBe((28 + 14) * NS);
    expect(reason(machine, tally, 'turnaround')).toBe(6 * NS);
    expect(reason(machine, tally, 'activate')).toBe(10 * NS);
    expect(reason(machine, tally, 'latency')).toBe((8 + 10) * NS);
    expect(reason(machine, tally, 'column')).toBe((4 + 4) * NS);
    expect(statistic(machine, tally, 'rowHits')).toBe(1);
  });

  test('write recovery delays the precharge', () => {
    // Write at 10, data until 22, precharge at 32, activate 42, write 52.
    expect(nanoseconds([access('write', { run: 64, runs: 2, stride: 512 })])).toBe(52 + 8 + 4);
  });

  test('with closed rows every visit opens its row, after a precharge that nobody waits for', () => {
    const machine = dramMachine([], { ...SMALL_DRAM, rowPolicy: 'closed' });
    machine.run(sequence([access('read', { run: 64 })]));
    const tally = machine.run(sequence([access('read', { run: 64 })]));
    // The bank is ready at 40; the second read was asked for at 24.
    expect(tally.duration).toBe((40 - 24 + 24) * NS);
    expect(statistic(machine, tally, 'rowMisses')).toBe(1);
    expect(statistic(machine, tally, 'rowConflicts')).toBe(0);
  });

  test('refresh lengthens a service by tRFC of every tREFI', () => {
    const machine = dramMachine([], { ...SMALL_DRAM, refresh: 'all-bank', tRFC: '10 ns', tREFI: '110 ns' });
    const tally = machine.run(sequence([access('read', { run: 64 })]));
    expect(tally.duration).toBe(24 * NS + 2400);
    expect(reason(machine, tally, 'refresh')).toBe(2400);
  });

  test('chunks follow one another without a gap when the next one is there in time', () => {
    const machine = dramMachine([], { ...SMALL_DRAM, banksPerGroup: 8 });
    const tally = machine.run(sequence([access('read', { run: 2048 })], 4, 2));
    expect(tally.duration).toBe((24 + 31 * 4) * NS);
  });

  test('channels serve their parts side by side', () => {
    const machine = dramMachine([], { ...SMALL_DRAM, channels: 2 });
    const tally = machine.run(sequence([access('read', { run: 256 })]));
    expect(tally.duration).toBe((24 + 4) * NS);
    expect(tally.busy[0]).toBe(2 * (24 + 4) * NS);
  });

  test('local runs rotate over channels, then banks', () => {
    const pattern = { run: 64, runs: 4, stride: 256, layout: 'local' } as const;
    // Each channel: bank 0 activated at 0, bank 1 at 4, reads at 10 and 14.
    expect(nanoseconds([access('read', pattern)], { channels: 2 })).toBe(14 + 10 + 4);
    // A fifth run is in lane 0 again, one stride further on: another row of bank 0.
    expect(nanoseconds([access('read', { ...pattern, runs: 5 })], { channels: 2 })).toBe(50 + 10 + 4);
  });

  test('a random order visits the same bytes', () => {
    const machine = dramMachine([], SMALL_DRAM);
    const pattern = { run: 64, runs: 300, stride: 64, order: 'random', seed: 7 } as const;
    const tally = machine.run(sequence([access('read', pattern)]));
    expect(statistic(machine, tally, 'columnReads')).toBe(300);
    expect(statistic(machine, tally, 'activations')).toBeGreaterThan(75);
  });

  test('a long random stream goes on at the pace of its beginning', () => {
    const written = { banksPerGroup: 8, rowsPerBank: 65536 };
    const read = (runs: number) => access('read', { run: 64, runs, stride: 448, order: 'random' });
    const one = nanoseconds([read(20_000)], written);
    const four = nanoseconds([read(80_000)], written);
    // 4096 visits are a sample of 20,000: its pace is within 3 % of that of all.
    expect(four / one).toBeGreaterThan(3.88);
    expect(four / one).toBeLessThan(4.12);
  });
});

describe('long streams', () => {
  test('a terabyte is leapt over, and counted row by row all the same', () => {
    const machine = dramMachine([], { rowsPerBank: 2 ** 24, refresh: 'none' });
    const tally = machine.run(sequence([access('read', { run: 2 ** 40 })]));
    expect(statistic(machine, tally, 'activations')).toBe(2 ** 40 / 8192);
    expect(statistic(machine, tally, 'columnReads')).toBe(2 ** 40 / 64);
    expect(tally.duration / (2500 * (2 ** 40 / 64))).toBeCloseTo(1, 3);
  });

  test('so is a long strided one', () => {
    const machine = dramMachine([], { rowsPerBank: 2 ** 24, refresh: 'none' });
    const tally = machine.run(sequence([access('write', { run: 128, stride: 8192, runs: 2 ** 26 })]));
    expect(statistic(machine, tally, 'columnWrites')).toBe(2 ** 27);
  });

  test('and a long run of in-memory compute', () => {
    const machine = dramMachine([], { refresh: 'none' }, pimUnit());
    const dims = { channels: 1, banks: 16, groups: 2 ** 16, segments: 2 ** 20 };
    const tally = machine.run(sequence([{ kind: 'segment-stream', bytes: 0, format: 'bf16', dims }]));
    expect(statistic(machine, tally, 'inPlaceAccesses')).toBe(16 * 2 ** 36);
    expect(statistic(machine, tally, 'activations')).toBe((16 * 2 ** 36) / 128);
  });
});

describe('more than event time can hold', () => {
  test('is an error that says so', () => {
    const machine = dramMachine([], { refresh: 'none' }, pimUnit());
    const dims = { channels: 1, banks: 16, groups: 2 ** 26, segments: 2 ** 26 };
    const work = sequence([{ kind: 'segment-stream', bytes: 0, format: 'bf16', dims }]);
    expect(() => machine.run(work)).toThrow(SystoleError);
  });
});

describe('what is counted', () => {
  test('a row of four bursts is one miss and three hits', () => {
    const machine = dramMachine([], SMALL_DRAM);
    const tally = machine.run(sequence([access('read', { run: 256 })]));
    expect(statistic(machine, tally, 'rowMisses')).toBe(1);
    expect(statistic(machine, tally, 'rowHits')).toBe(3);
    expect(action(machine, tally, 'activate')).toBe(1);
    expect(action(machine, tally, 'read-burst')).toBe(4);
    expect(action(machine, tally, 'interface-bit')).toBe(2048);
  });

  test('standby of open rows is that of the channel, or of the banks that are open', () => {
    const busy = 24 * NS;
    const all = dramMachine([], SMALL_DRAM);
    expect(action(all, all.run(sequence([access('read', { run: 64 })])), 'active-standby')).toBe(2 * busy);
    const each = dramMachine([], { ...SMALL_DRAM, activeStandby: 'per-bank' });
    expect(action(each, each.run(sequence([access('read', { run: 64 })])), 'active-standby')).toBe(busy);
  });
});

describe('what cannot be', () => {
  const codeOf = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      if (error instanceof SystoleError) return error.code;
      throw error;
    }
    return 'nothing was thrown';
  };

  test.each([
    ['a pattern that leaves the memory', access('read', { run: 64, base: 2 * 256 * 64 })],
    ['a local run that leaves its bank', access('read', { run: 64, base: 256 * 64, layout: 'local' })],
  ])('%s', (_, transaction) => {
    expect(codeOf(() => nanoseconds([transaction]))).toBe('capacity/exceeded');
  });

  test.each([
    ['no whole number', access('read', { run: 1.5 })],
    ['below zero', access('read', { run: 64, base: -64 })],
    ['no number', access('read', { run: 64, base: NaN })],
    ['a pattern that does not hold the bytes', { ...access('read', { run: 64 }), bytes: 65 }],
    ['an unknown kind', { kind: 'erase', bytes: 64 }],
    ['a vector without a size', { kind: 'vector-write', bytes: 64 }],
    ['too many channels', { kind: 'vector-write', bytes: 64, dims: { vectorBytes: 64, channels: 2 } }],
    ['a vector of more bytes', { kind: 'vector-write', bytes: 65, dims: { vectorBytes: 64, channels: 1 } }],
    ['a vector of fewer bytes', { kind: 'vector-write', bytes: 63, dims: { vectorBytes: 64, channels: 1 } }],
  ])('%s', (_, transaction) => {
    expect(codeOf(() => nanoseconds([transaction]))).toBe('argument/invalid');
  });

  test('a vector whose bytes are those of one of its channels', () => {
    const transaction = { kind: 'vector-write', bytes: 64, dims: { vectorBytes: 64, channels: 2 } };
    const run = (bytes: number) => () => nanoseconds([{ ...transaction, bytes }], { channels: 2 });
    expect(codeOf(run(128))).toBe('nothing was thrown');
    expect(run(64)).toThrow('a vector-write of 64 bytes with 64 for each of 2 channels');
    expect(codeOf(run(64))).toBe('argument/invalid');
  });

  test('a vector that the buffer does not hold', () => {
    const transaction = { kind: 'vector-write', bytes: 4096, dims: { vectorBytes: 4096, channels: 1 } };
    expect(codeOf(() => nanoseconds([transaction]))).toBe('capacity/exceeded');
  });

  test('a segment-stream without a unit', () => {
    const dims = { channels: 1, banks: 2, groups: 1, segments: 1 };
    expect(codeOf(() => nanoseconds([{ kind: 'segment-stream', bytes: 0, dims }]))).toBe(
      'mapping/missing-unit',
    );
  });

  test.each([
    ['tRAS', { tRAS: '50 ns' }],
    ['tRFC', { refresh: 'all-bank', tRFC: '8 us' }],
    ['tFAW', { tFAW: '3 ns' }],
    ['rowBytes', { rowBytes: '100 B' }],
    ['burstBytes', { burstBytes: '12 bit', rowBytes: '3 B' }],
    ['tCCDL', { bankGroups: 2, tCCDS: '9 ns' }],
    ['IDD0', { IDD0: '1 mA' }],
    ['IDD3N', { IDD2N: '53 mA' }],
    ['IDD4R', { IDD4R: '10 mA' }],
    ['IDD4W', { IDD4W: '10 mA' }],
    ['IDD5', { refresh: 'all-bank', IDD5: '10 mA' }],
  ])('a conflict over %s', (parameter, written) => {
    const values = resolve(dram, [], { ...SMALL_DRAM, ...written });
    expect(dram.conflicts(values as never).map((conflict) => conflict.parameter)).toContain(parameter);
  });
});
