import { systolic, systolicCycles } from '@systole/compute';
import { copyTally, Machine } from '@systole/core';
import type { Part, Task } from '@systole/core';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partOf } from './part-of.ts';
import { multiply, stepWeightStationary } from './stepped-array.ts';
import type { Matrix } from './stepped-array.ts';

interface Grid {
  readonly rows: number;
  readonly columns: number;
  readonly doubleBuffered: boolean;
}

const side = fc.integer({ min: 1, max: 9 });
const array: fc.Arbitrary<Grid> = fc.record({
  rows: fc.integer({ min: 1, max: 5 }),
  columns: fc.integer({ min: 1, max: 5 }),
  doubleBuffered: fc.boolean(),
});

/** Values that no wrong pairing of operands is likely to make up for. */
function matrixOf(rows: number, columns: number, seed: number): Matrix {
  let state = seed;
  return Array.from({ length: rows }, () =>
    Array.from({ length: columns }, () => {
      state = (state * 48_271) % 2_147_483_647;
      return (state % 1999) + 1;
    }),
  );
}

/** When the folds of an array may load and stream, one after the other; `sooner` moves all loads but the first. */
function schedule(folds: number, m: number, { rows, columns, doubleBuffered }: Grid, sooner = 0) {
  const loadAt: number[] = [];
  const streamAt: number[] = [];
  for (let fold = 0; fold < folds; fold++) {
    const before = streamAt[fold - 1];
    if (before === undefined) loadAt.push(0);
    else loadAt.push(before + (doubleBuffered ? 0 : m + rows + columns - 2) - sooner);
    const loaded = (loadAt[fold] ?? 0) + rows;
    streamAt.push(Math.max(loaded, before === undefined ? 0 : before + m));
  }
  return { loadAt, streamAt };
}

describe('systolicCycles against an array that steps register by register', () => {
  it('takes the cycles in which the right product comes out, double-buffered or not', () => {
    fc.assert(
      fc.property(side, side, side, array, fc.integer({ min: 1, max: 1e6 }), (m, k, n, some, seed) => {
        const [left, right] = [matrixOf(m, k, seed), matrixOf(k, n, seed + 1)];
        const cost = systolicCycles({ m, k, n }, { ...some, dataflow: 'weight-stationary' });
        const { loadAt, streamAt } = schedule(cost.folds, m, some);
        const run = stepWeightStationary(left, right, some.rows, some.columns, loadAt, streamAt);
        expect(run.product).toEqual(multiply(left, right));
        expect(run.lastCycle).toBe(cost.lastCycle);
        // With inputs in place the transposed product is computed: n is streamed, m lies along the columns.
        const transposed = systolicCycles({ m: n, k, n: m }, { ...some, dataflow: 'input-stationary' });
        expect(transposed.cycles).toBe(cost.cycles);
      }),
      { numRuns: 500 },
    );
  });

  it('could not load the next tile a cycle sooner', () => {
    const some = { rows: 4, columns: 3, doubleBuffered: true };
    const [left, right] = [matrixOf(2, 12, 5), matrixOf(12, 6, 6)];
    const product = (sooner: number): Matrix => {
      const { loadAt, streamAt } = schedule(6, 2, some, sooner);
      return stepWeightStationary(left, right, 4, 3, loadAt, streamAt).product;
    };
    expect(product(0)).toEqual(multiply(left, right));
    expect(product(1)).not.toEqual(multiply(left, right));
  });
});

const part: fc.Arbitrary<Part> = fc
  .record({
    rows: fc.integer({ min: 1, max: 40 }),
    columns: fc.integer({ min: 1, max: 40 }),
    macsPerPe: fc.integer({ min: 1, max: 4 }),
    clock: fc.integer({ min: 1, max: 5000 }).map((megahertz) => `${megahertz} MHz`),
    flow: fc.constantFrom(
      { dataflow: 'weight-stationary', doubleBuffered: false },
      { dataflow: 'weight-stationary', doubleBuffered: true },
      { dataflow: 'input-stationary', doubleBuffered: false },
      { dataflow: 'input-stationary', doubleBuffered: true },
      { dataflow: 'output-stationary', doubleBuffered: false },
    ),
  })
  .map(({ flow, ...written }) => partOf(systolic, { ...written, ...flow }));

const sizes = fc.record({
  m: fc.integer({ min: 1, max: 200 }),
  k: fc.integer({ min: 1, max: 200 }),
  n: fc.integer({ min: 1, max: 200 }),
  split: fc.nat(1),
});
const chunks = fc.integer({ min: 1, max: 12 });

interface Sizes {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  readonly split: number;
}

function taskOf(dims: Sizes, pieces = 1, macs?: number, slots = 2): Task {
  const transaction = {
    kind: 'matmul',
    bytes: 0,
    dims: { ...dims },
    ...(macs === undefined ? {} : { macs }),
  };
  const stages = [{ component: 0, transaction, slots }];
  return { name: 'matmul', tag: 0, after: [], chunks: pieces, delay: 0, stages };
}

