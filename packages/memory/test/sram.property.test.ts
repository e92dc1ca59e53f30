import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Machine } from '@systole/core';
import type { AccessPattern } from '@systole/core';
import { sram } from '../src/index.ts';
import { bankLoad } from '../src/sram/bank-load.ts';
import { resolve } from './helpers/resolve.ts';
import { access, reason, sequence } from './helpers/run.ts';

const patterns: fc.Arbitrary<AccessPattern> = fc
  .record({
    base: fc.nat({ max: 2000 }),
    run: fc.integer({ min: 1, max: 300 }),
    gap: fc.nat({ max: 300 }),
    runs: fc.integer({ min: 1, max: 100 }),
    order: fc.constantFrom<AccessPattern['order']>('sequential', 'random'),
  })
  .map(({ gap, ...pattern }) => ({ ...pattern, stride: pattern.run + gap, layout: 'interleaved' }));

const shapes = fc.record({
  width: fc.integer({ min: 1, max: 64 }),
  banks: fc.integer({ min: 1, max: 17 }),
  ports: fc.constantFrom('single', 'read-write'),
  latency: fc.nat({ max: 5 }),
  clock: fc.integer({ min: 1e6, max: 5e9 }),
});

type Shape = Parameters<Parameters<typeof shapes.map>[0]>[0];

function machineOf(shape: Shape): Machine {
  const values = { ...resolve(sram, [], { capacity: '1 MiB' }), ...shape };
  return new Machine([{ name: 'sram', declaration: sram, values }], 1);
}

describe('memory/sram', () => {
  test('the load of the banks is what counting access by access gives', () => {
    fc.assert(
      fc.property(patterns, shapes, fc.nat(), fc.nat(), (pattern, { width, banks }, a, b) => {
        const bytes = pattern.run * pattern.runs;
        const [low, high] = [a % bytes, b % bytes].sort((x, y) => x - y);
        fc.pre(low !== undefined && high !== undefined && low < high);
        // Where runs join, they are one: the word at the seam is accessed once.
        const isOneRun = pattern.stride === pattern.run && pattern.order === 'sequential';
        const run = isOneRun ? bytes : pattern.run;
        const loads = new Map<number, number>();
        for (let index = 0; index * run < high; index++) {
          const from = Math.max(low - index * run, 0);
          const to = Math.min(high - index * run, run);
          if (from >= to) continue;
          const address = pattern.base + (isOneRun ? 0 : index * pattern.stride);
          const end = Math.ceil((address + to) / width);
          for (let word = Math.floor((address + from) / width); word < end; word++) {
            loads.set(word % banks, (loads.get(word % banks) ?? 0) + 1);
          }
        }
        const counted = [...loads.values()];
        expect(bankLoad(pattern, low, high, width, banks)).toEqual({
          accesses: counted.reduce((sum, load) => sum + load, 0),
          busiest: Math.max(...counted),
        });
      }),
      { numRuns: 500 },
    );
  });

  test('nothing beats the facts, every ps has a reason, and the origin does not matter', () => {
    const kinds = fc.constantFrom<'read' | 'write'>('read', 'write');
    fc.assert(
      fc.property(shapes, patterns, kinds, fc.integer({ min: 1, max: 5 }), (shape, pattern, kind, chunks) => {
        const machine = machineOf(shape);
        const work = sequence([access(kind, pattern)], chunks, 2);
        const tally = machine.run(work);
        const { duration } = tally;
        const values = { ...resolve(sram, [], { capacity: '1 MiB' }), ...shape };
        expect(duration).toBeGreaterThanOrEqual(sram.lowerBound(access(kind, pattern), values as never));
        expect(reason(machine, tally, 'service')).toBe(0);
        expect(tally.busy[0]).toBeLessThanOrEqual(duration);
        const state = machine.save();
        const other = machineOf(shape);
        expect(other.run(work, { origin: 987_654_321 }).duration).toBe(duration);
        expect(other.save()).toEqual(state);
      }),
    );
  });

  test('more data takes no less time', () => {
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 5000 }), fc.nat({ max: 5000 }), (shape, run, more) => {
        const time = (bytes: number): number =>
          machineOf(shape).run(sequence([access('read', { run: bytes })])).duration;
        expect(time(run + more)).toBeGreaterThanOrEqual(time(run));
      }),
    );
  });
});
