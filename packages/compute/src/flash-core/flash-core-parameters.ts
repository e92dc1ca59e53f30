import { param } from '@systole/core';
import type { Source } from '@systole/core';
import { formatNames } from '@systole/numerics';
import {
  accumulator,
  ELEMENT_FORMATS,
  wideActivationPasses,
  wideStored,
  widens,
} from '../operand-formats.ts';

const CAMBRICON_POWER: Source = {
  source: 'Yu et al.: Cambricon-LLM, MICRO 2024, Table IV (65 nm)',
  confidence: 'secondary',
};

/** The parameters of `compute/flash-core`. */
export const flashCoreParameters = {
  cores: param.integer('Cores, over all dies of all channels', { max: 1_048_576, default: 32 }),
  macsPerCycle: param.integer('Multiply-accumulates of one core in a cycle', { max: 65_536, default: 2 }),
  clock: param.quantity('frequency', 'Clock of the cores', {
    min: '1 MHz',
    max: '100 GHz',
    default: '400 MHz',
    source: {
      source: 'Cambricon-LLM: 1.6 GOPS from about 2 MACs',
      confidence: 'inferred',
      note: '32 K operations of a 16 KiB page within an array read of 20 us; the clock itself is not published',
    },
  }),
  format: param.choice(
    ELEMENT_FORMATS.map(({ name }) => name),
    'Number format of the multipliers, and of the stored operands unless these are widened to it',
    { default: 'int8' },
  ),
  widens,
  wideActivationPasses,
  wideStored,
  accumulator,
  resultFormat: param.choice(formatNames(), 'Number format of a result as it leaves the die', {
    default: 'int32',
  }),
  inputBuffer: param.optionalQuantity(
    'data',
    'Room of one core for the input that its pages meet; without it, that of the memory is all there is',
    { min: '1 B', max: '64 MiB' },
  ),
  outputBuffer: param.quantity('data', 'Room of one core for results', { default: '1 KiB', max: '64 MiB' }),
  pipelineDepth: param.integer('Cycles from the last operand of a page until its results are there', {
    min: 0,
    max: 10_000,
    default: 1,
  }),
  power: param.quantity('power', 'Power of one core while it computes, with its buffers', {
    default: '1935.6 uW',
    max: '1 kW',
    source: CAMBRICON_POWER,
  }),
  idlePower: param.quantity('power', 'Power that one core draws whatever happens', {
    default: '0 W',
    max: '1 kW',
  }),
  area: param.optionalQuantity('area', 'Area of one core'),
} as const;

export type FlashCoreParameters = typeof flashCoreParameters;
