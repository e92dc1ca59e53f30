import { param } from '@systole/core';
import { formatNames } from '@systole/numerics';
import {
  accumulator,
  ELEMENT_FORMATS,
  wideActivationPasses,
  wideStored,
  widens,
} from '../operand-formats.ts';
import { DATAFLOWS } from './systolic-cycles.ts';

/** The parameters of `compute/systolic`. */
export const systolicParameters = {
  rows: param.integer('Rows of PEs', { max: 4096, default: 128 }),
  columns: param.integer('Columns of PEs', { max: 4096, default: 128 }),
  clock: param.quantity('frequency', 'Clock of the array', {
    min: '1 MHz',
    max: '100 GHz',
    default: '1 GHz',
  }),
  dataflow: param.choice(DATAFLOWS, 'Which matrix stays in the PEs while the others stream through', {
    default: 'weight-stationary',
  }),
  macsPerPe: param.integer('Multiply-accumulates of one PE in a cycle, over neighbours along k', {
    max: 1024,
    default: 1,
  }),
  doubleBuffered: param.flag('Whether the next stationary tile loads while the current one computes', {
    default: false,
  }),
  format: param.choice(
    ELEMENT_FORMATS.map(({ name }) => name),
    'Number format of the multipliers, and of the operands unless these are widened to it',
    { default: 'bf16' },
  ),
  widens,
  wideActivationPasses,
  wideStored,
  accumulator,
  resultFormat: param.choice(formatNames(), 'Number format of results as they leave', { default: 'fp32' }),
  macEnergy: param.quantity('energy', 'Energy of a multiply-accumulate', {
    default: '1.5 pJ',
    max: '1 uJ',
    source: {
      source: "Horowitz: Computing's energy problem, ISSCC 2014 (FP16, 45 nm, 0.9 V)",
      confidence: 'recalled',
      note: 'multiply 1.1 pJ and add 0.4 pJ',
    },
  }),
  paddingEnergy: param.quantity('energy', 'Energy of a multiply-accumulate that only pads a fold', {
    default: '0 pJ',
    max: '1 uJ',
    source: {
      source: 'a choice',
      confidence: 'inferred',
      note: 'operands that stay zero switch no multiplier',
    },
  }),
  fillEnergy: param.quantity('energy', 'Energy of loading one stationary element into its PE', {
    default: '0 pJ',
    max: '1 uJ',
    source: { source: 'a choice', confidence: 'inferred', note: 'counted with macEnergy unless given' },
  }),
  drainEnergy: param.quantity('energy', 'Energy of moving one result or partial sum out of the array', {
    default: '0 pJ',
    max: '1 uJ',
    source: { source: 'a choice', confidence: 'inferred', note: 'counted with macEnergy unless given' },
  }),
  shiftEnergy: param.quantity('energy', 'Energy of handing one word from a PE to its neighbour', {
    default: '0 pJ',
    max: '1 uJ',
    source: { source: 'a choice', confidence: 'inferred', note: 'counted with macEnergy unless given' },
  }),
  idlePower: param.quantity('power', 'Power that is drawn whatever happens', {
    default: '0 W',
    max: '10 kW',
  }),
  area: param.optionalQuantity('area', 'Area of the array'),
} as const;

export type SystolicParameters = typeof systolicParameters;
