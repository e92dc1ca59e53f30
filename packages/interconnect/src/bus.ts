import { ClockDomain, defineComponent, param } from '@systole/core';
import type { ParameterConflict, Values } from '@systole/core';
import { BusModel } from './bus-model.ts';
import { transferForm } from './transfer.ts';
import { bitsOf, widthConflicts } from './width.ts';

const BITS_PER_BYTE = 8;
const PICOSECONDS_PER_SECOND = 1e12;

const parameters = {
  masters: param.integer('Ports that can start a transfer', { max: 1024, default: 8 }),
  width: param.quantity('data', 'Data moved in a cycle', { min: '1 b', max: '1 MiB', default: '32 B' }),
  clock: param.quantity('frequency', 'Clock of the bus', { min: '1 MHz', max: '100 GHz', default: '1 GHz' }),
  latency: param.integer('Cycles from a beat at its source to the same beat at its target', {
    min: 0,
    max: 1_000_000,
    default: 1,
  }),
  arbitrationOverhead: param.integer('Cycles without data before each burst', {
    min: 0,
    max: 100_000,
    default: 1,
  }),
  maxBurst: param.quantity(
    'data',
    'Data after which another master may have its turn; a whole number of beats and of bytes',
    {
      min: '1 B',
      max: '1 GiB',
      default: '1 KiB',
    },
  ),
  energyPerBit: param.quantity('energyPerBit', 'Energy of one bit on the wires, however many listen', {
    default: '0.1 pJ/bit',
    source: { source: 'a choice', confidence: 'inferred', note: 'about a millimetre of on-chip wire' },
  }),
  idlePower: param.quantity('power', 'Power that the bus draws whatever happens', {
    default: '0 W',
    max: '10 kW',
  }),
  area: param.optionalQuantity('area', 'Area of the bus'),
} as const;

export type BusParameters = typeof parameters;

function bandwidth(values: Values<BusParameters>): number {
  return (bitsOf(values.width) * values.clock) / BITS_PER_BYTE;
}

/** `interconnect/bus`: one medium that all ports share. */
export const bus = defineComponent({
  type: 'interconnect/bus',
  role: 'interconnect',
  summary:
    'Shared bus: one burst at a time, round robin between masters; all targets hear a transfer at once',
  parameters,
  ports: { port: { help: 'a place on the bus, as source or target', connections: 1024 } },
  accepts: {
    transfer: {
      ...transferForm('moves bytes from one master to any number of targets', { inputs: 'masters' }),
      dims: {
        source: { min: 0, max: 1023, below: 'masters', help: 'the master that sends' },
        copies: { min: 1, max: 8192, help: 'targets that listen: no further time, no further energy' },
      },
    },
  },
  reasons: {
    transfer: 'beats on the bus',
    arbitration: 'cycles without data before its bursts',
    shared: 'bursts of other masters between its own',
    latency: 'the way from source to target',
  },
  statistics: {
    bytesIn: { unit: 'B', help: 'bytes that entered' },
    bytesOut: { unit: 'B', help: 'bytes that left, at all targets' },
    bursts: { unit: 'bursts', help: 'bursts granted' },
  },
  actions: {
    bit: { help: 'one bit on the wires', unit: 'bit', energy: (values) => values.energyPerBit },
  },
  staticPower: (values) => values.idlePower,
  area: (values) => values.area,
  facts: (values) => ({
    bandwidth: bandwidth(values),
    minimumLatency: new ClockDomain(values.clock).edge(values.latency),
    resources: 1,
  }),
  lowerBound: ({ bytes }, values) =>
    new ClockDomain(values.clock).edge(values.latency) +
    Math.floor((bytes / bandwidth(values)) * PICOSECONDS_PER_SECOND),
  conflicts: ({ width, maxBurst }) => [...widthConflicts('width', width), ...burstConflicts(width, maxBurst)],
  create: (context) => new BusModel(context),
});

function burstConflicts(width: number, maxBurst: number): readonly ParameterConflict[] {
  const beats = maxBurst / width;
  if (Number.isInteger(maxBurst) && Number.isInteger(beats)) return [];
  return [
    {
      parameter: 'maxBurst',
      message: `a burst of ${maxBurst} B is no whole number of bytes, or of beats of ${width} B`,
      hint: `Make it a multiple of the width, such as ${Math.max(1, Math.round(beats)) * width} B.`,
    },
  ];
}
