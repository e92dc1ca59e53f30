import { createCatalogue } from '@systole/core';
import { defineChip, resolveChip } from '@systole/chip';
import type { ComponentSpec, ResolvedChip } from '@systole/chip';
import { computePackage } from '@systole/compute';
import { interconnectPackage } from '@systole/interconnect';
import { auto, createMappings, pimGpt } from '@systole/mapping';
import { memoryPackage } from '@systole/memory';
import { generateTrace } from '@systole/trace';
import type { ModelConfig } from '@systole/trace';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { replay } from '../src/index.ts';
import type { OverheadSummary, OverheadVariant, Result } from '../src/index.ts';

const catalogue = createCatalogue([memoryPackage, computePackage, interconnectPackage]);
const mappings = createMappings([pimGpt, auto]);

const MODEL: ModelConfig = {
  name: 'small',
  architecture: 'gpt2',
  layers: 2,
  hidden: 256,
  heads: 4,
  kvHeads: 4,
  headDim: 64,
  intermediate: 1024,
  vocabulary: 500,
  embeddingWidth: 256,
  maxContext: 64,
  positions: 'learned',
  positionRows: 64,
  norm: 'layernorm',
  normPlacement: 'before',
  finalNorm: true,
  activation: 'gelu',
  gated: false,
  attentionBias: true,
  mlpBias: true,
  tied: true,
};

const workload = { prompt: 1, generate: 3, batch: 1, weights: 'bf16', kv: 'bf16', activations: 'bf16' };

/** Eight channels of GDDR6 with a unit beside each bank, or without. */
function chipWith(dram: Readonly<Record<string, string | number>>, computes = true): ResolvedChip {
  const memory: ComponentSpec = {
    type: 'memory/dram',
    preset: 'gddr6-8gb-x16-14000-1250mv',
    channels: 8,
    ...(computes ? { attach: 'mac' } : {}),
    ...dram,
  };
  const units: Readonly<Record<string, ComponentSpec>> = computes
    ? { mac: { type: 'compute/pim-bank' } }
    : { array: { type: 'compute/systolic' } };
  const components: Readonly<Record<string, ComponentSpec>> = {
    dram: memory,
    ...units,
    sram: { type: 'memory/sram', capacity: '1 MiB' },
    vector: { type: 'compute/vector' },
    xbar: { type: 'interconnect/crossbar', inputs: 25, outputs: 25 },
  };
  return resolveChip(
    defineChip({
      name: 'pim',
      clock: '1 GHz',
      mapping: computes ? 'pim-gpt' : 'auto',
      components,
      connections: [
        { from: 'sram', to: 'xbar', lanes: 8 },
        { from: 'vector', to: 'xbar', lanes: 8 },
        { from: 'xbar', to: 'dram', lanes: 8 },
        ...(computes ? [] : [{ from: 'array', to: 'xbar' }]),
      ],
    }),
    catalogue,
  );
}

function run(chip: ResolvedChip, bounds = true): Result {
  return replay(chip, generateTrace(MODEL, workload), { mappings, bounds }).result;
}

function overheadsOf(dram: Readonly<Record<string, string | number>>): OverheadSummary {
  const [found] = run(chipWith(dram)).commandOverheads ?? [];
  if (found === undefined) throw new Error('a chip that computes in its memory has overheads');
  return found;
}

function variant({ variants }: OverheadSummary, name: string): OverheadVariant {
  const found = variants.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
}

const part = ({ parts }: OverheadVariant, name: string): number =>
  parts.find((each) => each.part === name)?.ps ?? NaN;

