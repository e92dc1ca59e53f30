import { param } from '@systole/core';
import type { Source } from '@systole/core';
import { formatNames } from '@systole/numerics';
import { accumulator } from '../operand-formats.ts';

const PIM_GPT: Source = {
  source: 'Wu, Wang, Lu: PIM-GPT, npj Unconventional Computing 1:4 (2024), arXiv 2310.09385',
  confidence: 'recalled',
};
const HOROWITZ: Source = {
  source: "Horowitz: Computing's energy problem, ISSCC 2014 (FP16, 45 nm, 0.9 V)",
  confidence: 'recalled',
};

/** The parameters of `compute/vector`. */
export const vectorParameters = {
  adders: param.integer('Lanes that add or compare, one operation a cycle each', {
    max: 1_048_576,
    default: 64,
  }),
  multipliers: param.integer('Lanes that multiply, one operation a cycle each', {
    max: 1_048_576,
    default: 64,
  }),
  clock: param.quantity('frequency', 'Clock of the lanes', {
    min: '1 MHz',
    max: '100 GHz',
    default: '1 GHz',
  }),
  pipelineDepth: param.integer('Cycles from the operands of a pass to its first result', {
    max: 10_000,
    default: 8,
    source: { source: 'a choice', confidence: 'inferred', note: 'a few cycles an operation, chained' },
  }),
  issueOverhead: param.integer('Cycles to fetch and decode one instruction', {
    min: 0,
    max: 1_000_000,
    default: 1,
    source: { source: 'a choice', confidence: 'inferred', note: 'one instruction a cycle' },
  }),
  format: param.choice(formatNames(), 'Number format of the lanes, for the peak rate', { default: 'bf16' }),
  accumulator,
  exponential: param.choice(['taylor', 'table'], 'How exp is computed', {
    default: 'taylor',
    source: PIM_GPT,
  }),
  taylorTerms: param.integer('Terms of the Taylor polynomial of exp', {
    max: 64,
    default: 6,
    source: PIM_GPT,
  }),
  rangeReduction: param.integer('Squarings that widen the range of the polynomial; 0 for the bare one', {
    min: 0,
    max: 16,
    default: 0,
  }),
  division: param.choice(['newton-raphson'], 'How a reciprocal is computed', {
    default: 'newton-raphson',
    source: PIM_GPT,
  }),
  newtonRaphsonSteps: param.integer('Newton-Raphson steps', {
    min: 0,
    max: 16,
    default: 3,
    source: PIM_GPT,
  }),
  inverseSquareRoot: param.choice(
    ['fast-inverse', 'newton-raphson'],
    'Where the iteration of 1/sqrt starts: from the bit pattern, or from a table',
    { default: 'fast-inverse', source: PIM_GPT },
  ),
  fastInverseSteps: param.integer('Newton steps of the fast inverse square root', {
    min: 0,
    max: 16,
    default: 1,
    source: PIM_GPT,
  }),
  addEnergy: param.quantity('energy', 'Energy of an addition', {
    default: '0.4 pJ',
    max: '1 uJ',
    source: HOROWITZ,
  }),
  multiplyEnergy: param.quantity('energy', 'Energy of a multiplication', {
    default: '1.1 pJ',
    max: '1 uJ',
    source: HOROWITZ,
  }),
  compareEnergy: param.optionalQuantity('energy', 'Energy of a comparison; as an addition unless given', {
    max: '1 uJ',
  }),
  lookupEnergy: param.optionalQuantity(
    'energy',
    'Energy of a table read or a copy; as an addition unless given',
    { max: '1 uJ' },
  ),
  idlePower: param.quantity('power', 'Power that is drawn whatever happens', {
    default: '0 W',
    max: '10 kW',
  }),
  area: param.optionalQuantity('area', 'Area of the unit'),
} as const;

export type VectorParameters = typeof vectorParameters;
