import { param, SystoleError } from '@systole/core';
import type { Facts, Transaction } from '@systole/core';
import { findFormat, isExactIn, NUMBER_FORMATS } from '@systole/numerics';
import type { NumberFormat } from '@systole/numerics';

/** Formats whose elements stand alone; a block format has scales, which no unit here applies. */
export const ELEMENT_FORMATS: readonly NumberFormat[] = NUMBER_FORMATS.filter(
  ({ block }) => block === undefined,
);

/** Integers and floats of this width can be taken in passes by multipliers of half of it or less. */
const WIDE_BITS = 16;

/** The parameter of units that can widen operands. */
export const widens = param.flag(
  'Whether operands of narrower formats are widened to `format` on their way in, where it has all of their values; they take the rate and the energy of `format`',
  { default: false },
);

/** The parameter of units that can take wide activations in passes. */
export const wideActivationPasses = param.integer(
  'Passes that a multiply-accumulate takes when its activation has 16 bits (int16, fp16, bf16) and its stored operand the bits of `format`, at most 8; fewer for narrower ones; 0 where such activations are refused',
  { min: 0, max: 16, default: 0 },
);

/** The parameter of units that can take stored operands of 16 bits in passes as well. */
export const wideStored = param.flag(
  'Whether stored operands of 16 bits are taken in passes as activations are, as attention over a cache of 16 bits needs: both at once take the square of the passes',
  { default: false },
);

/** The parameter of units that sum up products: what the sum is kept in. It decides values, and neither time nor energy. */
export const accumulator = param.choice(
  ['by-operands', 'exact', 'fp32', 'tf32', 'bf16', 'fp16', 'int48', 'int32', 'int24', 'int16'],
  'What sums are kept in: by the operands int32 for integers (int48 for products of more than 16 bits), an exact sum for posits, fp32 for all else; integers are for products of integers alone, others are summed in fp32',
  {
    default: 'by-operands',
    source: {
      source:
        'Jouppi et al.: In-Datacenter Performance Analysis of a Tensor Processing Unit, ISCA 2017 (32-bit accumulators of INT8 products); NVIDIA A100 architecture whitepaper (fp32 sums of BF16 products)',
      confidence: 'inferred',
      note: 'the practice of matrix units; what this one has is its own to say',
    },
  },
);

/** What decides which operands a unit takes. */
export interface OperandRules {
  /** The format that its multipliers are built for. */
  readonly format: string;
  readonly widens: boolean;
  /** Of an activation of 16 bits on multipliers of at most 8, which a stored operand fills; 0, and so when it is left out, for none. */
  readonly wideActivationPasses?: number;
  readonly wideStored?: boolean;
}

/** The operands of a transaction as a unit takes them. */
export interface Operands {
  /** The format of the stored operand. */
  readonly stored: NumberFormat;
  /** Passes of each multiply-accumulate: 1, or those of a wide activation. */
  readonly passes: number;
}

/** The stored operand called `name`, or undefined where the unit neither has its format nor widens it. */
export function storedFormat(name: string, rules: OperandRules): NumberFormat | undefined {
  const asked = findFormat(name);
  if (asked === undefined) return undefined;
  const isWide = rules.wideStored === true && wideActivations(rules).includes(asked.name);
  return isWide || fits(asked, rules) ? asked : undefined;
}

/** Whether an operand enters the multipliers whole: in their own format, or widened to it. */
function fits(asked: NumberFormat, { format, widens: isWidening }: OperandRules): boolean {
  const own = findFormat(format);
  return own !== undefined && (asked.name === own.name || (isWidening && isExactIn(asked, own)));
}

/**
 * Passes of a multiply-accumulate of a stored element with an activation of format `name`, or undefined where the unit does not
 * take it. Each pass is as many products of bits as the multiplier has, so that a stored element of half its width takes half of the
 * passes: an 8-bit multiplier does 4 x 16 bits at once, and 8 x 16 in two.
 */
