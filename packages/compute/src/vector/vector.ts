import { ClockDomain, defineComponent } from '@systole/core';
import type { TransactionForm } from '@systole/core';
import { VECTOR_FUNCTION_FORMS, VECTOR_FUNCTIONS } from './vector-function.ts';
import { countsOf, VectorModel } from './vector-model.ts';
import { vectorParameters } from './vector-parameters.ts';

const PICOSECONDS_PER_SECOND = 1e12;

const accepts: Readonly<Record<string, TransactionForm>> = Object.fromEntries(
  VECTOR_FUNCTIONS.map((fn) => [
    fn,
    {
      ...VECTOR_FUNCTION_FORMS[fn],
      bytes: { min: 0, max: 2 ** 40, help: 'operands and results; the lanes, not the port, set the time' },
      pattern: false,
      formats: [],
    },
  ]),
);

/** `compute/vector`: adder and multiplier lanes that compute every function from additions and multiplications. */
export const vector = defineComponent({
  type: 'compute/vector',
  role: 'compute',
  summary: 'Vector and special-function unit: softmax, norms, activations from additions and multiplications',
  parameters: vectorParameters,
  ports: { port: { help: 'operands in and results out', connections: 64 } },
  accepts,
  reasons: {
    issue: 'fetching and decoding the instruction',
    fill: 'filling the pipeline, once for each pass',
    compute: 'the lanes at work',
  },
  statistics: {
    adds: { unit: 'operations', help: 'additions and subtractions' },
    multiplies: { unit: 'operations', help: 'multiplications' },
    comparisons: { unit: 'operations', help: 'comparisons' },
    lookups: { unit: 'operations', help: 'table reads and copies' },
  },
  actions: {
    add: { help: 'an addition', unit: 'operation', energy: (values) => values.addEnergy },
    multiply: { help: 'a multiplication', unit: 'operation', energy: (values) => values.multiplyEnergy },
    compare: {
      help: 'a comparison',
      unit: 'operation',
      energy: (values) => values.compareEnergy ?? values.addEnergy,
    },
    lookup: {
      help: 'a table read, or an element copied',
      unit: 'operation',
      energy: (values) => values.lookupEnergy ?? values.addEnergy,
    },
  },
  citations: [
    'Wu, Wang, Lu: PIM-GPT, npj Unconventional Computing 1:4 (2024): Taylor series, Newton-Raphson, fast inverse square root',
    'Hendrycks, Gimpel: Gaussian Error Linear Units, arXiv 1606.08415: the tanh form of GELU',
  ],
  staticPower: (values) => values.idlePower,
  area: (values) => values.area,
  facts: ({ adders, multipliers, clock, format, issueOverhead, pipelineDepth }) => ({
    operationsPerSecond: (adders + multipliers) * clock,
    macsPerSecond: { [format]: Math.min(adders, multipliers) * clock },
    minimumLatency: new ClockDomain(clock).edge(issueOverhead + pipelineDepth),
    // The adders and the multipliers, each busy while they work through their part.
    resources: 2,
  }),
  lowerBound(transaction, values) {
    const { adds, multiplies, comparisons, lookups } = countsOf(transaction, values);
    const { adders, multipliers, clock, issueOverhead, pipelineDepth } = values;
    const operations = adds + multiplies + comparisons + lookups;
    const seconds = operations / ((adders + multipliers) * clock);
    const minimumLatency = new ClockDomain(clock).edge(issueOverhead + pipelineDepth);
    return minimumLatency + Math.floor(seconds * PICOSECONDS_PER_SECOND);
  },
  create: (context) => new VectorModel(context),
});
