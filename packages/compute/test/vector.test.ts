import { operationCounts, vector } from '@systole/compute';
import { Machine, SystoleError } from '@systole/core';
import type { Task, Transaction } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { partOf } from './part-of.ts';
import type { Written } from './part-of.ts';

/** 64 adders and 64 multipliers at 1 GHz, 8 cycles of fill, 1 to issue: a cycle is 1000 ps. */
const standard: Written = { adders: 64, multipliers: 64, clock: '1 GHz', pipelineDepth: 8, issueOverhead: 1 };

function machineOf(written: Written = {}): Machine {
  return new Machine([partOf(vector, { ...standard, ...written })], 1);
}

function taskOf(kind: string, dims: Record<string, number>, extra: Partial<Task> = {}, macs?: number): Task {
  const transaction: Transaction = { kind, bytes: 0, dims, ...(macs === undefined ? {} : { macs }) };
  const stages = [{ component: 0, transaction, slots: 1 }];
  return { name: kind, tag: 0, after: [], chunks: 1, delay: 0, stages, ...extra };
}

function named(machine: Machine, table: 'actions' | 'statistics' | 'reasons', counts: Float64Array) {
  return Object.fromEntries(
    machine.layout[table].map((column, index) => [column.name, counts[index] ?? NaN]),
  );
}

