import { bus } from '@systole/interconnect';
import { Machine, SystoleError } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { partOf } from './part-of.ts';
import { named, passages, transferTask } from './transfers.ts';

/** Bursts of 64 B: a cycle of arbitration and two beats of 32 B, at 1 GHz, and one cycle of latency. */
const standard = partOf(bus, { maxBurst: '64 B' });

describe('interconnect/bus, by hand', () => {
  it('pays arbitration for every burst', () => {
    const machine = new Machine([standard], 1);
    const tally = machine.run([transferTask(256)]);
    expect(tally.duration).toBe(13_000);
    expect(named(machine, 'reasons', tally.path)).toMatchObject({
      transfer: 8000,
      arbitration: 4000,
      shared: 0,
      latency: 1000,
      service: 0,
    });
    expect(tally.busy[0]).toBe(12_000);
  });

  it('ends with a shorter burst when the bytes do not fill it', () => {
    expect(new Machine([standard], 1).run([transferTask(65)]).duration).toBe((3 + 2 + 1) * 1000);
  });

  it('reaches all targets with one transfer', () => {
    const machine = new Machine([standard], 1);
    const tally = machine.run([transferTask(256, { copies: 16 })]);
    expect(tally.duration).toBe(13_000);
    expect(named(machine, 'statistics', tally.statistics)).toEqual({
      bytesIn: 256,
      bytesOut: 4096,
      bursts: 4,
    });
    expect(named(machine, 'actions', tally.actions)).toEqual({ bit: 2048 });
  });

  it('gives masters turns, a burst each', () => {
    // A B A B B B: A has two bursts, B four.
    const list = passages(standard, [
      transferTask(128, { source: 0 }, { name: 'A' }),
      transferTask(256, { source: 1 }, { name: 'B' }),
    ]);
    expect(list).toMatchObject([
      { task: 'A', started: 0, first: 3000, ended: 10_000 },
      { task: 'B', started: 3000, first: 6000, ended: 19_000 },
    ]);
  });

  it('lets a later arrival delay a transfer that is on the bus, by the bursts between its own', () => {
    const machine = new Machine([standard], 1);
    const tasks = [
      transferTask(256, { source: 0 }, { name: 'A' }),
      transferTask(64, { source: 1 }, { name: 'B', delay: 4000 }),
    ];
    // A A B A A: B arrives during the second burst.
    const tally = machine.run(tasks);
    expect(tally.duration).toBe(16_000);
    expect(named(machine, 'reasons', tally.path)).toMatchObject({
      transfer: 8000,
      arbitration: 4000,
      shared: 3000,
    });
    expect(passages(standard, tasks)[0]).toMatchObject({
      task: 'B',
      accepted: 4000,
      started: 6000,
      ended: 10_000,
    });
  });

  it('serves one master in order', () => {
    const list = passages(standard, [
      transferTask(128, { source: 3 }, { name: 'first' }),
      transferTask(32, { source: 3 }, { name: 'second' }),
    ]);
    expect(list).toMatchObject([
      { task: 'first', started: 0, ended: 7000 },
      { task: 'second', started: 6000, ended: 9000 },
    ]);
  });

  it('remembers whose turn it is between stretches', () => {
    const machine = new Machine([standard], 1);
    machine.run([transferTask(64, { source: 0 })]);
    expect(machine.save()).toEqual([[0, 0]]);
    const order: string[] = [];
    const recorder = { chunk: ({ name }: { name: string }) => order.push(name) };
    const two = [
      transferTask(64, { source: 0 }, { name: 'A' }),
      transferTask(64, { source: 1 }, { name: 'B' }),
    ];
    machine.run(two, { recorder });
    expect(order).toEqual(['B', 'A']);
    machine.load([[500, 1]]);
    expect(machine.run(two).duration).toBe(500 + 7000);
  });

  it('does not add up roundings: a thousand bursts at 1.1 GHz are 3000 cycles of 909.09 ps', () => {
    const machine = new Machine([partOf(bus, { maxBurst: '64 B', clock: '1.1 GHz', latency: 0 })], 1);
    expect(machine.run([transferTask(64_000)]).duration).toBe(2_727_273);
  });

  it('takes chunks without bytes, even where a burst without data takes no time', () => {
    const free = partOf(bus, { maxBurst: '64 B', arbitrationOverhead: 0, latency: 0 });
    expect(new Machine([free], 1).run([transferTask(2, {}, { chunks: 5, slots: 5 })]).duration).toBe(2000);
    expect(new Machine([free], 1).run([transferTask(0), transferTask(0, { source: 1 })]).duration).toBe(0);
  });

  it('refuses masters that it does not have', () => {
    for (const dims of [{ source: 8 }, { source: 0.5 }, { copies: 0 }]) {
      expect(() => passages(standard, [transferTask(1, dims)])).toThrow(SystoleError);
    }
  });

  it('finds conflicts in sizes that are not whole', () => {
    const { values } = standard;
    expect(bus.conflicts({ ...values, width: 0.3, maxBurst: 3 } as never)).toMatchObject([
      { parameter: 'width' },
    ]);
    expect(bus.conflicts({ ...values, maxBurst: 80 } as never)).toMatchObject([
      { parameter: 'maxBurst', hint: 'Make it a multiple of the width, such as 96 B.' },
    ]);
    expect(bus.conflicts(values as never)).toEqual([]);
  });
});
