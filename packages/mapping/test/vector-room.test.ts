import { defineChip, resolveChip } from '@systole/chip';
import type { ResolvedChip } from '@systole/chip';
import { Machine } from '@systole/core';
import type { Task } from '@systole/core';
import type { Workload } from '@systole/trace';
import { describe, expect, it } from 'vitest';
import { auto, findInMemoryDevice, OPERATOR_KINDS, pimGpt } from '../src/index.ts';
import type { MappingDeclaration } from '../src/index.ts';
import { catalogue, pimGptChip, smallGpt2, smallLlama, traceOf } from './support.ts';

const GPT2 = smallGpt2({ n_embd: 640, n_head: 10 });

function stretchesOf(
  chip: ResolvedChip,
  mapping: MappingDeclaration,
  workload: Partial<Workload> = {},
  config = GPT2,
): readonly (readonly Task[])[] {
  const trace = traceOf(config, { prompt: 3, ...workload });
  const options = mapping === pimGpt ? { headConcatenation: true } : {};
  const plan = mapping.plan(chip, trace.header, options);
  return [...trace.blocks()].flatMap((block) => plan.stretchesOf(block).map((stretch) => stretch.tasks()));
}

/** Bytes that each channel receives in the largest chunk of a vector, over all tasks. */
function longestVector(stretches: readonly (readonly Task[])[]): number {
  return stretches.flat().reduce((most, { chunks, stages }) => {
    const vectors = stages.map(({ transaction: { dims = {} } }) => dims['vectorBytes'] ?? 0);
    return Math.max(most, Math.ceil(Math.max(0, ...vectors) / chunks));
  }, 0);
}

/** Eight channels of GDDR6, whose banks have the units of HBM2-PIM; the vector buffers are as large as they come. */
function hbm2Pim(): ResolvedChip {
  const spec = defineChip({
    name: 'hbm2-pim-banks',
    clock: '1 GHz',
    mapping: 'pim-gpt',
    components: {
      dram: { type: 'memory/dram', preset: 'gddr6-8gb-x16-14000-1250mv', channels: 8, attach: 'mac' },
      mac: { type: 'compute/pim-bank', preset: 'hbm2-pim' },
      sram: { type: 'memory/sram', capacity: '128 KiB', width: '64 B' },
      vector: { type: 'compute/vector', adders: 64, multipliers: 32 },
      xbar: { type: 'interconnect/crossbar', width: '64 B' },
    },
    connections: ['sram', 'vector', 'dram'].map((from) => ({ from, to: 'xbar' })),
  });
  return resolveChip(spec, catalogue);
}

describe('the room for a vector', () => {
  it.each([
    ['vectorBuffer', {}, 2048, 'dram'],
    ['inputBuffer', { 'components.mac.inputBuffer': '256 B' }, 256, 'mac'],
    ['vectorBuffer', { 'components.mac.inputBuffer': '4 KiB' }, 2048, 'dram'],
  ])('is %s with %o', (parameter, changes, bytes, component) => {
    const device = findInMemoryDevice(pimGptChip(changes), 'pim-gpt');
    expect(device.vectorBuffer).toBe(bytes);
    expect(device.vectorLimit).toEqual({ component, parameter });
  });

  it('sets the tiles, wherever it is said', () => {
    const byUnit = stretchesOf(pimGptChip({ 'components.mac.inputBuffer': '256 B' }), pimGpt);
    const byMemory = stretchesOf(pimGptChip({ 'components.dram.vectorBuffer': '256 B' }), pimGpt);
    expect(byUnit).toEqual(byMemory);
    expect(longestVector(byUnit)).toBe(256);
    expect(longestVector(stretchesOf(pimGptChip(), pimGpt))).toBeGreaterThan(256);
  });

  it.each([
    ['pim-gpt', pimGpt],
    ['auto', auto],
  ] as const)('lets %s run on the units of HBM2-PIM, which hold 256 B', (_name, mapping) => {
    const chip = hbm2Pim();
    const formats = { weights: 'fp16', kv: 'fp16', activations: 'fp16' };
    for (const config of [GPT2, smallLlama({ num_attention_heads: 8, num_key_value_heads: 2 })]) {
      const stretches = stretchesOf(chip, mapping, formats, config);
      expect(longestVector(stretches)).toBeGreaterThan(0);
      expect(longestVector(stretches)).toBeLessThanOrEqual(256);
      const machine = new Machine(chip.parts, OPERATOR_KINDS.length);
      const asked = stretches
        .flat()
        .flatMap(({ stages }) => stages)
        .reduce((sum, { transaction }) => sum + (transaction.macs ?? 0), 0);
      const done = stretches.reduce(
        (sum, tasks) => machine.run(tasks).usefulMacs.reduce((all, macs) => all + macs, sum),
        0,
      );
      expect(done).toBe(asked);
    }
  });

  it('is asked for in bytes of all channels together', () => {
    const stretches = stretchesOf(pimGptChip(), pimGpt, {}, smallLlama());
    const vectors = stretches
      .flat()
      .flatMap(({ stages }) =>
        stages.flatMap(({ transaction }) => (transaction.kind === 'vector-write' ? [transaction] : [])),
      );
    expect(vectors.length).toBeGreaterThan(0);
    for (const { bytes, dims = {} } of vectors) {
      expect(bytes).toBe((dims['vectorBytes'] ?? 0) * (dims['channels'] ?? 0));
    }
  });
});
