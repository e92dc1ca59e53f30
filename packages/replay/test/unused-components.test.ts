import * as fc from 'fast-check';
import { defineChip, resolveChip } from '@systole/chip';
import { createCatalogue, defineComponent } from '@systole/core';
import type { ComponentModel } from '@systole/core';
import { createMappings, defineMapping, OPERATOR_KINDS } from '@systole/mapping';
import { operatorKey, operatorMacs } from '@systole/trace';
import { describe, expect, it } from 'vitest';
import { replay } from '../src/index.ts';
import { blockOf, multiplier, tinyChip, traceOf } from './support/tiny.ts';

/** An even number of columns goes to `unit`, an odd one to `twin`, which keeps its weights meanwhile. */
const byTurns = defineMapping({
  name: 'by-turns',
  summary: 'Two multipliers, one at a time.',
  citations: [],
  options: {},
  plan: (chip) => ({
    placement: [],
    decisions: [],
    stretchesOf: (block) =>
      block.operators.map((operator, index) => {
        const columns = operator.kind === 'matmul' ? operator.columns : 1;
        const component = chip.indexOf(columns % 2 === 0 ? 'unit' : 'twin');
        const transaction = { kind: 'multiply', bytes: 8, macs: operatorMacs(operator), dims: { columns } };
        const tag = OPERATOR_KINDS.indexOf(operator.kind);
        const task = { name: operator.id, tag, after: [], delay: 4, chunks: 1, operator: index };
        return {
          key: `${index} ${operatorKey(operator)}`,
          tasks: () => [{ ...task, stages: [{ component, slots: 1, transaction }] }],
        };
      }),
  }),
});

/** A multiplier that takes nothing more for a while after it is done. */
const recovering = defineComponent({
  ...multiplier,
  type: 'test/recovering',
  create(context): ComponentModel {
    let freeAt = 0;
    return {
      accept(token, { macs = 0 }) {
        const start = Math.max(context.host.now, freeAt);
        const end = start + macs * context.values.cycle;
        freeAt = end + RECOVERY;
        context.host.finish(token, start, end, end);
      },
      save: (now) => [Math.max(0, freeAt - now)],
      load: ([left = 0], now) => (freeAt = now + left),
    };
  },
});
/** Longer than the shortest operator, shorter than two of them. */
const RECOVERY = 300;

const mappings = createMappings([byTurns]);
const chip = tinyChip();
const slow = resolveChip(
  defineChip({
    name: 'slow',
    clock: '1 GHz',
    mapping: 'by-turns',
    components: { unit: { type: 'test/recovering' }, twin: { type: 'test/recovering' } },
    connections: [{ from: 'unit', to: 'twin' }],
  }),
  createCatalogue([{ name: 'test', components: [recovering] }]),
);

describe('a component that has no part in a stretch', () => {
  it('does not keep it from being taken from memory', () => {
    // The weights of the twin differ each time, and the unit does the same each time.
    const blocks = [3, 5, 7, 9].map((odd, step) => blockOf(step, 1, [odd, 4]));
    const options = { mappings, mapping: 'by-turns' };
    // Four of the twin, and two of the unit: the first loads its weights.
    expect(replay(chip, traceOf(blocks), options).simulated).toBe(6);
  });

  it('changes no result, and gains nothing', () => {
    const traces = fc
      .array(fc.array(fc.integer({ min: 2, max: 5 }), { minLength: 1, maxLength: 4 }), {
        minLength: 1,
        maxLength: 5,
      })
      .map((steps) => traceOf(steps.map((columns, step) => blockOf(step, 3, columns))));
    fc.assert(
      fc.property(traces, fc.constantFrom(chip, slow), (trace, either) => {
        const options = { mappings, mapping: 'by-turns' };
        const { result } = replay(either, trace, options);
        expect(result).toEqual(replay(either, trace, { ...options, reuse: false }).result);
        const unused = result.components.filter(({ bytes }) => bytes === 0).map(({ name }) => name);
        const gained = result.bounds.components.filter(({ ps }) => ps !== result.bounds.ps);
        expect(gained.filter(({ component }) => unused.includes(component))).toEqual([]);
        expect(gained.filter(({ ps }) => ps > result.bounds.ps)).toEqual([]);
      }),
    );
  });
});

it('bounds that are not asked for are left out, and nothing else', () => {
  const trace = traceOf([blockOf(0, 2, [4, 3]), blockOf(1, 2, [4, 5]), blockOf(2, 1, [6])]);
  const options = { mappings, mapping: 'by-turns' };
  const { bounds, ...rest } = replay(chip, trace, options).result;
  const { bounds: fewer, ...others } = replay(chip, trace, { ...options, bounds: false }).result;
  expect(others).toEqual(rest);
  expect(bounds.components).toHaveLength(2);
  expect(fewer).toEqual({ ...bounds, components: [] });
});
