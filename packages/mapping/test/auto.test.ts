import { Machine, SystoleError } from '@systole/core';
import { operatorBytes, operatorMacs } from '@systole/trace';
import type { Trace } from '@systole/trace';
import { describe, expect, it } from 'vitest';
import { auto, OPERATOR_KINDS, pimGpt } from '../src/index.ts';
import { chipNamed, decodeTime, llama8b, stepsOf, traceOf } from './auto-support.ts';
import { pimGptChip, smallGpt2, smallLlama } from './support.ts';

const npu = chipNamed('npu-hbm');
const pim = chipNamed('npu-pim');

/** Bytes of weights and caches that the last step of a trace reads. */
function bytesRead(trace: Trace): number {
  const last = trace.header.steps - 1;
  let bytes = 0;
  for (const block of trace.blocks()) {
    if (block.step !== last) continue;
    for (const operator of block.operators) {
      const { weights, kvRead } = operatorBytes(operator);
      bytes += (weights + kvRead) * block.repeat;
    }
  }
  return bytes;
}

function problem(run: () => unknown): SystoleError {
  try {
    run();
  } catch (error) {
    if (error instanceof SystoleError) return error;
    throw error;
  }
  throw new Error('it did not throw');
}

describe('auto on an NPU', () => {
  it('decodes one sequence within a tenth of the bandwidth bound, and not above it', () => {
    const trace = traceOf(llama8b(1), { prompt: 128, generate: 2 });
    const ps = decodeTime(npu, trace, auto.plan(npu, trace.header, { tiers: undefined }));
    const bandwidth = npu.part('hbm').facts.bandwidth ?? 0;
    const share = bytesRead(trace) / bandwidth / (ps * 1e-12);
    expect(share).toBeGreaterThan(0.9);
    expect(share).toBeLessThan(1);
  });

  it('is no faster than the array and the memory allow in prefill, and keeps the array busy with enough rows', () => {
    const trace = traceOf(llama8b(1), { prompt: 1024, generate: 1 });
    const plan = auto.plan(npu, trace.header, { tiers: undefined });
    const [layer] = [...trace.blocks()].filter(({ name }) => name === 'layer');
    if (layer === undefined) throw new Error('a trace without a layer');
    const machine = new Machine(npu.parts, OPERATOR_KINDS.length);
    const ps = plan
      .stretchesOf(layer)
      .reduce((sum, stretch) => sum + machine.run(stretch.tasks()).duration, 0);
    const macs = layer.operators.reduce((sum, operator) => sum + operatorMacs(operator), 0);
    const peak = npu.part('array').facts.macsPerSecond?.['bf16'] ?? 0;
    const utilisation = macs / peak / (ps * 1e-12);
    expect(utilisation).toBeLessThan(1);
    expect(utilisation).toBeGreaterThan(0.6);
  });

  it('loads weights while what they are multiplied with is computed', () => {
    const trace = traceOf(llama8b(1), { prompt: 16, generate: 1 });
    const plan = auto.plan(npu, trace.header, { tiers: undefined });
    const machine = new Machine(npu.parts, OPERATOR_KINDS.length);
    const hbm = npu.indexOf('hbm');
    const array = npu.indexOf('array');
    const starts = new Map<string, number>();
    let normed = 0;
    for (const block of trace.blocks()) {
      if (block.name !== 'layer') continue;
      for (const stretch of plan.stretchesOf(block)) {
        machine.run(stretch.tasks(), {
          recorder: {
            chunk(task, stage, chunk, _accepted, started, _first, ended) {
              if (task.name.includes('mlp.norm')) normed = Math.max(normed, ended);
              if (!task.name.includes('mlp.gate') || chunk > 0) return;
              if (stage.component === hbm) starts.set('load', started);
              if (stage.component === array) starts.set('compute', started);
            },
          },
        });
      }
    }
    expect(starts.get('load')).toBeLessThan(normed);
    expect(starts.get('compute')).toBeGreaterThanOrEqual(normed);
  });

  it('begins the stream of what follows attention while that runs, and reads each weight once all the same', () => {
    const trace = traceOf(llama8b(1), { prompt: 16, generate: 2 });
    const plan = auto.plan(npu, trace.header, { tiers: undefined });
    const hbm = npu.indexOf('hbm');
    const block = [...trace.blocks()].find(({ name, step }) => name === 'layer' && step === 1);
    if (block === undefined) throw new Error('a trace without a layer');
    const stretches = plan.stretchesOf(block).map((stretch) => stretch.tasks());
    const bytes = new Map<number, number>();
    const ahead = stretches.flatMap((tasks, index) =>
      tasks.flatMap(({ name, operator, stages }) =>
        stages.flatMap(({ component, transaction }) => {
          if (component !== hbm || transaction.kind !== 'read') return [];
          bytes.set(operator, (bytes.get(operator) ?? 0) + transaction.bytes);
          return name.includes('attn.out') ? [`${index} ${name}`] : [];
        }),
      ),
    );
    expect(ahead).toEqual(['1 L{i}.attn.out: fetched ahead', '2 L{i}.attn.out: product']);
    for (const [index, operator] of block.operators.entries()) {
      if (operator.kind !== 'matmul') continue;
      expect(bytes.get(index)).toBe(operatorBytes(operator).weights);
    }
    // The head of the stream is in the buffer before the stretch of its product starts.
    const head = stretches[2]?.find(({ name }) => name === 'L{i}.attn.out: product, fetched ahead');
    expect(head?.stages[0]?.component).toBe(npu.indexOf('sram'));
  });

  it('makes more tokens a second of a larger batch', () => {
    const rates = [1, 2, 4, 8, 16, 32, 64].map((batch) => {
      const trace = traceOf(smallLlama({ hidden_size: 512, intermediate_size: 2048 }), {
        prompt: 8,
        generate: 2,
        batch,
      });
      return batch / decodeTime(npu, trace, auto.plan(npu, trace.header, { tiers: undefined }));
    });
    for (const [index, rate] of rates.entries()) expect(rate).toBeGreaterThan(rates[index - 1] ?? 0);
  });

  it('explains each choice by the ways that were not taken', () => {
    const trace = traceOf(smallLlama(), { prompt: 8, generate: 2 });
    const plan = auto.plan(npu, trace.header, { tiers: undefined });
    expect(plan.explain).toEqual([]);
    for (const block of trace.blocks()) for (const stretch of plan.stretchesOf(block)) stretch.tasks();
    const matmul = plan.explain?.find(({ kind }) => kind === 'matmul');
    expect(matmul?.ps).toBeGreaterThan(0);
    expect(matmul?.alternatives.map(({ unit }) => unit)).toContain('the banks');
    for (const { ps = Infinity } of matmul?.alternatives ?? [])
      expect(ps).toBeGreaterThanOrEqual(matmul?.ps ?? 0);
    expect(plan.decisions.join('\n')).toMatch(
      /weights in sram, caches in sram[^]*on (vector|array): .*matmul/,
    );
  });

  it('places caches on chip only where activations and chunks keep their room', () => {
    const small = traceOf(smallLlama(), { prompt: 8, generate: 2 });
    const kvOf = (trace: Trace): string | undefined =>
      auto.plan(npu, trace.header, { tiers: undefined }).placement.find(({ what }) => what === 'KV cache')
        ?.memory;
    expect(kvOf(small)).toBe('sram');
    expect(kvOf(traceOf(llama8b(32), { prompt: 128, generate: 2 }))).toBe('hbm');
  });
});

