import { readFileSync } from 'node:fs';
import { loadChip, resolveChip, setParameter } from '@systole/chip';
import type { ResolvedChip } from '@systole/chip';
import { Machine } from '@systole/core';
import { operatorMacs } from '@systole/trace';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shareChain } from '../src/cambricon-hybrid/chain.ts';
import type { ChainOptions, ChainProduct } from '../src/cambricon-hybrid/chain.ts';
import { chooseTile, roundTime } from '../src/in-flash/tiling.ts';
import type { FlashShape } from '../src/in-flash/tiling.ts';
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
  const product = (changes: Partial<ChainProduct> = {}): ChainProduct => ({
    rows: 4096,
    columns: 4096,
    vectors: 1,
    bytes: BYTES,
    pageCompute: 20_480_000,
    arrayRate: 1e12,
    after: [],
    ...changes,
  });
  const options = (changes: Partial<ChainOptions> = {}): ChainOptions => ({
    flash: flash(8, 4),
    tileWidth: 0,
    room: 4 * 1024 * 1024,
    ahead: 0,
    ...changes,
  });

  it('end together, as near as whole rounds allow', () => {
    // 4096 x 4096 on S: 16 x 2 rounds. The flash does 17.3 GB/s, the NPU reads 7.9: about 11 of 16 rows of tiles.
    const { shares } = shareChain([product()], options());
    expect(shares).toEqual([{ tile: { width: 2048, height: 256 }, rounds: 22, npuRows: 5 * 256 }]);
  });

  it('leave many activation rows to the NPU, which takes them together', () => {
    const { shares } = shareChain([product({ vectors: 1000, arrayRate: 1e15 })], options());
    expect(shares).toMatchObject([{ rounds: 0, npuRows: 4096 }]);
  });

  it('count on what is in the SRAM already', () => {
    const ahead = 4 * 1024 * 1024;
    const without = shareChain([product()], options());
    const having = shareChain([product()], options({ ahead }));
    expect(having.npuBytes).toBeGreaterThan(without.npuBytes);
    expect(having.time).toBeLessThan(without.time);
  });

  it('use the rounds of one product for reading the weights of the next', () => {
    // On L a product of two rounds is too short for reading even one of them; behind another, the NPU has had the time.
    const l = { flash: flash(32, 16), room: 64 * 1024 * 1024 };
    const long = product({ rows: 7 * 2048 });
    const both = shareChain([long, product({ after: [0] })], options(l));
    const apart = [shareChain([long], options(l)), shareChain([product()], options(l))];
    expect(apart[1]?.npuBytes).toBe(0);
    expect(both.time).toBeLessThan(apart.reduce((sum, { time }) => sum + time, 0));
  });

  it('cover every output, and are never slower than the flash alone', () => {
    const sizes = fc.record({
      rows: fc.integer({ min: 1, max: 20_000 }),
      columns: fc.integer({ min: 1, max: 20_000 }),
      vectors: fc.constantFrom(1, 1, 4, 64),
    });
    const chips = fc.record({
      flash: fc.record({ channels: fc.constantFrom(1, 8, 32), cores: fc.integer({ min: 1, max: 32 }) }),
      room: fc.integer({ min: 0, max: 1 << 24 }),
      ahead: fc.integer({ min: 0, max: 1 << 22 }),
    });
    fc.assert(
      fc.property(
        fc.array(sizes, { minLength: 1, maxLength: 4 }),
        chips,
        (list, { flash: size, ...rest }) => {
          const products = list.map((one, index) =>
            product({ ...one, after: index === 0 ? [] : [index - 1] }),
          );
          const context = options({ flash: flash(size.channels, size.cores), ...rest });
          const { shares, time } = shareChain(products, context);
          let alone = 0;
          for (const [index, { tile, rounds, npuRows }] of shares.entries()) {
            const { rows, columns, vectors, pageCompute } = products[index] ?? product();
            const across = Math.ceil(columns / tile.width);
            expect(rounds % across).toBe(0);
            expect(Math.min(rows, (rounds / across) * tile.height) + npuRows).toBe(rows);
            const round = Math.max(roundTime(context.flash, tile, 1), pageCompute);
            alone +=
              across * Math.ceil(rows / tile.height) * vectors * round + pageCompute + tile.height * 1e3;
          }
          expect(time).toBeLessThanOrEqual(alone * (1 + 1e-9));
        },
      ),
    );
    expect.hasAssertions();
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
      fc.property(config, shape, fc.boolean(), (model, workload, prefetch) => {
        const trace = traceOf(model, { ...workload, ...INT8 });
        const plan = cambriconHybrid.plan(chip, trace.header, { tileWidth: 0, prefetch });
        const machine = new Machine(chip.parts, OPERATOR_KINDS.length);
        for (const block of trace.blocks()) {
          const asked = block.operators.reduce((sum, operator) => sum + operatorMacs(operator), 0);
          let done = 0;
          for (const stretch of plan.stretchesOf(block)) {
            done += machine.run(stretch.tasks()).usefulMacs.reduce((sum, macs) => sum + macs, 0);
          }
          expect(done).toBe(asked);
        }
      }),
      { numRuns: 25 },
    );
    expect.hasAssertions();
  });

  it('read from the flash ahead what the NPU then finds in its SRAM, byte for byte', () => {
    // Of the keys and weights that one stretch fetches, the next one reads as many from the SRAM.
    const trace = traceOf(
      smallLlama({ hidden_size: 2048, num_attention_heads: 32, num_key_value_heads: 32 }),
      {
        ...INT8,
        prompt: 900,
        generate: 2,
      },
    );
    const plan = cambriconHybrid.plan(chip, trace.header, { tileWidth: 0, prefetch: true });
    const [block] = [...trace.blocks()].filter(({ step, name }) => step === 1 && name === 'layer');
    if (block === undefined) throw new Error('a trace without a layer');
    const tasks = plan.stretchesOf(block).map((stretch) => stretch.tasks());
    const at = (name: string): number => chip.indexOf(name);
    const bytes = (
      list: readonly (typeof tasks)[number][number][],
      component: number,
      kind: string,
    ): number =>
      list
        .filter(({ name }) => name.endsWith('fetched ahead'))
        .flatMap(({ stages }) => stages)
        .filter((stage) => stage.component === component && stage.transaction.kind === kind)
        .reduce((sum, { transaction }) => sum + transaction.bytes, 0);
    for (const [index, list] of tasks.entries()) {
      const fetched = bytes(list, at('sram'), 'write');
      const used = bytes(tasks[index + 1] ?? [], at('sram'), 'read');
      expect(used).toBeLessThanOrEqual(fetched);
      // What is left over is less than a stripe: a page on every channel.
      expect(fetched - used).toBeLessThan(8 * 16_384);
    }
    expect(tasks.flat().filter(({ name }) => name.endsWith('fetched ahead')).length).toBeGreaterThanOrEqual(
      2,
    );
  });

  it.each([true, false])(
    'read no more at once than the SRAM has room for, fetching ahead: %s',
    (prefetch) => {
      const model = smallLlama({ hidden_size: 4096, num_attention_heads: 32, num_key_value_heads: 32 });
      const trace = traceOf(model, { ...INT8, generate: 2 });
      const plan = cambriconHybrid.plan(chip, trace.header, { tileWidth: 0, prefetch });
      const [block] = [...trace.blocks()].filter(({ step, name }) => step === 1 && name === 'layer');
      if (block === undefined) throw new Error('a trace without a layer');
      const reads = plan.stretchesOf(block).map((stretch) => {
        const tasks = stretch.tasks();
        const isRead = (index: number): boolean => tasks[index]?.name.endsWith(': on the NPU') === true;
        const groups = [...tasks.keys()].filter(isRead);
        // A group that waits for an earlier one takes its room; the others start together.
        return {
          all: groups.length,
          free: groups.filter((index) => !tasks[index]?.after.some(isRead)).length,
        };
      });
      // 8 MiB hold 31 stripes of 128 KiB beside activations and what is fetched for later: four groups of seven.
      expect(Math.max(...reads.map(({ all }) => all))).toBeGreaterThan(8);
      expect(Math.max(...reads.map(({ free }) => free))).toBe(4);
    },
  );

  it('need flash that computes', () => {
    const header = traceOf(smallGpt2(), INT8).header;
    expect(() => cambriconHybrid.plan(pimGptChip(), header, { tileWidth: 0, prefetch: true })).toThrow(
      /a flash that computes/,
    );
  });

  it('say what does not fit', () => {
    const small = chipOf('s', { 'components.dram.rowsPerBank': '100' });
    const model = smallGpt2({ n_embd: 1024, n_head: 16, n_layer: 8 });
    const header = traceOf(model, { ...INT8, prompt: 1000 }).header;
    expect(() => cambriconHybrid.plan(small, header, { tileWidth: 0, prefetch: true })).toThrow(
      /memory "dram" has .* short/,
    );
  });
});
