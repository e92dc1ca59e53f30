import * as fc from 'fast-check';
import { createMappings, defineMapping } from '@systole/mapping';
import { describe, expect, it } from 'vitest';
import { replay } from '../src/index.ts';
import { blockOf, mappings, oneByOne, tinyChip, traceOf } from './support/tiny.ts';

const chip = tinyChip();

describe('totals', () => {
  it('are what a hand counts', () => {
    // 2 x 3 x 4 = 24 MACs of 10 ps and 2 x 3 x 5 = 30 of them, each operator 4 ps late and 7 ps for other weights.
    const { result } = replay(chip, traceOf([blockOf(0, 3, [4, 5])]), { mappings });
    expect(result.time.perStep).toEqual([3 * (4 + 7 + 240 + 4 + 7 + 300)]);
    expect(result.components[0]).toMatchObject({ usefulMacs: 162, busyPs: 3 * 554, bytes: 48 });
    expect(result.components[0]?.actions).toMatchObject([
      { action: 'mac', count: '162', totalFj: 486 },
      { action: 'load', count: '6', totalFj: 30 },
    ]);
    expect(result.components[0]?.statistics).toMatchObject([{ name: 'loads', value: 6 }]);
    expect(result.criticalPath.map(({ component, reason, ps }) => [component, reason, ps])).toEqual([
      ['unit', 'service', 1620],
      ['unit', 'load', 42],
      ['mapping', 'launch', 24],
    ]);
    expect(result.operators).toMatchObject([
      { kind: 'matmul', count: 6, ps: 1686, macs: 162, dynamicFj: 516 },
    ]);
    // Two parts of 2 W for 1686 ps: 1 W for 1 ps is 1000 fJ.
    expect(result.energy).toMatchObject({ dynamicFj: 516, staticFj: 4 * 1686 * 1000 });
  });

  it('start from the state in which the step before left the chip', () => {
    const { result } = replay(chip, traceOf([blockOf(0, 1, [4]), blockOf(1, 1, [4]), blockOf(2, 1, [9])]), {
      mappings,
    });
    expect(result.time.perStep).toEqual([4 + 7 + 240, 4 + 240, 4 + 7 + 540]);
    expect(result.time.first.ps).toBe(251);
    expect(result.time.last.ps).toBe(551);
  });

  it('hold when there are more different stretches than are remembered', () => {
    // Three operators of each of 1,100 steps are new, and all layers of a step recur at once, as each ends in the state
    // in which it starts: the limit falls inside of a layer that recurs.
    const blocks = Array.from({ length: 1100 }, (_, step) =>
      blockOf(step, 3, [5000 + step, 10_000 + step, 15_000 + step, 7]),
    );
    const { result } = replay(chip, traceOf(blocks), { mappings });
    const steps = result.time.perStep.reduce((sum, ps) => sum + ps, 0);
    expect(result.time.total.ps).toBe(steps);
    expect(result.criticalPath.reduce((sum, { ps }) => sum + ps, 0)).toBe(steps);
    const macs = blocks
      .flatMap(({ operators }) => operators)
      .reduce((sum, op) => sum + 3 * ('columns' in op ? op.columns * 6 : 0), 0);
    expect(result.components[0]?.usefulMacs).toBe(macs);
  });
});

