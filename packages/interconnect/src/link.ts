import { defineComponent, param } from '@systole/core';
import type { ParameterConflict, Preset, Source, Values } from '@systole/core';
import { DIRECTION_DIMS } from './direction.ts';
import { LinkModel } from './link-model.ts';
import { transferForm } from './transfer.ts';

const BITS_PER_BYTE = 8;
const PICOSECONDS_PER_SECOND = 1e12;

const UCIE: Source = {
  source: 'UCIe 1.0, key metrics of the standard package at 32 GT/s',
  confidence: 'recalled',
};

const parameters = {
  lanes: param.integer('Wires or pairs of one direction that carry data', {
    max: 65_536,
    default: 16,
    source: UCIE,
  }),
  laneRate: param.quantity('pinRate', 'Bits per second of one lane', {
    min: '1 kb/s',
    default: '32 Gb/s',
    source: UCIE,
  }),
  bandwidth: param.optionalQuantity(
    'bandwidth',
    'Raw rate of one direction; when given, it takes the place of lanes x laneRate',
    { min: '1 kB/s' },
  ),
  protocolOverhead: param.quantity('ratio', 'Share of the raw rate that coding, headers and checks take', {
    max: '0.99',
    default: '0',
  }),
  latency: param.quantity('time', 'From the first bit in to the first bit out', {
    default: '2 ns',
    max: '1 s',
    source: UCIE,
  }),
  duplex: param.choice(['full', 'half'], 'Whether the two directions have wires of their own', {
    default: 'full',
  }),
  energyPerBit: param.quantity('energyPerBit', 'Energy of one bit of payload moved, both ends', {
    default: '0.5 pJ/bit',
    source: UCIE,
  }),
  idlePower: param.quantity('power', 'Power that the link draws whatever happens', {
    default: '0 W',
    max: '100 kW',
  }),
  area: param.optionalQuantity('area', 'Area of both ends'),
} as const;

export type LinkParameters = typeof parameters;

/**
 * Payload bytes per second of one direction: (1 - overhead) of the raw rate, down to a whole byte per second, so that
 * times are exact fractions.
 */
export function payloadRate(values: Values<LinkParameters>): number {
  const raw = values.bandwidth ?? (values.lanes * values.laneRate) / BITS_PER_BYTE;
  return Math.floor(raw * (1 - values.protocolOverhead));
}

/** `interconnect/link`: two ends and the wires between them. */
export const link = defineComponent({
  type: 'interconnect/link',
  role: 'interconnect',
  summary:
    'Point-to-point link: a rate, a latency and a share lost to the protocol, in one or both directions at once',
  parameters,
  presets: presets(),
  ports: {
    a: { help: 'one end; transfers from it have direction 0', connections: 1 },
    b: { help: 'the other end; transfers from it have direction 1', connections: 1 },
  },
  accepts: {
    transfer: {
      ...transferForm('moves bytes from one end to the other'),
      dims: DIRECTION_DIMS,
    },
  },
  reasons: {
    transfer: 'bits on the wires',
    latency: 'the way from end to end',
  },
  statistics: {
    bytesIn: { unit: 'B', help: 'bytes that entered' },
    bytesOut: { unit: 'B', help: 'bytes that left' },
  },
  actions: {
    bit: { help: 'one bit of payload moved', unit: 'bit', energy: (values) => values.energyPerBit },
  },
  staticPower: (values) => values.idlePower,
  area: (values) => values.area,
  facts: (values) => ({
    bandwidth: payloadRate(values) * directions(values),
    minimumLatency: Math.floor(values.latency),
    resources: directions(values),
  }),
  lowerBound: ({ bytes }, values) =>
    Math.floor(values.latency) + Math.floor((bytes / payloadRate(values)) * PICOSECONDS_PER_SECOND),
  conflicts: rateConflicts,
  create: (context) => new LinkModel(context, payloadRate(context.values)),
});

function directions(values: Values<LinkParameters>): number {
  return values.duplex === 'full' ? 2 : 1;
}

function rateConflicts(values: Values<LinkParameters>): readonly ParameterConflict[] {
  if (payloadRate(values) >= 1) return [];
  return [
    {
      parameter: values.bandwidth === undefined ? 'laneRate' : 'bandwidth',
      message: 'nothing of the rate is left for payload',
      hint: 'Raise the rate, or lower protocolOverhead.',
    },
  ];
}

function presets(): Readonly<Record<string, Preset>> {
  return {
    'ucie-standard-32': {
      help: 'One UCIe module on an organic package: 64 GB/s each way',
      values: { lanes: 16, laneRate: '32 GT/s', latency: '2 ns', energyPerBit: '0.5 pJ/bit' },
      source: UCIE,
    },
    'ucie-advanced-32': {
      help: 'One UCIe module on an interposer or bridge: 256 GB/s each way',
      values: { lanes: 64, laneRate: '32 GT/s', latency: '2 ns', energyPerBit: '0.25 pJ/bit' },
      source: { source: 'UCIe 1.0, key metrics of the advanced package at 32 GT/s', confidence: 'secondary' },
    },
    'nvlink-c2c': {
      help: 'NVLink-C2C of Grace Hopper: 450 GB/s each way',
      values: { lanes: 90, laneRate: '40 Gb/s', latency: '5 ns', energyPerBit: '1.3 pJ/bit' },
      source: {
        source: 'NVIDIA, Grace Hopper architecture',
        confidence: 'secondary',
        note: '10 links of 9 wires each way; the latency is the published upper limit of the interface',
      },
    },
    'pcie5-x16': {
      help: 'PCI Express 5.0 of 16 lanes: 63 GB/s each way before packet headers',
      values: {
        lanes: 16,
        laneRate: '32 GT/s',
        protocolOverhead: 2 / 130,
        latency: '200 ns',
        energyPerBit: '6 pJ/bit',
      },
      source: {
        source: 'PCI Express 5.0',
        confidence: 'recalled',
        note: 'rate and 128b/130b coding of the standard; latency and energy in the middle of ranges from memory',
      },
    },
  };
}
