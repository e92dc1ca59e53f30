import { describe, expect, test } from 'vitest';
import type { Transaction } from '@systole/core';
import { pimUnit } from './helpers/pim-unit.ts';
import type { UnitShape } from './helpers/pim-unit.ts';
import { access, action, dramMachine, reason, sequence, statistic } from './helpers/run.ts';
import { SMALL_DRAM } from './helpers/small-dram.ts';

const NS = 1000;

/** The small DRAM with 12 ns from activate to the first access in place, and accesses 2 ns apart. */
const IN_PLACE = { ...SMALL_DRAM, tRCDMac: '12 ns', tCCDMac: '2 ns', tResultRead: '5 ns' };

function stream(dims: Readonly<Record<string, number>>, macs?: number): Transaction {
  const all = { channels: 1, banks: 2, groups: 1, segments: 4, ...dims };
  return {
    kind: 'segment-stream',
    bytes: 0,
    format: 'bf16',
    dims: all,
    ...(macs === undefined ? {} : { macs }),
  };
}

const vector = (bytes: number): Transaction => ({
  kind: 'vector-write',
  bytes,
  dims: { vectorBytes: bytes, channels: 1 },
});

function nanoseconds(
  transactions: readonly Transaction[],
  unit: UnitShape = {},
  written: Readonly<Record<string, string | number>> = {},
): number {
  const machine = dramMachine([], { ...IN_PLACE, ...written }, pimUnit(unit));
  return machine.run(sequence(transactions)).duration / NS;
}

