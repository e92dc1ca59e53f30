import { readFileSync } from 'node:fs';
import { pimBank } from '@systole/compute';
import { defineComponent, Machine, ModelFault } from '@systole/core';
import type { ComponentModel, SegmentConsumer, Task } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { partOf } from './part-of.ts';
import type { Written } from './part-of.ts';

interface Peak {
  readonly preset: string;
  readonly macsPerSecond: number;
  readonly relative: number;
}

const { peaks }: { peaks: readonly Peak[] } = JSON.parse(
  readFileSync(new URL('fixtures/pim-peaks.json', import.meta.url), 'utf8'),
);

const SEGMENT = 32;

/** A memory of `lanes` banks that does nothing but stream 32-byte segments as fast as its unit takes them. */
const streamer = defineComponent({
  type: 'test/streamer',
  role: 'memory',
  summary: 'streams segments',
  parameters: {},
  ports: {},
  accepts: {},
  inMemory: 'host',
  facts: () => ({ minimumLatency: 0, resources: 1 }),
  lowerBound: () => 0,
  create({ host }) {
    let unit: SegmentConsumer | undefined;
    const model: ComponentModel = {
      attach: (consumer) => (unit = consumer),
      accept(token, { dims = {}, macs = 0, format = '' }) {
        if (unit === undefined) throw new Error('nothing is attached');
        const { segments = 0, lanes = 1 } = dims;
        const busy = segments * unit.interval(SEGMENT, format);
        unit.consume(segments * lanes, SEGMENT, format, macs, busy * lanes);
        const end = host.now + busy + unit.drain(format);
        host.finish(token, host.now, end, end);
      },
      save: () => [],
      load: () => {},
    };
    return model;
  },
});

function run(written: Written, segments: number, lanes: number, macs: number, format = 'bf16') {
  const memory = { ...partOf(streamer, {}, 'memory'), attached: 'unit' };
  const machine = new Machine([memory, partOf(pimBank, written)], 1);
  const transaction = { kind: 'stream', bytes: 0, dims: { segments, lanes }, macs, format };
  const stages = [{ component: 0, transaction, slots: 1 }];
  const task: Task = { name: 'stream', tag: 0, after: [], chunks: 1, delay: 0, stages };
  const tally = machine.run([task]);
  const energy = machine.layout.actions.reduce((total, action, index) => {
    return total + action.energy * (tally.actions[index] ?? 0);
  }, 0);
  return { tally, energy };
}

describe('compute/pim-bank, by hand', () => {
  it('takes a segment of 16 BF16 elements a cycle with 16 lanes, two cycles with 8 or with FP32 less than that', () => {
    // 10 segments at 1 GHz and one cycle of drain.
    expect(run({}, 10, 16, 2560).tally.duration).toBe(11_000);
    expect(run({ lanes: 8 }, 10, 16, 2560).tally.duration).toBe(21_000);
    expect(run({ lanes: 12 }, 10, 16, 2560).tally.duration).toBe(21_000);
    expect(run({ format: 'int8' }, 10, 16, 5120, 'int8').tally.duration).toBe(21_000);
    expect(run({ format: 'fp32', pipelineDepth: 5 }, 10, 16, 1280, 'float32').tally.duration).toBe(15_000);
  });

  it('counts useful and padded multiply-accumulates, segments and busy banks', () => {
    const { tally } = run({}, 10, 16, 2000);
    expect([tally.usefulMacs[1], tally.paddedMacs[1]]).toEqual([2000, 560]);
    expect(tally.statistics[0]).toBe(160);
    expect(tally.busy[1]).toBe(160_000);
  });

  it('prices multiply-accumulates that are done, padding included, derated', () => {
    expect(run({ macEnergy: '2 pJ', derating: 1.5 }, 10, 16, 2000).energy).toBe(2560 * 2000 * 1.5);
  });

  it('prices busy time instead where a power is given', () => {
    // 10 mW for 10 ns in each of 16 banks is 1.6 nJ.
    const { energy } = run({ macPower: '10 mW', macEnergy: '99 pJ', derating: 1.5 }, 10, 16, 2560);
    expect(energy).toBeCloseTo(1.6e6 * 1.5, 3);
  });

  it('reads one sum, or one part a lane without an adder tree', () => {
    const consumer = (written: Written): SegmentConsumer | undefined => {
      let found: SegmentConsumer | undefined;
      const catcher = defineComponent({
        ...streamer,
        create: () => ({
          attach: (unit) => (found = unit),
          accept: () => {},
          save: () => [],
          load: () => {},
        }),
      });
      const parts = [{ ...partOf(catcher, {}, 'memory'), attached: 'unit' }, partOf(pimBank, written)];
      expect(new Machine(parts, 1).layout.parts).toHaveLength(2);
      return found;
    };
    expect(consumer({})?.resultBytes('bf16')).toBe(2);
    expect(consumer({ resultFormat: 'fp32' })?.resultBytes('bf16')).toBe(4);
    expect(consumer({ adderTree: false })?.resultBytes('bf16')).toBe(32);
    expect(consumer({ accumulators: 8 })?.accumulators).toBe(8);
    expect(consumer({})?.supports('bfloat16')).toBe(true);
    expect(consumer({})?.supports('fp16')).toBe(false);
    expect(consumer({})?.supports('nonsense')).toBe(false);
    expect(consumer({ clock: '300 MHz' })?.interval(SEGMENT, 'bf16')).toBe(3334);
    expect(consumer({})?.interval(33, 'bf16')).toBe(1000);
  });

  it('faults on a format that it does not compute, on MACs that were not streamed, and on a transaction', () => {
    expect(() => run({}, 1, 1, 16, 'fp16')).toThrow(ModelFault);
    expect(() => run({}, 1, 1, 17)).toThrow('1 segments hold 16 MACs, and 17 are asked');
    const task = {
      name: 'direct',
      tag: 0,
      after: [],
      chunks: 1,
      delay: 0,
      stages: [{ component: 0, transaction: { kind: 'read', bytes: 1 }, slots: 1 }],
    };
    expect(() => new Machine([partOf(pimBank)], 1).run([task])).toThrow(ModelFault);
  });

  it('derives area and static power from the number of banks', () => {
    const { values } = partOf(pimBank, { banks: 128, areaPerBank: '0.19 mm2', idlePower: '1 mW' });
    expect(pimBank.area(values as never)).toBeCloseTo(24.32, 9);
    expect(pimBank.staticPower(values as never)).toBeCloseTo(0.128, 9);
    expect(pimBank.area(partOf(pimBank).values as never)).toBeUndefined();
  });

  it.each(peaks)('has the published peak of $preset', ({ preset, macsPerSecond, relative }) => {
    const { values } = partOf(pimBank, {}, 'unit', preset);
    const [peak = 0] = Object.values(pimBank.facts(values as never).macsPerSecond ?? {});
    expect(Math.abs(peak / macsPerSecond - 1)).toBeLessThan(relative);
  });
});
