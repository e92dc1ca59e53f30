import { Machine, SystoleError } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { createMappings, defineMapping, OPERATOR_KINDS, pimGpt, readOptions } from '../src/index.ts';
import type { MappedTask } from '../src/index.ts';
import { pimGptChip, smallGpt2, smallLlama, traceOf } from './support.ts';

function problemOf(action: () => unknown): SystoleError {
  try {
    action();
  } catch (error) {
    if (error instanceof SystoleError) return error;
    throw error;
  }
  throw new Error('expected an error');
}

/** The tasks of one operator of the first decode step. */
function tasksOf(config: unknown, id: string, changes = {}, context = 1): readonly MappedTask[] {
  const chip = pimGptChip(changes);
  const trace = traceOf(config, { prompt: context, generate: 2 });
  const plan = pimGpt.plan(chip, trace.header, { headConcatenation: true });
  for (const block of trace.blocks()) {
    if (block.step !== 1) continue;
    for (const stretch of plan.stretchesOf(block)) {
      const tasks = stretch.tasks();
      if (block.operators[tasks[0]?.operator ?? 0]?.id.endsWith(id) === true) return tasks;
    }
  }
  throw new Error(`no operator ${id}`);
}

function streams(tasks: readonly MappedTask[]) {
  return tasks.flatMap(({ chunks, stages }) =>
    stages
      .filter(({ transaction }) => transaction.kind === 'segment-stream')
      .map(({ transaction }) => ({ chunks, macs: transaction.macs, ...transaction.dims })),
  );
}

describe('vector-matrix products', () => {
  it('spreads the output rows over all banks and cuts the input to the vector buffer', () => {
    // 1600 inputs are a tile of 1024 and one of 576; 4800 outputs over 128 banks are 38 in the busiest.
    const tasks = tasksOf(smallGpt2({ n_embd: 1600, n_head: 25 }), 'attn.qkv');
    expect(streams(tasks)).toEqual([
      {
        chunks: 1,
        macs: 1024 * 4800,
        channels: 8,
        banks: 16,
        groups: 38,
        segments: 64,
        passes: 1,
        groupStride: 2048,
      },
      {
        chunks: 1,
        macs: 576 * 4800,
        channels: 8,
        banks: 16,
        groups: 38,
        segments: 36,
        passes: 1,
        groupStride: 1152,
      },
    ]);
    const last = tasks.at(-1)?.stages.find(({ transaction }) => transaction.kind === 'accumulate');
    expect(last?.transaction.dims).toEqual({ elements: 4800, terms: 3 });
  });

  it('takes the time of its rows: 88 ns a row, and what the preset adds', () => {
    const chip = pimGptChip({ 'components.dram.tRTP': '1 ns', 'components.dram.refresh': 'none' });
    const trace = traceOf(smallGpt2({ n_embd: 1024, n_head: 16 }));
    const plan = pimGpt.plan(chip, trace.header, { headConcatenation: true });
    const machine = new Machine(chip.parts, OPERATOR_KINDS.length);
    for (const block of trace.blocks()) {
      for (const stretch of plan.stretchesOf(block)) {
        const tasks = stretch.tasks();
        if (!tasks[0]?.name.includes('mlp.up')) continue;
        const { path } = machine.run(tasks);
        // 4096 outputs over 128 banks: 32 rows of 64 accesses. tRCD + 64 tCCD + tRP = 88 ns each (the paper's Table 1).
        const dram = chip.indexOf('dram');
        const time = (reason: string): number =>
          path.reduce((sum, ps, column) => {
            const { component, name } = machine.layout.reasons[column % machine.layout.reasons.length] ?? {};
            return component === dram && name === reason ? sum + ps : sum;
          }, 0);
        expect(time('activate') + time('column') + time('precharge')).toBe(32 * 88_000);
        // The 2 KiB of the vector take 64 bursts of 1 ns before.
        expect(time('vector-write')).toBe(64_000);
        return;
      }
    }
    throw new Error('no mlp.up');
  });
});

