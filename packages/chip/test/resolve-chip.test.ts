import { createCatalogue, defineComponent, param } from '@systole/core';
import { describe, expect, it } from 'vitest';
import { defineChip, loadChip, resolveChip } from '../src/index.ts';
import { catalogue, edited, problemsOf, SAMPLE } from './sample.ts';

const chip = resolveChip(loadChip(SAMPLE, 'chip.yaml', catalogue), catalogue);

describe('resolveChip', () => {
  it('merges default, presets in their order, and the chip', () => {
    const { settings, values } = chip.part('dram');
    // 2 KiB by default; 21 ns of the first preset lost to the file, 12 ns of it to the second preset.
    expect(settings.rowBytes).toEqual({ value: 2048, layer: 'default' });
    expect(settings.tRCD).toEqual({
      value: 30_000,
      layer: 'preset',
      preset: 'slow',
      written: '30 ns',
      source: { source: 'a note', confidence: 'inferred', note: 'made up' },
    });
    expect(settings.pinRate).toMatchObject({ value: 16e9, layer: 'preset', preset: 'gddr6-16000' });
    expect(settings.tRAS).toEqual({ value: 33_000, layer: 'chip', written: '33 ns' });
    expect(settings.refresh).toEqual({ value: false, layer: 'chip', written: false });
    expect(settings.derating?.value).toBe(1.5);
    expect(settings.detail).toMatchObject({ value: 'detailed', layer: 'chip' });
    expect(settings.policy).toEqual({ value: 'open', layer: 'default' });
    expect(values.tRCD).toBe(30_000);
    expect(Object.keys(values)).toEqual(Object.keys(chip.part('dram').declaration.parameters));
  });

  it('resolves sources: a single word is a citation of the chip, anything else is the citation', () => {
    expect(chip.part('dram').settings.channels?.source).toEqual({
      source: 'A. Author: A memory that computes. 2024.',
      confidence: 'secondary',
      note: 'table 1',
    });
    expect(chip.part('mac').settings.lanes?.source?.source).toBe('B. Editor: A survey. 2025.');
    expect(chip.part('dram').settings.standby?.source).toEqual({
      source: 'the chip specification',
      confidence: 'inferred',
      note: 'from IDD2N',
    });
  });

  it('takes a source of which nothing is said as one that is still to be checked', () => {
    const text = edited('confidence: secondary, note: table 1', 'note: table 1');
    const { settings } = resolveChip(loadChip(text, 'chip.yaml', catalogue), catalogue).part('dram');
    expect(settings.channels?.source?.confidence).toBe('recalled');
  });

  it('keeps an optional parameter that nobody set, without a value', () => {
    const text = edited('    standby: { value: 92 mA, confidence: inferred, note: from IDD2N }\n', '');
    const part = resolveChip(loadChip(text, 'chip.yaml', catalogue), catalogue).part('dram');
    expect(part.settings.standby).toEqual({ value: undefined, layer: 'default' });
    expect(part.staticPower).toBe(0);
  });

  it('derives facts, power and area from the values', () => {
    const dram = chip.part('dram');
    expect(dram.facts).toMatchObject({ capacity: 8 * 1024 * 2048, bandwidth: 256e9, minimumLatency: 30_000 });
    expect(dram.staticPower).toBeCloseTo(0.092 * 1.25 * 8, 12);
    expect(dram.area).toBe(40);
    expect(chip.part('sram').area).toBeUndefined();
  });

  it('tells roles, hosts, units, clock and mapping', () => {
    expect(chip.parts.map(({ name }) => name)).toEqual(['dram', 'mac', 'sram', 'xbar', 'wire', 'vector']);
    expect(chip.partsOf('memory').map(({ name }) => name)).toEqual(['dram', 'sram']);
    expect(chip.indexOf('sram')).toBe(2);
    expect(chip.part('dram').attached).toBe('mac');
    expect(chip.part('mac').host).toBe('dram');
    expect(chip.clock.frequency).toBe(1e9);
    expect(chip.mapping).toEqual({ name: 'pim-gpt', options: { lmHead: 'pim', tiles: 4, exact: true } });
    const plain = edited('mapping: { name: pim-gpt, lmHead: pim, tiles: 4, exact: true }\n', '');
    expect(resolveChip(loadChip(plain, 'chip.yaml', catalogue), catalogue).mapping).toEqual({
      name: 'auto',
      options: {},
    });
  });

  it('names the nearest component when there is none of a name', () => {
    const unknown = { code: 'chip/unknown-component', hint: 'Did you mean "vector"?' };
    expect(problemsOf(() => chip.part('vectr'))[0]).toMatchObject(unknown);
    expect(problemsOf(() => chip.indexOf('vectr'))[0]).toMatchObject(unknown);
    expect(problemsOf(() => chip.route('sram', 'vectr'))[0]).toMatchObject(unknown);
    expect(problemsOf(() => chip.part('toString'))[0]?.code).toBe('chip/unknown-component');
  });

  it('refuses quantities that are none, though each parameter is in its range', () => {
    const broken = createCatalogue([
      {
        name: 'broken',
        components: [
          defineComponent({
            type: 'memory/broken',
            role: 'memory',
            summary: 'Divides by a parameter that may be zero.',
            parameters: { lanes: param.integer('Lanes', { min: 0, max: 8, default: 0 }) },
            ports: {},
            accepts: {},
            facts: ({ lanes }) => ({
              minimumLatency: 1 / lanes,
              bandwidth: 0 / lanes,
              wideMacsPerSecond: { bf16: 1 / lanes },
              resources: 1,
            }),
            area: ({ lanes }) => lanes - 1,
            lowerBound: () => 0,
            create: () => {
              throw new Error('it is only described');
            },
          }),
        ],
      },
    ]);
    const one = defineChip({ name: 'one', clock: '1 GHz', components: { ram: { type: 'memory/broken' } } });
    expect(
      problemsOf(() => resolveChip(one, broken)).map(({ code, message }) => `${code} ${message}`),
    ).toEqual([
      'parameter/out-of-range the bandwidth is not a number; it has to be finite and not below zero',
      'parameter/out-of-range the minimum latency is infinite; it has to be finite and not below zero',
      'parameter/out-of-range the MAC rate with activations of bf16 is infinite; it has to be finite and not below zero',
      'parameter/out-of-range the area is -1; it has to be finite and not below zero',
    ]);
  });

  it('says when a preset itself is wrong', () => {
    const wrong = createCatalogue([
      {
        name: 'wrong',
        components: [
          defineComponent({
            type: 'memory/wrong',
            role: 'memory',
            summary: 'Has presets that do not fit its parameters.',
            parameters: { size: param.quantity('data', 'Size') },
            presets: {
              unit: { help: '', values: { size: '3 ns' }, source: { source: 'x', confidence: 'recalled' } },
              name: { help: '', values: { sise: '3 B' }, source: { source: 'x', confidence: 'recalled' } },
            },
            ports: {},
            accepts: {},
            facts: () => ({ minimumLatency: 0, resources: 1 }),
            lowerBound: () => 0,
            create: () => {
              throw new Error('it is only described');
            },
          }),
        ],
      },
    ]);
    const one = defineChip({
      name: 'one',
      clock: '1 GHz',
      components: { ram: { type: 'memory/wrong', preset: ['unit', 'name'] } },
    });
    const found = problemsOf(() => resolveChip(one, wrong));
    expect(found.map(({ code, place }) => `${code} ${place?.path}`)).toEqual([
      'plugin/invalid components.ram.preset[0]',
      'plugin/invalid components.ram.preset[1]',
    ]);
    expect(found[1]?.message).toContain('sise: there is no such parameter');
  });
});

