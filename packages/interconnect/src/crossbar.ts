import { ClockDomain, defineComponent, param } from '@systole/core';
import { CrossbarModel } from './crossbar-model.ts';
import { transferForm } from './transfer.ts';
import { bitsOf, widthConflicts } from './width.ts';

const BITS_PER_BYTE = 8;
const PICOSECONDS_PER_SECOND = 1e12;

const parameters = {
  inputs: param.integer('Ports by which data enters', { max: 4096, default: 8 }),
  outputs: param.integer('Ports by which data leaves', { max: 4096, default: 8 }),
  width: param.quantity('data', 'Data through one port in a cycle', {
    min: '1 b',
    max: '1 MiB',
    default: '32 B',
  }),
  clock: param.quantity('frequency', 'Clock of the fabric', {
    min: '1 MHz',
    max: '100 GHz',
    default: '1 GHz',
  }),
  latency: param.integer('Cycles from input to output', { min: 0, max: 1_000_000, default: 1 }),
  multicast: param.flag('Whether one input can feed several outputs at once; without, copies go one by one', {
    default: true,
  }),
  energyPerBit: param.quantity('energyPerBit', 'Energy of one bit that leaves by an output', {
    default: '0.1 pJ/bit',
    source: { source: 'a choice', confidence: 'inferred', note: 'about a millimetre of on-chip wire' },
  }),
  idlePower: param.quantity('power', 'Power that the fabric draws whatever happens', {
    default: '0 W',
    max: '10 kW',
  }),
  area: param.optionalQuantity('area', 'Area of the fabric'),
} as const;

export type CrossbarParameters = typeof parameters;

/** `interconnect/crossbar`: every input reaches every output, and only ports are contended for. */
export const crossbar = defineComponent({
  type: 'interconnect/crossbar',
  role: 'interconnect',
  summary:
    'Crossbar: any input to any outputs; contention at the ports, none inside; multicast or serial copies',
  parameters,
  ports: {
    in: { help: 'an input', connections: 4096, direction: 'in' },
    out: { help: 'an output', connections: 4096, direction: 'out' },
  },
  accepts: {
    transfer: transferForm('moves bytes from one range of inputs to a range of outputs', {
      inputs: 'inputs',
      outputs: 'outputs',
    }),
  },
  reasons: {
    transfer: 'bytes through the ports',
    latency: 'the way through the fabric',
  },
  statistics: {
    bytesIn: { unit: 'B', help: 'bytes that entered' },
    bytesOut: { unit: 'B', help: 'bytes that left, over all copies' },
  },
  actions: {
    bit: { help: 'one bit that left by an output', unit: 'bit', energy: (values) => values.energyPerBit },
  },
  staticPower: (values) => values.idlePower,
  area: (values) => values.area,
  facts: ({ inputs, outputs, width, clock, latency }) => ({
    bandwidth: (Math.min(inputs, outputs) * bitsOf(width) * clock) / BITS_PER_BYTE,
    minimumLatency: new ClockDomain(clock).edge(latency),
    resources: inputs + outputs,
  }),
  lowerBound({ bytes, dims = {} }, { width, clock, latency, multicast }) {
    const { sources = 1, targets = 1, copies = 1 } = dims;
    const portRate = (bitsOf(width) * clock) / BITS_PER_BYTE;
    const seconds =
      Math.max((bytes * (multicast ? 1 : copies)) / sources, (bytes * copies) / targets) / portRate;
    return new ClockDomain(clock).edge(latency) + Math.floor(seconds * PICOSECONDS_PER_SECOND);
  },
  conflicts: ({ width }) => widthConflicts('width', width),
  create: (context) => new CrossbarModel(context),
});
