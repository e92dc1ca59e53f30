import { createCatalogue, defineComponent, param, SystoleError } from '@systole/core';
import type { Catalogue, ComponentModel, Problem } from '@systole/core';

// Small declarations in the shape of real ones; their models are never run here.
function create(): ComponentModel {
  throw new Error('these components are only described');
}

const dram = defineComponent({
  type: 'memory/dram',
  role: 'memory',
  summary: 'Rows in banks, some of which can compute.',
  inMemory: 'host',
  citations: ['JESD250'],
  parameters: {
    channels: param.integer('Independent channels', { max: 64, default: 2, powerOfTwo: true }),
    rowBytes: param.quantity('data', 'Size of a row', { min: '64 B', max: '64 KiB', default: '2 KiB' }),
    rows: param.integer('Rows of a channel', { max: 1e9, default: 1024 }),
    tRCD: param.quantity('time', 'Activate to column command', { max: '1 us' }),
    tRAS: param.quantity('time', 'Activate to precharge', { max: '1 us' }),
    pinRate: param.quantity('pinRate', 'Data rate of a pin', { default: '16 Gb/s' }),
    standby: param.optionalQuantity('current', 'Standby current of a channel'),
    supply: param.quantity('voltage', 'Supply voltage', { default: '1.25 V' }),
    refresh: param.flag('Whether rows are refreshed', { default: true }),
    derating: param.quantity('ratio', 'Slowdown of logic in a memory process', { default: '1.5 x' }),
    policy: param.choice(['open', 'closed'], 'What becomes of a row after use', { default: 'open' }),
    detail: param.choice(['fast', 'detailed'], 'Level of detail', { default: 'fast' }),
  },
  presets: {
    'gddr6-16000': {
      help: 'A GDDR6 device at 16 Gb/s',
      values: { tRCD: '12 ns', tRAS: '21 ns', pinRate: '16 Gb/s', channels: 4 },
      source: { source: 'JESD250C', confidence: 'standard' },
    },
    slow: {
      help: 'A row that opens slowly',
      values: { tRCD: '30 ns' },
      source: { source: 'a note', confidence: 'inferred', note: 'made up' },
    },
  },
  ports: { port: { help: 'The channels', connections: 1 } },
  accepts: {
    read: {
      summary: 'Reads',
      dims: {},
      bytes: { min: 1, max: 1e9, help: 'payload' },
      pattern: true,
      formats: [],
    },
  },
  reasons: { activate: 'opening a row' },
  statistics: { activations: { unit: 'rows', help: 'Rows opened' } },
  actions: {
    activate: { help: 'Opens a row', unit: 'activation', energy: (values) => values.tRAS * values.supply },
  },
  staticPower: (values) => (values.standby ?? 0) * values.supply * values.channels,
  area: () => 40,
  facts: (values) => ({
    capacity: values.channels * values.rows * values.rowBytes,
    bandwidth: (values.channels * 16 * values.pinRate) / 8,
    internalBandwidth: 4.096e12,
    minimumLatency: values.tRCD,
    resources: values.channels,
  }),
  lowerBound: () => 0,
  conflicts: (values) =>
    values.tRCD <= values.tRAS
      ? []
      : [
          {
            parameter: 'tRCD',
            message: 'tRCD is longer than tRAS',
            hint: 'A row is open for tRCD at least.',
          },
        ],
  create,
});

const sram = defineComponent({
  type: 'memory/sram',
  role: 'memory',
  summary: 'A buffer.',
  parameters: {
    capacity: param.quantity('data', 'Size', { min: '1 B', max: '1 GiB' }),
    clock: param.quantity('frequency', 'Clock', { min: '1 Hz', default: '1 GHz' }),
  },
  ports: { port: { help: 'Reads and writes', connections: 2 } },
  accepts: {},
  facts: (values) => ({
    capacity: values.capacity,
    bandwidth: 32 * values.clock,
    minimumLatency: 1e12 / values.clock,
    resources: 1,
  }),
  lowerBound: () => 0,
  create,
});

const pimBank = defineComponent({
  type: 'compute/pim-bank',
  role: 'compute',
  summary: 'MAC lanes beside each bank.',
  inMemory: 'unit',
  parameters: {
    lanes: param.integer('MACs of a bank per cycle', { max: 1024, default: 16 }),
    clock: param.quantity('frequency', 'Clock', { min: '1 Hz', default: '1 GHz' }),
  },
  ports: {},
  accepts: {},
  facts: (values) => ({
    macsPerSecond: { bf16: 128 * values.lanes * values.clock },
    minimumLatency: 0,
    resources: 128,
  }),
  lowerBound: () => 0,
  create,
});