describe('compute/systolic, laws', () => {
  it('never beats the bound of its facts, nor its peak rate with padding', () => {
    fc.assert(
      fc.property(part, sizes, chunks, (unit, dims, pieces) => {
        const tally = new Machine([unit], 1).run([taskOf(dims, pieces)]);
        const bound = systolic.lowerBound(
          { kind: 'matmul', bytes: 0, dims: { ...dims } },
          unit.values as never,
        );
        expect(tally.duration).toBeGreaterThanOrEqual(bound);
        const [peak = 0] = Object.values(systolic.facts(unit.values as never).macsPerSecond ?? {});
        const done = (tally.usefulMacs[0] ?? 0) + (tally.paddedMacs[0] ?? 0);
        expect(done).toBeLessThanOrEqual((peak * tally.duration * (1 + 1e-9)) / 1e12);
        expect(tally.busy[0]).toBeLessThanOrEqual(tally.duration);
      }),
    );
  });

  it('does every multiply-accumulate once, and pads the rest of what passes the PEs', () => {
    fc.assert(
      fc.property(part, sizes, chunks, fc.integer({ min: 0, max: 8 }), (unit, dims, pieces, eighths) => {
        const macs = dims.m * dims.k * dims.n;
        const asked = Math.floor((macs * eighths) / 8);
        const machine = new Machine([unit], 1);
        const whole = copyTally(machine.run([taskOf(dims, pieces)]));
        const some = machine.run([taskOf(dims, pieces, asked)]);
        const action = (name: string): number =>
          whole.actions[machine.layout.actions.findIndex((column) => column.name === name)] ?? NaN;
        expect(whole.usefulMacs[0]).toBe(macs);
        expect(action('mac')).toBe(macs);
        expect(whole.paddedMacs[0]).toBe(action('padding'));
        expect(some.usefulMacs[0]).toBe(asked);
        expect(some.paddedMacs[0]).toBe((whole.paddedMacs[0] ?? 0) + macs - asked);
      }),
    );
  });

  it('explains every picosecond', () => {
    fc.assert(
      fc.property(part, sizes, chunks, (unit, dims, pieces) => {
        const machine = new Machine([unit], 1);
        const tally = machine.run([taskOf(dims, pieces), taskOf(dims)]);
        expect(tally.path.reduce((total, duration) => total + duration, 0)).toBe(tally.duration);
        expect(tally.path[machine.layout.reasons.findIndex(({ name }) => name === 'service')]).toBe(0);
      }),
    );
  });

  it('takes for two halves at least the whole, and at most that and one more fill and drain of every fold', () => {
    fc.assert(
      fc.property(part, sizes, fc.integer({ min: 1, max: 2 }), (unit, dims, slots) => {
        const whole = new Machine([unit], 1).run([taskOf(dims)]).duration;
        const halves = new Machine([unit], 1).run([taskOf(dims, 2, undefined, slots)]).duration;
        expect(halves).toBeGreaterThanOrEqual(whole);
        const half =
          dims.split === 0 ? { ...dims, m: Math.ceil(dims.m / 2) } : { ...dims, n: Math.ceil(dims.n / 2) };
        const one = new Machine([unit], 1).run([taskOf(half)]).duration;
        expect(halves).toBeLessThanOrEqual(2 * one + 2);
      }),
    );
  });

  it('takes never less time for more work', () => {
    fc.assert(
      fc.property(part, sizes, fc.constantFrom('m', 'k', 'n'), fc.nat(100), (unit, dims, name, more) => {
        const of = (some: Sizes): number => new Machine([unit], 1).run([taskOf(some)]).duration;
        expect(of({ ...dims, [name]: dims[name] + more })).toBeGreaterThanOrEqual(of(dims));
      }),
    );
  });

  it('streams chunk after chunk as it does fold after fold where tiles are double-buffered', () => {
    const array = fc.record({
      rows: fc.integer({ min: 1, max: 40 }),
      columns: fc.integer({ min: 1, max: 40 }),
      dataflow: fc.constantFrom('weight-stationary', 'input-stationary'),
    });
    fc.assert(
      fc.property(array, sizes, chunks, (written, { m, k, n }, pieces) => {
        const unit = partOf(systolic, { ...written, doubleBuffered: true });
        // Whole tiles of columns a chunk: the chunks are the folds of the whole.
        const columns = pieces * written.columns;
        const isInput = written.dataflow === 'input-stationary';
        const dims = isInput ? { m: columns, k, n, split: 0 } : { m, k, n: columns, split: 1 };
        const of = (count: number): number =>
          new Machine([unit], 1).run([taskOf(dims, count, undefined, count)]).duration;
        expect(of(pieces)).toBe(of(1));
      }),
    );
  });

  it('gives the same tally again, at any origin, and from a saved state', () => {
    fc.assert(
      fc.property(
        part,
        fc.array(sizes, { minLength: 1, maxLength: 5 }),
        fc.maxSafeNat(),
        (unit, list, at) => {
          const tasks = list.map((dims) => taskOf(dims, 3));
          const first = copyTally(new Machine([unit], 1).run(tasks));
          const machine = new Machine([unit], 1);
          expect(copyTally(machine.run(tasks, { origin: at % 2 ** 52 }))).toEqual(first);
          const other = new Machine([unit], 1);
          other.load(machine.save());
          expect(copyTally(other.run(tasks))).toEqual(copyTally(machine.run(tasks)));
        },
      ),
    );
  });
});
