import { defineComponent, Machine, ModelFault } from '@systole/core';
import type { ComponentModel, SegmentConsumer, Task } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { flashCore } from '../src/index.ts';
import { partOf } from './part-of.ts';
import type { Written } from './part-of.ts';

const PAGE = 16_384;

let attached: SegmentConsumer | undefined;

/** A flash that gives `pages` pages to its cores, one after another, as fast as these take them. */
const reader = defineComponent({
  type: 'test/reader',
  role: 'memory',
  summary: 'gives pages',
  parameters: {},
  ports: {},
  accepts: {},
  inMemory: 'host',
  facts: () => ({ minimumLatency: 0, resources: 1 }),
  lowerBound: () => 0,
  create({ host }) {
    const model: ComponentModel = {
      attach: (consumer) => (attached = consumer),
      accept(token, { dims = {}, macs = 0, format = '' }) {
        const unit = attached;
        if (unit === undefined) throw new Error('nothing is attached');
        const { pages = 0, cores = 1 } = dims;
        const busy = pages * unit.interval(PAGE, format);
        unit.consume(pages * cores, PAGE, format, macs, busy * cores);
        const end = host.now + busy + unit.drain(format);
        host.finish(token, host.now, end, end);
      },
      save: () => [],
      load: () => {},
    };
    return model;
  },
});

function build(written: Written, preset?: string): Machine {
  const memory = { ...partOf(reader, {}, 'memory'), attached: 'unit' };
  return new Machine([memory, partOf(flashCore, written, 'unit', preset)], 1);
}

function run(written: Written, pages: number, macs: number, format = 'int8') {
  const machine = build(written);
  const transaction = { kind: 'pages', bytes: 0, dims: { pages, cores: 4 }, macs, format };
  const stages = [{ component: 0, transaction, slots: 1 }];
  const task: Task = { name: 'pages', tag: 0, after: [], chunks: 1, delay: 0, stages };
  const tally = machine.run([task]);
  const energy = machine.layout.actions.reduce((total, action, index) => {
    return total + action.energy * (tally.actions[index] ?? 0);
  }, 0);
  return { tally, energy };
}

describe('compute/flash-core, by hand', () => {
  it('takes 20.48 us for a page of INT8 with 2 MACs at 400 MHz, and half of that for one of INT16', () => {
    expect(run({}, 10, 0).tally.duration).toBe(10 * 20_480_000 + 2500);
    expect(run({ format: 'int16', pipelineDepth: 4 }, 10, 0, 'int16').tally.duration).toBe(
      102_400_000 + 10_000,
    );
    // 16384 MACs on 3 lanes are 5462 cycles.
    expect(run({ macsPerCycle: 3, clock: '1 GHz' }, 1, 0).tally.duration).toBe(5_463_000);
  });

  it('counts useful and padded multiply-accumulates, pages and busy cores', () => {
    const { tally, energy } = run({ power: '2 mW' }, 10, 600_000);
    expect([tally.usefulMacs[1], tally.paddedMacs[1]]).toEqual([600_000, 40 * PAGE - 600_000]);
    expect([...tally.statistics]).toEqual([40, 40 * PAGE]);
    expect(tally.busy[1]).toBe(40 * 20_480_000);
    // 2 mW for 40 pages of 20.48 us.
    expect(energy).toBeCloseTo(40 * 20_480_000 * 2, 3);
  });

  it('holds as many results as its buffer has room for', () => {
    build({});
    expect(attached?.accumulators).toBe(256);
    expect(attached?.resultBytes('int8')).toBe(4);
    build({ resultFormat: 'int8', outputBuffer: '100 B' });
    expect(attached?.accumulators).toBe(100);
    expect(attached?.supports('INT8')).toBe(true);
    expect(attached?.supports('int4')).toBe(false);
    expect(attached?.supports('nonsense')).toBe(false);
    const { values } = partOf(flashCore, { outputBuffer: '3 B' });
    expect(flashCore.conflicts(values as never).map(({ parameter }) => parameter)).toEqual(['outputBuffer']);
  });

  it('faults on a format that it does not compute, on MACs that its pages do not hold, and on a transaction', () => {
    expect(() => run({}, 1, 0, 'fp16')).toThrow(ModelFault);
    expect(() => run({}, 1, 4 * PAGE + 1)).toThrow('4 pages hold 65536 MACs');
    const stages = [{ component: 0, transaction: { kind: 'read', bytes: 1 }, slots: 1 }];
    const task = { name: 'direct', tag: 0, after: [], chunks: 1, delay: 0, stages };
    expect(() => new Machine([partOf(flashCore)], 1).run([task])).toThrow(ModelFault);
  });

  it('has the power of Table IV, and the area of its rows', () => {
    const { values } = partOf(flashCore, { cores: 32 }, 'unit', 'cambricon-llm');
    // 0.4 + 343.6 + 1591.7 uW, and 496.4 + 562.0 + 58755.1 um2.
    expect(values['power']).toBeCloseTo((0.4 + 343.6 + 1591.7) * 1e-6, 6);
    expect(flashCore.area(values as never)).toBeCloseTo(32 * (496.4 + 562 + 58_755.1) * 1e-6, 12);
    expect(flashCore.area(partOf(flashCore).values as never)).toBeUndefined();
    expect(
      flashCore.staticPower(partOf(flashCore, { cores: 10, idlePower: '1 mW' }).values as never),
    ).toBeCloseTo(0.01, 9);
    expect(flashCore.facts(values as never).macsPerSecond).toEqual({ int8: 32 * 2 * 400e6 });
  });
});