const vector = defineComponent({
  type: 'compute/vector',
  role: 'compute',
  summary: 'Adders and multipliers.',
  parameters: { adders: param.integer('Adders', { max: 65_536, default: 256 }) },
  ports: { port: { help: 'Operands', connections: 1 } },
  accepts: {},
  facts: (values) => ({
    macsPerSecond: { bf16: 1e9 },
    operationsPerSecond: values.adders * 1e9,
    minimumLatency: 0,
    resources: 1,
  }),
  area: () => 0.64,
  staticPower: () => 0.1,
  lowerBound: () => 0,
  create,
});

const crossbar = defineComponent({
  type: 'interconnect/crossbar',
  role: 'interconnect',
  summary: 'Every input to every output.',
  parameters: {
    inputs: param.integer('Ports by which data enters', { max: 4096, default: 16 }),
    outputs: param.integer('Ports by which data leaves', { max: 4096, default: 16 }),
    width: param.quantity('data', 'Bytes per port and cycle', { default: '32 B' }),
  },
  ports: {
    in: { help: 'Inputs', connections: 64, direction: 'in' },
    out: { help: 'Outputs', connections: 64, direction: 'out' },
  },
  accepts: {
    transfer: {
      summary: 'Moves bytes',
      dims: {
        source: { min: 0, max: 4095, below: 'inputs', help: 'First input' },
        target: { min: 0, max: 4095, below: 'outputs', help: 'First output' },
      },
      bytes: { min: 1, max: 1e9, help: 'payload' },
      pattern: false,
      formats: [],
    },
  },
  facts: (values) => ({ bandwidth: values.width * 1e9, minimumLatency: 0, resources: 64 }),
  lowerBound: () => 0,
  create,
});

const link = defineComponent({
  type: 'interconnect/link',
  role: 'interconnect',
  summary: 'From one point to another.',
  parameters: {},
  ports: { a: { help: 'One side', connections: 1 }, b: { help: 'The other side', connections: 1 } },
  accepts: {},
  facts: () => ({ minimumLatency: 0, resources: 2 }),
  lowerBound: () => 0,
  create,
});

export const catalogue: Catalogue = createCatalogue([
  { name: 'sample', components: [dram, sram, pimBank, vector, crossbar, link] },
]);

/** A valid chip in which every feature of the form occurs. */
export const SAMPLE = `systole: chip/1
name: sample-pim
summary: Banks that multiply, and a vector unit beside them.
clock: 1 GHz
mapping: { name: pim-gpt, lmHead: pim, tiles: 4, exact: true }
citations:
  paper: "A. Author: A memory that computes. 2024."
components:
  dram:
    type: memory/dram
    preset: [gddr6-16000, slow]
    attach: mac
    detail: detailed
    channels: { value: 8, source: paper, confidence: secondary, note: table 1 }
    tRAS: 33 ns
    standby: { value: 92 mA, confidence: inferred, note: from IDD2N }
    refresh: false
    derating: 150 %
  mac:
    type: compute/pim-bank
    lanes: { value: 16, source: "B. Editor: A survey. 2025.", confidence: secondary }
  sram:
    type: memory/sram
    capacity: 128 KiB
  xbar:
    type: interconnect/crossbar
  wire:
    type: interconnect/link
  vector: { type: compute/vector }
connections:
  - { from: sram, to: xbar, lanes: 2 }
  - { from: xbar, to: dram, lanes: 8 }
  - { from: sram.port, to: wire }
  - { from: wire.b, to: vector }
`;

/** The sample with one passage of its text replaced. */
export function edited(passage: string, replacement: string): string {
  if (!SAMPLE.includes(passage)) throw new Error(`the sample does not contain ${passage}`);
  return SAMPLE.replace(passage, () => replacement);
}

/** What a call complains of; fails when it does not. */
export function problemsOf(run: () => unknown): readonly Problem[] {
  try {
    run();
  } catch (error) {
    if (error instanceof SystoleError) return error.problems;
    throw error;
  }
  throw new Error('nothing was found to be wrong');
}

/** Whether a call succeeds or is refused with a typed error; anything else that it throws comes through. */
export function outcome(run: () => unknown): 'chip' | 'refused' {
  try {
    run();
    return 'chip';
  } catch (error) {
    if (error instanceof SystoleError) return 'refused';
    throw error;
  }
}
