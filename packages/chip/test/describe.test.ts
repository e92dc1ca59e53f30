import { createCatalogue, defineComponent } from '@systole/core';
import { describe, expect, it } from 'vitest';
import {
  chipHash,
  defineChip,
  describeChip,
  describeComponent,
  describeFacts,
  loadChip,
  resolveChip,
  setParameter,
} from '../src/index.ts';
import { catalogue, SAMPLE } from './sample.ts';

const sample = loadChip(SAMPLE, 'chip.yaml', catalogue);
const description = describeChip(
  resolveChip(setParameter(sample, 'components.mac.lanes', '32', catalogue), catalogue),
);

function parameter(component: string, name: string): unknown {
  const part = description.components.find((candidate) => candidate.name === component);
  return part?.parameters.find((candidate) => candidate.name === name);
}

describe('describeChip', () => {
  it('is plain data', () => {
    expect(JSON.parse(JSON.stringify(description))).toEqual(description);
  });

  it('says of a parameter its value, unit, default, range, help, and who said so', () => {
    expect(parameter('dram', 'channels')).toEqual({
      name: 'channels',
      help: 'Independent channels',
      unit: '',
      range: 'a whole number from 1 to 64, a power of two',
      default: '2',
      required: false,
      value: '8',
      layer: 'chip',
      written: '8',
      source: 'A. Author: A memory that computes. 2024.',
      confidence: 'secondary',
      note: 'table 1',
    });
    expect(parameter('dram', 'tRCD')).toMatchObject({
      value: '30 ns',
      unit: 'ps',
      required: true,
      layer: 'preset',
      preset: 'slow',
      confidence: 'inferred',
    });
    expect(parameter('dram', 'rowBytes')).toMatchObject({
      value: '2 KiB',
      default: '2 KiB',
      layer: 'default',
    });
    expect(parameter('mac', 'lanes')).toMatchObject({ value: '32', layer: 'override' });
    expect(parameter('mac', 'lanes')).not.toHaveProperty('source');
  });

  it('says what follows: facts, power, area', () => {
    const [dram, mac, sram] = description.components;
    expect(dram?.facts).toEqual([
      { name: 'capacity', text: '16 MiB', value: 2 ** 24, unit: 'B' },
      { name: 'bandwidth', text: '256 GB/s', value: 256e9, unit: 'B/s' },
      { name: 'internal bandwidth', text: '4.096 TB/s', value: 4.096e12, unit: 'B/s' },
      { name: 'minimum latency', text: '30 ns', value: 30_000, unit: 'ps' },
      { name: 'resources', text: '8', value: 8, unit: '' },
    ]);
    expect(mac?.facts[0]).toEqual({
      name: 'peak bf16',
      text: '4.096 TMAC/s',
      value: 4.096e12,
      unit: 'MAC/s',
      format: 'bf16',
      operand: 'stored',
    });
    expect(dram?.staticPower.text).toBe('920 mW');
    expect(dram?.area).toEqual({ text: '40 mm2', value: 40, unit: 'mm2' });
    expect(sram).not.toHaveProperty('area');
    expect(dram?.attached).toBe('mac');
    expect(mac?.host).toBe('dram');
  });

  it('adds up the chip', () => {
    const { totals } = description;
    expect(
      totals.memories.map(({ name, capacity, bandwidth }) => [name, capacity?.text, bandwidth?.text]),
    ).toEqual([
      ['dram', '16 MiB', '256 GB/s'],
      ['sram', '128 KiB', '32 GB/s'],
    ]);
    // 128 banks × 32 lanes × 1 GHz, and 1 GMAC/s of the vector unit.
    expect(totals.macsPerSecond).toEqual({ bf16: { text: '4.097 TMAC/s', value: 4.097e12, unit: 'MAC/s' } });
    expect(totals.staticPower.value).toBeCloseTo(0.92 + 0.1, 12);
    expect(totals.area.value).toBeCloseTo(40.64, 12);
    expect(totals.withoutArea).toEqual(['mac', 'sram', 'xbar', 'wire']);
    expect(totals.confidences).toMatchObject({ secondary: 1, inferred: 2, standard: 1 });
    const counted = Object.values(totals.confidences).reduce((sum, number) => sum + number, 0);
    expect(counted).toBe(description.components.reduce((sum, part) => sum + part.parameters.length, 0));
  });

  it('names ends of connections as a chip file would', () => {
    expect(description.connections).toEqual([
      { from: 'sram.port', to: 'xbar', lanes: 2 },
      { from: 'xbar', to: 'dram.port', lanes: 8 },
      { from: 'sram.port', to: 'wire.a', lanes: 1 },
      { from: 'wire.b', to: 'vector.port', lanes: 1 },
    ]);
    const hash = chipHash(resolveChip(sample, catalogue).spec);
    expect(describeChip(resolveChip(sample, catalogue)).hash).toBe(hash);
    expect(description.hash).not.toBe(hash);
  });
});

