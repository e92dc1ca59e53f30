import { readFileSync } from 'node:fs';
import { dieToDie, flitRates } from '@systole/interconnect';
import { Machine, SystoleError } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { partOf } from './part-of.ts';
import { named, passages, transferTask } from './transfers.ts';

interface Rates {
  readonly presets: string;
  readonly GBps: Readonly<Record<string, number>>;
}

const { links }: { links: readonly Rates[] } = JSON.parse(
  readFileSync(new URL('fixtures/die-to-die-rates.json', import.meta.url), 'utf8'),
);
const published = links.flatMap(({ presets, GBps }) =>
  Object.entries(GBps).map(([rate, size]) => ({ preset: `${presets}${rate}`, GBps: size })),
);

/** 64 GB/s on the wires, flits of 236 B in 256 B: 4 ns a flit, and 2 ns from die to die. */
const standard = partOf(dieToDie);

describe('interconnect/die-to-die, by hand', () => {
  it('sends whole flits, and the last of them arrives a latency later', () => {
    const machine = new Machine([standard], 1);
    const tally = machine.run([transferTask(2360)]);
    expect(tally.duration).toBe(10 * 4000 + 2000);
    expect(named(machine, 'reasons', tally.path)).toMatchObject({
      transfer: 40_000,
      credits: 0,
      latency: 2000,
      service: 0,
    });
    expect(named(machine, 'statistics', tally.statistics)).toEqual({
      bytesIn: 2360,
      bytesOut: 2360,
      flits: 10,
    });
    expect(named(machine, 'actions', tally.actions)).toEqual({ bit: 10 * 256 * 8 });
    expect(tally.busy[0]).toBe(40_000);
  });

  it('takes a flit more for a byte more, and one for a single byte', () => {
    expect(new Machine([standard], 1).run([transferTask(2361)]).duration).toBe(46_000);
    expect(new Machine([standard], 1).run([transferTask(1)]).duration).toBe(6000);
  });

  it('passes a flit on when all of it has come, and pipelines the latency', () => {
    const [one, two] = passages(standard, [transferTask(2360), transferTask(2360)]);
    expect(one).toMatchObject({ started: 0, first: 6000, ended: 42_000 });
    expect(two).toMatchObject({ accepted: 0, started: 40_000, ended: 82_000 });
  });

  it('moves both directions at once in full duplex, one after the other in half', () => {
    const both = [transferTask(2360, { direction: 0 }), transferTask(2360, { source: 1 })];
    expect(new Machine([standard], 1).run(both).duration).toBe(42_000);
    expect(new Machine([partOf(dieToDie, { duplex: 'half' })], 1).run(both).duration).toBe(82_000);
  });

  it('scales with modules, lanes and rate, and with what flits lose', () => {
    const time = (written: Record<string, string | number>): number =>
      new Machine([partOf(dieToDie, { latency: '0 ns', ...written })], 1).run([transferTask(2048)]).duration;
    const raw = { flitBytes: 256, flitOverhead: 0 };
    expect(time(raw)).toBe(32_000);
    expect(time({ ...raw, modules: 4 })).toBe(8000);
    expect(time({ ...raw, lanes: 64 })).toBe(8000);
    expect(time({ ...raw, laneRate: '8 GT/s' })).toBe(128_000);
    // 32 flits of 64 B in 68 B: 2176 B on the wires.
    expect(time({ flitBytes: 68, flitOverhead: 4 })).toBe(34_000);
  });

  it('stalls when credits run out: two flits every loop of 4 + 8 + 8 ns', () => {
    const part = partOf(dieToDie, { credits: 2, latency: '8 ns' });
    const machine = new Machine([part], 1);
    // Flits leave at 0, 4, 20, 24, 40 ns; the last has left at 44 ns and is there at 52 ns.
    const tally = machine.run([transferTask(5 * 236)]);
    expect(tally.duration).toBe(52_000);
    expect(named(machine, 'reasons', tally.path)).toMatchObject({
      transfer: 20_000,
      credits: 24_000,
      latency: 8000,
    });
    expect(tally.busy[0]).toBe(20_000);
    expect(flitRates(part.values as never)).toMatchObject({ creditLoop: 20_000, sustained: 23.6e9 });
  });

  it('does not stall while credits cover the loop', () => {
    const time = (credits: number): number =>
      new Machine([partOf(dieToDie, { credits, latency: '8 ns' })], 1).run([transferTask(100 * 236)])
        .duration;
    expect(time(0)).toBe(408_000);
    expect(time(5)).toBe(408_000);
    // 25 bursts of 4 flits, 20 ns from one to the next.
    expect(time(4)).toBe(24 * 20_000 + 16_000 + 8000);
  });

  it('counts the way back of a credit by itself where it is given', () => {
    const part = partOf(dieToDie, { credits: 1, latency: '8 ns', creditLatency: '0 ns' });
    // A flit every 4 + 8 ns.
    expect(new Machine([part], 1).run([transferTask(3 * 236)]).duration).toBe(24_000 + 4000 + 8000);
  });

  it('keeps credits apart by direction', () => {
    const part = partOf(dieToDie, { credits: 1, latency: '8 ns' });
    const both = [transferTask(2 * 236, { direction: 0 }), transferTask(2 * 236, { direction: 1 })];
    expect(new Machine([part], 1).run(both).duration).toBe(20_000 + 4000 + 8000);
  });

  it('remembers credits that are under way between stretches', () => {
    const machine = new Machine([partOf(dieToDie, { credits: 1, latency: '8 ns' })], 1);
    machine.run([transferTask(236)]);
    // The flit is there at 12 ns, its credit back at 20 ns.
    expect(machine.save()).toEqual([[0, 0, 2, 8000, 1]]);
    expect(machine.run([transferTask(236)]).duration).toBe(20_000);
    machine.load([[0, 0, 0]]);
    expect(machine.run([transferTask(236)]).duration).toBe(12_000);
  });

  it('takes few steps for a transfer of any length', () => {
    const part = partOf(dieToDie, { credits: 3, flitBytes: 8, flitOverhead: 7, latency: '1 us' });
    const bytes = 3 * 2 ** 30;
    const { duration, events } = new Machine([part], 1).run([transferTask(bytes)]);
    expect(duration).toBe((2 ** 30 - 1) * 2_000_125 + 375 + 1_000_000);
    expect(events).toBe(1);
  });

  it.each(published)('has the published rate of $preset within 1 %', ({ preset, GBps }) => {
    const part = partOf(dieToDie, {}, 'link', preset);
    const { raw, flitBytes, payloadBytes } = flitRates(part.values as never);
    expect(Math.abs(raw / (GBps * 1e9) - 1)).toBeLessThan(0.01);
    // What the model does with a long transfer, brought back to bytes on the wires.
    const bytes = payloadBytes * 1_000_000;
    const { duration } = new Machine([part], 1).run([transferTask(bytes)]);
    const onTheWires = (bytes * flitBytes) / payloadBytes;
    expect(Math.abs(onTheWires / (duration * 1e-12) / (GBps * 1e9) - 1)).toBeLessThan(0.01);
  });

  it('has no preset without a published rate', () => {
    expect(published.map(({ preset }) => preset).toSorted()).toEqual(
      Object.keys(dieToDie.presets).toSorted(),
    );
  });

  it('refuses a third end, a multicast, another kind, and a flit without payload', () => {
    for (const dims of [{ direction: 2 }, { source: 2 }, { copies: 2 }, { targets: 2 }]) {
      expect(() => passages(standard, [transferTask(1, dims)])).toThrow(SystoleError);
    }
    const stages = [{ component: 0, transaction: { kind: 'read', bytes: 1 }, slots: 1 }];
    expect(() => passages(standard, [transferTask(1, {}, { stages })])).toThrow('takes no "read"');
    const { values } = partOf(dieToDie, { flitBytes: 20 });
    expect(dieToDie.conflicts(values as never)).toMatchObject([{ parameter: 'flitOverhead' }]);
    expect(dieToDie.conflicts(standard.values as never)).toEqual([]);
  });

  it('refuses more bits than can be counted', () => {
    const part = partOf(dieToDie, { flitBytes: 65_536, flitOverhead: 65_535, laneRate: '10 Tb/s' });
    expect(() => new Machine([part], 1).run([transferTask(2 ** 36)])).toThrow(/cannot be counted exactly/);
  });
});
