import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Machine } from '@systole/core';
import type { Part, Task, Transaction } from '@systole/core';
import { DramModel } from '../src/dram/dram-model.ts';
import { dram, nand } from '../src/index.ts';
import { NandModel } from '../src/nand/nand-model.ts';
import { dramValues, patterns } from './helpers/arbitrary-dram.ts';
import { computes, cores, nandValues, pageMoves } from './helpers/arbitrary-nand.ts';
import { pimUnit } from './helpers/pim-unit.ts';
import { access } from './helpers/run.ts';
import { visitsOf } from './helpers/visits-of.ts';

/*
 * A memory looks up what it has served before from the same state, and models of the same values share what they know. Here
 * a few transactions come again and again, from states that recur or differ a little, on two machines of one set of values:
 * each chunk has to be served when a memory that looks up nothing serves it, and to count the same.
 */

const followedDram: typeof dram = {
  ...dram,
  create: (context) => new DramModel(context, { mayLeap: false }),
};
const followedNand: typeof nand = {
  ...nand,
  create: (context) => new NandModel(context, { mayLeap: false }),
};

/** The same in the same order, at other distances. */
function shifted(order: readonly Visit[], delays: readonly number[]): readonly Visit[] {
  return order.map((visit, index) => ({ ...visit, delay: visit.delay + (delays[index] ?? 0) }));
}

/** Which transaction comes next, how long after the one before, and in how many chunks. */
const visits = fc.array(
  fc.record({
    which: fc.nat(2),
    delay: fc.oneof(fc.constant(0), fc.constant(40_000), fc.nat(200_000)),
    chunks: fc.integer({ min: 1, max: 3 }),
    isAfter: fc.boolean(),
  }),
  { minLength: 3, maxLength: 10 },
);
const delays = fc.array(fc.oneof(fc.constant(0), fc.nat(60_000)), { maxLength: 10 });

type Visit = typeof visits extends fc.Arbitrary<readonly (infer T)[]> ? T : never;

function tasksOf(transactions: readonly Transaction[], order: readonly Visit[]): readonly Task[] {
  return order.flatMap(({ which, delay, chunks, isAfter }, index): Task[] => {
    const transaction = transactions[which % transactions.length];
    if (transaction === undefined) return [];
    const after = isAfter && index > 0 ? [index - 1] : [];
    const stages = [{ component: 0, transaction, slots: 2 }];
    return [{ name: `${index}`, tag: 0, after, delay, chunks, stages }];
  });
}

function machineOf(declaration: Part['declaration'], values: Part['values'], unit: Part): Machine {
  return new Machine([{ name: 'memory', declaration, values, attached: unit.name }, unit], 1);
}

/** When each chunk was served, and what was counted, over runs one after the other. */
function outcome(machine: Machine, runs: readonly (readonly Task[])[]): unknown {
  return runs.map((tasks) => {
    const chunks: unknown[] = [];
    const tally = machine.run(tasks, {
      recorder: { chunk: ({ name }, _stage, ...times) => chunks.push([name, ...times]) },
    });
    const tables = [tally.statistics, tally.actions, tally.path, tally.busy, tally.usefulMacs];
    return { chunks, events: tally.events, counts: tables.map((table) => [...table]) };
  });
}

const ofDram = dramValues.chain((values) => {
  const fewVisits = patterns(values, ['sequential']).filter(
    ({ runs, run }) => runs * (Math.ceil(run / Number(values['rowBytes'])) + 1) < 4096,
  );
  const moves = fc
    .tuple(fc.constantFrom<'read' | 'write'>('read', 'write'), fewVisits)
    .map(([kind, pattern]) => access(kind, pattern));
  const channels = fc.integer({ min: 1, max: Number(values['channels']) });
  const banks = Number(values['bankGroups']) * Number(values['banksPerGroup']);
  const vectors = fc
    .tuple(channels, fc.integer({ min: 1, max: 300 }))
    .map(([used, vectorBytes]): Transaction => {
      return {
        kind: 'vector-write',
        bytes: vectorBytes * used,
        dims: { vectorBytes, channels: used },
      };
    });
  const streams = fc
    .tuple(channels, fc.integer({ min: 1, max: banks }), fc.integer({ min: 1, max: 9 }))
    .map(([used, inBanks, groups]): Transaction => {
      const dims = { channels: used, banks: inBanks, groups, segments: 7 };
      return { kind: 'segment-stream', bytes: 0, format: 'bf16', dims };
    });
  return fc.record({
    values: fc.constant(values),
    transactions: fc.array(fc.oneof(moves, moves, vectors, streams), { minLength: 1, maxLength: 3 }),
    first: visits,
    second: visits,
    later: delays,
  });
});

const ofNand = nandValues.chain((values) =>
  fc.record({
    values: fc.constant(values),
    unit: cores,
    transactions: fc.array(fc.oneof(pageMoves(values), computes(values)), { minLength: 1, maxLength: 3 }),
    first: visits,
    second: visits,
    later: delays,
  }),
);

describe('a memory that looks up what it has served before', () => {
  test('serves as DRAM that follows everything', () => {
    fc.assert(
      fc.property(ofDram, ({ values, transactions, first, second, later }) => {
        // What is longer and does not repeat is cut short unless everything is followed.
        fc.pre(transactions.every((transaction) => visitsOf(transaction, values) < 4000));
        const unit = pimUnit({ interval: 1500, drain: 700, accumulators: 4 });
        const orders = [first, shifted(first, later), second, first];
        const runs = orders.map((order) => tasksOf(transactions, order));
        const expected = outcome(machineOf(followedDram, values, unit), runs);
        expect(outcome(machineOf(dram, values, unit), runs)).toEqual(expected);
        expect(outcome(machineOf(dram, values, unit), runs)).toEqual(expected);
      }),
      { numRuns: 100 },
    );
  });

  test('serves as flash that follows everything', () => {
    fc.assert(
      fc.property(ofNand, ({ values, unit, transactions, first, second, later }) => {
        const orders = [first, shifted(first, later), second, first];
        const runs = orders.map((order) => tasksOf(transactions, order));
        const expected = outcome(machineOf(followedNand, values, unit), runs);
        expect(outcome(machineOf(nand, values, unit), runs)).toEqual(expected);
        expect(outcome(machineOf(nand, values, unit), runs)).toEqual(expected);
      }),
      { numRuns: 80 },
    );
  });
});
