import { ClockDomain, defineComponent, param } from '@systole/core';
import type { Facts, Source, Values } from '@systole/core';
import { BitSerialModel, cyclesOf } from './bit-serial-model.ts';
import { MAX_SIDE, readWork, WEIGHT_BITS } from './bit-serial-work.ts';

const UNPU: Source = {
  source:
    'Lee et al.: UNPU: An Energy-Efficient Deep Neural Network Accelerator With Fully Variable Weight Bit Precision, IEEE JSSC 54:1 (2019)',
  confidence: 'secondary',
  note: 'from its abstract',
};

/** The parameters of `compute/bit-serial`. */
export const bitSerialParameters = {
  columns: param.integer('Results that are formed at once, of one row of activations', {
    max: 65_536,
    default: 48,
    source: {
      ...UNPU,
      confidence: 'inferred',
      note: '48 x 288: 345.6 GOPS at 16 bits and 200 MHz are 13,824 weight bits a cycle',
    },
  }),
  depth: param.integer('Products that are summed up in one result in a cycle', {
    max: 65_536,
    default: 288,
    source: {
      ...UNPU,
      confidence: 'inferred',
      note: '48 x 288: 345.6 GOPS at 16 bits and 200 MHz are 13,824 weight bits a cycle',
    },
  }),
  tableCycles: param.integer('Cycles to fill the tables with the sums of new activations', {
    min: 0,
    max: 1000,
    default: 4,
    source: {
      source: 'a choice',
      confidence: 'inferred',
      note: 'a table of sixteen sums of four activations, four a cycle',
    },
  }),
  pipelineDepth: param.integer('Cycles from the last bit of the weights to the result', {
    max: 1000,
    default: 8,
    source: { source: 'a choice', confidence: 'inferred', note: 'an adder tree of 288 terms' },
  }),
  clock: param.quantity('frequency', 'Clock', {
    default: '200 MHz',
    min: '1 MHz',
    max: '10 GHz',
    source: UNPU,
  }),
  bitEnergy: param.quantity('energy', 'One multiply-accumulate by one bit of its weight', {
    default: '40.6 fJ',
    max: '1 uJ',
    source: {
      ...UNPU,
      confidence: 'inferred',
      note: '3.08 TOPS/W at 16 bits, two operations a MAC; it holds what the buffers of the chip draw',
    },
  }),
} as const;

export type BitSerialValues = Values<typeof bitSerialParameters>;

function facts(values: BitSerialValues): Facts {
  const { columns, depth, clock } = values;
  return {
    macsPerSecond: Object.fromEntries(
      Object.entries(WEIGHT_BITS).map(([format, bits]) => [format, (columns * depth * clock) / bits]),
    ),
    minimumLatency: new ClockDomain(clock).edge(
      Math.min(...Object.values(WEIGHT_BITS)) + values.pipelineDepth,
    ),
    resources: 1,
  };
}

const side = (help: string) => ({ min: 1, max: MAX_SIDE, help });

/**
 * Products whose time grows with the bits of the weights: each activation's multiples stand in a table, and the weights go past
 * it bit by bit.
 */
export const bitSerial = defineComponent({
  type: 'compute/bit-serial',
  role: 'compute',
  summary: 'Matrix products bit by bit of the weights out of tables: half the bits take half the time.',
  parameters: bitSerialParameters,
  ports: { port: { help: 'operands in, results out', connections: 64 } },
  accepts: {
    matmul: {
      summary: 'A product of an m x k matrix of activations and a k x n matrix of weights',
      dims: {
        m: side('rows of activations'),
        k: side('length of a row'),
        n: side('columns of weights'),
        split: { min: 0, max: 1, help: 'what chunks have a share of: 0 rows (the default), 1 columns' },
      },
      bytes: { min: 0, max: 2 ** 40, help: 'operands and results; the unit, not the port, sets the time' },
      pattern: false,
      formats: Object.keys(WEIGHT_BITS),
    },
  },
  reasons: {
    table: 'tables were being filled',
    bits: 'weights went past the tables bit by bit',
    pipeline: 'the last sums were on their way',
  },
  statistics: {
    leftReads: { unit: 'elements', help: 'Activations read from the buffer before it' },
    rightReads: { unit: 'elements', help: 'Weights read from the buffer before it' },
  },
  actions: {
    bit: {
      help: 'A multiply-accumulate by one bit of its weight, useful or not',
      unit: 'MAC x bit',
      energy: ({ bitEnergy }) => bitEnergy,
    },
  },
  citations: [UNPU.source],
  facts,
  lowerBound(transaction, { columns, depth, clock, pipelineDepth }) {
    const { m, k, n, bits } = readWork(transaction);
    // No more than all lanes at work: without tables to fill, and without padding.
    const cycles = Math.floor((m * k * n * bits) / (columns * depth));
    return new ClockDomain(clock).edge(Math.max(bits, cycles) + pipelineDepth);
  },
  /** Columns that are cut fill the tables twice, and pad twice; rows that are cut, nothing but the pipeline and a rounding. */
  cutOverhead(transaction, values) {
    const work = readWork(transaction);
    const { total } = cyclesOf({ ...work, n: 1 }, values);
    const again = transaction.dims?.['split'] === 1 ? total : 0;
    return new ClockDomain(values.clock).edge(again + values.pipelineDepth) + 2;
  },
  create: (context) => new BitSerialModel(context),
});