describe('in-memory compute by hand', () => {
  test('a row: tRCDMac, a gap per further segment, the drain, and a burst of sums', () => {
    expect(nanoseconds([stream({})], { drain: 3 * NS })).toBe(12 + 3 * 2 + 3 + 5);
  });

  test('a unit that is slower than the column gap throttles the accesses', () => {
    expect(nanoseconds([stream({})], { interval: 7 * NS })).toBe(12 + 3 * 7 + 5);
  });

  test('sums that stay in place are not read, and the last access takes its gap', () => {
    expect(nanoseconds([stream({ keep: 1 })])).toBe(12 + 4 * 2);
  });

  test('a period of rows is max(tRCDMac + (c-1) tCCDMac + tRTP, tRAS, tRC - tRP) + tRP', () => {
    // tRAS governs: 30 + 10. The second row opens at 40.
    const rows = stream({ segments: 8, keep: 1 });
    expect(nanoseconds([rows])).toBe(40 + 12 + 4 * 2);
    // 12 + 3 x 8 + 6 = 42 governs.
    expect(nanoseconds([rows], {}, { tCCDMac: '8 ns' })).toBe(52 + 12 + 4 * 8);
    // tRC governs.
    expect(nanoseconds([rows], {}, { tRC: '70 ns' })).toBe(70 + 12 + 4 * 2);
  });

  test('groups that share a row open it once; a group that crosses into the next one opens both', () => {
    // Groups of two segments, packed: 0-1, 2-3 in row 0. Their sums are read in between, the row stays open.
    const packed = stream({ groups: 2, segments: 2 });
    expect(nanoseconds([packed])).toBe(12 + 2 + 5 + 0 + 2 + 5);
    const machine = dramMachine([], IN_PLACE, pimUnit());
    const tally = machine.run(sequence([stream({ groups: 2, segments: 3 })]));
    // Segments 0-2 and 3 in row 0, 4-5 in row 1, in both banks.
    expect(statistic(machine, tally, 'activations')).toBe(4);
    expect(statistic(machine, tally, 'rowHits')).toBe(12 - 4);
  });

  test('an offset into the row moves the boundary', () => {
    const machine = dramMachine([], IN_PLACE, pimUnit());
    const tally = machine.run(sequence([stream({ segments: 4, offset: 192 })]));
    expect(statistic(machine, tally, 'activations')).toBe(4);
  });

  test('passes stream a row again while it is open, each with a sum of its own', () => {
    expect(nanoseconds([stream({ passes: 2 })], { accumulators: 2 })).toBe(12 + 7 * 2 + 5);
    // With one accumulator, the sum of the first pass is read before the second.
    expect(nanoseconds([stream({ passes: 2 })])).toBe(12 + 3 * 2 + 5 + 3 * 2 + 5);
  });

  test('full accumulators are read together: two sums of two banks fit one burst', () => {
    // Rows of one group each; the second opens at max(40, ...).
    const dims = { groups: 2, groupStride: 256 };
    expect(nanoseconds([stream(dims)], { accumulators: 2 })).toBe(40 + 12 + 3 * 2 + 5);
  });

  test('changing between array and buffer costs a mode switch each way', () => {
    const written = { modeSwitch: '7 ns', tBufferWrite: '6 ns' };
    // Into the buffer 7, two bursts of 6, back 7, row 12 + 6, to the sums 7, read 5; then, in the buffer, 6.
    const work = [vector(128), stream({}), vector(64)];
    expect(nanoseconds(work, {}, written)).toBe(7 + 12 + 7 + 18 + 7 + 5 + 6);
    // A read has to switch back.
    expect(nanoseconds([vector(64), access('read', { run: 64 })], {}, written)).toBe(7 + 6 + 7 + 24);
  });

  test('windowed activation opens four banks per tFAW', () => {
    const written = { banksPerGroup: 16, allBankActivation: 'windowed', tFAW: '20 ns' };
    expect(nanoseconds([stream({ banks: 4 })], {}, written)).toBe(12 + 3 * 2 + 5);
    expect(nanoseconds([stream({ banks: 16 })], {}, written)).toBe(3 * 20 + 12 + 3 * 2 + 5);
    expect(nanoseconds([stream({ banks: 16 })], {}, { ...written, allBankActivation: 'simultaneous' })).toBe(
      23,
    );
  });

  test('rows left open are closed when the next stream, or a read, needs another', () => {
    const machine = dramMachine([], IN_PLACE, pimUnit());
    machine.run(sequence([stream({})]));
    // Activated at 0, precharged at 30 (tRAS), which is 7 after the end at 23; activated again at 40.
    expect(machine.run(sequence([stream({ keep: 1 })])).duration).toBe((40 - 23 + 12 + 4 * 2) * NS);
    const tally = machine.run(sequence([access('read', { run: 64 })]));
    expect(statistic(machine, tally, 'rowConflicts')).toBe(1);
  });

  test('closed rows are ready after tRP without anybody waiting for it', () => {
    const machine = dramMachine([], { ...IN_PLACE, rowPolicy: 'closed' }, pimUnit());
    machine.run(sequence([stream({}), vector(2048)]));
    expect(machine.run(sequence([stream({})])).duration).toBe(23 * NS);
  });

  test('MACs are those asked for and those that fill the segments, over all banks and channels', () => {
    const machine = dramMachine([], { ...IN_PLACE, channels: 3 }, pimUnit());
    // 3 channels x 2 banks x 2 groups x 4 segments of 32 elements.
    const held = 3 * 2 * 2 * 4 * 32;
    const tally = machine.run(sequence([stream({ channels: 3, groups: 2 }, 1000)], 2));
    expect(tally.usefulMacs[1]).toBe(1000);
    expect(tally.paddedMacs[1]).toBe(held - 1000);
    expect(() => machine.run(sequence([stream({ channels: 3, groups: 2 }, held + 1)]))).toThrow(/asks for/);
  });

  test('what is counted, per bank', () => {
    const machine = dramMachine([], { ...IN_PLACE, channels: 2 }, pimUnit());
    const tally = machine.run(sequence([stream({ channels: 2, groups: 3, groupStride: 256 })]));
    expect(statistic(machine, tally, 'inPlaceAccesses')).toBe(2 * 2 * 3 * 4);
    expect(statistic(machine, tally, 'activations')).toBe(2 * 2 * 3);
    expect(action(machine, tally, 'in-place-access')).toBe(2 * 2 * 3 * 4);
    // A burst of sums per channel and group.
    expect(action(machine, tally, 'interface-bit')).toBe(2 * 3 * 64 * 8);
  });

  test('every ps has its reason', () => {
    const machine = dramMachine([], { ...IN_PLACE, modeSwitch: '7 ns' }, pimUnit({ drain: 3 * NS }));
    const tally = machine.run(sequence([stream({ groups: 2, groupStride: 256 })]));
    expect(reason(machine, tally, 'activate')).toBe(2 * 12 * NS);
    expect(reason(machine, tally, 'column')).toBe(2 * 3 * 2 * NS);
    expect(reason(machine, tally, 'result-read')).toBe(2 * (3 + 5) * NS);
    expect(reason(machine, tally, 'mode-switch')).toBe(3 * 7 * NS);
    expect(reason(machine, tally, 'precharge')).toBe(10 * NS);
    expect(reason(machine, tally, 'service')).toBe(0);
    expect(tally.duration).toBe((24 + 12 + 16 + 21 + 10) * NS);
  });

  test.each([
    ['more banks than there are', { banks: 3 }],
    ['a stride that is no multiple of a column', { groupStride: 100 }],
    ['no segments', { segments: 0 }],
  ])('%s cannot be', (_, dims) => {
    expect(() => nanoseconds([stream(dims)])).toThrow(/dram: /);
  });

  test('a format that the unit does not know cannot be', () => {
    expect(() => nanoseconds([{ ...stream({}), format: 'fp8' }])).toThrow(/does not compute/);
  });
});
