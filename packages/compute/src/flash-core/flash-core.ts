import { ClockDomain, defineComponent } from '@systole/core';
import type { ParameterConflict } from '@systole/core';
import { findFormat, storageBytes } from '@systole/numerics';
import { operandRates } from '../operand-formats.ts';
import { FlashCoreModel } from './flash-core-model.ts';
import { flashCoreParameters } from './flash-core-parameters.ts';

/** 1 W for 1 ps is 1 pJ. */
const FEMTOJOULES_PER_WATT_PICOSECOND = 1000;

/** `compute/flash-core`: a core in each die of a flash memory, which multiplies the pages that the die reads. */
export const flashCore = defineComponent({
  type: 'compute/flash-core',
  role: 'compute',
  summary: 'Multiply-accumulate cores in the dies of a flash memory, page by page',
  parameters: flashCoreParameters,
  presets: {
    'cambricon-llm': {
      help: 'The compute core of Cambricon-LLM: INT8, about 2 MACs, 2 KB of input and output buffers',
      values: {
        macsPerCycle: 2,
        clock: '400 MHz',
        format: 'int8',
        resultFormat: 'int8',
        inputBuffer: '1 KiB',
        outputBuffer: '1 KiB',
        power: '1935.6 uW',
        area: '0.0598135 mm2',
      },
      source: {
        source: 'Yu et al.: Cambricon-LLM, MICRO 2024 (arXiv 2409.15654), Table IV (65 nm)',
        confidence: 'secondary',
        note: 'the area is the sum of the rows of the table, whose printed total of 39813.5 um2 is below one of them; clock and the halves of the buffers for inputs and results are inferred',
      },
    },
  },
  ports: {},
  // It is reached through the memory that it is attached to.
  accepts: {},
  statistics: {
    pages: { unit: 'pages', help: 'pages consumed, over all cores' },
    macs: { unit: 'MAC', help: 'multiply-accumulates done, padding included' },
  },
  actions: {
    busy: {
      help: 'one core at work',
      unit: 'ps',
      energy: ({ power }) => power * FEMTOJOULES_PER_WATT_PICOSECOND,
    },
  },
  citations: ['Yu et al.: Cambricon-LLM, MICRO 2024 (arXiv 2409.15654)'],
  inMemory: 'unit',
  placesParameter: 'cores',
  staticPower: ({ cores, idlePower }) => cores * idlePower,
  area: ({ cores, area }) => (area === undefined ? undefined : cores * area),
  facts(values) {
    const { cores, macsPerCycle, clock, pipelineDepth } = values;
    return {
      ...operandRates(values, cores * macsPerCycle * clock),
      minimumLatency: new ClockDomain(clock).edge(pipelineDepth),
      resources: cores,
    };
  },
  // It serves no transactions of its own, so there is nothing to bound.
  lowerBound: () => 0,
  conflicts({ outputBuffer, resultFormat }): readonly ParameterConflict[] {
    const format = findFormat(resultFormat);
    if (format === undefined || outputBuffer >= storageBytes(format, 1)) return [];
    const message = `${outputBuffer} B do not hold one result in ${resultFormat}`;
    return [{ parameter: 'outputBuffer', message, hint: 'Raise outputBuffer.' }];
  },
  create: (context) => new FlashCoreModel(context),
});
