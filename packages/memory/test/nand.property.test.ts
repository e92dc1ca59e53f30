import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Machine, Part, Tally, Task, Transaction } from '@systole/core';
import { nand } from '../src/index.ts';
import { NandModel } from '../src/nand/nand-model.ts';
import { computes, cores, nandValues, pageMoves } from './helpers/arbitrary-nand.ts';
import { machineOf, pageCompute, task } from './helpers/nand-machine.ts';
import { pimUnit } from './helpers/pim-unit.ts';
import { resolve } from './helpers/resolve.ts';
import { reason, statistic } from './helpers/run.ts';

/** The same memory, following every page and round one by one. */
const stepping: typeof nand = { ...nand, create: (context) => new NandModel(context, { mayLeap: false }) };

/** What a run came to, as plain data: when each chunk was served, and what was counted. */
function outcome(machine: Machine, tasks: readonly Task[], origin = 0): unknown {
  const chunks: unknown[] = [];
  const tally = machine.run(tasks, {
    origin,
    recorder: {
      chunk({ name }, _stage, chunk, accepted, started, first, ended) {
        chunks.push([name, chunk, ...[accepted, started, first, ended].map((time) => time - origin)]);
      },
    },
  });
  return {
    chunks,
    duration: tally.duration,
    statistics: [...tally.statistics],
    actions: [...tally.actions],
    path: [...tally.path],
    busy: [...tally.busy],
    macs: [...tally.usefulMacs, ...tally.paddedMacs],
  };
}

/** Up to five tasks that overlap in time: some together, some later, some after others. */
function tasksOf(transactions: fc.Arbitrary<Transaction>): fc.Arbitrary<readonly Task[]> {
  const form = fc.record({
    transaction: transactions,
    chunks: fc.integer({ min: 1, max: 4 }),
    slots: fc.integer({ min: 1, max: 3 }),
    delay: fc.oneof(fc.constant(0), fc.nat(3_000_000)),
    after: fc.option(fc.nat(3), { nil: undefined, freq: 3 }),
  });
  return fc.array(form, { minLength: 1, maxLength: 5 }).map((forms) =>
    forms.map(({ transaction, chunks, slots, delay, after }, index) => {
      const inputs = after === undefined || after >= index ? [] : [after];
      const stages = [{ component: 0, transaction, slots }];
      return task(`${index}`, transaction, { chunks, delay, after: inputs, stages });
    }),
  );
}

const mixed = nandValues.chain((values) =>
  fc.record({
    values: fc.constant(values),
    unit: cores,
    tasks: tasksOf(fc.oneof(pageMoves(values), computes(values))),
  }),
);

/** Long reads, programs and rounds side by side: what repeats, and is leapt over. */
const long = nandValues.chain((values) =>
  fc.record({
    values: fc.constant(values),
    unit: cores,
    compute: computes(values, 3000),
    pages: fc.integer({ min: 200, max: 4000 }),
    kind: fc.constantFrom('read', 'write'),
    delay: fc.nat(2_000_000),
    chunks: fc.integer({ min: 1, max: 3 }),
  }),
);

/** A flash with room for eight terabytes beside its cores. */
const LARGE: Part['values'] = {
  ...resolve(nand, ['cambricon-llm-s']),
  blocksPerPlane: 2 ** 20,
};

const count = (machine: Machine, tally: Tally, name: string): number => statistic(machine, tally, name);