describe('overheads of in-memory commands', () => {
  it('are told of the ideal, the chip, and published devices, in that order', () => {
    const { memory, step, variants } = overheadsOf({});
    expect(memory).toBe('dram');
    expect(step).toBe(1);
    expect(variants.map(({ name }) => name)).toEqual([
      'in-memory-ideal',
      'configured',
      'in-memory-aim',
      'in-memory-hbm-pim',
      'in-memory-newton',
      'in-memory-attacc',
    ]);
    for (const { name, source } of variants) expect(source === undefined).toBe(name === 'configured');
  });

  it('are of the step that the bounds are of, and the configured time is its time', () => {
    const result = run(chipWith({ modeSwitch: '5 ns' }));
    const [found] = result.commandOverheads ?? [];
    expect(found?.step).toBe(result.bounds.step);
    expect(found?.variants[1]?.ps).toBe(result.bounds.ps);
  });

  it('add up to the time of the step, from the ideal up', () => {
    const drawn = fc.record({
      modeSwitch: fc.constantFrom('0 ns', '3 ns', '40 ns'),
      resultReads: fc.constantFrom('exclusive', 'overlapped'),
      allBankActivation: fc.constantFrom('simultaneous', 'windowed'),
      macSlowdown: fc.constantFrom(1, 1.25, 3),
      tPrechargeStep: fc.constantFrom('0 ns', '2 ns'),
      refresh: fc.constantFrom('all-bank', 'none'),
    });
    fc.assert(
      fc.property(drawn, (dram) => {
        const { variants } = overheadsOf(dram);
        const ideal = variants[0]?.ps ?? NaN;
        for (const { ps, factor, parts } of variants) {
          expect(parts.reduce((sum, each) => sum + each.ps, 0)).toBe(ps);
          expect(Math.min(...parts.map((each) => each.ps))).toBeGreaterThanOrEqual(0);
          expect(ps).toBeGreaterThanOrEqual(ideal);
          expect(factor).toBe(ps / ideal);
        }
      }),
      { numRuns: 12 },
    );
  });

  it('put a chip without any between the ideal and every device that has more of each', () => {
    const found = overheadsOf({});
    const configured = variant(found, 'configured');
    expect(configured.factor).toBeGreaterThan(1);
    for (const name of ['in-memory-aim', 'in-memory-hbm-pim', 'in-memory-newton']) {
      expect(variant(found, name).ps).toBeGreaterThan(configured.ps);
    }
  });

  it('show each device where it spends its time', () => {
    const found = overheadsOf({});
    const [ideal, aim, newton, attacc] = ['ideal', 'aim', 'newton', 'attacc'].map((name) =>
      variant(found, `in-memory-${name}`),
    );
    if (ideal === undefined || aim === undefined || newton === undefined || attacc === undefined)
      throw new Error();
    expect(part(ideal, 'mode-switch')).toBe(0);
    expect(part(aim, 'mode-switch')).toBeGreaterThan(0);
    expect(part(newton, 'activation-limit')).toBeGreaterThan(part(ideal, 'activation-limit'));
    expect(part(newton, 'mode-switch')).toBe(0);
    expect(part(attacc, 'columns')).toBeGreaterThan(part(ideal, 'columns'));
    expect(part(attacc, 'vector-write')).toBe(part(ideal, 'vector-write'));
  });

  it('are those of a chip that is given the preset', () => {
    const aim = variant(overheadsOf({}), 'in-memory-aim');
    const { modeSwitch, tRCDMac } = { modeSwitch: '16 ns', tRCDMac: '28 ns' };
    expect(variant(overheadsOf({ modeSwitch, tRCDMac }), 'configured').ps).toBe(aim.ps);
  });

  it('are the same each time, and change nothing else of the result', () => {
    const result = run(chipWith({ modeSwitch: '5 ns' }));
    expect(run(chipWith({ modeSwitch: '5 ns' }))).toEqual(result);
    const { commandOverheads, bounds, ...others } = result;
    expect(commandOverheads).toHaveLength(1);
    const plain = run(chipWith({ modeSwitch: '5 ns' }), false);
    expect(plain).toEqual({ ...others, bounds: { ...bounds, components: [] } });
  });

  it('are told of memories that compute alone', () => {
    expect(run(chipWith({}, false)).commandOverheads).toBeUndefined();
  });

  it('follow a memory whose bursts come slower than vectors do in a device', () => {
    const slow = overheadsOf({ tCCDS: '5 ns', tCCDL: '5 ns', tCCDMac: '5 ns' });
    expect(slow.variants).toHaveLength(6);
    const hbmPim = variant(slow, 'in-memory-hbm-pim');
    expect(part(hbmPim, 'vector-write')).toBe(part(variant(slow, 'configured'), 'vector-write'));
  });
});