describe('auto on an NPU whose memory computes', () => {
  it('decodes few sequences in the banks, faster than the pins allow, and many on the array', () => {
    const unitOf = (batch: number): string | undefined => {
      const trace = traceOf(llama8b(1), { prompt: 16, generate: 2, batch });
      const plan = auto.plan(pim, trace.header, { tiers: undefined });
      const ps = decodeTime(pim, trace, plan);
      const bound = bytesRead(trace) / (pim.part('hbm').facts.bandwidth ?? 0) / 1e-12;
      expect(ps < bound).toBe(batch === 1);
      const internal = bytesRead(trace) / (pim.part('hbm').facts.internalBandwidth ?? 0) / 1e-12;
      expect(ps).toBeGreaterThan(internal);
      return plan.explain?.findLast(({ example }) => example.endsWith('attn.qkv'))?.unit;
    };
    expect(unitOf(1)).toBe('the banks of hbm');
    expect(unitOf(16)).toBe('array');
  });

  it('uses the banks for one operator at a time', () => {
    const trace = traceOf(llama8b(1), { prompt: 4, generate: 2 });
    const plan = auto.plan(pim, trace.header, { tiers: undefined });
    const machine = new Machine(pim.parts, OPERATOR_KINDS.length);
    const spans = new Map<string, [number, number]>();
    for (const block of trace.blocks()) {
      if (block.name !== 'layer' || block.phase !== 'decode') continue;
      for (const [index, stretch] of plan.stretchesOf(block).entries()) {
        machine.run(stretch.tasks(), {
          recorder: {
            chunk(task, stage, _chunk, _accepted, started, _first, ended) {
              if (!['vector-write', 'segment-stream'].includes(stage.transaction.kind)) return;
              const [from, to] = spans.get(`${index} ${task.name}`) ?? [Infinity, 0];
              spans.set(`${index} ${task.name}`, [Math.min(from, started), Math.max(to, ended)]);
            },
          },
        });
      }
    }
    const last = [...spans].filter(([name]) => name.startsWith('2 ')).map(([, span]) => span);
    expect(last.length).toBeGreaterThanOrEqual(4);
    const ordered = last.toSorted((a, b) => a[0] - b[0]);
    for (const [index, [from]] of ordered.entries()) {
      expect(from).toBeGreaterThanOrEqual(ordered[index - 1]?.[1] ?? 0);
    }
  });
});