describe('peak rates', () => {
  const macsPerSecond = { int8: 4e12, int4: 4e12 };
  const wideMacsPerSecond = { bf16: 1e12 };

  it('are a fact for each format, of stored operands and of activations in several passes', () => {
    const facts = describeFacts({ macsPerSecond, wideMacsPerSecond, minimumLatency: 0, resources: 1 });
    const peaks = facts.filter(({ unit }) => unit === 'MAC/s');
    expect(peaks.map(({ name, text, format, operand }) => [name, text, format, operand])).toEqual([
      ['peak int8', '4 TMAC/s', 'int8', 'stored'],
      ['peak int4', '4 TMAC/s', 'int4', 'stored'],
      ['peak with activations of bf16', '1 TMAC/s', 'bf16', 'activation'],
    ]);
  });

  it('are added up over the components, each kind apart', () => {
    const array = defineComponent({
      type: 'compute/array',
      role: 'compute',
      summary: 'An array.',
      parameters: {},
      ports: { port: { help: 'operands', connections: 1 } },
      accepts: {},
      facts: () => ({ macsPerSecond, wideMacsPerSecond, minimumLatency: 0, resources: 1 }),
      lowerBound: () => 0,
      create: () => ({ accept: () => {}, save: () => [], load: () => {} }),
    });
    const spec = defineChip({
      name: 'arrays',
      clock: '1 GHz',
      mapping: 'auto',
      components: { left: { type: 'compute/array' }, right: { type: 'compute/array' } },
      connections: [{ from: 'left', to: 'right' }],
    });
    const arrays = createCatalogue([{ name: 'arrays', components: [array] }]);
    const { totals } = describeChip(resolveChip(spec, arrays));
    const eight = { text: '8 TMAC/s', value: 8e12, unit: 'MAC/s' };
    expect(totals.macsPerSecond).toEqual({ int8: eight, int4: eight });
    expect(totals.wideMacsPerSecond).toEqual({ bf16: { text: '2 TMAC/s', value: 2e12, unit: 'MAC/s' } });
  });
});

describe('describeComponent', () => {
  it('describes a type without a chip, as plain data', () => {
    const dram = describeComponent(catalogue.find('memory/dram'));
    expect(JSON.parse(JSON.stringify(dram))).toEqual(dram);
    expect(dram).toMatchObject({
      type: 'memory/dram',
      role: 'memory',
      inMemory: 'host',
      citations: ['JESD250'],
      ports: [{ name: 'port', help: 'The channels', connections: 1 }],
      reasons: [{ name: 'activate', help: 'opening a row' }],
      statistics: [{ name: 'activations', unit: 'rows', help: 'Rows opened' }],
      actions: [{ name: 'activate', unit: 'activation', help: 'Opens a row' }],
      transactions: [{ kind: 'read', summary: 'Reads' }],
    });
    expect(dram.parameters.find(({ name }) => name === 'tRCD')).toEqual({
      name: 'tRCD',
      help: 'Activate to column command',
      unit: 'ps',
      range: 'time from 0 ps to 1 us (units: fs, ps, ns, us, µs, μs)',
      required: true,
    });
    expect(dram.parameters.find(({ name }) => name === 'standby')).toMatchObject({ required: false });
    expect(dram.presets[1]).toMatchObject({ name: 'slow', values: { tRCD: '30 ns' } });
  });
});