describe('compute/vector, closed forms by hand', () => {
  it('adds 1000 elements in 1 + 8 + ceil(1000 / 64) cycles', () => {
    const machine = machineOf();
    const tally = machine.run([taskOf('add', { elements: 1000 })]);
    expect(tally.duration).toBe(25_000);
    expect(named(machine, 'reasons', tally.path)).toMatchObject({ issue: 1000, fill: 8000, compute: 16_000 });
    expect(named(machine, 'actions', tally.actions)).toEqual({
      add: 1000,
      multiply: 0,
      compare: 0,
      lookup: 0,
    });
    expect(tally.busy[0]).toBe(16_000);
  });

  it('takes four passes and the busier lanes for a softmax', () => {
    // 2 rows of 4: 62 adds and 6 comparisons over 4 adders are 17 cycles, 60 multiplies over 2 multipliers 30.
    const machine = machineOf({ adders: 4, multipliers: 2 });
    const tally = machine.run([taskOf('softmax', { rows: 2, elements: 8 })]);
    expect(tally.duration).toBe((1 + 4 * 8 + 30) * 1000);
    expect(tally.busy[0]).toBe((17 + 30) * 1000);
    const statistics = { adds: 62, multiplies: 60, comparisons: 6, lookups: 0 };
    expect(named(machine, 'statistics', tally.statistics)).toEqual(statistics);
  });

  it('takes a time rounded up to the picosecond at 1.1 GHz', () => {
    // 25 cycles of 909.09... ps are 22727.27... ps.
    expect(machineOf({ clock: '1.1 GHz' }).run([taskOf('add', { elements: 1000 })]).duration).toBe(22_728);
  });

  it('serves one instruction after the other', () => {
    const machine = machineOf();
    const tally = machine.run([taskOf('add', { elements: 1000 }), taskOf('multiply', { elements: 64 })]);
    expect(tally.duration).toBe(25_000 + 10_000);
    expect(named(machine, 'reasons', tally.path)).toMatchObject({
      queue: 0,
      issue: 2000,
      fill: 16_000,
      compute: 17_000,
    });
  });

  it('makes every chunk an instruction, and shares the work out without loss', () => {
    const machine = machineOf();
    const tally = machine.run([taskOf('add', { elements: 1000 }, { chunks: 3 })]);
    // 333 or 334 elements are 6 cycles each.
    expect(tally.duration).toBe(3 * (1 + 8 + 6) * 1000);
    expect(named(machine, 'statistics', tally.statistics)).toMatchObject({ adds: 1000 });
  });

  it('counts multiply-accumulates of a dot as useful, and what nobody asked for as padding', () => {
    const dims = { rows: 2, inner: 100, columns: 3 };
    const whole = machineOf().run([taskOf('dot', dims, { chunks: 7 })]);
    expect([whole.usefulMacs[0], whole.paddedMacs[0]]).toEqual([600, 0]);
    const part = machineOf().run([taskOf('dot', dims, { chunks: 7 }, 500)]);
    expect([part.usefulMacs[0], part.paddedMacs[0]]).toEqual([500, 100]);
    expect(() => machineOf().run([taskOf('dot', dims, {}, 601)])).toThrow(SystoleError);
  });

  it('gives a streaming function its first result a cycle after the fill, a reduction its first with its last', () => {
    const firsts: number[] = [];
    const recorder = { chunk: (...event: unknown[]) => firsts.push(Number(event[5])) };
    machineOf().run([taskOf('add', { elements: 1000 })], { recorder });
    machineOf().run([taskOf('argmax', { rows: 1, elements: 1000 })], { recorder });
    expect(firsts).toEqual([10_000, (1 + 16 + 16) * 1000]);
  });

  it('prices operations, with an addition standing in for a comparison and a copy', () => {
    const energies = (written: Written) =>
      Object.fromEntries(machineOf(written).layout.actions.map(({ name, energy }) => [name, energy]));
    const some = { addEnergy: '0.5 pJ', multiplyEnergy: '2 pJ' };
    expect(energies(some)).toEqual({ add: 500, multiply: 2000, compare: 500, lookup: 500 });
    expect(energies({ ...some, compareEnergy: '0.1 pJ', lookupEnergy: '0 pJ' })).toMatchObject({
      compare: 100,
      lookup: 0,
    });
  });

  it('starts late by what it still has to do when a state is loaded', () => {
    const machine = machineOf();
    machine.load([[500]]);
    expect(machine.run([taskOf('add', { elements: 64 })]).duration).toBe(10_500);
    expect(machine.save()).toEqual([[0]]);
  });

  it('derives its facts from its parameters', () => {
    const { values } = partOf(vector, { ...standard, adders: 256, multipliers: 128 });
    expect(vector.facts(values as never)).toEqual({
      operationsPerSecond: 384e9,
      macsPerSecond: { bf16: 128e9 },
      minimumLatency: 9000,
      resources: 2,
    });
  });

  it('refuses a kind that it does not compute', () => {
    expect(() => machineOf().run([taskOf('transpose', { elements: 1 })])).toThrow('computes no "transpose"');
    expect(() => machineOf().run([taskOf('add', { elements: -1 })])).toThrow(SystoleError);
  });

  it('pushes back on the stage before it', () => {
    // Two units in a row: the first needs 10 cycles a chunk, the second 9 + 4; with two slots between them the second
    // is never idle after its first chunk, with one slot they take turns.
    const parts = [partOf(vector, standard, 'first'), partOf(vector, { ...standard, adders: 16 }, 'second')];
    const run = (slots: number): number => {
      const transaction = { kind: 'add', bytes: 0, dims: { elements: 640 } };
      const stages = [0, 1].map((component) => ({ component, transaction, slots }));
      const task = { name: 'pair', tag: 0, after: [], chunks: 10, delay: 0, stages };
      return new Machine(parts, 1).run([task]).duration;
    };
    expect(run(2)).toBe((10 + 10 * 13) * 1000);
    expect(run(1)).toBe(10 * (10 + 13) * 1000);
  });

  it('costs what operationCounts says when energy is summed', () => {
    const machine = machineOf();
    const dims = { rows: 3, elements: 96 };
    const tally = machine.run([taskOf('layernorm', dims, { chunks: 4 })]);
    const counts = operationCounts('layernorm', dims, {
      exponential: 'taylor',
      taylorTerms: 6,
      rangeReduction: 0,
      newtonRaphsonSteps: 3,
      inverseSquareRoot: 'fast-inverse',
      fastInverseSteps: 1,
    });
    const { add, multiply } = named(machine, 'actions', tally.actions);
    expect([add, multiply]).toEqual([counts.adds, counts.multiplies]);
  });
});
