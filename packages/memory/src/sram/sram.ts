import { ClockDomain, defineComponent, param } from '@systole/core';
import type { Facts, ParameterConflict, Transaction, TransactionForm, Values } from '@systole/core';
import { SramModel } from './sram-model.ts';

/** The parameters of `memory/sram`. */
export const sramParameters = {
  capacity: param.quantity('data', 'Data that it holds', { min: '1 B', max: '1 TiB' }),
  width: param.quantity('data', 'Data of one access of one bank', {
    default: '32 B',
    min: '1 B',
    max: '64 KiB',
  }),
  clock: param.quantity('frequency', 'Clock of its accesses', { default: '1 GHz', min: '1 kHz' }),
  banks: param.integer('Banks, each of which takes one access per cycle and port', { max: 4096, default: 1 }),
  ports: param.choice(['single', 'read-write'], 'One port for both, or one for reads and one for writes', {
    default: 'single',
  }),
  latency: param.integer('Cycles from an access to its data, beyond the access itself', {
    min: 0,
    max: 10_000,
    default: 1,
  }),
  readEnergy: param.quantity('energyPerBit', 'Reading, per bit of the width', { default: '0 fJ/bit' }),
  writeEnergy: param.quantity('energyPerBit', 'Writing, per bit of the width', { default: '0 fJ/bit' }),
  leakage: param.quantity('power', 'Drawn whatever happens', { default: '0 W' }),
  area: param.optionalQuantity('area', 'Silicon that it takes'),
} as const;

export type SramValues = Values<typeof sramParameters>;

const data = (summary: string): TransactionForm => ({
  summary,
  dims: {},
  bytes: { min: 1, max: 2 ** 50, help: 'data moved: runs x run of the pattern' },
  pattern: true,
  formats: [],
});

function facts(values: SramValues): Facts {
  const { banks, width, clock, ports, latency } = values;
  const count = ports === 'single' ? 1 : 2;
  return {
    capacity: values.capacity,
    bandwidth: count * banks * width * clock,
    minimumLatency: new ClockDomain(clock).edge(1 + latency),
    resources: count,
  };
}

function conflicts(values: SramValues): readonly ParameterConflict[] {
  if (Number.isInteger(values.width) && Number.isInteger(values.capacity)) return [];
  const message = 'width and capacity are whole numbers of bytes';
  return [{ parameter: 'width', message, hint: 'Give both in bytes.' }];
}

/** On-chip SRAM: banks that each take one access per cycle, interleaved by width. */
export const sram = defineComponent({
  type: 'memory/sram',
  role: 'memory',
  summary: 'On-chip SRAM: banks interleaved by width, one or two ports, pipelined accesses.',
  parameters: sramParameters,
  ports: { port: { help: 'Where data goes in and out', connections: 64 } },
  accepts: {
    read: data('Reads data; the order of a pattern does not matter, its bank conflicts do'),
    write: data('Writes data; the order of a pattern does not matter, its bank conflicts do'),
  },
  reasons: {
    access: 'banks were being accessed',
    latency: 'the last data was on its way',
  },
  statistics: {
    reads: { unit: 'accesses', help: 'Read accesses of one bank' },
    writes: { unit: 'accesses', help: 'Write accesses of one bank' },
    conflictCycles: {
      unit: 'cycles',
      help: 'Cycles beyond those that an even spread over the banks would take',
    },
  },
  actions: {
    'read-bit': { help: 'Reads a bit', unit: 'bit', energy: (values) => values.readEnergy },
    'write-bit': { help: 'Writes a bit', unit: 'bit', energy: (values) => values.writeEnergy },
  },
  staticPower: (values) => values.leakage,
  area: (values) => values.area,
  facts,
  lowerBound(transaction: Transaction, values) {
    const { bandwidth = Infinity, minimumLatency } = facts(values);
    return Math.max(minimumLatency, Math.floor((transaction.bytes * 1e12) / bandwidth));
  },
  conflicts,
  create: (context) => new SramModel(context),
});