describe('memory/nand', () => {
  test('leaping over repetitions equals following them, to the ps and in every count', () => {
    fc.assert(
      fc.property(mixed, ({ values, unit, tasks }) => {
        expect(outcome(machineOf(values, unit), tasks)).toEqual(
          outcome(machineOf(values, unit, stepping), tasks),
        );
      }),
      { numRuns: 200 },
    );
  });

  test('the same holds for long work side by side, which does leap', () => {
    fc.assert(
      fc.property(long, ({ values, unit, compute, pages, kind, delay, chunks }) => {
        const bytes = pages * Number(values.pageBytes) - 13;
        const tasks = [task('compute', compute, { chunks }), task('pages', { kind, bytes }, { delay })];
        expect(outcome(machineOf(values, unit), tasks)).toEqual(
          outcome(machineOf(values, unit, stepping), tasks),
        );
      }),
      { numRuns: 60 },
    );
  });

  test('an arrival that takes a channel back to an earlier moment changes nothing that was before it', () => {
    fc.assert(
      fc.property(long, ({ values, unit, compute, pages, delay }) => {
        const read = task('read', { kind: 'read', bytes: pages * Number(values.pageBytes) });
        const alone = outcome(machineOf(values, unit), [read]);
        // A round that comes in when all is done cannot matter to what it finds done.
        const { duration } = machineOf(values, unit).run([read]);
        const late = task('late', compute, { delay: duration + delay + 1 });
        expect(outcome(machineOf(values, unit), [read, late])).toMatchObject({
          chunks: expect.arrayContaining((alone as { chunks: unknown[] }).chunks),
        });
      }),
      { numRuns: 30 },
    );
  });

  test('is deterministic and does not depend on the time origin', () => {
    fc.assert(
      fc.property(mixed, fc.nat(2 ** 30), ({ values, unit, tasks }, origin) => {
        const once = outcome(machineOf(values, unit), tasks);
        expect(outcome(machineOf(values, unit), tasks)).toEqual(once);
        expect(outcome(machineOf(values, unit), tasks, origin)).toEqual(once);
      }),
      { numRuns: 100 },
    );
  });

  test('a machine that has run goes on like a fresh one that loads its state', () => {
    fc.assert(
      fc.property(mixed, ({ values, unit, tasks }) => {
        const machine = machineOf(values, unit);
        machine.run(tasks);
        const fresh = machineOf(values, unit);
        fresh.load(machine.save(), 12_345);
        expect(outcome(machine, tasks)).toEqual(outcome(fresh, tasks));
      }),
      { numRuns: 60 },
    );
  });

  test('nothing beats the facts, every ps has a reason, and no channel is busy for longer than the time', () => {
    fc.assert(
      fc.property(mixed, ({ values, unit, tasks }) => {
        const machine = machineOf(values, unit);
        for (const { stages, chunks } of tasks) {
          const [stage] = stages;
          if (stage === undefined) continue;
          const tally = machine.run([task('alone', stage.transaction, { chunks })]);
          expect(tally.duration).toBeGreaterThanOrEqual(nand.lowerBound(stage.transaction, values as never));
          expect(reason(machine, tally, 'service')).toBe(0);
        }
        const tally = machine.run(tasks);
        expect(tally.busy[0]).toBeLessThanOrEqual(tally.duration * Number(values.channels));
        expect(count(machine, tally, 'channelBusy')).toBe(tally.busy[0]);
      }),
    );
  });

  test('pages are those that the pattern covers, and all bits cross the interface', () => {
    fc.assert(
      fc.property(
        nandValues,
        fc.nat(5000),
        fc.integer({ min: 1, max: 20_000 }),
        fc.integer({ min: 1, max: 5 }),
        (values, base, run, chunks) => {
          const machine = machineOf(values);
          const pattern = {
            base,
            run,
            stride: run,
            runs: 1,
            order: 'sequential',
            layout: 'interleaved',
          } as const;
          const tally = machine.run([task('read', { kind: 'read', bytes: run, pattern }, { chunks })]);
          const page = Number(values.pageBytes);
          let pages = 0;
          for (let chunk = 0; chunk < chunks; chunk++) {
            const low = base + Math.floor((run * chunk) / chunks);
            const high = base + Math.floor((run * (chunk + 1)) / chunks);
            if (high > low) pages += Math.ceil(high / page) - Math.floor(low / page);
          }
          expect(count(machine, tally, 'pagesRead')).toBe(pages);
          const bits = machine.layout.actions.findIndex(({ name }) => name === 'interface-bit');
          expect(tally.actions[bits]).toBe(8 * run);
        },
      ),
    );
  });

  // Whole pages: one of which little is asked may change the order in which the others cross the bus, and save a few ns.
  test('more contiguous pages, and more rounds, take longer', () => {
    fc.assert(
      fc.property(nandValues, cores, fc.nat(90), fc.nat(90), (values, unit, count, more) => {
        const time = (transaction: Transaction): number =>
          machineOf(values, unit).run([task('t', transaction)]).duration;
        const page = Number(values.pageBytes);
        const read = (pages: number): Transaction => ({ kind: 'read', bytes: pages * page });
        expect(time(read(count + more + 1))).toBeGreaterThanOrEqual(time(read(count + 1)));
        const rounds = (n: number): Transaction =>
          pageCompute({ rounds: n, channels: 1, cores: 1, inputBytes: 9, resultBytes: 4 });
        expect(time(rounds(1 + (count % 50) + (more % 50)))).toBeGreaterThanOrEqual(
          time(rounds(1 + (count % 50))),
        );
      }),
    );
  });

  test('slices never delay read-compute, where pages have planes and registers of their own', () => {
    const values = nandValues
      .filter(({ planesPerDie }) => Number(planesPerDie) > 1)
      .map((drawn): Part['values'] => ({
        ...drawn,
        multiPlane: 'independent',
        coresPerDie: 1,
        readSlice: 16,
      }));
    const cases = values.chain((drawn) =>
      fc.record({
        values: fc.constant(drawn),
        compute: computes(drawn),
        unit: cores,
        pages: fc.integer({ min: 1, max: 300 }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ values, compute, unit, pages }) => {
        const read = task('read', { kind: 'read', bytes: pages * Number(values.pageBytes) });
        const alone = machineOf(values, unit).run([task('compute', compute)]).duration;
        const ends: number[] = [];
        machineOf(values, unit).run([task('compute', compute), read], {
          recorder: {
            chunk({ name }, _stage, _chunk, _accepted, _started, _first, ended) {
              if (name === 'compute') ends.push(ended);
            },
          },
        });
        expect(ends).toEqual([alone]);
      }),
    );
  });

  test('cost does not grow with the work: a hundred million rounds beside eight terabytes', () => {
    const unit = pimUnit({ interval: 20_480_000, accumulators: 512 });
    const compute = pageCompute({ rounds: 1e8, channels: 8, cores: 4, inputBytes: 256, resultBytes: 256 });
    const machine = machineOf(LARGE, unit);
    const tally = machine.run([task('compute', compute), task('read', { kind: 'read', bytes: 8e12 })]);
    expect(tally.events).toBeLessThan(10);
    expect(tally.duration).toBeGreaterThan(1e8 * 30_000_000);
  });
});
