import { defineChip, describeChip, describeComponent, resolveChip } from '@systole/chip';
import type { ChipDescription, ComponentDescription } from '@systole/chip';
import { createCatalogue, defineComponent, param } from '@systole/core';

// Two declarations that are only described: their models are never built.
function create(): never {
  throw new Error('this component is only described');
}

const dram = defineComponent({
  type: 'memory/dram',
  role: 'memory',
  summary: 'Rows in banks that can compute.',
  inMemory: 'host',
  citations: ['JESD250C'],
  parameters: {
    channels: param.integer('Independent channels.', { max: 64, default: 2 }),
    tRCD: param.quantity('time', 'From an activate to the first column command.', { max: '1 us' }),
    standby: param.optionalQuantity('current', 'Standby current of a channel.'),
  },
  presets: {
    'gddr6-16000': {
      help: 'A device at 16 Gb/s.',
      values: { tRCD: '12 ns', channels: 4 },
      source: { source: 'JESD250C', confidence: 'standard', note: 'table 70' },
    },
  },
  ports: { port: { help: 'The channels.', connections: 1 } },
  accepts: {
    read: {
      summary: 'Reads.',
      dims: { rows: { min: 1, max: 1e6, help: 'Rows to open.' } },
      bytes: { min: 1, max: 1e9, help: 'Payload.' },
      pattern: true,
      formats: [],
    },
  },
  reasons: { activate: 'Opening a row.' },
  statistics: { activations: { unit: 'row', help: 'Rows opened.' } },
  actions: { activate: { help: 'Opens a row.', unit: 'activation', energy: () => 909_000 } },
  fastError: { share: 0.021, basis: '400 random transactions' },
  staticPower: () => 0.35,
  area: () => 40,
  facts: (values) => ({
    capacity: values.channels * 2 ** 30,
    bandwidth: 448e9,
    internalBandwidth: 4.096e12,
    minimumLatency: values.tRCD,
    resources: values.channels,
  }),
  lowerBound: () => 0,
  create,
});

const pimBank = defineComponent({
  type: 'compute/pim-bank',
  role: 'compute',
  summary: 'MAC lanes beside each bank.',
  inMemory: 'unit',
  parameters: { lanes: param.integer('MACs of a bank in a cycle.', { max: 1024, default: 16 }) },
  ports: {},
  accepts: {},
  facts: (values) => ({
    macsPerSecond: { bf16: 128 * values.lanes * 1e9 },
    minimumLatency: 0,
    resources: 128,
  }),
  lowerBound: () => 0,
  create,
});

/** The description of a memory that computes, `holder`'s text being shown in its citation. */
export function sampleChip(citation = 'Wu, Wang and Lu: PIM-GPT'): ChipDescription {
  const catalogue = createCatalogue([{ name: 'sample', components: [dram, pimBank] }]);
  const chip = defineChip({
    name: 'pim-sample',
    summary: 'A memory that computes.',
    clock: '1 GHz',
    mapping: 'auto',
    citations: { paper: citation },
    components: {
      dram: {
        type: 'memory/dram',
        preset: 'gddr6-16000',
        attach: 'mac',
        channels: { value: 8, source: 'paper', confidence: 'secondary', note: 'figure 4' },
      },
      mac: { type: 'compute/pim-bank' },
    },
    connections: [],
  });
  return describeChip(resolveChip(chip, catalogue));
}

export function sampleComponent(): ComponentDescription {
  return describeComponent(dram);
}
