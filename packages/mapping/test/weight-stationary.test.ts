import { Machine } from '@systole/core';
import { operatorBytes, operatorMacs } from '@systole/trace';
import type { Trace } from '@systole/trace';
import { describe, expect, it } from 'vitest';
import { auto, OPERATOR_KINDS, weightStationary } from '../src/index.ts';
import type { Plan } from '../src/index.ts';
import { chipNamed, lastStepTime, modelNamed, problemOf, stepsOf, traceOf } from './auto-support.ts';
import { smallGpt2, smallLlama } from './support.ts';

const npu = chipNamed('npu-hbm');

const TILE = 256 * 1024;

function planOf(trace: Trace, chip = npu, tile = TILE): Plan {
  return weightStationary.plan(chip, trace.header, { tile, tiers: undefined });
}

describe('the weight-stationary mapping', () => {
  it.each([
    ['gpt2', smallGpt2({ n_embd: 256, n_head: 4 })],
    ['llama', smallLlama()],
  ])('does exactly the MACs of a %s, whatever the rows', (_name, config) => {
    for (const shape of [{ prompt: 1 }, { prompt: 300 }, { prompt: 5, batch: 3 }]) {
      const trace = traceOf(config, { ...shape, generate: 3 });
      const plan = planOf(trace, chipNamed('npu-hbm', { 'components.sram.capacity': '256 KiB' }));
      const machine = new Machine(npu.parts, OPERATOR_KINDS.length);
      for (const block of trace.blocks()) {
        let done = 0;
        for (const stretch of plan.stretchesOf(block)) {
          done += machine.run(stretch.tasks()).usefulMacs.reduce((sum, macs) => sum + macs, 0);
        }
        expect(done).toBe(block.operators.reduce((sum, operator) => sum + operatorMacs(operator), 0));
      }
    }
  });

  it('streams each weight once for a step of decoding, from where it is placed', () => {
    const trace = traceOf(modelNamed('gpt2'), { prompt: 1, generate: 2, batch: 4 });
    const hbm = npu.indexOf('hbm');
    const plan = planOf(trace);
    for (const block of trace.blocks()) {
      if (block.step === 0) continue;
      const tasks = plan.stretchesOf(block).flatMap((stretch) => stretch.tasks());
      for (const [index, operator] of block.operators.entries()) {
        if (operator.kind === 'embedding') continue;
        const { weights, kvRead } = operatorBytes(operator);
        const read = tasks
          .filter((task) => task.operator === index)
          .flatMap(({ stages }) => stages)
          .filter(({ component, transaction }) => component === hbm && transaction.kind === 'read')
          .reduce((sum, { transaction }) => sum + transaction.bytes, 0);
        expect(read).toBe(weights + kvRead);
      }
    }
  });

  it('fetches the weights of the next product while functions run', () => {
    const trace = traceOf(modelNamed('llama-3.1-8b'), { prompt: 16, generate: 1 });
    const block = [...trace.blocks()].find(({ name }) => name === 'layer');
    const [stretch] = block === undefined ? [] : planOf(trace).stretchesOf(block);
    const loads: number[] = [];
    let normed = 0;
    new Machine(npu.parts, OPERATOR_KINDS.length).run(stretch?.tasks() ?? [], {
      recorder: {
        chunk(task, stage, _chunk, _accepted, started, _first, ended) {
          if (task.name.includes('mlp.norm')) normed = Math.max(normed, ended);
          if (task.name.includes('mlp.gate') && stage.component === npu.indexOf('hbm')) loads.push(started);
        },
      },
    });
    expect(Math.min(...loads)).toBeLessThan(normed);
  });

  it('says what is missing, and what does not fit', () => {
    const trace = traceOf(modelNamed('llama-3.1-8b'), { prompt: 1, generate: 2 });
    const small = chipNamed('npu-hbm', { 'components.hbm.banksPerGroup': '4' });
    expect(problemOf(() => planOf(trace, small)).code).toBe('capacity/exceeded');
    const flash = problemOf(() => planOf(trace, chipNamed('pim-gpt')));
    expect(flash.code).toBe('mapping/missing-unit');
    expect(flash.message).toMatch(/"weight-stationary" needs a matrix unit/);
  });
});

describe('auto against the weight-stationary mapping', () => {
  const MODELS = ['gpt2', 'gpt2-medium', 'gpt2-large', 'gpt2-xl', 'llama-3.1-8b'];
  const SHAPES = [
    { prompt: 128, batch: 1 },
    { prompt: 1000, batch: 1 },
    { prompt: 16, batch: 16 },
  ];

  it.each(MODELS)('needs no more than 1.15 of its time, in prefill and decode: %s', (name) => {
    for (const shape of SHAPES) {
      const trace = traceOf(modelNamed(name), { ...shape, generate: 2 });
      const named = stepsOf(npu, trace, planOf(trace));
      const found = stepsOf(npu, trace, auto.plan(npu, trace.header, { tiers: undefined }));
      for (const [step, { ps }] of found.entries()) {
        expect(ps / (named[step]?.ps ?? 0)).toBeLessThan(1.15);
      }
    }
  });

  it('is itself within reach of the bandwidth that the memory has beside refresh', () => {
    const chip = chipNamed('npu-hbm', { 'components.hbm.refresh': 'none', 'components.hbm.IDD5': '500 mA' });
    const trace = traceOf(modelNamed('llama-3.1-8b'), { prompt: 128, generate: 2 });
    let bytes = 0;
    for (const block of trace.blocks()) {
      if (block.step === 0) continue;
      for (const operator of block.operators) {
        if (operator.kind === 'embedding') continue;
        const { weights, kvRead } = operatorBytes(operator);
        bytes += (weights + kvRead) * block.repeat;
      }
    }
    const bound = (bytes / (chip.part('hbm').facts.bandwidth ?? 0)) * 1e12;
    const named = bound / lastStepTime(chip, trace, planOf(trace, chip));
    expect(named).toBeGreaterThan(0.95);
    expect(named).toBeLessThan(1);
    // What runs ahead across operators and stretches leaves the memory idle for less than a hundredth of a token.
    const found = bound / lastStepTime(chip, trace, auto.plan(chip, trace.header, { tiers: undefined }));
    expect(found).toBeGreaterThan(0.99);
    expect(found).toBeLessThan(1);
  });
});
