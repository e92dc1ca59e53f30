import { operatorBytes } from '@systole/trace';
import { describe, expect, it } from 'vitest';
import { auto, cambriconHybrid } from '../src/index.ts';
import { chipNamed, decideAll, lastStepTime, modelNamed, traceOf } from './auto-support.ts';

const INT8 = { weights: 'int8', kv: 'int8', activations: 'int8' } as const;

/** The points of the publication that the chips are built after. */
const POINTS = [
  ['s', 'opt-6.7b'],
  ['s', 'opt-13b'],
  ['s', 'opt-30b'],
  ['s', 'opt-66b'],
  ['s', 'llama-2-7b'],
  ['s', 'llama-2-13b'],
  ['s', 'llama-2-70b'],
  ['m', 'opt-6.7b'],
  ['m', 'opt-13b'],
  ['m', 'llama-2-13b'],
  ['l', 'opt-6.7b'],
  ['l', 'opt-66b'],
  ['l', 'llama-2-7b'],
  ['l', 'llama-2-70b'],
] as const;

describe('auto on a flash that computes', () => {
  it.each(POINTS)(
    'needs no more than 1.15 of the time a token of the named mapping: %s, %s',
    (size, model) => {
      const chip = chipNamed(`cambricon-llm-${size}`);
      const trace = traceOf(modelNamed(model), { ...INT8, prompt: 1000, generate: 2 });
      const options = { tileWidth: 0, prefetch: true };
      const named = lastStepTime(chip, trace, cambriconHybrid.plan(chip, trace.header, options));
      const found = lastStepTime(chip, trace, auto.plan(chip, trace.header, { tiers: undefined }));
      expect(found / named).toBeLessThan(1.15);
    },
  );

  it('is no faster than the cores and the channels together deliver', () => {
    const chip = chipNamed('cambricon-llm-m');
    const trace = traceOf(modelNamed('opt-13b'), { ...INT8, prompt: 1, generate: 2 });
    const plan = auto.plan(chip, trace.header, { tiers: undefined });
    const weights = plan.placement.find(({ what }) => what === 'weights');
    expect(weights?.memory).toBe('flash');
    const { bandwidth = 0, internalBandwidth = 0 } = chip.part('flash').facts;
    // Half of the planes have a core.
    const bound = ((weights?.bytes ?? 0) / (bandwidth + internalBandwidth / 2)) * 1e12;
    expect(lastStepTime(chip, trace, plan)).toBeGreaterThan(bound);
  });

  it('shares products between the cores and the array, and keeps caches, norms and biases out of the flash', () => {
    const chip = chipNamed('cambricon-llm-l');
    const trace = traceOf(modelNamed('opt-66b'), { ...INT8, prompt: 1, generate: 2 });
    const plan = auto.plan(chip, trace.header, { tiers: undefined });
    decideAll(trace, plan);
    expect(new Set(plan.placement.map(({ what, memory }) => `${what}: ${memory}`))).toEqual(
      new Set(['weights: flash', 'norms and biases: dram', 'KV cache: dram']),
    );
    const product = plan.explain?.find(
      ({ kind, tiling }) => kind === 'matmul' && tiling.includes('columns on'),
    );
    expect(product?.unit).toBe('cores with array');
    expect(product?.tiling).toMatch(
      /^\d+ of \d+ rounds of \d+ × \d+ in the flash, \d+ of \d+ columns on array$/,
    );
    // The array alone is among what was passed over, with its cost or the bound that excludes it.
    const alone = product?.alternatives.find(({ unit }) => unit === 'array');
    expect(alone?.ps ?? alone?.bound).toBeGreaterThan(product?.ps ?? Infinity);
  });

  it('reads weights from a memory that delivers them faster than the flash computes, and says so', () => {
    const trace = traceOf(modelNamed('llama-2-7b'), { ...INT8, prompt: 1, generate: 2 });
    const chip = chipNamed('cambricon-llm-s');
    const plan = auto.plan(chip, trace.header, { tiers: undefined });
    decideAll(trace, plan);
    expect(plan.placement.find(({ what }) => what === 'weights')?.memory).toBe('dram');
    const product = plan.explain?.find(({ kind }) => kind === 'matmul');
    expect(product?.alternatives.find(({ unit }) => unit === 'cores in a flash')?.reason).toMatch(
      /the weights are in "dram", where a token takes less time than in "flash"/,
    );
    const small = chipNamed('cambricon-llm-s', { 'components.dram.rowsPerBank': '8192' });
    const moved = auto.plan(small, trace.header, { tiers: undefined });
    expect(moved.placement.find(({ what }) => what === 'weights')?.memory).toBe('flash');
    const options = { tileWidth: 0, prefetch: true };
    const named = lastStepTime(small, trace, cambriconHybrid.plan(small, trace.header, options));
    expect(lastStepTime(small, trace, moved) / named).toBeLessThan(1.15);
  });

  it('fetches keys of earlier tokens while the flash computes, in steps, and reads each of them once', () => {
    const chip = chipNamed('cambricon-llm-l');
    const trace = traceOf(modelNamed('opt-6.7b'), { ...INT8, prompt: 700, generate: 40 });
    const plan = auto.plan(chip, trace.header, { tiers: undefined });
    const dram = chip.indexOf('dram');
    const keys = new Set<string>();
    let layers = 0;
    for (const block of trace.blocks()) {
      if (block.name !== 'layer' || block.phase !== 'decode') continue;
      const [products, attention] = plan.stretchesOf(block);
      const scores = block.operators.findIndex(({ kind }) => kind === 'attention-scores');
      const read = [...(products?.tasks() ?? []), ...(attention?.tasks() ?? [])]
        .filter(({ operator }) => operator === scores)
        .flatMap(({ stages }) => stages)
        .filter(({ component, transaction }) => component === dram && transaction.kind === 'read')
        .map(({ transaction }) => transaction.bytes);
      const operator = block.operators[scores];
      expect(read.length).toBeGreaterThan(1);
      expect(read.reduce((sum, bytes) => sum + bytes, 0)).toBe(
        operator === undefined ? 0 : operatorBytes(operator).kvRead,
      );
      keys.add(products?.key ?? '');
      layers++;
    }
    expect(layers).toBe(39);
    expect(keys.size).toBeLessThan(4);
  });

  it('takes weights of four bits with activations of sixteen', () => {
    const chip = chipNamed('cambricon-llm-m');
    const timeOf = (formats: object): number => {
      const trace = traceOf(modelNamed('opt-13b'), { ...formats, prompt: 1, generate: 2 });
      return lastStepTime(chip, trace, auto.plan(chip, trace.header, { tiers: undefined }));
    };
    const narrow = timeOf({ weights: 'int4', kv: 'fp16', activations: 'fp16' });
    expect(narrow).toBeLessThan(timeOf(INT8));
    expect(narrow).toBeGreaterThan(timeOf(INT8) / 2);
  });
});
