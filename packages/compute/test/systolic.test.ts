import { readFileSync } from 'node:fs';
import { systolic, systolicCycles } from '@systole/compute';
import { Machine, SystoleError } from '@systole/core';
import type { Task, Transaction } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { partOf } from './part-of.ts';
import type { Written } from './part-of.ts';

interface Peak {
  readonly preset: string;
  readonly macsPerSecond: number;
  readonly relative: number;
}

const { peaks }: { peaks: readonly Peak[] } = JSON.parse(
  readFileSync(new URL('fixtures/systolic-peaks.json', import.meta.url), 'utf8'),
);

/** 4 x 8 PEs at 1 GHz: a cycle is 1000 ps, a tile 4 cycles to load, 10 cycles of drain. */
const standard: Written = { rows: 4, columns: 8, clock: '1 GHz' };

type Sizes = Readonly<Record<string, number>>;

function machineOf(written: Written = {}): Machine {
  return new Machine([partOf(systolic, { ...standard, ...written })], 1);
}

function taskOf(dims: Sizes, extra: Partial<Task> = {}, more: Partial<Transaction> = {}): Task {
  const stages = [{ component: 0, transaction: { kind: 'matmul', bytes: 0, dims, ...more }, slots: 4 }];
  return { name: 'matmul', tag: 0, after: [], chunks: 1, delay: 0, stages, ...extra };
}

function named(machine: Machine, table: 'actions' | 'statistics' | 'reasons', counts: Float64Array) {
  return Object.fromEntries(
    machine.layout[table].map((column, index) => [column.name, counts[index] ?? NaN]),
  );
}

describe('systolicCycles, by hand', () => {
  it('keeps weights in place: a fold for each tile of the right matrix', () => {
    // k = 10 over 4 rows, n = 12 over 8 columns: 3 x 2 tiles, each 4 + 5 + 10 cycles.
    const cost = systolicCycles(
      { m: 5, k: 10, n: 12 },
      { rows: 4, columns: 8, dataflow: 'weight-stationary' },
    );
    expect(cost).toEqual({
      rowFolds: 3,
      columnFolds: 2,
      folds: 6,
      fill: 4,
      stream: 5,
      drain: 10,
      interval: 19,
      cycles: 114,
      lastCycle: 113,
      firstResult: 2 * 19 + 4 + 4,
      macs: 600,
      slots: 6 * 5 * 32,
      mappingEfficiency: 120 / 192,
      utilisation: 600 / (114 * 32),
      leftReads: 5 * 10 * 2,
      rightReads: 10 * 12,
      resultWrites: 5 * 12 * 3,
      partialReads: 5 * 12 * 2,
      loads: 120,
      shifts: 6 * 5 * 32 * 2,
    });
  });

  it('keeps outputs in place: no load, k streams, each result leaves once', () => {
    const cost = systolicCycles(
      { m: 5, k: 10, n: 12 },
      { rows: 4, columns: 8, dataflow: 'output-stationary' },
    );
    expect(cost).toMatchObject({ folds: 4, fill: 0, stream: 10, drain: 10, cycles: 80, firstResult: 10 });
    expect(cost).toMatchObject({ slots: 4 * 10 * 32, mappingEfficiency: 60 / 128, loads: 0 });
    expect(cost).toMatchObject({ leftReads: 100, rightReads: 240, resultWrites: 60, partialReads: 0 });
  });

  it('keeps inputs in place: the left matrix lies in the array, n streams', () => {
    const cost = systolicCycles(
      { m: 5, k: 10, n: 12 },
      { rows: 4, columns: 8, dataflow: 'input-stationary' },
    );
    expect(cost).toMatchObject({ folds: 3, fill: 4, stream: 12, drain: 10, cycles: 78, loads: 50 });
    expect(cost).toMatchObject({ leftReads: 50, rightReads: 120, resultWrites: 180, partialReads: 120 });
  });

  it('multiplies several neighbours along k in a PE', () => {
    const two = { rows: 4, columns: 8, macsPerPe: 2 };
    const weights = systolicCycles({ m: 5, k: 10, n: 12 }, { ...two, dataflow: 'weight-stationary' });
    expect(weights).toMatchObject({ rowFolds: 2, cycles: 4 * 19, slots: 4 * 5 * 64, shifts: 4 * 5 * 32 * 3 });
    expect(weights.mappingEfficiency).toBe(120 / 256);
    const outputs = systolicCycles({ m: 5, k: 9, n: 12 }, { ...two, dataflow: 'output-stationary' });
    expect(outputs).toMatchObject({ stream: 5, cycles: 4 * 15, slots: 4 * 5 * 64, shifts: 4 * 5 * 32 * 4 });
  });

  it('sees one load and one drain when tiles are double-buffered, and a load a fold when streams are short', () => {
    const array = { rows: 4, columns: 8, dataflow: 'weight-stationary', doubleBuffered: true } as const;
    expect(systolicCycles({ m: 5, k: 10, n: 12 }, array).cycles).toBe(4 + 6 * 5 + 10);
    // One row streams: the next tile takes 4 cycles to load.
    expect(systolicCycles({ m: 1, k: 10, n: 12 }, array).cycles).toBe(4 + 5 * 4 + 1 + 10);
  });

  it('comes close to the peak on long streams', () => {
    const array = { rows: 128, columns: 128, dataflow: 'weight-stationary', doubleBuffered: true } as const;
    const { utilisation } = systolicCycles({ m: 4096, k: 4096, n: 4096 }, array);
    expect(utilisation).toBeGreaterThan(0.999);
    expect(utilisation).toBeLessThan(1);
  });

  it('refuses sizes that are none, and counts that are not exact', () => {
    const array = { rows: 4, columns: 8, dataflow: 'weight-stationary' } as const;
    for (const m of [0, -1, 0.5, NaN, Infinity]) {
      expect(() => systolicCycles({ m, k: 1, n: 1 }, array)).toThrow(SystoleError);
    }
    expect(() => systolicCycles({ m: 1, k: 1, n: 1 }, { ...array, columns: 0 })).toThrow('expected columns');
    const side = 2 ** 20;
    expect(() => systolicCycles({ m: side, k: side, n: side }, array)).toThrow(/cannot be counted exactly/);
  });
});

