import { ClockDomain, defineComponent } from '@systole/core';
import type { Values } from '@systole/core';
import { countMacs, matmulForm } from '../matmul.ts';
import { ELEMENT_FORMATS, operandRates } from '../operand-formats.ts';
import { readSystolic, SystolicModel } from './systolic-model.ts';
import { systolicParameters } from './systolic-parameters.ts';
import type { SystolicParameters } from './systolic-parameters.ts';

const PICOSECONDS_PER_SECOND = 1e12;
/** Those that some array takes; which of them this one does, its parameters say. */
const FORMATS = ELEMENT_FORMATS.map(({ name }) => name);

/** `compute/systolic`: a grid of PEs through which operands stream. */
export const systolic = defineComponent({
  type: 'compute/systolic',
  role: 'compute',
  summary: 'Systolic array: matrix products in folds, with weights, inputs or outputs kept in place',
  parameters: systolicParameters,
  presets: {
    'tpu-v1': {
      help: 'The matrix unit of the first TPU: 256 x 256 INT8, 92 TOPS',
      values: {
        rows: 256,
        columns: 256,
        clock: '700 MHz',
        dataflow: 'weight-stationary',
        doubleBuffered: true,
        format: 'int8',
        resultFormat: 'int32',
      },
      source: {
        source: 'Jouppi et al., ISCA 2017',
        confidence: 'recalled',
        note: 'energies are the defaults, not figures of the chip',
      },
    },
    'tpu-v3-mxu': {
      help: 'One matrix unit of a TPU v3, of which a core has two: 128 x 128 BF16, 31 TFLOPS',
      values: {
        rows: 128,
        columns: 128,
        clock: '940 MHz',
        dataflow: 'weight-stationary',
        doubleBuffered: true,
        format: 'bf16',
        resultFormat: 'fp32',
      },
      source: {
        source: 'Jouppi et al., Communications of the ACM 63:7 (2020)',
        confidence: 'secondary',
        note: 'size and clock as the hardware description of LLMCompass has them; double buffering as in the first TPU',
      },
    },
  },
  ports: { port: { help: 'operands in and results out', connections: 64 } },
  accepts: { matmul: matmulForm('product of an m x k and a k x n matrix', FORMATS) },
  reasons: {
    fill: 'loading stationary tiles, where no waves hide it',
    compute: 'operands streaming in',
    drain: 'until the last wave has crossed the array',
  },
  statistics: {
    folds: { unit: 'tiles', help: 'stationary tiles, full or not' },
    leftReads: { unit: 'elements', help: 'elements of the left matrix read from its buffer' },
    rightReads: { unit: 'elements', help: 'elements of the right matrix read from its buffer' },
    resultWrites: { unit: 'elements', help: 'results and partial sums written to the buffer behind' },
    partialReads: { unit: 'elements', help: 'partial sums read back there, to be added to' },
  },
  actions: {
    mac: {
      help: 'a multiply-accumulate, or a pass of it',
      unit: 'MAC',
      energy: (values) => values.macEnergy,
    },
    padding: {
      help: 'a multiply-accumulate of a PE that a fold leaves empty, while streams pass',
      unit: 'MAC',
      energy: (values) => values.paddingEnergy,
    },
    fill: {
      help: 'a stationary element loaded into its PE',
      unit: 'element',
      energy: (values) => values.fillEnergy,
    },
    drain: {
      help: 'a result or partial sum moved out',
      unit: 'element',
      energy: (values) => values.drainEnergy,
    },
    shift: {
      help: 'a word handed from a PE to its neighbour: operands, and partial sums where they move',
      unit: 'word',
      energy: (values) => values.shiftEnergy,
    },
  },
  citations: [
    'Samajdar et al.: A systematic methodology for characterizing scalability of DNN accelerators using SCALE-Sim, ISPASS 2020',
    'Jouppi et al.: In-datacenter performance analysis of a tensor processing unit, ISCA 2017',
  ],
  staticPower: (values) => values.idlePower,
  area: (values) => values.area,
  facts: (values) => ({
    ...operandRates(values, values.rows * values.columns * values.macsPerPe * values.clock),
    minimumLatency: minimumLatency(values),
    resources: 1,
  }),
  lowerBound(transaction, values) {
    const { m, k, n, passes } = readSystolic(transaction, values);
    const { rows, columns, macsPerPe, clock } = values;
    const cycles = countMacs(m, k, n, passes) / (rows * columns * macsPerPe);
    // The first tile has to be loaded, and the last wave to cross the array, whatever the work.
    const crossing = new ClockDomain(clock).edge(loadCycles(values) + rows + columns - 2);
    const bound = crossing + Math.floor(cycles * (PICOSECONDS_PER_SECOND / clock));
    return Math.max(minimumLatency(values), bound);
  },
  conflicts({ dataflow, doubleBuffered }) {
    if (dataflow !== 'output-stationary' || !doubleBuffered) return [];
    return [
      {
        parameter: 'doubleBuffered',
        message: 'an output-stationary array loads no tiles that could be double-buffered',
        hint: 'Leave doubleBuffered out, or keep weights or inputs in place.',
      },
    ];
  },
  create: (context) => new SystolicModel(context),
});

function loadCycles({ dataflow, rows }: Values<SystolicParameters>): number {
  return dataflow === 'output-stationary' ? 0 : rows;
}

/** Until the first result: a cycle in its PE, or a tile loaded and a column of PEs passed. */
function minimumLatency(values: Values<SystolicParameters>): number {
  const { dataflow, clock, rows } = values;
  return new ClockDomain(clock).edge(dataflow === 'output-stationary' ? 1 : loadCycles(values) + rows);
}
