import { param } from '@systole/core';
import type { ParameterConflict, Source, Values } from '@systole/core';

const BITS_PER_BYTE = 8;

/** Key metrics of the standard package. */
export const UCIE_STANDARD: Source = {
  source: 'UCIe 1.0, key metrics of the standard package',
  confidence: 'recalled',
};

const FLIT: Source = {
  source: 'UCIe 1.1, Standard 256B flit: that of the flit mode of PCI Express 6',
  confidence: 'secondary',
  note: '236 B of packets; the rest are headers, checks and reserved bytes',
};

/** The parameters of `interconnect/die-to-die`. */
export const dieToDieParameters = {
  modules: param.integer('Modules of wires side by side', { max: 1024, default: 1 }),
  lanes: param.integer('Wires of one module that carry data in one direction', {
    max: 4096,
    default: 16,
    source: UCIE_STANDARD,
  }),
  laneRate: param.quantity('pinRate', 'Bits per second of one lane', {
    min: '1 kb/s',
    default: '32 Gb/s',
    source: UCIE_STANDARD,
  }),
  flitBytes: param.integer('Bytes of a flit on the wires', { max: 65_536, default: 256, source: FLIT }),
  flitOverhead: param.integer('Bytes of a flit that are header, check or reserved', {
    min: 0,
    max: 65_535,
    default: 20,
    source: FLIT,
  }),
  latency: param.quantity('time', 'From a bit in to the same bit out: transmitter, wires, receiver', {
    default: '2 ns',
    max: '1 s',
    source: {
      ...UCIE_STANDARD,
      note: 'the upper limit for the physical layers of both ends; adapters and protocol layers add to it',
    },
  }),
  duplex: param.choice(['full', 'half'], 'Whether the two directions have wires of their own', {
    default: 'full',
  }),
  credits: param.integer('Flits that the receiver has room for, in each direction; 0 for enough of them', {
    min: 0,
    max: 4096,
    default: 0,
  }),
  creditLatency: param.optionalQuantity(
    'time',
    'From a flit at the receiver until its credit is back at the sender; as `latency` unless given',
    { max: '1 s' },
  ),
  energyPerBit: param.quantity('energyPerBit', 'Energy of one bit on the wires, both ends', {
    default: '0.5 pJ/bit',
    source: UCIE_STANDARD,
  }),
  idlePower: param.quantity('power', 'Power that the link draws whatever happens', {
    default: '0 W',
    max: '100 kW',
  }),
  area: param.optionalQuantity('area', 'Area of both ends'),
} as const;

export type DieToDieParameters = typeof dieToDieParameters;

/** What follows from the parameters of a link of flits, for one direction. */
export interface FlitRates {
  /** Bytes per second on the wires: modules x lanes x rate, down to a whole one, so that times are exact fractions. */
  readonly raw: number;
  /** Bytes per second of payload, in flits that are full. */
  readonly payload: number;
  readonly flitBytes: number;
  /** Bytes of payload that a flit holds. */
  readonly payloadBytes: number;
  /** ps from the first bit of a flit until its credit is back. */
  readonly creditLoop: number;
  /** Bytes per second of payload that last: `payload`, or less where credits run out. */
  readonly sustained: number;
}

/** Derives the rates of a link of flits from its parameters. */
export function flitRates(values: Values<DieToDieParameters>): FlitRates {
  const { modules, lanes, laneRate, flitBytes, flitOverhead, latency, creditLatency, credits } = values;
  const raw = Math.floor((modules * lanes * laneRate) / BITS_PER_BYTE);
  const payloadBytes = flitBytes - flitOverhead;
  const payload = (raw * payloadBytes) / flitBytes;
  const creditLoop = (flitBytes / raw) * 1e12 + latency + (creditLatency ?? latency);
  const sustained = credits === 0 ? payload : Math.min(payload, (credits * payloadBytes * 1e12) / creditLoop);
  return { raw, payload, flitBytes, payloadBytes, creditLoop, sustained };
}

/** What is wrong between the parameters. */
export function flitConflicts(values: Values<DieToDieParameters>): readonly ParameterConflict[] {
  if (values.flitOverhead < values.flitBytes) return [];
  return [
    {
      parameter: 'flitOverhead',
      message: `${values.flitOverhead} B of a flit of ${values.flitBytes} B leave no room for payload`,
      hint: 'Make it less than flitBytes.',
    },
  ];
}
