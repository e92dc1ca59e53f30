import { createCatalogue, defineComponent, param } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { defineChip, resolveChip, setParameter } from '../src/index.ts';

const model = { accept: () => undefined, save: () => [], load: () => undefined };
const memory = defineComponent({
  type: 'memory/rows',
  role: 'memory',
  summary: 'A memory that hosts.',
  parameters: { channels: param.integer('Channels', { max: 64, default: 4 }) },
  ports: { io: { help: 'data', connections: 4 } },
  accepts: {},
  inMemory: 'host',
  places: ({ channels }) => channels * 16,
  facts: ({ channels }) => ({ capacity: 1024, minimumLatency: 1, resources: channels }),
  lowerBound: () => 0,
  create: () => model,
});
const unit = defineComponent({
  type: 'compute/lanes',
  role: 'compute',
  summary: 'A unit in a memory.',
  parameters: { lanes: param.integer('Lanes', { max: 4096, default: 1 }) },
  presets: {
    few: { help: 'few', values: { lanes: 2 }, source: { source: 'a test', confidence: 'inferred' } },
  },
  ports: {},
  accepts: {},
  inMemory: 'unit',
  placesParameter: 'lanes',
  facts: ({ lanes }) => ({ minimumLatency: 1, resources: lanes }),
  lowerBound: () => 0,
  create: () => model,
});
const catalogue = createCatalogue([{ name: 'test', components: [memory, unit] }]);

describe('the places that a unit works in', () => {
  const chip = (unitSpec: object) =>
    defineChip({
      name: 'a-chip',
      clock: '1 GHz',
      components: {
        unit: { type: 'compute/lanes', ...unitSpec },
        rows: { type: 'memory/rows', attach: 'unit' },
      },
    });
  const resourcesOf = (unitSpec: object, channels?: string): number => {
    const spec = chip(unitSpec);
    const set =
      channels === undefined ? spec : setParameter(spec, 'components.rows.channels', channels, catalogue);
    return resolveChip(set, catalogue).part('unit').facts.resources;
  };

  it('are those of its memory, and follow it', () => {
    expect(resourcesOf({})).toBe(64);
    expect(resourcesOf({}, '8')).toBe(128);
    expect(resourcesOf({ preset: 'few' })).toBe(64);
  });

  it('are what the chip says where it says it', () => {
    expect(resourcesOf({ lanes: 32 })).toBe(32);
  });

  it('keep the parts in the order of the chip', () => {
    expect(resolveChip(chip({}), catalogue).parts.map(({ name }) => name)).toEqual(['unit', 'rows']);
  });
});
