import { simdMac } from '@systole/compute';
import { copyTally, Machine } from '@systole/core';
import type { Part, Task, Transaction } from '@systole/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partOf } from './part-of.ts';

const part: fc.Arbitrary<Part> = fc
  .record({
    lanes: fc.integer({ min: 1, max: 100 }),
    format: fc.constantFrom('int16', 'int8', 'posit16', 'bf16', 'fp32'),
    packing: fc.constantFrom('linear', 'none'),
    kinds: fc.constantFrom('same', 'all'),
    arrangement: fc.constantFrom('inner', 'outputs'),
    clock: fc.integer({ min: 1, max: 5000 }).map((megahertz) => `${megahertz} MHz`),
    pipelineDepth: fc.nat(20),
  })
  .map((written) => partOf(simdMac, written));

const size = fc.integer({ min: 1, max: 120 });
const sizes = fc.oneof(
  fc.record({ m: size, k: size, n: size, split: fc.nat(1) }).map((dims) => ({ kind: 'matmul', dims })),
  fc.record({ count: size, k: size, split: fc.nat(1) }).map((dims) => ({ kind: 'dot', dims })),
);

/** A unit, and a transaction in one of its formats. */
const work: fc.Arbitrary<readonly [Part, Transaction]> = part.chain((unit) => {
  const formats = Object.keys(simdMac.facts(unit.values as never).macsPerSecond ?? {});
  return fc
    .tuple(sizes, fc.constantFrom(...formats))
    .map(([some, format]) => [unit, { ...some, bytes: 0, format }] as const);
});
const chunks = fc.integer({ min: 1, max: 12 });

function taskOf(transaction: Transaction, pieces = 1): Task {
  const stages = [{ component: 0, transaction, slots: 2 }];
  return { name: 'work', tag: 0, after: [], chunks: pieces, delay: 0, stages };
}

function macsOf({ dims = {} }: Transaction): number {
  const { m = 1, k = 1, n = 1, count = 1 } = dims;
  return m * k * n * count;
}

describe('compute/simd-mac, laws', () => {
  it('never beats the bound of its facts, nor the rate of the format', () => {
    fc.assert(
      fc.property(work, chunks, ([unit, transaction], pieces) => {
        const tally = new Machine([unit], 1).run([taskOf(transaction, pieces)]);
        expect(tally.duration).toBeGreaterThanOrEqual(simdMac.lowerBound(transaction, unit.values as never));
        const rate = simdMac.facts(unit.values as never).macsPerSecond?.[transaction.format ?? ''] ?? 0;
        const done = (tally.usefulMacs[0] ?? 0) + (tally.paddedMacs[0] ?? 0);
        expect(done).toBeLessThanOrEqual((rate * tally.duration * (1 + 1e-9)) / 1e12);
        expect(tally.busy[0]).toBeLessThanOrEqual(tally.duration);
      }),
    );
  });

  it('does what is asked for, however it is cut, and explains every picosecond', () => {
    fc.assert(
      fc.property(work, chunks, ([unit, transaction], pieces) => {
        const machine = new Machine([unit], 1);
        const tally = machine.run([taskOf(transaction, pieces)]);
        const macs = macsOf(transaction);
        expect(tally.usefulMacs[0]).toBe(macs);
        expect(tally.actions.reduce((total, count) => total + count, 0)).toBe(macs);
        expect(tally.path.reduce((total, duration) => total + duration, 0)).toBe(tally.duration);
      }),
    );
  });

  it('takes for two halves at least the whole, and never less time for more work', () => {
    fc.assert(
      fc.property(work, fc.constantFrom('m', 'k', 'n', 'count'), fc.nat(100), ([unit, some], name, more) => {
        const of = (transaction: Transaction, pieces = 1): number =>
          new Machine([unit], 1).run([taskOf(transaction, pieces)]).duration;
        expect(of(some, 2)).toBeGreaterThanOrEqual(of(some));
        const dims = { ...some.dims };
        fc.pre(dims[name] !== undefined);
        const larger = { ...some, dims: { ...dims, [name]: (dims[name] ?? 0) + more } };
        expect(of(larger)).toBeGreaterThanOrEqual(of(some));
      }),
    );
  });

  it('gives the same tally again, at any origin, and from a saved state', () => {
    fc.assert(
      fc.property(work, fc.maxSafeNat(), ([unit, transaction], at) => {
        const tasks = [taskOf(transaction, 3), taskOf(transaction)];
        const first = copyTally(new Machine([unit], 1).run(tasks));
        const machine = new Machine([unit], 1);
        expect(copyTally(machine.run(tasks, { origin: at % 2 ** 52 }))).toEqual(first);
        const other = new Machine([unit], 1);
        other.load(machine.save());
        expect(copyTally(other.run(tasks))).toEqual(copyTally(machine.run(tasks)));
      }),
    );
  });
});
