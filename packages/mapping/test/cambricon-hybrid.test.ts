import { readFileSync } from 'node:fs';
import { loadChip, resolveChip, setParameter } from '@systole/chip';
import type { ResolvedChip } from '@systole/chip';
import { Machine } from '@systole/core';
import { operatorMacs } from '@systole/trace';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseTile, roundTime, shareMatrix } from '../src/cambricon-hybrid/tiling.ts';
import type { FlashShape } from '../src/cambricon-hybrid/tiling.ts';
import { cambriconHybrid, OPERATOR_KINDS } from '../src/index.ts';
import { catalogue, pimGptChip, smallGpt2, smallLlama, traceOf } from './support.ts';

function chipOf(size: 's' | 'm' | 'l', changes: Readonly<Record<string, string>> = {}): ResolvedChip {
  const file = new URL(`../../../configs/cambricon-llm-${size}/chip.yaml`, import.meta.url);
  let spec = loadChip(readFileSync(file, 'utf8'), 'chip.yaml', catalogue);
  for (const [path, value] of Object.entries(changes)) spec = setParameter(spec, path, value, catalogue);
  return resolveChip(spec, catalogue);
}

const INT8 = { weights: 'int8', kv: 'int8', activations: 'int8' };
const BYTES = { weight: 1, input: 1, result: 1 };

function flash(channels: number, cores: number): FlashShape {
  return { channels, cores, pageBytes: 16384, pageTime: 30e6, channelRate: 1e9 };
}

describe('the tile', () => {
  it.each([
    // Cambricon-LLM-S, -M and -L: the paper's optimum is 256 x 2048, 362 x 5793 and 512 x 16384 weights.
    [flash(8, 4), 16384, 2048, 256],
    [flash(16, 8), 16384, 8192, 256],
    [flash(32, 16), 16384, 16384, 512],
    // No wider than the matrix needs.
    [flash(16, 8), 4096, 4096, 512],
    [flash(32, 16), 5120, 8192, 1024],
  ])('of %o for %i inputs is %i wide and %i high', (shape, columns, width, height) => {
    expect(chooseTile(shape, columns, 1, 0)).toEqual({ width, height });
  });

  it('holds a page for every core, whatever its width', () => {
    const sizes = fc.integer({ min: 1, max: 64 });
    fc.assert(
      fc.property(sizes, sizes, fc.integer({ min: 1, max: 100_000 }), (channels, cores, columns) => {
        const { width, height } = chooseTile(flash(channels, cores), columns, 1, 0);
        const pages = channels * cores * 16384;
        expect(width * height).toBeLessThanOrEqual(pages);
        expect(width * (height + 1)).toBeGreaterThan(pages);
      }),
    );
    expect.hasAssertions();
  });

  it('takes the time of its input and of the array read', () => {
    // 2048 inputs over 8 channels of 1 GB/s are 256 ns.
    expect(roundTime(flash(8, 4), { width: 2048, height: 256 }, 1)).toBe(30e6 + 256e3);
  });
});

describe('the shares of flash and NPU', () => {
  it('end together, as near as whole rounds allow', () => {
    // 4096 x 4096 on S: 16 x 2 rounds. The flash does 17.3 GB/s, the NPU reads 7.9: about 11 of 16 rows of tiles.
    const { rounds, allRounds, npuRows } = shareMatrix(flash(8, 4), 4096, 4096, 1, BYTES, 0);
    expect({ rounds, allRounds, npuRows }).toEqual({ rounds: 22, allRounds: 32, npuRows: 5 * 256 });
  });

  it('leave many activation rows to the NPU, which takes them together', () => {
    expect(shareMatrix(flash(8, 4), 4096, 4096, 1000, BYTES, 0)).toMatchObject({ rounds: 0, npuRows: 4096 });
  });
});

describe('the tasks', () => {
  const chip = chipOf('s');
  const config = fc.oneof(
    fc
      .record({ n_head: fc.integer({ min: 1, max: 8 }), width: fc.constantFrom(32, 64) })
      .map(({ n_head, width }) => smallGpt2({ n_head, n_embd: n_head * width })),
    fc.record({ group: fc.constantFrom(1, 2, 4), kv: fc.constantFrom(1, 2, 3) }).map(({ group, kv }) =>
      smallLlama({
        num_attention_heads: group * kv,
        num_key_value_heads: kv,
        hidden_size: group * kv * 64,
      }),
    ),
  );
  const shape = fc.record({ prompt: fc.integer({ min: 1, max: 9 }), batch: fc.integer({ min: 1, max: 3 }) });

  it('ask the components for exactly the MACs of every operator, and they do them', () => {
    fc.assert(
      fc.property(config, shape, (model, workload) => {
        const trace = traceOf(model, { ...workload, ...INT8 });
        const plan = cambriconHybrid.plan(chip, trace.header, { tileWidth: 0 });
        const machine = new Machine(chip.parts, OPERATOR_KINDS.length);
        for (const block of trace.blocks()) {
          for (const stretch of plan.stretchesOf(block)) {
            const tasks = stretch.tasks();
            const operator = block.operators[tasks[0]?.operator ?? -1];
            if (operator === undefined) throw new Error('a stretch without an operator');
            const done = machine.run(tasks).usefulMacs.reduce((sum, macs) => sum + macs, 0);
            expect(done).toBe(operatorMacs(operator));
          }
        }
      }),
      { numRuns: 25 },
    );
    expect.hasAssertions();
  });

  it('need flash that computes', () => {
    const header = traceOf(smallGpt2(), INT8).header;
    expect(() => cambriconHybrid.plan(pimGptChip(), header, { tileWidth: 0 })).toThrow(
      /a flash that computes/,
    );
  });

  it('say what does not fit', () => {
    const small = chipOf('s', { 'components.dram.rowsPerBank': '100' });
    const model = smallGpt2({ n_embd: 1024, n_head: 16, n_layer: 8 });
    const header = traceOf(model, { ...INT8, prompt: 1000 }).header;
    expect(() => cambriconHybrid.plan(small, header, { tileWidth: 0 })).toThrow(/memory "dram" has .* short/);
  });
});