const arbitraryTrace = fc
  .array(
    fc.record({
      repeat: fc.integer({ min: 1, max: 4 }),
      columns: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((blocks) => traceOf(blocks.map(({ repeat, columns }, step) => blockOf(step, repeat, columns))));

describe('reuse', () => {
  it('changes no result', () => {
    fc.assert(
      fc.property(arbitraryTrace, (trace) => {
        const reused = replay(chip, trace, { mappings });
        const stepped = replay(chip, trace, { mappings, reuse: false });
        expect(JSON.stringify(reused.result)).toBe(JSON.stringify(stepped.result));
        expect(stepped.simulated).toBe(stepped.result.engine.stretches);
        expect(reused.simulated).toBeLessThanOrEqual(stepped.simulated);
      }),
      { numRuns: 200 },
    );
  });

  it('simulates equal stretches once', () => {
    const trace = traceOf(Array.from({ length: 50 }, (_, step) => blockOf(step, 12, [3, 3])));
    // The first of all loads weights; the same operator with the weights there, first or second in its block.
    expect(replay(chip, trace, { mappings })).toMatchObject({
      simulated: 3,
      result: { engine: { stretches: 1200 } },
    });
  });

  it('does not mistake a state for another', () => {
    const trace = traceOf([blockOf(0, 2, [3, 4]), blockOf(1, 2, [4]), blockOf(2, 1, [4])]);
    const { result } = replay(chip, trace, { mappings });
    expect(result.time.perStep).toEqual([2 * (11 + 180 + 11 + 240), 2 * 244, 244]);
  });
});

describe('recording', () => {
  it('changes no result, and stands on one line of time', () => {
    fc.assert(
      fc.property(arbitraryTrace, (trace) => {
        const plain = replay(chip, trace, { mappings });
        const steps = [0, 1];
        const { result, timeline } = replay(chip, trace, { mappings, timeline: { steps } });
        expect(JSON.stringify(result)).toBe(JSON.stringify(plain.result));
        const end = result.time.perStep.slice(0, 2).reduce((sum, ps) => sum + ps, 0);
        const events = timeline?.events ?? [];
        expect(events.at(-1)?.end).toBe(end);
        for (const { accepted, start, end: ended, step } of events) {
          expect(accepted <= start && start <= ended && steps.includes(step)).toBe(true);
        }
        // Two chunks of each operator of each instance of the two steps.
        const operators = [...trace.blocks()]
          .filter(({ step }) => step < 2)
          .reduce((sum, block) => sum + block.repeat * block.operators.length, 0);
        expect(events.length).toBe(2 * operators);
      }),
      { numRuns: 100 },
    );
  });

  it('says when it is an excerpt', () => {
    const trace = traceOf([blockOf(0, 5, [3, 4])]);
    const { timeline } = replay(chip, trace, { mappings, timeline: { steps: [0], maxEvents: 7 } });
    expect(timeline?.events.length).toBe(7);
    expect(timeline?.truncated).toBe(true);
  });
});

describe('time', () => {
  it('past the end of event time is an error, in a stretch and in a step', () => {
    const slow = tinyChip({ cycle: '3600 s' });
    expect(() => replay(slow, traceOf([blockOf(0, 1, [4])]), { mappings })).toThrowError(
      expect.objectContaining({ code: 'time/overflow' }),
    );
    const steps = tinyChip({ cycle: '10 s' });
    const long = traceOf([blockOf(0, 1000, [4])]);
    expect(() => replay(steps, long, { mappings })).toThrowError(
      expect.objectContaining({ code: 'time/overflow' }),
    );
  });

  it('of a run may pass 2^53 ps and is then exact as text', () => {
    const slow = tinyChip({ cycle: '10 s' });
    const { result } = replay(slow, traceOf(Array.from({ length: 60 }, (_, step) => blockOf(step, 1, [4]))), {
      mappings,
    });
    const expected = 60n * (240_000_000_000_000n + 4n) + 7n;
    expect(result.time.total.exactPs).toBe(`${expected}`);
    expect(result.time.perStep.reduce((sum, ps) => sum + BigInt(ps), 0n)).toBe(expected);
  });
});

it('a mapping that asks for nothing takes no time', () => {
  const idle = defineMapping({
    ...oneByOne,
    name: 'idle',
    plan: () => ({ placement: [], decisions: [], stretchesOf: () => [] }),
  });
  const { result } = replay(chip, traceOf([blockOf(0, 2, [3])]), {
    mappings: createMappings([oneByOne, idle]),
    mapping: 'idle',
  });
  const text = JSON.stringify(result);
  expect(result.time.total.ps).toBe(0);
  expect(/.{0,60}(?:NaN|Infinity|null)/.exec(text)?.[0]).toBeUndefined();
});