describe('auto against a named mapping', () => {
  it('comes within 15 % of pim-gpt on its own chip', () => {
    const chip = pimGptChip();
    const trace = traceOf(smallGpt2({ n_embd: 768, n_head: 12, vocab_size: 50257 }), {
      prompt: 1,
      generate: 40,
    });
    const sum = (steps: ReturnType<typeof stepsOf>): number => steps.reduce((total, { ps }) => total + ps, 0);
    const named = sum(stepsOf(chip, trace, pimGpt.plan(chip, trace.header, { headConcatenation: true })));
    const found = sum(stepsOf(chip, trace, auto.plan(chip, trace.header, { tiers: undefined })));
    expect(found / named).toBeGreaterThan(0.85);
    expect(found / named).toBeLessThan(1.15);
  });
});

describe('auto where nothing fits', () => {
  it('says which memory is too small, by how much, and what would help', () => {
    const trace = traceOf(llama8b(32), { prompt: 128, generate: 2 });
    const chip = chipNamed('npu-hbm', { 'components.hbm.banksPerGroup': '4' });
    const error = problem(() => auto.plan(chip, trace.header, { tiers: undefined }));
    expect(error.code).toBe('capacity/exceeded');
    expect(error.message).toMatch(/weights 13.06 GiB .*memory "hbm" has 8 GiB, which is 5.063 GiB short/);
    expect(error.hint).toMatch(/--weights int8/);
  });

  it('names the operator that no unit can do, and why', () => {
    const trace = traceOf(smallLlama(), { activations: 'fp32', prompt: 4 });
    const plan = auto.plan(npu, trace.header, { tiers: undefined });
    const error = problem(() => {
      for (const block of trace.blocks()) for (const stretch of plan.stretchesOf(block)) stretch.tasks();
    });
    expect(error.code).toBe('mapping/unsupported-operator');
    expect(error.message).toMatch(
      /attn.qkv.*array: it computes in bf16, .*and the operands are bf16 with activations of fp32: give it/,
    );
  });

  it('widens operands that are narrower than what a unit computes in, and tells it the format of both', () => {
    const trace = traceOf(smallLlama(), { weights: 'int8', kv: 'fp8-e4m3', prompt: 4 });
    const plan = auto.plan(npu, trace.header, { tiers: undefined });
    expect(decodeTime(npu, trace, plan)).toBeGreaterThan(0);
    const formats = new Set<string>();
    for (const block of trace.blocks()) {
      for (const { tag, stages } of plan.stretchesOf(block).flatMap((stretch) => stretch.tasks())) {
        for (const { transaction } of stages) {
          const { macs = 0, format, activationFormat } = transaction;
          if (macs > 0) formats.add(`${OPERATOR_KINDS[tag]}: ${format} × ${activationFormat}`);
        }
      }
    }
    expect([...formats].toSorted()).toEqual([
      'attention-context: fp8-e4m3 × bf16',
      'attention-scores: fp8-e4m3 × bf16',
      'lm-head: int8 × bf16',
      'matmul: int8 × bf16',
    ]);
  });

  it('decodes with weights of eight bits faster than with sixteen, where the array does not hold it up', () => {
    const timeOf = (weights: string): number => {
      const chip = chipNamed('npu-hbm', { 'components.array.macsPerPe': '8' });
      const trace = traceOf(llama8b(1), { prompt: 16, generate: 2, weights });
      return decodeTime(chip, trace, auto.plan(chip, trace.header, { tiers: undefined }));
    };
    const [narrow, wide] = [timeOf('int8'), timeOf('bf16')];
    expect(narrow / wide).toBeLessThan(0.6);
    expect(narrow / wide).toBeGreaterThan(0.5);
  });
});