describe('attention', () => {
  it('concatenates as many heads as the vector buffer holds', () => {
    // 16 heads of 64 are 1024 elements; 9 are left. 300 tokens over 128 banks are 3 in the busiest.
    const tasks = tasksOf(smallGpt2({ n_embd: 1600, n_head: 25 }), 'attn.scores', {}, 299);
    expect(streams(tasks)).toEqual([
      {
        chunks: 1,
        macs: 300 * 16 * 64,
        channels: 8,
        banks: 16,
        groups: 48,
        segments: 4,
        passes: 1,
        groupStride: 128,
      },
      {
        chunks: 1,
        macs: 300 * 9 * 64,
        channels: 8,
        banks: 16,
        groups: 27,
        segments: 4,
        passes: 1,
        groupStride: 128,
      },
    ]);
  });

  it('passes the query heads that share a key head over its row in turn', () => {
    const tasks = tasksOf(smallLlama(), 'attn.scores', {}, 9);
    expect(streams(tasks)).toMatchObject([{ passes: 4, groups: 2, segments: 2, macs: 10 * 8 * 32 }]);
  });

  it('gives each channel a head, and reads the reserved rows only as far as the context goes', () => {
    const tasks = tasksOf(smallGpt2({ n_embd: 1600, n_head: 25 }), 'attn.context', {}, 299);
    // 300 tokens are 19 column accesses; rows are reserved for 300 tokens, 600 bytes, in whole accesses of 32.
    expect(streams(tasks)).toEqual([
      {
        chunks: 3,
        macs: 300 * 24 * 64,
        channels: 8,
        banks: 16,
        groups: 12,
        segments: 19,
        passes: 1,
        groupStride: 608,
      },
      {
        chunks: 1,
        macs: 300 * 64,
        channels: 1,
        banks: 16,
        groups: 4,
        segments: 19,
        passes: 1,
        groupStride: 608,
      },
    ]);
  });
});

describe('placement', () => {
  it('says what does not fit, where, and by how much', () => {
    const chip = pimGptChip({ 'components.dram.channels': '1' });
    const trace = traceOf(smallGpt2({ n_embd: 2048, n_head: 16, n_layer: 24 }));
    const error = problemOf(() => pimGpt.plan(chip, trace.header, { headConcatenation: true }));
    expect(error.code).toBe('capacity/exceeded');
    expect(error.message).toMatch(
      /weights 2\.\d+ GiB \+ KV cache .* memory "dram" has 512 MiB, which is .* short/,
    );
    expect(error.place.path).toBe('components.dram');
    expect(error.hint).toContain('--set components.dram.channels=2');
  });

  it('counts the padding of whole output rows', () => {
    const chip = pimGptChip();
    const trace = traceOf(smallGpt2());
    const plan = pimGpt.plan(chip, trace.header, { headConcatenation: true });
    const weights = plan.placement.find(({ what }) => what === 'weights')?.bytes;
    const padded = (inner: number, columns: number): number => Math.ceil(columns / 128) * 128 * inner * 2;
    const matrices =
      2 * (padded(192, 576) + padded(192, 192) + padded(192, 768) + padded(768, 192)) + padded(192, 1000);
    const vectors = 2 * 2 * (4 * 192 + 576 + 192 + 768 + 192) + 2 * 2 * 192 + 2 * 2048 * 192;
    expect(weights).toBe(matrices + vectors);
  });
});

describe('what a chip must have', () => {
  it('names the unit that is missing', () => {
    const chip = pimGptChip();
    const without = { ...chip, parts: chip.parts.filter(({ name }) => name !== 'vector') };
    const error = problemOf(() =>
      pimGpt.plan(without, traceOf(smallGpt2()).header, { headConcatenation: true }),
    );
    expect(error.code).toBe('mapping/missing-unit');
    expect(error.message).toContain('softmax');
  });

  it('refuses formats without whole bytes', () => {
    const trace = traceOf(smallGpt2(), { weights: 'int4' });
    const error = problemOf(() => pimGpt.plan(pimGptChip(), trace.header, { headConcatenation: true }));
    expect(error.code).toBe('mapping/unsupported-operator');
    expect(error.message).toContain('int4');
  });
});

describe('mappings as values', () => {
  it('finds by name, offers the nearest, and refuses two of one name', () => {
    const mappings = createMappings([pimGpt]);
    expect(mappings.find('pim-gpt')).toBe(pimGpt);
    const unknown = problemOf(() => mappings.find('pim-gtp'));
    expect(unknown.code).toBe('mapping/unknown');
    expect(unknown.hint).toContain('"pim-gpt"');
    const twin = defineMapping({ ...pimGpt });
    expect(problemOf(() => createMappings([pimGpt, twin])).code).toBe('plugin/duplicate-type');
  });

  it('reads options as declared', () => {
    expect(readOptions(pimGpt, {})).toEqual({ headConcatenation: true });
    expect(readOptions(pimGpt, { headConcatenation: false })).toEqual({ headConcatenation: false });
    expect(problemOf(() => readOptions(pimGpt, { headConcatination: true })).hint).toContain(
      'headConcatenation',
    );
    expect(problemOf(() => readOptions(pimGpt, { headConcatenation: 3 })).code).toBe('parameter/wrong-type');
  });
});
