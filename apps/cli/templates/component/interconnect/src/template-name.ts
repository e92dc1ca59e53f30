import { ClockDomain, defineComponent, param } from '@systole/core';
import type { DimensionForm, Facts, Source, Values } from '@systole/core';
import { TemplateNameModel } from './template-name-model.ts';

/** Replace this by where your figures come from. */
const CHOICE: Source = { source: 'a choice of the starter', confidence: 'inferred' };

const PICOSECONDS_PER_SECOND = 1e12;
const MAX_STATIONS = 1024;

const parameters = {
  stations: param.integer('Stations along the line; every lane of a connection takes one', {
    max: MAX_STATIONS,
    default: 16,
    source: CHOICE,
  }),
  width: param.quantity('data', 'Data that the line moves in a cycle', {
    default: '128 B',
    min: '1 B',
    max: '64 KiB',
    source: CHOICE,
  }),
  clock: param.quantity('frequency', 'Clock of the line', {
    default: '1 GHz',
    min: '1 MHz',
    max: '100 GHz',
    source: CHOICE,
  }),
  hopCycles: param.integer('Cycles from one station to the next', {
    min: 0,
    max: 1000,
    default: 1,
    source: CHOICE,
  }),
  hopEnergy: param.quantity('energyPerBit', 'Moving a bit from one station to the next', {
    default: '0.05 pJ/bit',
    source: CHOICE,
  }),
  leakage: param.quantity('power', 'Drawn whatever happens', { default: '1 mW', source: CHOICE }),
  area: param.optionalQuantity('area', 'Silicon that it takes'),
} as const;

export type TemplateNameParameters = typeof parameters;

const station = (help: string): DimensionForm => ({ min: 0, max: MAX_STATIONS - 1, below: 'stations', help });
const range = (help: string): DimensionForm => ({ min: 1, max: MAX_STATIONS, atMost: 'stations', help });

/** What follows from the parameters alone: the laws hold the model to it. */
function facts({ width, clock }: Values<TemplateNameParameters>): Facts {
  return { bandwidth: width * clock, minimumLatency: new ClockDomain(clock).edge(1), resources: 1 };
}

/** `template-family/template-name`: stations along a line that one transfer has to itself, the farther the later. */
export const templateName = defineComponent({
  type: 'template-family/template-name',
  role: 'interconnect',
  summary: 'A line of stations: one transfer at a time, and a latency and an energy for each hop on its way',
  parameters,
  ports: { port: { help: 'a place on the line, in and out', connections: MAX_STATIONS } },
  accepts: {
    transfer: {
      summary: 'Moves bytes from one range of stations to another; copies follow one another',
      // Every interconnect takes these sizes: a mapping finds a way through a chip without knowing what is on it.
      dims: {
        source: station('first station that it enters by'),
        sources: range('stations side by side that it enters by; past the last they go on at the first'),
        target: station('first station that it leaves by'),
        targets: range('stations side by side that it leaves by; past the last they go on at the first'),
        copies: { min: 1, max: 8192, help: 'times that each byte leaves: the fan-out of a multicast' },
      },
      bytes: { min: 1, max: 2 ** 36, help: 'bytes that enter' },
      pattern: false,
      formats: [],
    },
  },
  reasons: {
    transfer: 'bytes went along the line',
    hops: 'the last of them was on its way',
  },
  statistics: {
    bytesIn: { unit: 'B', help: 'bytes that entered' },
    bytesOut: { unit: 'B', help: 'bytes that left, over all copies' },
  },
  actions: {
    'bit-hop': {
      help: 'a bit moved from one station to the next',
      unit: 'bit hop',
      energy: (values) => values.hopEnergy,
    },
  },
  citations: [],
  staticPower: (values) => values.leakage,
  area: (values) => values.area,
  facts,
  lowerBound({ bytes, dims: { copies = 1 } = {} }, values) {
    const { bandwidth = Infinity, minimumLatency } = facts(values);
    const seconds = (bytes * copies) / bandwidth;
    return Math.max(minimumLatency, Math.floor(seconds * PICOSECONDS_PER_SECOND));
  },
  conflicts({ width }) {
    if (Number.isInteger(width)) return [];
    const message = 'the width is a whole number of bytes';
    return [{ parameter: 'width', message, hint: 'Give it in bytes, such as 64 B.' }];
  },
  create: (context) => new TemplateNameModel(context),
});
