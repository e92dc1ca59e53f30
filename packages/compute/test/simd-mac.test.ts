import { simdMac } from '@systole/compute';
import { Machine, SystoleError } from '@systole/core';
import type { Task, Transaction } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { partOf } from './part-of.ts';
import type { Written } from './part-of.ts';

/** 8 lanes of INT16 at 1 GHz, 4 cycles deep: a cycle is 1000 ps. */
const standard: Written = { lanes: 8, format: 'int16', clock: '1 GHz', pipelineDepth: 4 };

type Sizes = Readonly<Record<string, number>>;

function machineOf(written: Written = {}): Machine {
  return new Machine([partOf(simdMac, { ...standard, ...written })], 1);
}

function taskOf(kind: string, dims: Sizes, extra: Partial<Task> = {}, more: Partial<Transaction> = {}): Task {
  const stages = [{ component: 0, transaction: { kind, bytes: 0, dims, ...more }, slots: 4 }];
  return { name: kind, tag: 0, after: [], chunks: 1, delay: 0, stages, ...extra };
}

function duration(kind: string, dims: Sizes, written: Written = {}, format?: string, chunks = 1): number {
  const more = format === undefined ? {} : { format };
  return machineOf(written).run([taskOf(kind, dims, { chunks }, more)]).duration;
}

function named(machine: Machine, table: 'actions' | 'statistics' | 'reasons', counts: Float64Array) {
  return Object.fromEntries(
    machine.layout[table].map((column, index) => [column.name, counts[index] ?? NaN]),
  );
}

/** m x n = 6 results of 20 products each. */
const matmul = { m: 2, k: 20, n: 3 };

