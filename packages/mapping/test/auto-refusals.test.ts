import { defineChip, resolveChip } from '@systole/chip';
import type { ResolvedChip } from '@systole/chip';
import type { Trace, TraceBlock } from '@systole/trace';
import { describe, expect, it } from 'vitest';
import { auto } from '../src/index.ts';
import { decideAll, problemOf } from './auto-support.ts';
import { catalogue, smallGpt2, smallLlama, traceOf } from './support.ts';

const ARRAY = { type: 'compute/systolic', rows: 16, columns: 16, format: 'bf16' };

/** A chip of a DRAM, an SRAM of `sram`, and some other parts. */
function chipOf(sram: string, others: Readonly<Record<string, Record<string, unknown>>>): ResolvedChip {
  return resolveChip(
    defineChip({
      name: 'small',
      clock: '1 GHz',
      mapping: 'auto',
      components: {
        dram: { type: 'memory/dram' },
        sram: { type: 'memory/sram', capacity: sram, width: '64 B', ports: 'read-write' },
        xbar: { type: 'interconnect/crossbar', width: '64 B' },
        ...others,
      },
      connections: ['dram', 'sram', ...Object.keys(others)].map((from) => ({ from, to: 'xbar' })),
    }),
    catalogue,
  );
}

function refusal(
  chip: ResolvedChip,
  trace: Trace,
): { readonly code: string | undefined; readonly text: string } {
  const error = problemOf(() => decideAll(trace, auto.plan(chip, trace.header, { tiers: undefined })));
  return { code: error.code, text: `${error.message}\n${error.hint ?? ''}` };
}

const llama = traceOf(smallLlama(), { prompt: 4 });

describe('auto where nothing fits', () => {
  it('says which memory is too small for the weights, by how much, and what would help', () => {
    const chip = chipOf('1 MiB', { array: ARRAY, vector: { type: 'compute/vector' } });
    const trace = traceOf(
      smallLlama({ hidden_size: 8192, intermediate_size: 65_536, num_hidden_layers: 24 }),
    );
    const { code, text } = refusal(chip, trace);
    expect(code).toBe('capacity/exceeded');
    expect(text).toMatch(/weights [\d.]+ GiB.* memory "dram" has [\d.]+ GiB, which is [\d.]+ GiB short/);
    expect(text).toMatch(/narrower format/);
  });

  it('says by how much the SRAM is too small for the smallest chunk, and this much more is enough', () => {
    const others = { array: ARRAY, vector: { type: 'compute/vector' } };
    const trace = traceOf(smallGpt2(), { prompt: 4 });
    const { code, text } = refusal(chipOf('512 B', others), trace);
    expect(code).toBe('mapping/unsupported-operator');
    expect(text).toMatch(/\(attention-scores\): array: the smallest chunk of its right operand takes 128 B/);
    expect(text).toMatch(/"sram" has room for chunks of 64 B: give it 512 B more/);
    // What was asked for makes this operator fit; the next limit is met by an operator after it, or by none.
    expect(() => {
      const chip = chipOf('1 KiB', others);
      const plan = auto.plan(chip, trace.header, { tiers: undefined });
      for (const block of trace.blocks()) {
        for (const stretch of plan.stretchesOf(only(block, 'attention-scores'))) stretch.tasks();
      }
    }).not.toThrow();
  });

  it('names the formats that the units take where none takes those of the model', () => {
    const chip = chipOf('1 MiB', { array: ARRAY, vector: { type: 'compute/vector' } });
    const trace = traceOf(smallLlama(), { prompt: 4, weights: 'int8' });
    const { code, text } = refusal(chip, trace);
    expect(code).toBe('mapping/unsupported-operator');
    expect(text).toMatch(/array: it computes in bf16, and the operands are int8 with activations of bf16/);
    expect(text).toMatch(/--weights/);
  });

  it.each(['rmsnorm', 'softmax', 'silu', 'rope', 'sample'])(
    'says that no unit does a function where there is no vector unit: %s',
    (kind) => {
      const chip = chipOf('1 MiB', { array: ARRAY });
      const plan = auto.plan(chip, llama.header, { tiers: undefined });
      const error = problemOf(() => {
        for (const block of llama.blocks()) {
          for (const stretch of plan.stretchesOf(only(block, kind))) stretch.tasks();
        }
      });
      expect(error.code).toBe('mapping/unsupported-operator');
      const asked = kind === 'sample' ? 'argmax' : kind;
      expect(error.message).toMatch(
        new RegExp(`\\(${kind}\\): the chip: no unit takes "${asked}": add a compute/vector`),
      );
    },
  );

  it('says so of a chip of memories only', () => {
    const { code, text } = refusal(chipOf('1 MiB', {}), llama);
    expect(code).toBe('mapping/unsupported-operator');
    expect(text).toMatch(/nothing on the chip does operator .*no unit takes "rmsnorm"/);
    const products = problemOf(() => {
      const plan = auto.plan(chipOf('1 MiB', {}), llama.header, { tiers: undefined });
      for (const block of llama.blocks()) {
        for (const stretch of plan.stretchesOf(only(block, 'matmul'))) stretch.tasks();
      }
    });
    expect(products.message).toMatch(
      /\(matmul\): .*no unit takes matrix or dot products: add a compute\/systolic/,
    );
  });
});

/** The operators of one kind of a block, each by itself. */
function only(block: TraceBlock, kind: string): TraceBlock {
  const operators = block.operators
    .filter((operator) => operator.kind === kind)
    .map((operator) => ({ ...operator, after: [] }));
  return { ...block, operators };
}