export function activationPasses(
  name: string,
  stored: NumberFormat,
  rules: OperandRules,
): number | undefined {
  const { format, wideActivationPasses: passes = 0 } = rules;
  const own = findFormat(format);
  const asked = findFormat(name);
  if (own === undefined || asked === undefined) return undefined;
  const ofStored = fits(stored, rules) ? Math.min(1, stored.bits / own.bits) : passes;
  if (fits(asked, rules)) return Math.ceil(ofStored);
  return wideActivations(rules).includes(asked.name) ? Math.ceil(passes * ofStored) : undefined;
}

/** The formats of stored operands that take one pass: that of the unit first, then those that are widened. */
export function storedFormats(rules: OperandRules): readonly string[] {
  const widened = ELEMENT_FORMATS.filter((format) => format.name !== rules.format && fits(format, rules));
  return [rules.format, ...widened.map(({ name }) => name)];
}

/** The formats of activations that are taken in several passes. */
export function wideActivations({
  format,
  wideActivationPasses: passes = 0,
}: OperandRules): readonly string[] {
  const own = findFormat(format);
  if (passes === 0 || own === undefined || own.bits * 2 > WIDE_BITS) return [];
  return ELEMENT_FORMATS.filter(({ kind, bits }) => kind !== 'posit' && bits === WIDE_BITS).map(
    ({ name }) => name,
  );
}

/** What a unit takes, as the hint of an error; `formats` are those of its stored operands. */
export function takenOperands(rules: OperandRules, formats = storedFormats(rules)): string {
  const wide = wideActivations(rules);
  const passes = rules.wideActivationPasses ?? 0;
  const what = rules.wideStored === true ? 'operands' : 'activations';
  const most = rules.wideStored === true ? passes * passes : passes;
  const more = wide.length === 0 ? '' : `; ${what} of ${wide.join(', ')} too, in up to ${most} passes`;
  return `It computes in ${formats.join(', ')}${more}.`;
}

/**
 * The operands of a transaction whose formats, where they are not said, are those of the unit. Throws `argument/invalid`
 * for a stored operand or an activation that the unit does not take. `unit` names it in the message, `formats` are those
 * of stored operands in the hint.
 */
export function readOperands(
  transaction: Transaction,
  rules: OperandRules,
  unit: string,
  formats?: readonly string[],
): Operands {
  const { kind, format = rules.format, activationFormat = format } = transaction;
  const stored = storedFormat(format, rules);
  const passes = stored === undefined ? undefined : activationPasses(activationFormat, stored, rules);
  if (stored !== undefined && passes !== undefined) return { stored, passes };
  const isMixed = activationFormat !== format;
  const beside = isMixed ? ` with activations of ${activationFormat}` : '';
  const widening = isMixed && !rules.widens ? ' Narrower operands beside wider ones need `widens`.' : '';
  throw new SystoleError({
    code: 'argument/invalid',
    message: `${unit} of ${rules.format} is given a ${kind} of ${format}${beside}`,
    hint: `${takenOperands(rules, formats)}${widening} Convert the operands, or give it another format.`,
  });
}

/** The facts of a unit that does `rate` multiply-accumulates in a second on operands of its own format. */
export function operandRates(
  rules: OperandRules,
  rate: number,
): Pick<Facts, 'macsPerSecond' | 'wideMacsPerSecond'> {
  const wideOnes = wideRates(rules, rate);
  const wide = rules.wideStored === true ? wideOnes.wideMacsPerSecond : {};
  return {
    macsPerSecond: { ...Object.fromEntries(storedFormats(rules).map((name) => [name, rate])), ...wide },
    ...wideOnes,
  };
}

/** The part of `operandRates` that speaks of activations in several passes; nothing where there are none. */
export function wideRates(rules: OperandRules, rate: number): Pick<Facts, 'wideMacsPerSecond'> {
  const wide = wideActivations(rules);
  if (wide.length === 0) return {};
  const passes = rules.wideActivationPasses ?? 1;
  return { wideMacsPerSecond: Object.fromEntries(wide.map((name) => [name, rate / passes])) };
}