describe('compute/simd-mac, by hand', () => {
  it('sums neighbours along k in a tree: 6 results of ceil(20 / 8) cycles', () => {
    const machine = machineOf();
    const tally = machine.run([taskOf('matmul', matmul)]);
    expect(tally.duration).toBe((6 * 3 + 4) * 1000);
    expect(named(machine, 'reasons', tally.path)).toMatchObject({ compute: 18_000, drain: 4000, service: 0 });
    expect([tally.usefulMacs[0], tally.paddedMacs[0]]).toEqual([120, 24]);
    expect(named(machine, 'actions', tally.actions)).toMatchObject({ mac16: 120, mac8: 0 });
    expect(named(machine, 'statistics', tally.statistics)).toEqual({ cycles: 18 });
    expect(tally.busy[0]).toBe(18_000);
  });

  it('gives each lane a result of its own: columns of one row side by side', () => {
    const outputs = { arrangement: 'outputs' };
    expect(duration('matmul', matmul, outputs)).toBe((2 * 1 * 20 + 4) * 1000);
    expect(duration('matmul', { m: 2, k: 20, n: 9 }, outputs)).toBe((2 * 2 * 20 + 4) * 1000);
    // Dot products that share no operands fill the lanes as one batch.
    expect(duration('dot', { count: 18, k: 20 }, outputs)).toBe((3 * 20 + 4) * 1000);
    expect(duration('dot', { count: 18, k: 20 })).toBe((18 * 3 + 4) * 1000);
  });

  it.each([
    ['int16', 3],
    ['int8', 2],
    ['int4', 1],
    ['posit16', 3],
    ['posit8', 2],
    ['bf16', 3],
    ['fp8-e4m3', 2],
    // Two codes of six bits fit into sixteen, and a third does not.
    ['fp6-e3m2', 2],
    ['fp4-e2m1', 1],
  ])('packs %s: 20 products in %d cycles', (format, cycles) => {
    expect(duration('dot', { count: 1, k: 20 }, { kinds: 'all' }, format)).toBe((cycles + 4) * 1000);
  });

  it('takes as many narrow operands as wide ones without packing', () => {
    expect(duration('dot', { count: 1, k: 20 }, { packing: 'none' }, 'int4')).toBe(7000);
  });

  it('publishes a rate for each format in which it computes', () => {
    const rates = (written: Written) =>
      simdMac.facts(partOf(simdMac, { ...standard, ...written }).values as never).macsPerSecond;
    expect(rates({})).toEqual({ int16: 8e9, int8: 16e9, int4: 32e9 });
    expect(rates({ packing: 'none' })).toEqual({ int16: 8e9, int8: 8e9, int4: 8e9 });
    expect(rates({ format: 'posit16' })).toEqual({ posit16: 8e9, posit8: 16e9 });
    expect(rates({ format: 'int8', kinds: 'all' })).toEqual({
      'fp8-e4m3': 8e9,
      'fp8-e5m2': 8e9,
      'fp6-e3m2': 8e9,
      'fp6-e2m3': 8e9,
      'fp4-e2m1': 16e9,
      int8: 8e9,
      int4: 16e9,
      posit8: 8e9,
    });
    // The multipliers of tf32 have 19-bit operands, although these take 32 bits of storage.
    expect(rates({ format: 'tf32' })).toMatchObject({ tf32: 8e9, bf16: 8e9, 'fp8-e4m3': 16e9 });
  });

  it('refuses wider operands, other kinds, block formats and unknown names', () => {
    const dot = { count: 1, k: 20 };
    expect(() => duration('dot', dot, {}, 'int32')).toThrow('of int16 is given a dot of int32');
    expect(() => duration('dot', dot, {}, 'posit8')).toThrow('It computes in int16, int8, int4.');
    for (const format of ['mxfp8', 'nonsense', 'fp32']) {
      expect(() => duration('dot', dot, { kinds: 'all' }, format)).toThrow(SystoleError);
    }
  });

  it('pipelines chunks: the next enters when the one before has entered', () => {
    // 10 results of 3 cycles, in chunks of 5.
    const machine = machineOf();
    expect(machine.run([taskOf('dot', { count: 10, k: 20 }, { chunks: 2 })]).duration).toBe(34_000);
    // Half a length each: 10 x 2 cycles twice.
    expect(duration('dot', { count: 10, k: 20, split: 1 }, {}, 'int16', 2)).toBe(44_000);
    expect(duration('matmul', { ...matmul, split: 1 }, {}, 'int16', 3)).toBe(22_000);
    // Chunks that have nothing to do take no time.
    expect(duration('dot', { count: 2, k: 20 }, {}, 'int16', 7)).toBe(10_000);
  });

  it('gives the first result of a tree early, that of a lane after k cycles', () => {
    const firsts: number[] = [];
    const recorder = { chunk: (...event: unknown[]) => firsts.push(Number(event[5])) };
    machineOf().run([taskOf('matmul', matmul)], { recorder });
    machineOf({ arrangement: 'outputs' }).run([taskOf('matmul', matmul)], { recorder });
    expect(firsts).toEqual([7000, 24_000]);
  });

  it('rounds a time up to the picosecond at 1.1 GHz', () => {
    // 22 cycles of 909.09... ps are exactly 20000 ps, 23 are 20909.09... ps.
    expect(duration('matmul', matmul, { clock: '1.1 GHz' })).toBe(20_000);
    expect(duration('matmul', matmul, { clock: '1.1 GHz', pipelineDepth: 5 })).toBe(20_910);
  });

  it('takes as useful what the operator asks for', () => {
    const run = (kind: string, dims: Sizes, macs: number) =>
      machineOf().run([taskOf(kind, dims, { chunks: 4 }, { macs })]);
    expect(run('matmul', matmul, 100).usefulMacs[0]).toBe(100);
    expect(run('matmul', matmul, 100).paddedMacs[0]).toBe(44);
    expect(run('dot', { count: 3, k: 8, split: 1 }, 10).usefulMacs[0]).toBe(10);
    expect(() => run('dot', { count: 3, k: 8 }, 25)).toThrow(
      'a dot of 24 multiply-accumulates is asked for 25',
    );
  });

  it('prices operands by the square of their width, linearly, alike, or as given', () => {
    const energies = (written: Written) =>
      Object.fromEntries(
        machineOf({ macEnergy: '1.6 pJ', ...written }).layout.actions.map(({ name, energy }) => [
          name,
          energy,
        ]),
      );
    expect(energies({})).toMatchObject({ mac16: 1600, mac8: 400, mac4: 100, mac6: 225 });
    expect(energies({ energyScaling: 'linear' })).toMatchObject({ mac16: 1600, mac8: 800, mac4: 400 });
    expect(energies({ energyScaling: 'none' })).toMatchObject({ mac16: 1600, mac4: 1600 });
    expect(energies({ macEnergy8: '0.3 pJ', macEnergy4: '0.2 pJ' })).toMatchObject({ mac8: 300, mac4: 200 });
    const machine = machineOf();
    const tally = machine.run([taskOf('dot', { count: 2, k: 20 }, {}, { format: 'int8' })]);
    expect(named(machine, 'actions', tally.actions)).toMatchObject({ mac8: 40, mac16: 0 });
  });

  it('refuses another kind and sizes out of range', () => {
    expect(() => duration('softmax', {})).toThrow('computes no "softmax"');
    for (const dims of [
      { count: 1 },
      { count: 0, k: 1 },
      { count: 1, k: 0.5 },
      { count: 1, k: 1, split: 2 },
    ]) {
      expect(() => duration('dot', dims)).toThrow(SystoleError);
    }
    const side = 2 ** 18;
    expect(() => duration('matmul', { m: side, k: side, n: side })).toThrow(/cannot be counted exactly/);
  });

  it('bounds a transaction by its lanes and its pipeline', () => {
    const bound = (format?: string): number =>
      simdMac.lowerBound(
        { kind: 'matmul', bytes: 0, dims: matmul, ...(format === undefined ? {} : { format }) },
        partOf(simdMac, standard).values as never,
      );
    expect(bound()).toBe(15_000 + 4000);
    expect(bound('int4')).toBe(3750 + 4000);
  });
});
