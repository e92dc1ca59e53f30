import { readFileSync } from 'node:fs';
import { systolic, systolicCycles } from '@systole/compute';
import type { Dataflow } from '@systole/compute';
import { Machine } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { partOf } from './part-of.ts';

interface Entry {
  readonly M: number;
  readonly N: number;
  readonly K: number;
  readonly rows: number;
  readonly cols: number;
  readonly dataflow: 'os' | 'ws' | 'is';
  readonly mode: 'CALC' | 'USER';
  readonly total_cycles: number;
  readonly stall_cycles: number;
  readonly overall_util_pct: number;
  readonly mapping_eff_pct: number;
  readonly compute_util_pct: number;
  readonly sram: {
    readonly ifmap_reads: number;
    readonly filter_reads: number;
    readonly ofmap_writes: number;
  };
}

const { entries }: { entries: readonly Entry[] } = JSON.parse(
  readFileSync(new URL('fixtures/scalesim-gemm.json', import.meta.url), 'utf8'),
);

const DATAFLOWS: Readonly<Record<Entry['dataflow'], Dataflow>> = {
  os: 'output-stationary',
  ws: 'weight-stationary',
  is: 'input-stationary',
};

/** The reference prints percentages with four decimals. */
const HALF_DIGIT = 0.5001e-4;

const cases = entries.map((entry) => {
  const { M, N, K, rows, cols, dataflow, mode, total_cycles } = entry;
  const array = { rows, columns: cols, dataflow: DATAFLOWS[dataflow] };
  const name = `${M}x${K}x${N} on ${rows}x${cols} ${dataflow} ${mode} (${total_cycles})`;
  return { name, entry, shape: { m: M, k: K, n: N }, array };
});

describe('compute/systolic against SCALE-Sim', () => {
  it('is held to all cases of the reference', () => {
    expect(cases).toHaveLength(108);
    expect(cases.filter(({ entry }) => entry.mode === 'CALC')).toHaveLength(90);
    expect(cases.filter(({ entry }) => entry.mode === 'CALC' && entry.stall_cycles !== 0)).toHaveLength(0);
  });

  it.each(cases)('takes the same cycles, memory stalls aside: $name', ({ entry, shape, array }) => {
    expect(systolicCycles(shape, array).lastCycle).toBe(entry.total_cycles - entry.stall_cycles);
  });

  it.each(cases)('has the same utilisation and mapping efficiency: $name', ({ entry, shape, array }) => {
    const { folds, cycles, macs, mappingEfficiency, utilisation } = systolicCycles(shape, array);
    expect(Math.abs(100 * mappingEfficiency - entry.mapping_eff_pct)).toBeLessThan(HALF_DIGIT);
    // The reference divides by the number of the last cycle, and by the cycles it stalls too.
    const overall = (100 * utilisation * cycles) / entry.total_cycles;
    expect(Math.abs(overall - entry.overall_util_pct)).toBeLessThan(HALF_DIGIT);
    // Its compute utilisation leaves stalls out, and counts the skew of the columns twice where a tile is loaded.
    const counted = cycles + (entry.dataflow === 'os' ? 0 : folds * (entry.cols - 1));
    const compute = (100 * macs) / (counted * entry.rows * entry.cols);
    expect(Math.abs(compute - entry.compute_util_pct)).toBeLessThan(HALF_DIGIT);
  });

  it.each(cases)('makes the same accesses to the buffers: $name', ({ entry, shape, array }) => {
    const { folds, leftReads, rightReads, resultWrites } = systolicCycles(shape, array);
    // Of outputs that stay, the reference counts rows + columns writes a fold that are none.
    const artefact = entry.dataflow === 'os' ? folds * (entry.rows + entry.cols) : 0;
    expect({
      ifmap_reads: leftReads,
      filter_reads: rightReads,
      ofmap_writes: resultWrites + artefact,
    }).toEqual(entry.sram);
  });

  it('takes the same cycles when it runs in a machine, one cycle a nanosecond', () => {
    for (const { entry, shape, array } of cases) {
      const machine = new Machine([partOf(systolic, array)], 1);
      const stages = [
        { component: 0, transaction: { kind: 'matmul', bytes: 0, dims: { ...shape } }, slots: 1 },
      ];
      const task = { name: 'matmul', tag: 0, after: [], chunks: 1, delay: 0, stages };
      const tally = machine.run([task]);
      expect(tally.duration).toBe((entry.total_cycles - entry.stall_cycles + 1) * 1000);
      const statistics = Object.fromEntries(
        machine.layout.statistics.map(({ name }, index) => [name, tally.statistics[index]]),
      );
      expect(statistics).toMatchObject({
        leftReads: entry.sram.ifmap_reads,
        rightReads: entry.sram.filter_reads,
      });
    }
  });
});
