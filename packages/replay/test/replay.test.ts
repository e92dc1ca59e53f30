import { createCatalogue } from '@systole/core';
import { defineChip, resolveChip, vary } from '@systole/chip';
import { computePackage } from '@systole/compute';
import { interconnectPackage } from '@systole/interconnect';
import { createMappings, pimGpt } from '@systole/mapping';
import { memoryPackage } from '@systole/memory';
import { generateTrace } from '@systole/trace';
import type { ModelConfig, TraceBlock } from '@systole/trace';
import { describe, expect, it } from 'vitest';
import { replay, replayStream, startReplay } from '../src/index.ts';
import { blockOf, mappings, oneByOne, tinyChip, traceOf } from './support/tiny.ts';

const chip = tinyChip();
const trace = traceOf([blockOf(0, 2, [3, 4]), blockOf(1, 2, [5])]);

/** The error that `run` throws, as far as it is told to a user. */
function problemOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'SystoleError') throw error;
    const { code, place, hint } = error as Error & Record<'code' | 'place' | 'hint', unknown>;
    return { code, place, hint, message: error.message };
  }
  return undefined;
}

describe('a wrong input', () => {
  it('is a trace without operators', () => {
    expect(problemOf(() => replay(chip, traceOf([]), { mappings }))).toMatchObject({ code: 'trace/invalid' });
    expect(problemOf(() => startReplay(chip, trace.header, { mappings }).finish())).toMatchObject({
      code: 'trace/invalid',
    });
  });

  it('is a mapping that is not there, with the nearest name', () => {
    expect(problemOf(() => replay(chip, trace, { mappings, mapping: 'one-by-two' }))).toMatchObject({
      code: 'mapping/unknown',
      hint: 'Did you mean "one-by-one"?',
    });
  });

  it('is an option that the mapping does not have, or of the wrong kind', () => {
    const withOption = (option: Record<string, string | number>) =>
      resolveChip(
        vary(chip.spec, (draft) => {
          draft.mapping = { name: 'one-by-one', ...option };
        }),
        createCatalogue([
          { name: 'test', components: chip.parts.slice(0, 1).map(({ declaration }) => declaration) },
        ]),
      );
    expect(problemOf(() => replay(withOption({ chunk: 4 }), trace, { mappings }))).toMatchObject({
      code: 'chip/unknown-key',
      place: { path: 'mapping.chunk' },
      hint: 'Did you mean "chunks"?',
    });
    expect(problemOf(() => replay(withOption({ chunks: 'many' }), trace, { mappings }))).toMatchObject({
      code: 'parameter/wrong-type',
    });
    expect(replay(withOption({ chunks: 5 }), trace, { mappings }).result.mapping.options).toEqual({
      chunks: 5,
    });
  });

  it('is a chip without what the mapping needs', () => {
    expect(
      problemOf(() =>
        replay(chip, trace, { mappings: createMappings([oneByOne, pimGpt]), mapping: 'pim-gpt' }),
      ),
    ).toMatchObject({
      code: 'mapping/missing-unit',
    });
  });

  it('is a model that does not fit, with what it needs, what there is, and what is missing', () => {
    const small = pimChip(1, 256);
    const run = (): unknown =>
      replay(small, generateTrace(model(2048), workload), { mappings: createMappings([pimGpt]) });
    expect(problemOf(run)).toMatchObject({
      code: 'capacity/exceeded',
      place: { path: 'components.dram' },
      message: expect.stringMatching(
        /weights .* MiB \+ KV cache .* = .* MiB, memory "dram" has 8 MiB, which is .* MiB short/,
      ),
      hint: expect.stringContaining('--set components.dram.channels=2'),
    });
    expect(
      problemOf(() =>
        replay(pimChip(8, 4096), generateTrace(model(256), workload), { mappings: createMappings([pimGpt]) }),
      ),
    ).toBeUndefined();
  });
});

const workload = { prompt: 2, generate: 2, batch: 1, weights: 'bf16', kv: 'bf16', activations: 'bf16' };

function model(hidden: number): ModelConfig {
  return {
    name: 'small',
    architecture: 'gpt2',
    layers: 2,
    hidden,
    heads: 4,
    kvHeads: 4,
    headDim: hidden / 4,
    intermediate: hidden * 4,
    vocabulary: 500,
    embeddingWidth: hidden,
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
}

function pimChip(channels: number, rowsPerBank: number) {
  return resolveChip(
    defineChip({
      name: 'pim',
      clock: '1 GHz',
      mapping: 'pim-gpt',
      components: {
        dram: {
          type: 'memory/dram',
          attach: 'mac',
          channels,
          rowsPerBank,
          rowBytes: '2 KiB',
          burstBytes: '32 B',
        },
        mac: { type: 'compute/pim-bank', banks: channels * 16 },
        sram: { type: 'memory/sram', capacity: '128 KiB' },
        vector: { type: 'compute/vector' },
        xbar: { type: 'interconnect/crossbar', inputs: 24, outputs: 24 },
      },
      connections: [
        { from: 'sram', to: 'xbar' },
        { from: 'vector', to: 'xbar' },
        { from: 'xbar', to: 'dram', lanes: channels },
      ],
    }),
    createCatalogue([memoryPackage, computePackage, interconnectPackage]),
  );
}

describe('a result', () => {
  const { result } = replay(chip, trace, { mappings });

  it('is plain data', () => {
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  it('names its inputs by a hash that changes with each of them, and with nothing else', () => {
    const hash = (...args: Parameters<typeof replay>): string => replay(...args).result.inputsHash;
    const other = createMappings([oneByOne, { ...oneByOne, name: 'same-work' }]);
    const hashes = [
      result.inputsHash,
      hash(tinyChip({ cycle: '11 ps' }), trace, { mappings }),
      hash(chip, traceOf([blockOf(0, 2, [3, 4]), blockOf(1, 2, [6])]), { mappings }),
      hash(chip, traceOf([blockOf(0, 3, [3, 4]), blockOf(1, 2, [5])]), { mappings }),
      hash(chip, trace, { mappings: other, mapping: 'same-work' }),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hash(chip, trace, { mappings, reuse: false })).toBe(result.inputsHash);
    expect(hash(chip, trace, { mappings, timeline: { steps: [0] } })).toBe(result.inputsHash);
  });

  it('counts cycles of the clock of the chip', () => {
    expect(result.time.total.cycles).toBe(Math.ceil(result.time.total.ps / 1000));
    expect(result.chip.clockHz).toBe(1e9);
  });
});

describe('a run', () => {
  it('takes a stream of blocks as it takes an iterable', async () => {
    async function* stream(): AsyncGenerator<TraceBlock, void> {
      for (const block of trace.blocks()) yield await Promise.resolve(block);
    }
    const streamed = await replayStream(chip, trace.header, stream(), { mappings });
    expect(streamed).toEqual(replay(chip, trace, { mappings }));
  });

  it('tells of every step', () => {
    const told: (readonly [number, number])[] = [];
    replay(chip, trace, { mappings, onStep: (done, steps) => told.push([done, steps]) });
    expect(told).toEqual([
      [1, 2],
      [2, 2],
    ]);
  });
});
