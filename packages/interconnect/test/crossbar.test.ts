import { crossbar } from '@systole/interconnect';
import { Machine, SystoleError } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { partOf } from './part-of.ts';
import { named, passages, transferTask } from './transfers.ts';

/** 8 x 8 ports of 32 B a cycle at 1 GHz, one cycle of latency. */
const standard = partOf(crossbar);

function duration(dims: Record<string, number>, written = {}): number {
  return new Machine([partOf(crossbar, written)], 1).run([transferTask(256, dims)]).duration;
}

describe('interconnect/crossbar, by hand', () => {
  it('takes bytes over width, and the latency', () => {
    const machine = new Machine([standard], 1);
    const tally = machine.run([transferTask(256)]);
    expect(tally.duration).toBe(9000);
    expect(named(machine, 'reasons', tally.path)).toMatchObject({
      transfer: 8000,
      latency: 1000,
      service: 0,
    });
    // An input and an output for 8 cycles.
    expect(tally.busy[0]).toBe(16_000);
  });

  it('takes the narrower side', () => {
    expect(duration({ sources: 4, targets: 4 })).toBe(3000);
    expect(duration({ sources: 4 })).toBe(9000);
    expect(duration({ targets: 4 })).toBe(9000);
  });

  it('spreads copies over outputs at once with multicast, and takes them from the input one by one without', () => {
    expect(duration({ targets: 8, copies: 8 })).toBe(9000);
    expect(duration({ targets: 8, copies: 8 }, { multicast: false })).toBe(65_000);
    // Eight copies that leave by two outputs are four times the bytes of each.
    expect(duration({ targets: 2, copies: 8 })).toBe(33_000);
  });

  it('counts bytes and bits that leave', () => {
    const machine = new Machine([standard], 1);
    const tally = machine.run([transferTask(256, { targets: 8, copies: 8 }, { chunks: 3 })]);
    expect(named(machine, 'statistics', tally.statistics)).toEqual({ bytesIn: 256, bytesOut: 2048 });
    expect(named(machine, 'actions', tally.actions)).toEqual({ bit: 16_384 });
  });

  it('makes transfers with a common port take turns, and lets others pass', () => {
    const ends = (...dims: Record<string, number>[]) =>
      passages(
        standard,
        dims.map((some, index) => transferTask(256, some, { name: `${index}` })),
      )
        .toSorted((a, b) => Number(a.task) - Number(b.task))
        .map(({ ended }) => ended);
    expect(ends({ source: 0, target: 0 }, { source: 1, target: 1 })).toEqual([9000, 9000]);
    expect(ends({ source: 0, target: 0 }, { source: 1, target: 0 })).toEqual([9000, 17_000]);
    expect(ends({ source: 0, target: 0 }, { source: 0, target: 1 })).toEqual([9000, 17_000]);
    // The second holds outputs 0 and 1 from when output 0 is free.
    expect(ends({ target: 0 }, { source: 1, sources: 2, targets: 2 }, { source: 3, target: 1 })).toEqual([
      9000, 13_000, 21_000,
    ]);
  });

  it('goes on at the first port past the last one', () => {
    const [first, second] = passages(standard, [
      transferTask(256, { source: 7, sources: 2, target: 7 }),
      transferTask(256, { source: 0, target: 1 }),
    ]);
    expect([first?.started, second?.started]).toEqual([0, 8000]);
  });

  it('passes a chunk on while the next comes, and pushes back when the buffer behind it is full', () => {
    const parts = [
      partOf(crossbar, { latency: 0 }, 'fast'),
      partOf(crossbar, { latency: 0, width: '16 B' }, 'slow'),
    ];
    const run = (slots: number): number => {
      const transaction = { kind: 'transfer', bytes: 320 };
      const stages = [0, 1].map((component) => ({ component, transaction, slots }));
      return new Machine(parts, 1).run([transferTask(320, {}, { chunks: 10, stages })]).duration;
    };
    expect(run(2)).toBe(1000 + 10 * 2000);
    expect(run(1)).toBe(10 * 3000);
  });

  it('refuses ports that it does not have', () => {
    for (const dims of [
      { source: 8 },
      { target: 8 },
      { sources: 9 },
      { targets: 0 },
      { copies: 0 },
      { source: -1 },
    ]) {
      expect(() => passages(standard, [transferTask(1, dims)])).toThrow(SystoleError);
    }
  });

  it('finds a conflict in a width that is no whole number of wires', () => {
    const { values } = standard;
    expect(crossbar.conflicts(values as never)).toEqual([]);
    expect(crossbar.conflicts({ ...values, width: 0.3 } as never)).toMatchObject([{ parameter: 'width' }]);
    expect(duration({}, { width: '4 b' })).toBe(513_000);
  });
});
