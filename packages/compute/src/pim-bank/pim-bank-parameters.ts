import { param } from '@systole/core';
import { formatNames } from '@systole/numerics';
import { accumulator, ELEMENT_FORMATS, widens } from '../operand-formats.ts';

/** The parameters of `compute/pim-bank`. */
export const pimBankParameters = {
  banks: param.integer('Banks that have a unit, over all channels', { max: 1_048_576, default: 128 }),
  lanes: param.integer('Multiply-accumulates of one unit in a cycle', { max: 65_536, default: 16 }),
  clock: param.quantity('frequency', 'Clock of the units', {
    min: '1 MHz',
    max: '100 GHz',
    default: '1 GHz',
  }),
  format: param.choice(
    ELEMENT_FORMATS.map(({ name }) => name),
    'Number format of the multipliers, and of the operands unless these are widened to it',
    { default: 'bf16' },
  ),
  widens,
  accumulator,
  resultFormat: param.choice(formatNames(), 'Number format of a sum as it is read', { default: 'bf16' }),
  adderTree: param.flag('Whether the lanes are added up; without, a sum is read as one part a lane', {
    default: true,
  }),
  inputBuffer: param.optionalQuantity(
    'data',
    'Registers of one unit for the vector; without it, the vector is read from the buffer of its channel',
    { min: '1 B', max: '64 MiB' },
  ),
  accumulators: param.integer('Sums that one unit holds', { max: 65_536, default: 1 }),
  pipelineDepth: param.integer('Cycles from the last segment until the sum is there', {
    min: 0,
    max: 10_000,
    default: 1,
  }),
  macEnergy: param.quantity('energy', 'Energy of a multiply-accumulate', {
    default: '1.5 pJ',
    max: '1 uJ',
    source: {
      source: "Horowitz: Computing's energy problem, ISSCC 2014 (FP16, 45 nm, 0.9 V)",
      confidence: 'recalled',
      note: 'multiply 1.1 pJ and add 0.4 pJ',
    },
  }),
  macPower: param.optionalQuantity(
    'power',
    'Power of one unit while it is busy; when given, it takes the place of macEnergy',
    { max: '1 kW' },
  ),
  derating: param.quantity(
    'ratio',
    'Factor on the energy of arithmetic for its process, such as a DRAM one',
    {
      min: '1',
      max: '100',
      default: '1',
    },
  ),
  idlePower: param.quantity('power', 'Power that one unit draws whatever happens', {
    default: '0 W',
    max: '1 kW',
  }),
  areaPerBank: param.optionalQuantity('area', 'Area of one unit'),
} as const;

export type PimBankParameters = typeof pimBankParameters;