describe('compute/systolic, by hand', () => {
  const dims = { m: 5, k: 10, n: 12 };

  it('takes the cycles of the closed form, and says what they went to', () => {
    const machine = machineOf();
    const tally = machine.run([taskOf(dims)]);
    expect(tally.duration).toBe(114_000);
    expect(named(machine, 'reasons', tally.path)).toMatchObject({
      fill: 24_000,
      compute: 30_000,
      drain: 60_000,
    });
    expect(tally.busy[0]).toBe(30_000);
    expect([tally.usefulMacs[0], tally.paddedMacs[0]]).toEqual([600, 360]);
    expect(named(machine, 'actions', tally.actions)).toEqual({
      mac: 600,
      padding: 360,
      fill: 120,
      drain: 180,
      shift: 1920,
    });
    expect(named(machine, 'statistics', tally.statistics)).toEqual({
      folds: 6,
      leftReads: 100,
      rightReads: 120,
      resultWrites: 180,
      partialReads: 120,
    });
  });

  it('rounds a time up to the picosecond at 1.1 GHz', () => {
    // 114 cycles of 909.09... ps are 103636.36... ps.
    expect(machineOf({ clock: '1.1 GHz' }).run([taskOf(dims)]).duration).toBe(103_637);
  });

  it('shares out rows, or columns where they are split, and passes chunks that get none', () => {
    // 2 or 3 rows: 6 folds of 4 + 2 + 10 and 4 + 3 + 10 cycles.
    const rows = machineOf();
    expect(rows.run([taskOf(dims, { chunks: 2 })]).duration).toBe(6 * (16 + 17) * 1000);
    // 6 columns each: 3 folds of 19 cycles.
    const columns = machineOf();
    const byColumns = columns.run([taskOf({ ...dims, split: 1 }, { chunks: 2 })]);
    expect(byColumns.duration).toBe(2 * 3 * 19 * 1000);
    expect(byColumns.usefulMacs[0]).toBe(600);
    // Five chunks of a row, and two of nothing.
    expect(machineOf().run([taskOf(dims, { chunks: 7 })]).duration).toBe(5 * 6 * 15 * 1000);
  });

  it('lets a chunk load while the one before computes, where tiles are double-buffered', () => {
    const machine = machineOf({ doubleBuffered: true });
    const tally = machine.run([taskOf({ ...dims, split: 1 }, { chunks: 2 })]);
    // Two chunks of 3 tiles behind one another: as 6 tiles.
    expect(tally.duration).toBe((4 + 6 * 5 + 10) * 1000);
    // The second has loaded by the time at which its streams may enter; only drain is seen beside them.
    expect(named(machine, 'reasons', tally.path)).toMatchObject({ drain: 10_000 });
    expect(machine.save()).toEqual([[0, 0]]);
    machine.load([[9000, 2000]]);
    // Loading from 5 ns on, streaming from 9 ns on.
    expect(machine.run([taskOf({ m: 5, k: 4, n: 8 })]).duration).toBe(9000 + 5000 + 10_000);
    machine.load([[1000, 6000]]);
    // Loading from 6 ns on.
    expect(machine.run([taskOf({ m: 5, k: 4, n: 8 })]).duration).toBe(6000 + 4000 + 5000 + 10_000);
  });

  it('serves one matmul after the other without double buffering', () => {
    const machine = machineOf();
    expect(machine.run([taskOf(dims), taskOf(dims)]).duration).toBe(228_000);
    machine.load([[500, 500]]);
    expect(machine.run([taskOf(dims)]).duration).toBe(114_500);
  });

  it('takes as useful what the operator asks for', () => {
    const run = (macs: number) => machineOf().run([taskOf(dims, { chunks: 3 }, { macs })]);
    const tally = run(450);
    expect([tally.usefulMacs[0], (tally.usefulMacs[0] ?? 0) + (tally.paddedMacs[0] ?? 0)]).toEqual([
      450, 960,
    ]);
    expect(() => run(601)).toThrow('a matmul of 600 multiply-accumulates is asked for 601 useful ones');
  });

  it('gives the first result when the first tile of outputs is complete', () => {
    const firsts: number[] = [];
    const recorder = { chunk: (...event: unknown[]) => firsts.push(Number(event[5])) };
    for (const dataflow of ['weight-stationary', 'output-stationary', 'input-stationary']) {
      machineOf({ dataflow }).run([taskOf(dims)], { recorder });
    }
    machineOf({ doubleBuffered: true }).run([taskOf(dims)], { recorder });
    expect(firsts).toEqual([46_000, 10_000, (2 * 26 + 8) * 1000, (4 + 2 * 5 + 4) * 1000]);
  });

  it('refuses another kind, another format, and sizes out of range', () => {
    const run = (task: Task) => () => machineOf().run([task]);
    expect(run(taskOf(dims, {}, { kind: 'softmax' }))).toThrow('computes no "softmax"');
    expect(run(taskOf(dims, {}, { format: 'fp32' }))).toThrow('of bf16 is given a matmul of fp32');
    expect(machineOf().run([taskOf(dims, {}, { format: 'bfloat16' })]).duration).toBe(114_000);
    for (const some of [
      { m: 5, k: 10 },
      { ...dims, m: 0 },
      { ...dims, n: 1.5 },
      { ...dims, split: 2 },
    ]) {
      expect(run(taskOf(some))).toThrow(SystoleError);
    }
    const side = 2 ** 20;
    expect(run(taskOf({ m: side, k: side, n: side }))).toThrow(/cannot be counted exactly/);
  });

  it('prices what it does, and padding at nothing unless said otherwise', () => {
    const energies = (written: Written) =>
      Object.fromEntries(machineOf(written).layout.actions.map(({ name, energy }) => [name, energy]));
    expect(energies({ macEnergy: '0.5 pJ' })).toEqual({ mac: 500, padding: 0, fill: 0, drain: 0, shift: 0 });
    const all = { paddingEnergy: '1 fJ', fillEnergy: '2 fJ', drainEnergy: '3 fJ', shiftEnergy: '4 fJ' };
    expect(energies(all)).toMatchObject({ padding: 1, fill: 2, drain: 3, shift: 4 });
  });

  it('derives facts and bounds from its parameters', () => {
    const { values } = partOf(systolic, { ...standard, macsPerPe: 2 });
    expect(systolic.facts(values as never)).toEqual({
      macsPerSecond: { bf16: 64e9 },
      minimumLatency: 8000,
      resources: 1,
    });
    const bound = (written: Written): number =>
      systolic.lowerBound(
        { kind: 'matmul', bytes: 0, dims: { m: 32, k: 8, n: 8 } },
        partOf(systolic, { ...standard, ...written }).values as never,
      );
    // 2048 MACs at 32 a cycle, 4 cycles to load and 10 to cross.
    expect(bound({})).toBe(78_000);
    expect(bound({ dataflow: 'output-stationary' })).toBe(74_000);
  });

  it('finds a conflict in double buffering where nothing is loaded', () => {
    const conflicts = (written: Written) => systolic.conflicts(partOf(systolic, written).values as never);
    expect(conflicts({ dataflow: 'output-stationary', doubleBuffered: true })).toMatchObject([
      { parameter: 'doubleBuffered' },
    ]);
    expect(conflicts({ dataflow: 'input-stationary', doubleBuffered: true })).toEqual([]);
    expect(conflicts({ dataflow: 'output-stationary' })).toEqual([]);
  });

  it.each(peaks)('has the published peak of $preset', ({ preset, macsPerSecond, relative }) => {
    const { values } = partOf(systolic, {}, 'unit', preset);
    const [peak = 0] = Object.values(systolic.facts(values as never).macsPerSecond ?? {});
    expect(Math.abs(peak / macsPerSecond - 1)).toBeLessThan(relative);
  });

  it('has no preset without a published peak', () => {
    expect(peaks.map(({ preset }) => preset).toSorted()).toEqual(Object.keys(systolic.presets).toSorted());
  });
});
