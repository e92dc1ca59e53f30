import { param } from '@systole/core';
import type { Values } from '@systole/core';
import { findFormat, formatNames } from '@systole/numerics';
import { ELEMENT_FORMATS, wideActivationPasses, widens } from '../operand-formats.ts';

function energyOf(bits: number) {
  return param.optionalQuantity(
    'energy',
    `Energy of a multiply-accumulate on operands of ${bits} bits; scaled from macEnergy unless given`,
    { max: '1 uJ' },
  );
}

/** The parameters of `compute/simd-mac`. */
export const simdMacParameters = {
  lanes: param.integer('Multiply-accumulates in a cycle on operands of `format`', {
    max: 1_048_576,
    default: 64,
  }),
  format: param.choice(
    ELEMENT_FORMATS.map(({ name }) => name),
    'Widest number format of the lanes',
    { default: 'int16' },
  ),
  widens,
  wideActivationPasses,
  packing: param.choice(
    ['linear', 'none'],
    'Whether a lane takes as many narrower operands as fit side by side into its width, or one',
    { default: 'linear' },
  ),
  kinds: param.choice(
    ['same', 'all'],
    'Whether lanes compute in formats of the kind of `format` alone (integer, float or posit), or in all three kinds',
    { default: 'same' },
  ),
  arrangement: param.choice(
    ['inner', 'outputs'],
    'Whether an adder tree sums the lanes of one result (inner), or each lane has a result of its own (outputs)',
    { default: 'inner' },
  ),
  clock: param.quantity('frequency', 'Clock of the lanes', {
    min: '1 MHz',
    max: '100 GHz',
    default: '1 GHz',
  }),
  pipelineDepth: param.integer('Cycles from the last operands until the sum is there', {
    min: 0,
    max: 10_000,
    default: 4,
    source: {
      source: 'a choice',
      confidence: 'inferred',
      note: 'decode, multiply, add, round: a cycle each',
    },
  }),
  accumulateFormat: param.choice(formatNames(), 'Number format of sums, as they are kept and as they leave', {
    default: 'int32',
  }),
  macEnergy: param.quantity('energy', 'Energy of a multiply-accumulate on operands of `format`', {
    default: '0.85 pJ',
    max: '1 uJ',
    source: {
      source: "Horowitz: Computing's energy problem, ISSCC 2014 (integers, 45 nm, 0.9 V)",
      confidence: 'inferred',
      note: '16-bit multiply between those of 8 and 32 bits (0.2 and 3.1 pJ) by the square of the width, and a 16-bit add of 0.05 pJ',
    },
  }),
  energyScaling: param.choice(
    ['quadratic', 'linear', 'none'],
    'Power of the width by which energy falls for operands narrower than those of `format`',
    {
      default: 'quadratic',
      source: {
        source: "Horowitz: Computing's energy problem, ISSCC 2014",
        confidence: 'recalled',
        note: 'an integer multiply of 32 bits costs 15.5 times one of 8 bits: close to the square of 4',
      },
    },
  ),
  macEnergy4: energyOf(4),
  macEnergy6: energyOf(6),
  macEnergy8: energyOf(8),
  macEnergy16: energyOf(16),
  idlePower: param.quantity('power', 'Power that is drawn whatever happens', {
    default: '0 W',
    max: '10 kW',
  }),
  area: param.optionalQuantity('area', 'Area of the unit'),
} as const;

export type SimdMacParameters = typeof simdMacParameters;

/**
 * Femtojoules of a multiply-accumulate on operands of `bits` bits: what is given for that width, or macEnergy times
 * (bits / width of `format`) to the power of `energyScaling`. A width that the lanes do not take costs what theirs does.
 */
export function macEnergyOf(bits: number, values: Values<SimdMacParameters>): number {
  const given: Readonly<Record<number, number | undefined>> = {
    4: values.macEnergy4,
    6: values.macEnergy6,
    8: values.macEnergy8,
    16: values.macEnergy16,
  };
  const price = given[bits];
  if (price !== undefined) return price;
  const share = Math.min(1, bits / (findFormat(values.format)?.bits ?? bits));
  switch (values.energyScaling) {
    case 'quadratic':
      return values.macEnergy * share * share;
    case 'linear':
      return values.macEnergy * share;
    case 'none':
      return values.macEnergy;
  }
}
