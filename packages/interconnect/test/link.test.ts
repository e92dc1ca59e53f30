import { readFileSync } from 'node:fs';
import { link } from '@systole/interconnect';
import { Machine, SystoleError } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { partOf } from './part-of.ts';
import { named, passages, transferTask } from './transfers.ts';

interface Rate {
  readonly preset: string;
  readonly GBps: number;
}

const { links }: { links: readonly Rate[] } = JSON.parse(
  readFileSync(new URL('fixtures/link-rates.json', import.meta.url), 'utf8'),
);

/** 16 lanes of 32 Gb/s: 64 GB/s, and 2 ns from end to end. */
const standard = partOf(link);

describe('interconnect/link, by hand', () => {
  it('takes bytes over rate, and the latency', () => {
    const machine = new Machine([standard], 1);
    const tally = machine.run([transferTask(6400)]);
    expect(tally.duration).toBe(102_000);
    expect(named(machine, 'reasons', tally.path)).toMatchObject({
      transfer: 100_000,
      latency: 2000,
      service: 0,
    });
    expect(named(machine, 'statistics', tally.statistics)).toEqual({ bytesIn: 6400, bytesOut: 6400 });
    expect(named(machine, 'actions', tally.actions)).toEqual({ bit: 51_200 });
    expect(tally.busy[0]).toBe(100_000);
  });

  it('rounds a transfer up to the picosecond: a byte at 64 GB/s is 15.625 ps', () => {
    expect(new Machine([standard], 1).run([transferTask(1)]).duration).toBe(2016);
  });

  it('pipelines the latency: the next transfer starts when the wires are free', () => {
    const [one, two] = passages(standard, [transferTask(6400), transferTask(6400)]);
    expect(one).toMatchObject({ started: 0, first: 2016, ended: 102_000 });
    expect(two).toMatchObject({ accepted: 0, started: 100_000, ended: 202_000 });
  });

  it('moves both directions at once in full duplex, one after the other in half', () => {
    const both = [transferTask(6400, { direction: 0 }), transferTask(6400, { source: 1 })];
    expect(new Machine([standard], 1).run(both).duration).toBe(102_000);
    expect(new Machine([partOf(link, { duplex: 'half' })], 1).run(both).duration).toBe(202_000);
  });

  it('takes a bandwidth in place of lanes, and loses a share of it to the protocol', () => {
    const part = partOf(link, { bandwidth: '10 GB/s', protocolOverhead: '20 %', latency: '0 ns' });
    expect(new Machine([part], 1).run([transferTask(800)]).duration).toBe(100_000);
  });

  it('pushes back: a fast link waits for the slow one behind it when its buffer is full', () => {
    const parts = ['10 GB/s', '5 GB/s'].map((bandwidth, index) => {
      return partOf(link, { bandwidth, latency: '0 ns' }, `link-${index}`);
    });
    const run = (slots: number): number => {
      const transaction = { kind: 'transfer', bytes: 500 };
      const stages = [0, 1].map((component) => ({ component, transaction, slots }));
      return new Machine(parts, 1).run([transferTask(500, {}, { chunks: 5, stages })]).duration;
    };
    // Chunks of 100 bytes take 10 ns and 20 ns.
    expect(run(2)).toBe(10_000 + 5 * 20_000);
    expect(run(1)).toBe(5 * 30_000);
  });

  it('gives presets the published rates', () => {
    expect(links.map(({ preset }) => preset).toSorted()).toEqual(Object.keys(link.presets).toSorted());
    for (const { preset, GBps } of links) {
      const { bandwidth = 0 } = link.facts(partOf(link, {}, 'link', preset).values as never);
      // PCI Express is printed with two digits: 63.015 GB/s.
      expect(Math.abs(bandwidth / 2 / (GBps * 1e9) - 1)).toBeLessThan(5e-4);
    }
  });

  it('refuses a third end, a multicast, another kind and a size past the limit', () => {
    for (const dims of [{ direction: 2 }, { direction: 0.5 }, { source: 2 }, { copies: 2 }, { targets: 2 }]) {
      expect(() => passages(standard, [transferTask(1, dims)])).toThrow(SystoleError);
    }
    expect(() => passages(standard, [transferTask(2 ** 40)])).toThrow(/bytes from 0 to/);
    const stages = [{ component: 0, transaction: { kind: 'read', bytes: 1 }, slots: 1 }];
    expect(() => passages(standard, [transferTask(1, {}, { stages })])).toThrow('takes no "read"');
  });

  it('finds a conflict where nothing is left for payload', () => {
    const { values } = partOf(link, { lanes: 1, laneRate: '1 kb/s', protocolOverhead: 0.99 });
    expect(link.conflicts(values as never)).toHaveLength(0);
    expect(link.conflicts({ ...values, laneRate: 100 } as never)).toMatchObject([{ parameter: 'laneRate' }]);
    expect(link.conflicts({ ...values, bandwidth: 1 } as never)).toMatchObject([{ parameter: 'bandwidth' }]);
  });
});
