import { createCatalogue } from '@systole/core';
import { defineChip, resolveChip } from '@systole/chip';
import type { ComponentSpec, ResolvedChip } from '@systole/chip';
import { computePackage } from '@systole/compute';
import { interconnectPackage } from '@systole/interconnect';
import { memoryPackage } from '@systole/memory';
import { generateTrace } from '@systole/trace';
import type { ModelConfig, Trace } from '@systole/trace';

const catalogue = createCatalogue([memoryPackage, computePackage, interconnectPackage]);

/** The sizes of a chip of four tiers: rows of a bank of HBM and DDR make 128 KiB and 256 KiB each. */
export interface TieredShape {
  readonly sramKib: number;
  readonly hbmRows: number;
  readonly ddrRows: number;
  readonly flash: boolean;
}

/** 256 KiB of SRAM, 20 MiB of HBM2, 128 MiB of DDR4, 128 GiB of flash. */
export const TIERED: TieredShape = { sramKib: 256, hbmRows: 160, ddrRows: 512, flash: true };

/** An NPU with an SRAM, a small stack of HBM, two channels of DDR4 and a flash, the last two on ports of their own. */
export function tieredChip(
  { sramKib, hbmRows, ddrRows, flash }: TieredShape,
  mapping: string,
  options: Readonly<Record<string, string>> = {},
): ResolvedChip {
  const flashPart: Record<string, ComponentSpec> = {
    flash: {
      type: 'memory/nand',
      preset: 'kioxia-128l-tlc',
      channels: 2,
      chipsPerChannel: 1,
      diesPerChip: 1,
    },
  };
  const chip = defineChip({
    name: 'tiers',
    clock: '1 GHz',
    mapping: { name: mapping, ...options },
    components: {
      hbm: { type: 'memory/dram', preset: 'hbm2-8gb-2000', channels: 8, rowsPerBank: hbmRows },
      ddr: { type: 'memory/dram', preset: 'ddr4-8gb-x8-3200aa', channels: 2, rowsPerBank: ddrRows },
      ...(flash ? flashPart : {}),
      sram: {
        type: 'memory/sram',
        capacity: `${sramKib} KiB`,
        width: '64 B',
        banks: 16,
        ports: 'read-write',
      },
      array: { type: 'compute/systolic', rows: 32, columns: 32, format: 'bf16', widens: true },
      vector: { type: 'compute/vector' },
      xbar: { type: 'interconnect/crossbar', inputs: 64, outputs: 64, width: '64 B' },
    },
    connections: [
      { from: 'sram', to: 'xbar', lanes: 16 },
      { from: 'array', to: 'xbar', lanes: 8 },
      { from: 'vector', to: 'xbar', lanes: 8 },
      { from: 'hbm', to: 'xbar', lanes: 8 },
      { from: 'ddr', to: 'xbar', lanes: 2 },
      ...(flash ? [{ from: 'flash', to: 'xbar', lanes: 2 }] : []),
    ],
  });
  return resolveChip(chip, catalogue);
}

const LLAMA: ModelConfig = {
  name: 'small',
  architecture: 'llama',
  layers: 6,
  hidden: 512,
  heads: 8,
  kvHeads: 8,
  headDim: 64,
  intermediate: 2048,
  vocabulary: 1000,
  embeddingWidth: 512,
  maxContext: 65_536,
  positions: 'rotary',
  positionRows: 0,
  norm: 'rmsnorm',
  normPlacement: 'before',
  finalNorm: true,
  activation: 'silu',
  gated: true,
  attentionBias: false,
  mlpBias: false,
  tied: false,
};

/** A Llama in bf16: six layers of 8 MiB and 2 MiB beside them, unless it is changed. */
export function llamaTrace(
  workload: { readonly prompt: number; readonly generate: number; readonly batch?: number },
  shape: Partial<ModelConfig> = {},
): Trace {
  const formats = { weights: 'bf16', kv: 'bf16', activations: 'bf16' };
  return generateTrace({ ...LLAMA, ...shape }, { batch: 1, ...workload, ...formats });
}