describe('ports and ways', () => {
  it('numbers inputs and outputs in the order of the connections', () => {
    expect(chip.connections[0]).toEqual({
      from: { component: 2, port: 'port', input: { first: 0, count: 2 }, output: { first: 0, count: 2 } },
      to: { component: 3, port: undefined, input: { first: 0, count: 2 }, output: { first: 0, count: 2 } },
      lanes: 2,
    });
    expect(chip.connections[1]?.from).toEqual({
      component: 3,
      port: undefined,
      input: { first: 2, count: 8 },
      output: { first: 2, count: 8 },
    });
  });

  it('passes a crossbar from the lanes of one connection to those of the other, and back', () => {
    const xbar = chip.indexOf('xbar');
    expect(chip.route('sram', 'dram')).toEqual([
      { component: xbar, source: { first: 0, count: 2 }, target: { first: 2, count: 8 } },
    ]);
    expect(chip.route('dram', 'sram')).toEqual([
      { component: xbar, source: { first: 2, count: 8 }, target: { first: 0, count: 2 } },
    ]);
  });

  it('takes the end a of a link for what is connected first, and b for what is named so', () => {
    expect(chip.route('sram', 'vector')).toEqual([
      { component: chip.indexOf('wire'), source: { first: 0, count: 1 }, target: { first: 1, count: 1 } },
    ]);
    const swapped = edited('to: wire }', 'to: wire.b }').replace('from: wire.b', 'from: wire');
    const other = resolveChip(loadChip(swapped, 'chip.yaml', catalogue), catalogue);
    expect(other.route('sram', 'vector')[0]).toMatchObject({ source: { first: 1 }, target: { first: 0 } });
  });

  it('reaches an in-memory unit where its memory is, and goes nowhere to stay', () => {
    expect(chip.route('sram', 'mac')).toEqual(chip.route('sram', 'dram'));
    expect(chip.route('dram', 'mac')).toEqual([]);
    expect(chip.route('sram', 'xbar')).toEqual([]);
  });

  it('never passes through a memory, and says when there is no way', () => {
    // From the vector unit to the DRAM there is only a way through the SRAM.
    expect(problemsOf(() => chip.route('vector', 'dram'))[0]).toMatchObject({
      code: 'chip/missing-reference',
      message: 'nothing in the chip "sample-pim" leads from "vector" to "dram"',
    });
  });

  it('numbers the inputs and outputs of one-way connections apart', () => {
    const text = edited(
      '{ from: sram, to: xbar, lanes: 2 }',
      '{ from: sram, to: xbar.in, lanes: 2 }',
    ).replace('{ from: xbar, to: dram', '{ from: xbar.out, to: dram');
    const oneWay = resolveChip(loadChip(text, 'chip.yaml', catalogue), catalogue);
    expect(oneWay.route('sram', 'dram')).toEqual([
      { component: 3, source: { first: 0, count: 2 }, target: { first: 0, count: 8 } },
    ]);
    expect(problemsOf(() => oneWay.route('dram', 'sram'))[0]?.code).toBe('chip/missing-reference');
  });
});
